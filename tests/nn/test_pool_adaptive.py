"""Adaptive max pooling looks into the windows between the floor and the ceiling; adaptive averages keep NaN in their window."""

from __future__ import annotations

from itertools import product
from math import ceil, floor

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn

ranks = pytest.mark.parametrize("rank", [1, 2, 3])
engines = pytest.mark.parametrize("engine", ["reference", "numpy"])
SIZES = {1: (9,), 2: (7, 6), 3: (4, 3, 5)}
TARGETS = {1: [(1,), (4,), (9,), (11,)], 2: [(1, 1), (3, 4), (7, 2), (9, 8)], 3: [(1, 1, 1), (2, 3, 4), (4, 5, 6)]}


def windows(sizes, wanted):
    """The slices of each window, in order."""
    axes = [[slice(floor(p * s / o), ceil((p + 1) * s / o)) for p in range(o)] for s, o in zip(sizes, wanted, strict=True)]
    return list(product(*axes))


@engines
@pytest.mark.parametrize(("rank", "wanted"), [(rank, wanted) for rank, targets in TARGETS.items() for wanted in targets])
def test_the_first_largest_cell_of_each_window_is_taken(engine, rank, wanted):
    """Values, places, and the gradient, which goes there; with many ties."""
    image = np.random.default_rng(0).integers(-2, 3, SIZES[rank]).astype(np.float64)
    numbers = np.arange(image.size).reshape(image.shape)
    best = [min(numbers[w][image[w] == image[w].max()]) for w in windows(SIZES[rank], wanted)]
    x = mt.tensor(image[None], requires_grad=True)
    with mt.use_engine(engine):
        y, places = getattr(F, f"adaptive_max_pool{rank}d")(x, wanted, return_indices=True)
        (gradient,) = mt.autograd.grad(y.sum(), x)
    np.testing.assert_array_equal(places.numpy().ravel(), best)
    np.testing.assert_array_equal(y.detach().numpy().ravel(), image.ravel()[best])
    np.testing.assert_array_equal(gradient.numpy().ravel(), np.bincount(best, minlength=image.size))


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("out", [1, 2, 3, 5, 9])
def test_adaptive_pooling_averages_between_the_floor_and_the_ceiling(size, out):
    x = np.random.default_rng(0).standard_normal((2, 3, size))
    expected = [x[..., floor(p * size / out) : ceil((p + 1) * size / out)].mean(-1) for p in range(out)]
    found = F.adaptive_avg_pool1d(mt.tensor(x), out)
    np.testing.assert_allclose(found.numpy(), np.stack(expected, -1), rtol=1e-13, atol=1e-15)


@ranks
def test_adaptive_pooling_treats_each_axis_on_its_own(rank):
    x = mt.randn(2, 3, *SIZES[rank], dtype=mt.float64)
    wanted = (2, None, 1)[:rank] if rank > 1 else (2,)
    y = getattr(F, f"adaptive_avg_pool{rank}d")(x, wanted)
    expected = x.numpy()
    for axis, out in enumerate(wanted, 2):
        if out is not None:
            line = np.moveaxis(expected, axis, -1)
            averaged = F.adaptive_avg_pool1d(mt.tensor(line.reshape(1, -1, line.shape[-1])), out).numpy()
            expected = np.moveaxis(averaged.reshape(*line.shape[:-1], out), -1, axis)
    np.testing.assert_allclose(y.numpy(), expected, rtol=1e-13, atol=1e-15)


@ranks
def test_adaptive_pooling_to_its_own_size_changes_nothing(rank):
    x = mt.randn(2, 3, *SIZES[rank])
    pool = getattr(F, f"adaptive_avg_pool{rank}d")
    np.testing.assert_array_equal(pool(x, SIZES[rank]), x)
    if rank > 1:
        np.testing.assert_array_equal(pool(x, (None,) * rank), x)


@ranks
def test_gradients_of_both_orders_by_differences(rank):
    shape = (1, 2, *SIZES[rank])
    x = mt.tensor(np.random.default_rng(0).permutation(np.prod(shape)).reshape(shape) / 7.0, requires_grad=True)
    for pool in (getattr(F, f"adaptive_max_pool{rank}d"), getattr(F, f"adaptive_avg_pool{rank}d")):
        assert mt.autograd.gradcheck(lambda x, pool=pool: pool(x, 2), x)
        assert mt.autograd.gradgradcheck(lambda x, pool=pool: pool(x, 2), x)


def test_nan_and_infinity_stay_in_their_windows():
    x = mt.tensor([[[1.0, np.nan, 3.0, np.inf, 5.0, 6.0, 7.0]]])
    np.testing.assert_array_equal(F.adaptive_avg_pool1d(x, 3), [[[np.nan, np.inf, 6.0]]])
    y, places = F.adaptive_max_pool1d(x, 3, return_indices=True)
    np.testing.assert_array_equal(y, [[[np.nan, np.inf, 7.0]]])
    assert places.tolist() == [[[1, 3, 6]]]


def test_of_several_nan_the_last_is_taken_as_in_pytorch():
    _, places = F.adaptive_max_pool1d(mt.tensor([[[np.nan, 1.0, np.nan, 2.0]]]), 1, return_indices=True)
    assert places.tolist() == [[[2]]]


@pytest.mark.parametrize("size", [81, (10, 8), (8, 3, 4)])
def test_windows_of_many_cells_are_searched_as_small_ones_are(size):
    """With ties, infinities and NaN; the reference engine's loops."""
    rng = np.random.default_rng(1)
    x = rng.integers(-3, 4, (2, 2, *np.atleast_1d(size))).astype(np.float64)
    x = mt.tensor(np.select([x == 3, x == -3], [np.inf, -np.inf], x))
    nan = x.clone()
    nan[0, :, ..., 2] = nan[0, :, ..., 1] = np.nan
    for one in (x, nan):
        pool = getattr(F, f"adaptive_max_pool{one.ndim - 2}d")
        with mt.use_engine("reference"):
            expected = pool(one, 1, True)[1]
        np.testing.assert_array_equal(pool(one, 1, True)[1], expected)


@ranks
@pytest.mark.parametrize("family", ["AdaptiveMaxPool", "AdaptiveAvgPool"])
def test_an_empty_batch_no_batch_and_an_output_of_nothing(rank, family):
    layer = getattr(nn, f"{family}{rank}d")(2)
    x = mt.randn(3, *SIZES[rank])
    np.testing.assert_array_equal(layer(x), layer(x.unsqueeze(0))[0])
    empty = mt.zeros(0, 3, *SIZES[rank], requires_grad=True)
    y = layer(empty)
    y.sum().backward()
    assert (y.shape, empty.grad.shape) == ((0, 3, *[2] * rank), empty.shape)
    assert getattr(nn, f"{family}{rank}d")(0)(x).shape == (3, *[0] * rank)


def test_inputs_of_any_layout_are_left_as_they_were():
    array = np.random.default_rng(0).standard_normal((5, 7, 3, 2)).astype(np.float32)
    turned = mt.tensor(array).permute(3, 2, 0, 1)
    for pool in (F.adaptive_max_pool2d, F.adaptive_avg_pool2d):
        np.testing.assert_array_equal(pool(turned, (2, 3)), pool(turned.contiguous(), (2, 3)))
    np.testing.assert_array_equal(turned.numpy(), array.transpose(3, 2, 0, 1))


def test_float16_stays_float16_and_is_averaged_in_float32():
    x = mt.full((1, 1, 7), 40000.0, dtype=mt.float16)
    assert (F.adaptive_avg_pool1d(x, 3).dtype, F.adaptive_avg_pool1d(x, 3).tolist()) == (mt.float16, [[[40000.0] * 3]])
    assert F.adaptive_max_pool1d(x, 3).dtype == mt.float16


def test_layers_are_the_functions_and_print_as_pytorchs():
    x = mt.randn(2, 3, 7, 6)
    layer = nn.AdaptiveMaxPool2d((None, 4), return_indices=True)
    for found, expected in zip(layer(x), F.adaptive_max_pool2d_with_indices(x, (None, 4)), strict=True):
        np.testing.assert_array_equal(found, expected)
    assert repr(layer) == "AdaptiveMaxPool2d(output_size=(None, 4))"


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (
            lambda: nn.AdaptiveMaxPool2d((1, 2, 3)),
            ValueError,
            "AdaptiveMaxPool2d: output_size needs one entry per spatial axis, (H, W), got (1, 2, 3)",
        ),
        (
            lambda: F.adaptive_max_pool1d(mt.ones(1, 2, 3, dtype=mt.int64), 1),
            TypeError,
            "adaptive_max_pool1d: the input must be floating-point, got int64: try x.float()",
        ),
        (
            lambda: F.adaptive_max_pool2d(mt.ones(1, 2, 3, 0), 1),
            mt.ShapeError,
            "adaptive_max_pool2d: the input has no cells along W\n  input (N, C, H, W) = (1, 2, 3, 0)",
        ),
    ],
)
def test_what_is_refused(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message
