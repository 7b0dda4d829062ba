"""LP pooling is the p-norm of each window: its formula by NumPy, its gradients by differences."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn

ranks = pytest.mark.parametrize("rank", [1, 2, 3])
SIZES = {1: (9,), 2: (5, 6), 3: (3, 4, 2)}


def drawn(rank, low=0.5):
    return np.random.default_rng(0).uniform(low, 2, (2, 2, *SIZES[rank]))


def windows(x, rank, stride):
    """NumPy's own windows of two cells along each axis (n, c, *out_spatial, cell)."""
    found = sliding_window_view(x, (2,) * rank, tuple(range(2, x.ndim)))
    return found[(slice(None), slice(None), *[slice(None, None, stride)] * rank)].reshape(
        *found[(slice(None), slice(None), *[slice(None, None, stride)] * rank)].shape[: 2 + rank], -1
    )


@ranks
@pytest.mark.parametrize("p", [1, 2, 3.0, 1.5, -2, math.inf, -math.inf])
def test_each_window_has_its_norm(rank, p):
    """`numpy.linalg.norm` of its cells."""
    x = drawn(rank)
    found = getattr(F, f"lp_pool{rank}d")(mt.tensor(x), p, 2, stride=1)
    np.testing.assert_allclose(found.numpy(), np.linalg.norm(windows(x, rank, 1), p, axis=-1), rtol=1e-12)


@ranks
@pytest.mark.parametrize("p", [2, 3.0, -1, math.inf])
def test_gradients_of_both_orders_by_differences(rank, p):
    x = mt.tensor(drawn(rank), requires_grad=True)
    assert mt.autograd.gradcheck(lambda x: getattr(F, f"lp_pool{rank}d")(x, p, 2), x)
    assert mt.autograd.gradgradcheck(lambda x: getattr(F, f"lp_pool{rank}d")(x, p, 2), x)


def test_a_window_beyond_the_input_counts_as_a_whole_one():
    """With ceil_mode the last window has one cell, 4, and its sum of squares is doubled: recorded from PyTorch."""
    y = F.lp_pool1d(mt.tensor([[[1.0, 2.0, 4.0]]]), 2, 2, ceil_mode=True)
    np.testing.assert_allclose(y.numpy(), [[[math.sqrt(5), math.sqrt(32)]]], rtol=1e-6)


def test_a_window_of_zeros_has_the_gradient_zero():
    x = mt.tensor([[[0.0, 0.0, 3.0, 4.0]]], requires_grad=True)
    F.lp_pool1d(x, 2, 2).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), [[[0, 0, 0.6, 0.8]]], rtol=1e-6)


def test_odd_powers_keep_the_sign_of_a_sum():
    """With p = 1 it is the sum itself; the cube root of a negative sum is none."""
    x = mt.tensor([[[-3.0, 1.0, 1.0, 2.0]]])
    assert F.lp_pool1d(x, 1, 2).tolist() == [[[-2.0, 3.0]]]
    assert F.lp_pool1d(x, 3, 2).isnan().tolist() == [[[True, False]]]


def test_float16_powers_are_summed_in_float32():
    y = F.lp_pool1d(mt.full((1, 1, 4), 300.0, dtype=mt.float16), 2, 4)
    assert (y.dtype, y.tolist()) == (mt.float16, [[[600.0]]])


@ranks
def test_layers_are_the_functions_for_batches_and_samples(rank):
    x = mt.tensor(drawn(rank))
    layer = getattr(nn, f"LPPool{rank}d")(3, 2, stride=1, ceil_mode=True)
    np.testing.assert_array_equal(layer(x), getattr(F, f"lp_pool{rank}d")(x, 3.0, 2, 1, True))
    np.testing.assert_array_equal(layer(x[0]), layer(x)[0])
    assert layer(x[:0]).shape == (0, *layer(x).shape[1:])
    assert repr(layer) == f"LPPool{rank}d(norm_type=3, kernel_size=2, stride=1, ceil_mode=True)"


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: nn.LPPool1d(0, 2), ValueError, "LPPool1d: norm_type is a number other than 0, got 0"),
        (lambda: nn.LPPool1d(2, (2,)), ValueError, "LPPool1d: kernel_size must be an int, got (2,)"),
        (lambda: nn.LPPool2d(2, 2, 0), ValueError, "LPPool2d: stride must be at least 1, got 0"),
        (lambda: nn.LPPool2d(2, 2, ceil_mode=0), TypeError, "LPPool2d: ceil_mode is True or False, got 0"),
        (
            lambda: F.lp_pool1d(mt.ones(1, 4, dtype=mt.int64), -1, 2),
            TypeError,
            "lp_pool1d: integers have no powers below 0, got norm_type=-1: try x.float()",
        ),
        (
            lambda: F.lp_pool2d(mt.ones(1, 4, 4, dtype=mt.uint8), 2, 2),
            TypeError,
            "lp_pool2d: the input must be floating-point, got uint8: try x.float() / 255",
        ),
    ],
)
def test_what_is_refused(call, kind, message):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) == message
