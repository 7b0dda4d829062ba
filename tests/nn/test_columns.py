"""Shows that unfold and fold are the columns of convolution and their adjoint, and refuse the rest in words."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn

WINDOWS = [
    {"kernel_size": 2},
    {"kernel_size": (3, 2), "padding": (1, 0), "stride": (2, 1)},
    {"kernel_size": (2, 3), "dilation": (2, 1), "padding": 2, "stride": 3},
]


def wholes(*shape):
    return mt.tensor(np.random.default_rng(0).integers(-3, 4, shape).astype(np.float64))


@pytest.mark.parametrize("windows", WINDOWS)
def test_convolution_is_the_weights_times_the_columns(windows):
    x = wholes(2, 3, 6, 5)
    size = windows["kernel_size"]
    w = wholes(4, 3, *(size if isinstance(size, tuple) else (size, size)))
    options = {name: value for name, value in windows.items() if name != "kernel_size"}
    expected = F.conv2d(x, w, **options)
    product = w.reshape(4, -1) @ F.unfold(x, **windows)
    np.testing.assert_array_equal(product.reshape(expected.shape).numpy(), expected.numpy())


@pytest.mark.parametrize("windows", WINDOWS)
def test_fold_is_the_adjoint_of_unfold_exactly_and_each_is_the_others_gradient(windows):
    x = wholes(2, 3, 6, 5).requires_grad_()
    columns = F.unfold(x, **windows)
    g = wholes(*columns.shape).requires_grad_()
    images = F.fold(g, (6, 5), **windows)
    assert (columns * g).sum().item() == (images * x).sum().item()
    (dx,) = mt.autograd.grad(columns, x, g)
    (dg,) = mt.autograd.grad(images, g, x)
    np.testing.assert_array_equal(dx.numpy(), images.detach().numpy())
    np.testing.assert_array_equal(dg.numpy(), columns.detach().numpy())
    assert mt.autograd.gradgradcheck(lambda x: F.unfold(x, **windows) ** 2, [x])


def test_windows_side_by_side_come_back():
    x = wholes(2, 3, 4, 6)
    np.testing.assert_array_equal(
        F.fold(F.unfold(x, (2, 3), stride=(2, 3)), (4, 6), (2, 3), stride=(2, 3)).numpy(), x.numpy()
    )


def test_one_image_an_empty_batch_any_layout_and_the_layers():
    x = wholes(2, 3, 6, 5)
    assert F.unfold(x[0], 3).shape == (27, 12)
    assert F.fold(mt.ones(27, 12), (6, 5), 3).shape == (3, 6, 5)
    assert F.unfold(mt.ones(0, 3, 6, 5), 3).shape == (0, 27, 12)
    assert F.fold(mt.ones(0, 27, 12), (6, 5), 3).shape == (0, 3, 6, 5)
    turned = x.transpose(2, 3)
    np.testing.assert_array_equal(F.unfold(turned, 2).numpy(), F.unfold(mt.tensor(turned.numpy().copy()), 2).numpy())
    layer, back = nn.Unfold((3, 2), padding=1), nn.Fold((6, 5), (3, 2), padding=1)
    np.testing.assert_array_equal(layer(x).numpy(), F.unfold(x, (3, 2), padding=1).numpy())
    assert back(layer(x)).shape == x.shape
    assert repr(nn.Sequential(layer, back)) == (
        "Sequential(\n  (0): Unfold(kernel_size=(3, 2), dilation=1, padding=1, stride=1)\n"
        "  (1): Fold(output_size=(6, 5), kernel_size=(3, 2), dilation=1, padding=1, stride=1)\n)"
    )
    assert not layer.state_dict()


@pytest.mark.parametrize("dtype", [mt.float16, mt.float32, mt.float64, mt.bool])
def test_dtype_stays(dtype):
    columns = F.unfold(mt.ones(1, 1, 3, 3, dtype=dtype), 2)
    assert columns.dtype == F.fold(columns, 3, 2).dtype == dtype


X = mt.ones(2, 3, 4, 5)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (
            lambda: F.unfold([1.0], 2),
            TypeError,
            "unfold: the input must be a Tensor, got list: convert it with mt.tensor(...)",
        ),
        (lambda: F.unfold(X.int(), 2), TypeError, "unfold: the input must be floating-point, got int32: try x.float()"),
        (
            lambda: F.unfold(X[0, 0], 2),
            mt.ShapeError,
            "unfold: the input must be (N, C, H, W) or, without a batch, (C, H, W), got the shape (4, 5): "
            "for one sample of one channel try x.unsqueeze(0)",
        ),
        (
            lambda: F.unfold(mt.ones(2, 0, 4, 5), 2),
            mt.ShapeError,
            "unfold: the input has no channels\n  input (N, C, H, W) = (2, 0, 4, 5)",
        ),
        (
            lambda: F.unfold(X, 5),
            mt.ShapeError,
            "unfold: the dilated kernel (5, 5) is larger than the padded input (4, 5)\n"
            "  input    (H, W) = (4, 5)\n  kernel   (H, W) = (5, 5)\n  dilation (H, W) = (1, 1)\n"
            "  Use a smaller kernel or dilation, or more padding",
        ),
        (lambda: F.unfold(X, 2, stride=0), ValueError, "unfold: stride must be at least 1, got 0"),
        (lambda: F.unfold(X, 2, padding=-1), ValueError, "unfold: padding must be at least 0, got -1"),
        (
            lambda: F.unfold(X, (2, 2, 2)),
            ValueError,
            "unfold: kernel_size needs one entry per spatial axis, the outermost first: 2 in all, got (2, 2, 2)",
        ),
        (
            lambda: F.fold(mt.ones(2, 7, 12), (4, 5), 2),
            mt.ShapeError,
            "fold: the input's rows must be a multiple of kH*kW = 4, got 7\n"
            "  input  (N, C*kH*kW, L) = (2, 7, 12)\n  output (H, W)          = (4, 5)\n  kernel (H, W)          = (2, 2)",
        ),
        (
            lambda: F.fold(mt.ones(8, 11), (4, 5), 2),
            mt.ShapeError,
            "fold: windows at (3, 4) places make 12 columns, the input has 11\n"
            "  input  (C*kH*kW, L) = (8, 11)\n  output (H, W)       = (4, 5)\n  kernel (H, W)       = (2, 2)",
        ),
        (
            lambda: F.fold(X, (4, 5), 2),
            mt.ShapeError,
            "fold: the input must be (N, C*kH*kW, L) or, without a batch, (C*kH*kW, L), got (2, 3, 4, 5)",
        ),
        (lambda: nn.Unfold(0), ValueError, "Unfold: kernel_size must be at least 1, got 0"),
        (
            lambda: nn.Fold("4", 2),
            ValueError,
            "Fold: output_size must be an int or a tuple of 2 ints, got '4'",
        ),
    ],
)
def test_what_is_refused(call, kind, message):
    with pytest.raises(Exception) as caught:  # noqa: PT011 (the type and the whole text are compared)
        call()
    assert type(caught.value) is kind
    assert str(caught.value) == message
