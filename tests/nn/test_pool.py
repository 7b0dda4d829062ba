"""Shows that pooling takes the largest of, and averages over, the windows that the formula names, to the second order."""

from __future__ import annotations

from itertools import product
from math import ceil, floor

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn
from minitensor.testing.geometries import pool_geometries

engines = pytest.mark.parametrize("engine", ["reference", "numpy"])
ranks = pytest.mark.parametrize("rank", [1, 2, 3])
some = settings(max_examples=150, derandomize=True, deadline=None)
SIZES = {1: (9,), 2: (7, 6), 3: (5, 4, 6)}


def options_of(geometry):
    """A drawn geometry as the arguments of a pooling function."""
    return {"stride": geometry.stride, "padding": geometry.pad, "ceil_mode": geometry.ceil_mode}


def windows(in_spatial, kernel, stride, padding, dilation, ceil_mode):
    """How many windows there are along each axis, and for each window, in order, the cells on each axis that it reads."""
    axes = []
    for size, k, s, p, d in zip(in_spatial, kernel, stride, padding, dilation, strict=True):
        steps = (size + 2 * p - d * (k - 1) - 1) / s
        count = (ceil(steps) if ceil_mode else floor(steps)) + 1
        if ceil_mode and (count - 1) * s >= size + p:
            count -= 1  # a window that would begin behind the input
        axes.append([[s * w + d * tap - p for tap in range(k)] for w in range(count)])
    return tuple(len(axis) for axis in axes), list(product(*axes))


def inside(cells, in_spatial):
    """Those of a window's cells that lie in the input."""
    return [i for i in product(*cells) if all(0 <= at < size for at, size in zip(i, in_spatial, strict=True))]


def assert_equal(found, expected):
    np.testing.assert_array_equal(np.asarray(found), np.asarray(expected), strict=True)


# Max pooling


@engines
@some
@given(geometry=pool_geometries(), seed=st.integers(0, 99))
def test_max_pooling_takes_the_first_of_the_largest(engine, geometry, seed):
    """Values, places, and the gradient, which goes to these places; with many ties."""
    rng, size = np.random.default_rng(seed), geometry.in_spatial
    image = rng.integers(-2, 3, size).astype(np.float64)
    x = mt.tensor(image[None, None], requires_grad=True)
    out, found = windows(size, geometry.kernel, geometry.stride, geometry.pad, geometry.dilation, geometry.ceil_mode)
    best = [max(inside(cells, size), key=lambda i: image[i]) for cells in found]
    with mt.use_engine(engine):
        pool = getattr(F, f"max_pool{geometry.rank}d")
        options = {**options_of(geometry), "dilation": geometry.dilation, "return_indices": True}
        y, places = pool(x, geometry.kernel, **options)
        assert_equal(y[0, 0], np.array([image[i] for i in best]).reshape(out))
        assert_equal(places[0, 0], np.array([np.ravel_multi_index(i, size) for i in best]).reshape(out))
        g = mt.tensor(rng.integers(-3, 4, y.shape).astype(np.float64), requires_grad=True)
        (gradient,) = mt.autograd.grad(y, x, g, create_graph=True)
        expected = np.zeros(size)
        for i, value in zip(best, g.numpy().ravel(), strict=True):
            expected[i] += value
        assert_equal(gradient[0, 0], expected)
        direction = rng.integers(-3, 4, size).astype(np.float64)
        (second,) = mt.autograd.grad(gradient, g, mt.tensor(direction[None, None]))
    assert_equal(second[0, 0], np.array([direction[i] for i in best]).reshape(out))


def test_max_pooling_of_numbers_and_its_places():
    x = mt.tensor([[[[1.0, 5.0, 2.0], [7.0, 3.0, 4.0], [0.0, 6.0, 8.0]]]], requires_grad=True)
    y, places = F.max_pool2d(x, 2, stride=1, return_indices=True)
    assert y.tolist() == [[[[7, 5], [7, 8]]]]
    assert places.tolist() == [[[[3, 1], [3, 8]]]]
    y.sum().backward()
    assert x.grad.tolist() == [[[[0, 1, 0], [2, 0, 0], [0, 0, 1]]]]


def test_padding_is_never_the_largest():
    assert F.max_pool1d(-mt.ones(1, 1, 4), 3, stride=1, padding=1).tolist() == [[[-1, -1, -1, -1]]]


def test_max_pooling_of_integers():
    x = mt.tensor([[[3, -5, 2, 7]]])
    y = F.max_pool1d(x, 2)
    assert (y.dtype, y.tolist()) == (mt.int64, [[[3, 7]]])


def test_nan_is_the_largest():
    x = mt.tensor([[[1.0, np.nan, 2.0, 3.0]]])
    y, places = F.max_pool1d(x, 2, return_indices=True)
    np.testing.assert_array_equal(y.numpy(), [[[np.nan, 3.0]]])
    assert places.tolist() == [[[1, 3]]]


# Average pooling


@engines
@some
@given(geometry=pool_geometries(most_dilation=1), count_include_pad=st.booleans())
def test_average_pooling_divides_by_the_cells_that_count(engine, geometry, count_include_pad):
    """The value, and the gradient: each cell of a window gets the window's gradient divided by the same number."""
    assume(geometry.rank < 3 or all(k <= size for k, size in zip(geometry.kernel, geometry.in_spatial, strict=True)))
    rng, size, pad = np.random.default_rng(0), geometry.in_spatial, geometry.pad
    image = rng.integers(-9, 10, size).astype(np.float64)
    x = mt.tensor(image[None, None], requires_grad=True)
    out, found = windows(size, geometry.kernel, geometry.stride, pad, (1,) * geometry.rank, geometry.ceil_mode)
    y_expected, x_expected = np.zeros(len(found)), np.zeros(size)
    g = rng.integers(-3, 4, out).astype(np.float64)
    for number, cells in enumerate(found):
        padded = [[at for at in axis if at < length + p] for axis, length, p in zip(cells, size, pad, strict=True)]
        read = inside(cells, size)
        divisor = np.prod([len(axis) for axis in padded]) if count_include_pad else len(read)
        y_expected[number] = sum(image[i] for i in read) / divisor
        for i in read:
            x_expected[i] += g.flat[number] / divisor
    with mt.use_engine(engine):
        pool = getattr(F, f"avg_pool{geometry.rank}d")
        y = pool(x, geometry.kernel, **options_of(geometry), count_include_pad=count_include_pad)
        (gradient,) = mt.autograd.grad(y, x, mt.tensor(g[None, None]))
    np.testing.assert_allclose(y.numpy()[0, 0], y_expected.reshape(out), rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(gradient.numpy()[0, 0], x_expected, rtol=1e-13, atol=1e-13)


def test_divisor_override_takes_the_place_of_the_count():
    assert F.avg_pool2d(mt.ones(1, 4, 4), 2, divisor_override=8).tolist() == [[[0.5, 0.5], [0.5, 0.5]]]
    assert F.avg_pool3d(mt.ones(1, 2, 2, 2), 2, divisor_override=2).tolist() == [[[[4.0]]]]


@pytest.mark.parametrize(("rank", "pool"), [(1, nn.AvgPool1d(8)), (2, nn.AvgPool2d(8)), (2, nn.AdaptiveAvgPool2d(2))])
def test_float16_is_averaged_in_float32(rank, pool):
    """A sum beyond the largest float16, forward; a gradient that is not lost, backward."""
    x = mt.full((1, 1, *[16] * rank), 40000.0, dtype=mt.float16).requires_grad_()
    y = pool(x)
    assert (y.dtype, set(y.numpy().ravel())) == (mt.float16, {40000.0})
    y.sum().backward()
    assert x.grad.dtype == mt.float16
    np.testing.assert_allclose(x.grad.numpy(), 1 / 8**rank)


def test_averages_of_int64_lose_their_fraction():
    """As in PyTorch; other integers are refused."""
    y = F.avg_pool1d(mt.tensor([[[-3, -4, 3, 4]]]), 2)
    assert (y.dtype, y.tolist()) == (mt.int64, [[[-3, 3]]])


@pytest.mark.parametrize("rank", [2, 3])
def test_a_tuple_of_one_stands_for_every_axis(rank):
    x = mt.randn(1, 2, *SIZES[rank])
    pool = getattr(F, f"max_pool{rank}d")
    assert_equal(pool(x, (2,), [1], (1,), (1,)), pool(x, 2, 1, 1, 1))
    assert_equal(pool(x, (2,), stride=()), pool(x, 2))


@ranks
@pytest.mark.parametrize("family", ["max_pool", "avg_pool", "adaptive_avg_pool"])
def test_gradients_of_both_orders_by_differences(rank, family):
    x = mt.tensor(np.random.default_rng(0).permutation(np.prod((1, 2, *SIZES[rank]))).reshape(1, 2, *SIZES[rank]) / 7.0)
    x.requires_grad_()
    pool = getattr(F, f"{family}{rank}d")
    assert mt.autograd.gradcheck(lambda x: pool(x, 2), x)
    assert mt.autograd.gradgradcheck(lambda x: pool(x, 2), x)


# Batches, layers and words


@ranks
@pytest.mark.parametrize("family", ["MaxPool", "AvgPool", "AdaptiveAvgPool"])
def test_one_sample_needs_no_batch_and_a_batch_may_be_empty(rank, family):
    layer = getattr(nn, f"{family}{rank}d")(2)
    x = mt.randn(3, *SIZES[rank])
    assert_equal(layer(x), layer(x.unsqueeze(0))[0])
    empty = mt.zeros(0, 3, *SIZES[rank], requires_grad=True)
    y = layer(empty)
    assert y.shape == (0, *layer(x).shape)
    y.sum().backward()
    assert empty.grad.shape == empty.shape


@ranks
def test_layers_are_the_functions(rank):
    x = mt.randn(2, 3, *SIZES[rank])
    windows = {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True}
    for return_indices in (False, True):
        layer = getattr(nn, f"MaxPool{rank}d")(**windows, return_indices=return_indices)
        expected = getattr(F, f"max_pool{rank}d")(x, **windows, return_indices=return_indices)
        for found, wanted in zip(as_tuple(layer(x)), as_tuple(expected), strict=True):
            assert_equal(found, wanted)
    layer = getattr(nn, f"AvgPool{rank}d")(**windows, count_include_pad=False)
    assert_equal(layer(x), getattr(F, f"avg_pool{rank}d")(x, **windows, count_include_pad=False))
    assert_equal(getattr(nn, f"AdaptiveAvgPool{rank}d")(2)(x), getattr(F, f"adaptive_avg_pool{rank}d")(x, 2))


def as_tuple(answer):
    """One Tensor as a tuple of one."""
    return answer if isinstance(answer, tuple) else (answer,)


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (nn.MaxPool1d(2), "MaxPool1d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)"),
        (
            nn.MaxPool2d((2, 3), return_indices=True),
            "MaxPool2d(kernel_size=(2, 3), stride=(2, 3), padding=0, dilation=1, ceil_mode=False)",
        ),
        (nn.MaxPool3d(3, 1, 1, ceil_mode=True), "MaxPool3d(kernel_size=3, stride=1, padding=1, dilation=1, ceil_mode=True)"),
        (nn.AvgPool1d(2), "AvgPool1d(kernel_size=(2,), stride=(2,), padding=(0,))"),
        (nn.AvgPool2d(3, 2, 1, divisor_override=5), "AvgPool2d(kernel_size=3, stride=2, padding=1)"),
        (nn.AvgPool3d(2), "AvgPool3d(kernel_size=2, stride=2, padding=0)"),
        (nn.AdaptiveAvgPool1d(3), "AdaptiveAvgPool1d(output_size=3)"),
        (nn.AdaptiveAvgPool2d((None, 3)), "AdaptiveAvgPool2d(output_size=(None, 3))"),
        (nn.AdaptiveAvgPool3d(1), "AdaptiveAvgPool3d(output_size=1)"),
    ],
)
def test_repr_is_pytorchs(layer, words):
    assert repr(layer) == words


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: nn.MaxPool2d(0), ValueError, "MaxPool2d: kernel_size must be at least 1, got 0"),
        (
            lambda: nn.MaxPool2d((2, 2, 2)),
            ValueError,
            "MaxPool2d: kernel_size needs one entry per spatial axis, the outermost first: 2 in all, got (2, 2, 2)",
        ),
        (lambda: nn.MaxPool1d(2, dilation=0), ValueError, "MaxPool1d: dilation must be at least 1, got 0"),
        (
            lambda: nn.MaxPool2d(2, padding=2),
            ValueError,
            "MaxPool2d: padding must be at most half of the kernel, got padding (2, 2) and kernel_size (2, 2)",
        ),
        (lambda: nn.AvgPool3d(2, stride=-1), ValueError, "AvgPool3d: stride must be at least 1, got -1"),
        (
            lambda: nn.AvgPool2d(2, divisor_override=0),
            ValueError,
            "AvgPool2d: divisor_override must be an int other than 0, got 0",
        ),
        (
            lambda: F.avg_pool2d(mt.ones(1, 4, 4), 2, divisor_override=1.5),
            ValueError,
            "avg_pool2d: divisor_override must be an int other than 0, got 1.5",
        ),
        (lambda: nn.MaxPool2d(2, ceil_mode=1), TypeError, "MaxPool2d: ceil_mode is True or False, got 1"),
        (lambda: nn.AdaptiveAvgPool2d(-1), ValueError, "AdaptiveAvgPool2d: output_size must be at least 0, got -1"),
        (lambda: nn.AdaptiveAvgPool1d(None), ValueError, "AdaptiveAvgPool1d: output_size must be an int, got None"),
        (
            lambda: nn.MaxPool1d(2)(mt.ones(2, 0, 4)),
            mt.ShapeError,
            "max_pool1d: the input has no channels\n  input (N, C, L) = (2, 0, 4)",
        ),
        (
            lambda: F.avg_pool3d(mt.ones(1, 2, 2, 2), (2, 2, 3), padding=(0, 0, 1)),
            mt.ShapeError,
            "avg_pool3d: the kernel (2, 2, 3) is larger than the input (2, 2, 2)\n"
            "  input  (D, H, W) = (2, 2, 2)\n  kernel (D, H, W) = (2, 2, 3)",
        ),
        (
            lambda: nn.AdaptiveAvgPool2d((1, 2, 3)),
            ValueError,
            "AdaptiveAvgPool2d: output_size needs one entry per spatial axis, (H, W), got (1, 2, 3)",
        ),
        (
            lambda: nn.MaxPool2d(2)(np.ones((1, 4, 4))),
            TypeError,
            "max_pool2d: the input must be a Tensor, got ndarray: convert it with mt.tensor(...)",
        ),
        (
            lambda: nn.MaxPool2d(2)(mt.ones(1, 4, 4, dtype=mt.bool)),
            TypeError,
            "max_pool2d: the input must be floating-point, got bool: try x.float()",
        ),
        (
            lambda: nn.AvgPool2d(2)(mt.ones(1, 4, 4, dtype=mt.uint8)),
            TypeError,
            "avg_pool2d: the input must be floating-point, got uint8: try x.float() / 255",
        ),
        (
            lambda: nn.AvgPool1d(2)(mt.ones(4)),
            mt.ShapeError,
            "avg_pool1d: the input must be (N, C, L) or, without a batch, (C, L), got the shape (4,): "
            "for one sample of one channel try x.unsqueeze(0)",
        ),
        (
            lambda: nn.MaxPool1d(3, dilation=2)(mt.ones(1, 4)),
            mt.ShapeError,
            "max_pool1d: the dilated kernel (5,) is larger than the padded input (4,)\n"
            "  input    (L) = (4,)\n  kernel   (L) = (3,)\n  dilation (L) = (2,)",
        ),
        (
            lambda: nn.AdaptiveAvgPool2d(1)(mt.ones(2, 3, 0, 4)),
            mt.ShapeError,
            "adaptive_avg_pool2d: the input has no cells along H\n  input (H, W) = (0, 4)",
        ),
    ],
)
def test_what_is_refused(call, kind, message):
    with pytest.raises(Exception) as caught:  # noqa: PT011 (the type and the whole text are compared)
        call()
    assert type(caught.value) is kind
    assert str(caught.value) == message
