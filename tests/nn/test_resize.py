"""Shows that interpolate resizes as numpy.interp, block averages and Pillow do it, with gradients, and refuses the rest in words."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn


def drawn(*shape):
    return np.random.default_rng(0).standard_normal(shape)


def resized(x, *args, **options):
    return F.interpolate(mt.tensor(x), *args, **options).numpy()


@pytest.mark.parametrize(("size", "out"), [(5, 9), (5, 12), (8, 3), (1, 4), (4, 1), (6, 6)])
@pytest.mark.parametrize("align_corners", [False, True])
def test_linear_is_numpys_interp(size, out, align_corners):
    x = drawn(2, 3, size)
    places = np.linspace(0, size - 1, out) if align_corners else (np.arange(out) + 0.5) * size / out - 0.5
    if align_corners and out == 1:
        places = np.zeros(1)
    expected = np.array([[np.interp(places, np.arange(size), row) for row in rows] for rows in x])
    np.testing.assert_allclose(resized(x, out, mode="linear", align_corners=align_corners), expected, rtol=0, atol=1e-14)


def test_axes_are_resized_one_after_the_other():
    x = drawn(2, 3, 4, 5, 6)
    expected = x
    for axis, out in ((2, 7), (3, 2), (4, 9)):
        lines = np.moveaxis(expected, axis, 4)
        shape = (1, -1, lines.shape[-1])
        lines = resized(lines.reshape(shape), out, mode="linear").reshape(*lines.shape[:-1], out)
        expected = np.moveaxis(lines, 4, axis)
    np.testing.assert_allclose(resized(x, (7, 2, 9), mode="trilinear"), expected, rtol=0, atol=1e-14)


@pytest.mark.parametrize("mode", ["nearest", "nearest-exact", "area"])
def test_whole_factors_repeat_cells_and_average_blocks(mode):
    x = drawn(2, 3, 2, 3)
    expected = x.repeat(3, axis=2).repeat(2, axis=3)
    np.testing.assert_allclose(resized(x, scale_factor=(3, 2), mode=mode), expected, rtol=0, atol=1e-15)
    if mode == "area":
        np.testing.assert_allclose(resized(expected, (2, 3), mode=mode), x, rtol=0, atol=1e-15)


def test_nearest_takes_the_left_end_and_nearest_exact_the_centre():
    x = mt.arange(8.0).reshape(1, 1, 8)
    assert F.interpolate(x, 3).flatten().tolist() == [0, 2, 5]  # floor of 0, 8/3, 16/3
    assert F.interpolate(x, 3, mode="nearest-exact").flatten().tolist() == [1, 4, 6]  # floor of 4/3, 4, 20/3


def test_bicubic_follows_keys_polynomials():
    """From 4 cells to 8, the inner ones have the weights of the distances 5/4, 1/4, 3/4, 7/4 with a = -3/4."""
    a = -0.75

    def w(d):
        return (a + 2) * d**3 - (a + 3) * d**2 + 1 if d <= 1 else a * d**3 - 5 * a * d**2 + 8 * a * d - 4 * a

    x = drawn(1, 1, 1, 4)
    weights = np.array([w(1.25), w(0.25), w(0.75), w(1.75)])
    y = resized(x, (1, 8), mode="bicubic")
    np.testing.assert_allclose(y[0, 0, 0, 3:5], [weights @ x.ravel(), weights[::-1] @ x.ravel()], rtol=1e-14)


@pytest.mark.parametrize(("mode", "reach"), [("bilinear", 1), ("bicubic", 2), ("lanczos", 3)])
def test_antialiasing_is_pillows_sum_over_the_stretched_kernel(mode, reach):
    """Written out with loops, as in Pillow's Resample.c: triangle, cubic with a = -1/2, lanczos with three lobes."""

    def weight(d):
        d = abs(d)
        if d >= reach:
            return 0.0
        if mode == "bilinear":
            return 1 - d
        if mode == "lanczos":
            return np.sinc(d) * np.sinc(d / 3)
        return 1.5 * d**3 - 2.5 * d**2 + 1 if d < 1 else -0.5 * d**3 + 2.5 * d**2 - 4 * d + 2

    size, out = 11, 4
    x, expected = drawn(1, 1, size, size), []
    for p in range(out):
        centre = (p + 0.5) * size / out
        weights = np.array([weight((i + 0.5 - centre) * out / size) for i in range(size)])
        expected.append(weights / weights.sum())
    matrix = np.array(expected)
    y = resized(x, (out, out), mode=mode, antialias=True)
    np.testing.assert_allclose(y[0, 0], matrix @ x[0, 0] @ matrix.T, rtol=0, atol=1e-14)


def test_the_factor_counts_unless_it_is_recomputed():
    """4 cells times 1.6 are 6: the step is 1 / 1.6, or 4 / 6."""
    x = mt.arange(4.0, dtype=mt.float64).reshape(1, 1, 4)
    kept = F.interpolate(x, scale_factor=1.6, mode="linear").flatten().tolist()
    again = F.interpolate(x, scale_factor=1.6, mode="linear", recompute_scale_factor=True)
    assert kept == [0, 0.4375, 1.0625, 1.6875, 2.3125, 2.9375]
    np.testing.assert_allclose(again.numpy(), F.interpolate(x, 6, mode="linear").numpy(), rtol=1e-15)
    np.testing.assert_allclose(again.flatten().numpy()[1:5], [0.5, 7 / 6, 11 / 6, 2.5])


@pytest.mark.parametrize(
    "options",
    [
        {"size": (3, 7), "mode": "nearest"},
        {"size": (5, 2), "mode": "bilinear"},
        {"scale_factor": 1.7, "mode": "bicubic", "align_corners": True},
        {"size": (2, 6), "mode": "area"},
        {"size": (2, 3), "mode": "bicubic", "antialias": True},
    ],
)
def test_the_gradient_is_the_adjoint(options):
    x = mt.tensor(drawn(2, 1, 4, 5), requires_grad=True)
    y = F.interpolate(x, **options)
    v = mt.tensor(np.random.default_rng(1).standard_normal(y.shape), requires_grad=True)
    (gradient,) = mt.autograd.grad(y, x, v, create_graph=True)
    np.testing.assert_allclose((y * v).sum().item(), (gradient * x).sum().item(), rtol=1e-13)
    (second,) = mt.autograd.grad(gradient, v, x.detach())
    np.testing.assert_allclose(second.numpy(), y.detach().numpy(), rtol=0, atol=1e-14)


@pytest.mark.parametrize("dtype", [mt.float16, mt.float32, mt.float64])
@pytest.mark.parametrize("mode", ["nearest", "bilinear", "bicubic", "area"])
def test_dtype_stays_and_an_empty_batch_is_resized(mode, dtype):
    y = F.interpolate(mt.ones(2, 1, 3, 3, dtype=dtype), 5, mode=mode)
    assert (y.dtype, y.shape) == (dtype, (2, 1, 5, 5))
    np.testing.assert_allclose(y.numpy(), 1, rtol=1e-3)
    assert F.interpolate(mt.ones(0, 3, 2, 2, dtype=dtype), 5, mode=mode).shape == (0, 3, 5, 5)


def test_uint8_in_nearest_any_layout_and_untouched_inputs():
    assert F.interpolate(mt.tensor([[[3, 200]]], dtype=mt.uint8), 4).tolist() == [[[3, 3, 200, 200]]]
    x = drawn(2, 3, 5, 4)
    x.flags.writeable = False
    turned = mt.from_numpy(x).permute(0, 1, 3, 2)
    copied = mt.tensor(turned.numpy().copy())
    np.testing.assert_array_equal(
        F.interpolate(turned, 7, mode="bicubic").numpy(), F.interpolate(copied, 7, mode="bicubic").numpy()
    )


def test_layers():
    x = mt.tensor(drawn(1, 2, 3, 4))
    layers = nn.Sequential(
        nn.Upsample(scale_factor=2, mode="bilinear"),
        nn.Upsample((3, 4)),
        nn.UpsamplingNearest2d(5),
        nn.UpsamplingBilinear2d(scale_factor=(2, 1.5)),
    )
    assert repr(layers) == (
        "Sequential(\n  (0): Upsample(scale_factor=2.0, mode='bilinear')\n  (1): Upsample(size=(3, 4), mode='nearest')\n"
        "  (2): UpsamplingNearest2d(size=5, mode='nearest')\n"
        "  (3): UpsamplingBilinear2d(scale_factor=(2.0, 1.5), mode='bilinear')\n)"
    )
    assert not layers.state_dict()
    assert layers(x).shape == (1, 2, 10, 7)
    corners = nn.UpsamplingBilinear2d(scale_factor=2)(x).numpy()
    np.testing.assert_array_equal(corners, resized(x.numpy(), scale_factor=2, mode="bilinear", align_corners=True))


X = mt.ones(1, 1, 2, 3)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (
            lambda: F.interpolate([1.0], 2),
            TypeError,
            "interpolate: the input must be a Tensor, got list: convert it with mt.tensor(...)",
        ),
        (
            lambda: F.interpolate(X.int(), 2, mode="bilinear"),
            TypeError,
            "interpolate: the input must be floating-point, got int32: try x.float()",
        ),
        (
            lambda: F.interpolate(X, 2, mode="cubic"),
            ValueError,
            "interpolate: mode must be one of 'nearest', 'nearest-exact', 'area', 'linear', 'bilinear', 'trilinear', 'bicubic', "
            "'lanczos', got 'cubic'",
        ),
        (
            lambda: F.interpolate(X, 2, mode="linear"),
            mt.ShapeError,
            "interpolate: for mode='linear' the input must be (N, C, L), got the shape (1, 1, 2, 3)",
        ),
        (
            lambda: F.interpolate(X[0, 0], 2),
            mt.ShapeError,
            "interpolate: for mode='nearest' the input must be (N, C, L) or (N, C, H, W) or (N, C, D, H, W), got the shape (2, 3)",
        ),
        (
            lambda: F.interpolate(X),
            ValueError,
            "interpolate: give size or scale_factor, and not both: got size=None, scale_factor=None",
        ),
        (
            lambda: F.interpolate(X, 2, 2),
            ValueError,
            "interpolate: give size or scale_factor, and not both: got size=2, scale_factor=2",
        ),
        (
            lambda: F.interpolate(X, (2, 3, 4)),
            ValueError,
            "interpolate: size needs one entry per spatial axis, the outermost first: 2 in all, got (2, 3, 4)",
        ),
        (lambda: F.interpolate(X, 2.5), ValueError, "interpolate: size must be an int or a tuple of 1 int, got 2.5"),
        (lambda: F.interpolate(X, 0), ValueError, "interpolate: size must be at least 1, got 0"),
        (
            lambda: F.interpolate(X, scale_factor=(2, 2, 2)),
            ValueError,
            "interpolate: scale_factor needs one entry per spatial axis, (H, W), got (2, 2, 2)",
        ),
        (
            lambda: F.interpolate(X, scale_factor=-1),
            ValueError,
            "interpolate: scale_factor must be a number above 0, or one for each axis, got -1",
        ),
        (
            lambda: F.interpolate(X, scale_factor=0.4),
            mt.ShapeError,
            "interpolate: neither the input nor the output may be without channels or cells\n"
            "  input  (N, C, H, W) = (1, 1, 2, 3)\n  output (H, W)       = (0, 1)",
        ),
        (
            lambda: F.interpolate(X, 2, align_corners=True),
            ValueError,
            "interpolate: align_corners is for the modes 'linear', 'bilinear', 'trilinear' and 'bicubic', got 'nearest': leave it out",
        ),
        (
            lambda: F.interpolate(X, 2, mode="bilinear", align_corners=1),
            TypeError,
            "interpolate: align_corners must be True, False or None, got 1",
        ),
        (
            lambda: F.interpolate(X, 2, antialias=True),
            ValueError,
            "interpolate: antialias is for the modes 'bilinear', 'bicubic' and 'lanczos', got 'nearest'",
        ),
        (
            lambda: F.interpolate(X, 2, mode="lanczos"),
            ValueError,
            "interpolate: mode='lanczos' needs antialias=True, and no align_corners",
        ),
        (
            lambda: F.interpolate(X, 2, recompute_scale_factor=True),
            ValueError,
            "interpolate: recompute_scale_factor is for a scale_factor, and a size is given",
        ),
        (
            lambda: nn.Upsample(),
            ValueError,
            "Upsample: give size or scale_factor, and not both: got size=None, scale_factor=None",
        ),
        (
            lambda: nn.Upsample(2, align_corners=True),
            ValueError,
            "Upsample: align_corners is for the modes 'linear', 'bilinear', 'trilinear' and 'bicubic', got 'nearest': leave it out",
        ),
        (
            lambda: nn.UpsamplingNearest2d(scale_factor=0),
            ValueError,
            "UpsamplingNearest2d: scale_factor must be a number above 0, or one for each axis, got 0",
        ),
    ],
)
def test_what_is_refused(call, kind, message):
    with pytest.raises(Exception) as caught:  # noqa: PT011 (the type and the whole text are compared)
        call()
    assert type(caught.value) is kind
    assert str(caught.value) == message
