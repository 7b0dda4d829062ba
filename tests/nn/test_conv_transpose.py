"""Shows that transposed convolution is the adjoint of convolution, and comes back to every size that one starts from."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn

TRANSPOSED = {1: nn.ConvTranspose1d, 2: nn.ConvTranspose2d, 3: nn.ConvTranspose3d}
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
def test_transposed_convolution_is_the_adjoint(rank):
    """<g, conv(x, w)> = <conv_transpose(g, w), x> with the same weight array, exactly."""
    options = {"stride": 2, "padding": 1, "dilation": 2, "groups": 2}
    x, w = integers(2, 4, *[8] * rank), integers(6, 2, *[3] * rank)
    y = getattr(F, f"conv{rank}d")(x, w, **options)
    g = integers(*y.shape)
    back = getattr(F, f"conv_transpose{rank}d")(g, w, output_padding=1, **options)
    assert back.shape == x.shape
    assert (g * y).sum().item() == (back * x).sum().item()


def test_transposed_convolution_comes_back_to_every_size():
    weight = mt.ones(1, 1, 4, 4)
    for h, w, kernel, dilation, stride, padding in product(
        range(13, 24), range(13, 17), range(2, 5), range(1, 5), range(1, 4), range(3)
    ):
        x, part = mt.ones(1, 1, h, w), weight[..., :kernel, :kernel]
        up = nn.ConvTranspose2d(1, 1, kernel, stride, padding, dilation=dilation, bias=False)
        with mt.no_grad():
            y = F.conv2d(x, part, stride=stride, padding=padding, dilation=dilation)
            assert up(y, output_size=x.shape).shape == x.shape


@ranks
def test_output_size_is_spatial_or_whole_with_or_without_a_batch(rank):
    layer = TRANSPOSED[rank](2, 3, 3, stride=2)
    wanted = tuple(2 * size + 2 - axis % 2 for axis, size in enumerate(SIZES[rank]))
    x = mt.randn(2, 2, *SIZES[rank])
    for size in (wanted, list(wanted), (2, 2, *wanted)):
        assert layer(x, output_size=size).shape == (2, 3, *wanted)
    for size in (wanted, (2, *wanted)):
        assert layer(x[0], output_size=size).shape == (3, *wanted)
    assert layer(x).shape == (2, 3, *[2 * size + 1 for size in SIZES[rank]])


def test_output_size_reaches_from_the_smallest_to_stride_minus_one_more():
    layer = nn.ConvTranspose1d(1, 1, 3, stride=3, padding=1)
    for size in (13, 14, 15):
        assert layer(mt.ones(1, 1, 5), output_size=[size]).shape == (1, 1, size)


@ranks
def test_transposed_groups_are_transposed_convolutions_side_by_side(rank):
    x, w, b = integers(2, 4, *SIZES[rank]), integers(4, 3, *[3] * rank), integers(6)
    conv = getattr(F, f"conv_transpose{rank}d")
    halves = [conv(x[:, 2 * i : 2 * i + 2], w[2 * i : 2 * i + 2], b[3 * i : 3 * i + 3], stride=2) for i in range(2)]
    assert_equal(conv(x, w, b, stride=2, groups=2), mt.cat(halves, 1))
