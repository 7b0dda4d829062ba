"""The activations are their formulas, as functions and as modules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import special

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn

VALUES = arrays.arrays(
    np.float64, arrays.array_shapes(min_dims=1, max_dims=3, max_side=4), elements=st.floats(-30, 30, allow_subnormal=False)
)


@given(VALUES)
def test_functions_and_modules_are_scipys(x):
    """Over the last axis, where there is one to choose."""
    for module, function, expected in [
        (nn.ReLU(), F.relu, np.maximum(x, 0)),
        (nn.Sigmoid(), F.sigmoid, special.expit(x)),
        (nn.Tanh(), F.tanh, np.tanh(x)),
        (nn.Softmax(-1), lambda t: F.softmax(t, -1), special.softmax(x, -1)),
        (nn.LogSoftmax(-1), lambda t: F.log_softmax(t, -1), special.log_softmax(x, -1)),
    ]:
        answer = module(mt.tensor(x))
        np.testing.assert_allclose(answer.numpy(), expected, rtol=1e-12, atol=1e-12)
        assert mt.equal(function(mt.tensor(x)), answer)


@pytest.mark.parametrize("module", [nn.Sigmoid(), nn.Tanh(), nn.Softmax(1), nn.LogSoftmax(1)])
def test_gradients_of_both_orders(module):
    """Finite differences."""
    x = mt.randn(3, 4, dtype=mt.float64, requires_grad=True)
    assert mt.autograd.gradcheck(module, x)
    assert mt.autograd.gradgradcheck(module, x)


def test_relu_in_place_stands_for_its_input():
    """A tensor of the graph is written to, and its gradient is that of the relu."""
    x = mt.tensor([-1.0, 2.0], requires_grad=True)
    h = x * 3
    assert nn.ReLU(inplace=True)(h) is h
    assert h.tolist() == [0, 6]
    h.sum().backward()
    assert x.grad.tolist() == [0, 3]


def test_extremes_stay_finite():
    """No overflow on either side."""
    x = mt.tensor([-1e4, 0.0, 1e4])
    assert F.sigmoid(x).tolist() == [0, 0.5, 1]
    assert F.softmax(x, 0).tolist() == [0, 0, 1]
    assert F.log_softmax(x, 0).tolist() == [-2e4, -1e4, 0]


@pytest.mark.parametrize(("shape", "dim"), [((3,), 0), ((2, 3), 1), ((2, 3, 4), 0), ((2, 3, 2, 2), 1)])
def test_softmax_without_an_axis_takes_pytorchs_old_choice_and_warns(shape, dim):
    """The whole warning."""
    x = mt.randn(*shape)
    for function in (F.softmax, F.log_softmax):
        expected = rf"^{function.__name__}: name the axis: without dim, {dim} is taken for {len(shape)} axes$"
        with pytest.warns(UserWarning, match=expected):
            assert mt.equal(function(x), function(x, dim))


def test_softmax_converts_first():
    """The dtype is that of the computation."""
    x = mt.tensor([0, 1])
    assert F.softmax(x, 0, dtype=mt.float64).dtype == mt.float64
    assert F.log_softmax(x, 0, dtype=mt.float64).dtype == mt.float64


def test_reprs_are_pytorchs():
    """Arguments where there are any."""
    modules = [nn.ReLU(), nn.ReLU(True), nn.Sigmoid(), nn.Tanh(), nn.Softmax(dim=1), nn.LogSoftmax(dim=-1), nn.Softmax()]
    assert [repr(module) for module in modules] == [
        "ReLU()", "ReLU(inplace=True)", "Sigmoid()", "Tanh()", "Softmax(dim=1)", "LogSoftmax(dim=-1)", "Softmax(dim=None)",
    ]  # fmt: skip
