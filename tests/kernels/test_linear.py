"""Shows that every engine's affine map of rows is the sum of products that it says, and what float16 is summed in."""

from __future__ import annotations

import numpy as np
import pytest

from minitensor.kernels import reference
from minitensor.kernels.numpy_ import linear as numpy_linear

engines = pytest.mark.parametrize("engine", [reference, numpy_linear], ids=["reference", "numpy"])


@engines
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_small_integers_are_exact(engine, dtype):
    rng = np.random.default_rng(0)
    x, weight, bias = (rng.integers(-3, 4, shape).astype(dtype) for shape in ((5, 4), (3, 4), (3,)))
    y = engine.linear(x, weight, bias)
    expected = [[int(bias[o]) + sum(int(x[n, i]) * int(weight[o, i]) for i in range(4)) for o in range(3)] for n in range(5)]
    assert (y.dtype, y.tolist()) == (dtype, expected)


@engines
def test_float16_and_its_bias_are_summed_in_float32(engine):
    """In float16, 2048 + 1 + 1 is 2048, and the products of 60000 and 2 are infinite; their difference is not."""
    ones = np.ones((1, 2), np.float16)
    assert engine.linear(np.array([[2048, 1]], np.float16), ones, np.array([1], np.float16)).tolist() == [[2050]]
    x, weight = np.array([[60000, 60000]], np.float16), np.array([[2, -2]], np.float16)
    assert engine.linear(x, weight, np.array([3], np.float16)).tolist() == [[3]]


def test_the_bias_is_left_as_it_was():
    bias = np.zeros(2)
    numpy_linear.linear(np.ones((3, 2)), np.ones((2, 2)), bias)
    assert bias.tolist() == [0, 0]
