"""Shows that padding='same' keeps every size, and that a convolution's padding holds what `numpy.pad` puts there."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn

CONV = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}
SIZES = {1: (9,), 2: (7, 6), 3: (5, 4, 6)}
ranks = pytest.mark.parametrize("rank", [1, 2, 3])


@pytest.fixture(autouse=True)
def _seeded():
    mt.manual_seed(0)


def integers(*shape):
    """Small integers in float64, on which sums and products are exact."""
    return mt.randint(-3, 4, shape).double()


def assert_equal(found, expected):
    np.testing.assert_array_equal(np.asarray(found), np.asarray(expected), strict=True)


@ranks
def test_same_padding_keeps_every_size(rank):
    for kernel, dilation in product(product(range(1, 5), repeat=rank), (1, 2)):
        layer = CONV[rank](1, 1, kernel, padding="same", dilation=dilation)
        assert layer(mt.ones(1, 1, *[9] * rank)).shape == (1, 1, *[9] * rank)


def test_same_padding_of_an_even_kernel_has_the_rest_after():
    x = mt.tensor([[[1.0, 2.0, 3.0]]])
    assert F.conv1d(x, mt.tensor([[[1.0, 10.0]]]), padding="same").tolist() == [[[21, 32, 3]]]
    assert F.conv1d(x, mt.tensor([[[1.0, 10.0, 100.0, 1000.0]]]), padding="same").tolist() == [[[3210, 321, 32]]]


def test_valid_padding_is_none():
    x, w = integers(1, 2, 7, 6), integers(3, 2, 3, 3)
    assert_equal(F.conv2d(x, w, padding="valid", stride=2), F.conv2d(x, w, stride=2))


NUMPY_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


@ranks
@pytest.mark.parametrize("mode", NUMPY_MODES)
@pytest.mark.parametrize("same", [False, True], ids=["amounts", "same"])
def test_padding_modes_are_numpys(rank, mode, same):
    """The layer is a convolution without padding over what `numpy.pad` makes of the input."""
    kernel, amounts = (4, 2, 3)[:rank], (2, 3, 1)[:rank]
    layer = CONV[rank](2, 3, kernel, padding="same" if same else amounts, padding_mode=mode, bias=False, dtype=mt.float64)
    with mt.no_grad():
        layer.weight.copy_(integers(*layer.weight.shape))
    x = integers(2, 2, *SIZES[rank])
    totals = [k - 1 for k in kernel]
    pairs = [(total // 2, total - total // 2) for total in totals] if same else [(amount, amount) for amount in amounts]
    padded = np.pad(x.numpy(), [(0, 0), (0, 0), *pairs], NUMPY_MODES[mode])
    assert_equal(layer(x), getattr(F, f"conv{rank}d")(mt.tensor(padded), layer.weight))


@pytest.mark.parametrize("mode", ["reflect", "replicate", "circular"])
def test_padding_modes_have_gradients_of_both_orders(mode):
    layer = nn.Conv2d(1, 2, (2, 3), stride=2, padding=(2, 1), padding_mode=mode, dtype=mt.float64)
    x = mt.randn(1, 1, 4, 3, dtype=mt.float64, requires_grad=True)
    assert mt.autograd.gradcheck(layer, x)
    assert mt.autograd.gradgradcheck(layer, x)
