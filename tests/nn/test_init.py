"""Initial values have the bounds, moments and structure that they are named for."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

import minitensor as mt
from minitensor.nn import Parameter, init


@pytest.fixture
def source():
    return mt.Generator().manual_seed(3)


def assert_drawn_from(tensor, distribution):
    """Kolmogorov and Smirnov's test: with a fixed seed, its p-value is a fixed number."""
    assert stats.kstest(tensor.numpy().ravel().astype(np.float64), distribution.cdf).pvalue > 0.01


def test_uniform_and_normal(source):
    """Their distributions, in every dtype."""
    assert_drawn_from(init.uniform_(mt.empty(5000), -2, 3, generator=source), stats.uniform(-2, 5))
    assert_drawn_from(init.normal_(mt.empty(5000), 1, 0.5, generator=source), stats.norm(1, 0.5))
    for dtype in (mt.float16, mt.float32, mt.float64):
        assert init.uniform_(mt.empty(3, dtype=dtype), generator=source).dtype == dtype


@pytest.mark.parametrize(
    ("mean", "std", "a", "b"),
    [(0, 1, -2, 2), (0, 0.02, -2, 2), (1, 2, -1, 0), (0, 1, 5, 100), (0, 1, -9, -4), (3, 1, 2.9, 3.1)],
)
def test_trunc_normal_also_far_from_the_mean(source, mean, std, a, b):
    """The distribution between the bounds, and never beyond."""
    drawn = init.trunc_normal_(mt.empty(4000, dtype=mt.float64), mean, std, a, b, generator=source)
    assert a <= drawn.min().item()
    assert drawn.max().item() <= b
    assert_drawn_from(drawn, stats.truncnorm((a - mean) / std, (b - mean) / std, mean, std))


FAN_IN, FAN_OUT = 6 * 9, 40 * 9  # of (40, 6, 3, 3)


@pytest.mark.parametrize(
    ("fill", "deviation"),
    [
        (lambda w, g: init.xavier_uniform_(w, 2.0, generator=g), 2 * math.sqrt(2 / (FAN_IN + FAN_OUT))),
        (lambda w, g: init.xavier_normal_(w, generator=g), math.sqrt(2 / (FAN_IN + FAN_OUT))),
        (lambda w, g: init.kaiming_uniform_(w, math.sqrt(5), generator=g), math.sqrt(2 / 6 / FAN_IN)),
        (lambda w, g: init.kaiming_uniform_(w, mode="fan_out", nonlinearity="relu", generator=g), math.sqrt(2 / FAN_OUT)),
        (lambda w, g: init.kaiming_normal_(w, nonlinearity="tanh", generator=g), 5 / 3 / math.sqrt(FAN_IN)),
    ],
)
def test_xavier_and_kaiming_have_their_deviation(source, fill, deviation):
    """The variance that their papers ask for; uniform ones reach sqrt(3) deviations, and no further."""
    w = mt.empty(40, 6, 3, 3)
    assert fill(w, source) is w
    drawn = w.numpy().ravel()
    if np.abs(drawn).max() < 1.8 * deviation:
        assert_drawn_from(w, stats.uniform(-math.sqrt(3) * deviation, 2 * math.sqrt(3) * deviation))
    else:
        assert_drawn_from(w, stats.norm(0, deviation))


@pytest.mark.parametrize("shape", [(5, 5), (3, 7), (7, 3), (4, 2, 3, 3)])
def test_orthogonal_rows_or_columns_are_orthonormal(source, shape):
    """The shorter side, times the gain squared."""
    w = init.orthogonal_(mt.empty(*shape, dtype=mt.float64), 2.0, generator=source).numpy().reshape(shape[0], -1)
    product = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
    np.testing.assert_allclose(product, 4 * np.eye(len(product)), atol=1e-12)


@pytest.mark.parametrize("shape", [(4, 4, 3), (6, 4, 3, 5), (4, 6, 3, 3, 3)])
@pytest.mark.parametrize("groups", [1, 2])
def test_dirac_passes_channels_through_a_convolution(shape, groups):
    """With half the kernel as padding, each group's first channels come out as they went in."""
    rank = len(shape) - 2
    kernel = init.dirac_(mt.empty(*shape, dtype=mt.float64), groups)
    x = mt.randn(2, groups * shape[1], *(7, 6, 5)[:rank], dtype=mt.float64)
    conv = getattr(mt.nn.functional, f"conv{rank}d")
    y = conv(x, kernel, padding=tuple(k // 2 for k in shape[2:]), groups=groups).numpy()
    outputs, inputs = shape[0] // groups, shape[1]
    for group in range(groups):
        mine, given = y[:, group * outputs : (group + 1) * outputs], x.numpy()[:, group * inputs : (group + 1) * inputs]
        passed = min(outputs, inputs)
        np.testing.assert_array_equal(mine[:, :passed], given[:, :passed])
        assert not mine[:, passed:].any()


def test_constants_and_the_identity():
    """Filled in place, with the tensor as the answer."""
    w = mt.empty(2, 3)
    assert init.constant_(w, 0.5).tolist() == [[0.5] * 3] * 2
    assert init.ones_(w).tolist() == [[1] * 3] * 2
    assert init.zeros_(w).tolist() == [[0] * 3] * 2
    assert init.eye_(w).tolist() == [[1, 0, 0], [0, 1, 0]]
    assert init.eye_(w) is w


def test_parameters_are_filled_without_recording(source):
    """A leaf that requires grad, in place."""
    w = Parameter(mt.empty(3, 3))
    for fill in (
        init.uniform_,
        init.normal_,
        init.trunc_normal_,
        init.orthogonal_,
        init.xavier_normal_,
        init.kaiming_uniform_,
    ):
        assert fill(w, generator=source) is w
        assert w.is_leaf
        assert w.requires_grad


def test_a_seed_makes_it_repeatable():
    """The shared generator, and one's own."""
    mt.manual_seed(5)
    first = init.normal_(mt.empty(4))
    mt.manual_seed(5)
    assert mt.equal(init.normal_(mt.empty(4)), first)
    assert mt.equal(init.normal_(mt.empty(4), generator=mt.Generator().manual_seed(5)), first)


def test_gains_are_pytorchs():
    """The documented table."""
    expected = {"linear": 1, "conv3d": 1, "conv_transpose1d": 1, "sigmoid": 1, "tanh": 5 / 3, "relu": 2**0.5, "selu": 0.75}
    assert {name: init.calculate_gain(name) for name in expected} == expected
    assert init.calculate_gain("leaky_relu") == math.sqrt(2 / 1.0001)
    assert init.calculate_gain("leaky_relu", 0.5) == math.sqrt(1.6)
    assert init._calculate_fan_in_and_fan_out(mt.empty(4, 5)) == (5, 4)
