"""Shows that every engine's kernels of normalisation answer the formulas, and how exact they are."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import minitensor as mt
from minitensor.kernels import reference
from minitensor.kernels.numpy_ import norm as numpy_norm
from minitensor.ops import norm as ops

engines = pytest.mark.parametrize("engine", [reference, numpy_norm], ids=["reference", "numpy"])
# (n, c, *spatial): lines that are short, that BLAS multiplies, and longer than it adds exactly; few samples and many.
SHAPES = [(6, 3), (1, 3, 2), (3, 2, 5, 7), (5, 2, 9, 8), (2, 2, 4099), (4, 1, 5000)]
shapes = pytest.mark.parametrize("shape", SHAPES, ids=str)


def standardized(x, eps):
    """The formula in float64."""
    over = (0, *range(2, x.ndim))
    x = x.astype(np.float64)
    mean, variance = x.mean(over, keepdims=True), x.var(over, keepdims=True)
    return (x - mean) / np.sqrt(variance + eps), mean.reshape(-1), variance.reshape(-1)


def beside(numbers, x):
    return numbers.reshape(1, -1, *[1] * (x.ndim - 2))


@engines
@shapes
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_channels_have_the_mean_and_the_variance_that_they_should(engine, shape, dtype):
    rng = np.random.default_rng(0)
    x = (rng.standard_normal(shape) * 2 + 3).astype(dtype)
    weight, bias = (rng.standard_normal(shape[1]).astype(dtype) for _ in range(2))
    found = np.empty((2, shape[1]), dtype)
    y = engine.standardize(x, eps=0.01, statistics=found)
    expected, mean, variance = standardized(x, 0.01)
    close = {"rtol": 3e-6, "atol": 3e-6} if dtype == np.float32 else {"rtol": 1e-12, "atol": 1e-12}
    assert y.dtype == dtype
    np.testing.assert_allclose(y, expected, **close)
    np.testing.assert_allclose(found, [mean, variance], **close)
    again = np.empty_like(found)
    y = engine.batch_norm(x, weight, bias, eps=0.01, statistics=again)
    np.testing.assert_allclose(y, expected * beside(weight, x) + beside(bias, x), **close)
    np.testing.assert_array_equal(found, again)


@engines
def test_a_large_mean_leaves_the_differences_from_it_exact(engine):
    """In float32 the squares of 10,000 and of 10,001 are 2 % of their difference off; the differences themselves are not."""
    x = (10000 + np.arange(64) % 2).astype(np.float32).reshape(4, 1, 16)
    found = np.empty((2, 1), np.float32)
    y = engine.standardize(x, eps=0.0, statistics=found)
    np.testing.assert_allclose(y.reshape(-1), np.arange(64) % 2 * 2 - 1.0, rtol=1e-6)
    np.testing.assert_allclose(found, [[10000.5], [0.25]], rtol=1e-6)


@shapes
def test_the_kernels_gradient_of_standardizing_is_that_of_the_matrix(shape):
    """J = r * (1 - (one one^T + y y^T) / m), formed for each channel; it is symmetric."""
    rng = np.random.default_rng(1)
    if np.prod(shape) > 1000:
        shape = (*shape[:2], 40)
    x, g = rng.standard_normal(shape), rng.standard_normal(shape)
    answer = numpy_norm.standardize_grad(g, x, eps=0.1)
    y, _, variance = standardized(x, 0.1)
    for c in range(shape[1]):
        line, m = y[:, c].reshape(-1), y[:, c].size
        jacobian = (np.eye(m) - (np.ones((m, m)) + np.outer(line, line)) / m) / np.sqrt(variance[c] + 0.1)
        np.testing.assert_allclose(answer[:, c].reshape(-1), jacobian @ g[:, c].reshape(-1), atol=1e-12)


@pytest.mark.parametrize("length", [7, 33, 4096, 4097, 9000])
def test_sums_of_products_of_small_integers_are_exact(length):
    rng = np.random.default_rng(2)
    a, b = (rng.integers(-3, 4, (3, 2, length)).astype(np.float32) for _ in range(2))
    expected = [sum(Fraction(float(one)) for one in line) for line in (a * b).transpose(1, 0, 2).reshape(2, -1)]
    assert numpy_norm.sum_products(a, b).tolist() == [float(one) for one in expected]


@engines
@pytest.mark.parametrize("name", ["standardize", "batch_norm"])
def test_float16_is_worked_out_in_float32(engine, name):
    x = np.array([[300.0, -300.0], [302.0, 300.0]], np.float16)  # their squares are infinite in float16
    one, zero = np.ones(2, np.float16), np.zeros(2, np.float16)
    y = getattr(engine, name)(x, *((one, zero) if name == "batch_norm" else ()), eps=0.0)
    assert (y.dtype, y.tolist()) == (np.float16, [[-1, -1], [1, 1]])


def test_nothing_has_no_statistics_and_no_warning():
    for engine in (reference, numpy_norm):
        found = np.empty((2, 3))
        assert engine.standardize(np.ones((0, 3, 4)), eps=0.1, statistics=found).shape == (0, 3, 4)
        assert found.tolist() == [[0, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize("engine", ["numpy", "reference"])
def test_both_engines_have_the_same_gradients(engine):
    """Of the input, the weight and the bias together, and of the input alone, against finite differences."""
    rng = np.random.default_rng(3)
    x, weight, bias = (mt.from_numpy(rng.standard_normal(shape)).requires_grad_() for shape in ((3, 2, 4), 2, 2))
    with mt.use_engine(engine):
        assert mt.autograd.gradcheck(lambda *args: ops.batch_norm(*args, eps=0.1), [x, weight, bias])
        assert mt.autograd.gradcheck(lambda x: ops.batch_norm(x, weight.detach(), bias.detach(), eps=0.1), [x])
