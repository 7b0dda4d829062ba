"""Linear is x @ weight^T + bias over the last axis, begins within its bounds, and Flatten and Identity move nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn


@given(
    leading=st.lists(st.integers(0, 3), max_size=3), inputs=st.integers(1, 4), outputs=st.integers(1, 4), bias=st.booleans(),
    seed=st.integers(0, 99),
)  # fmt: skip
def test_linear_and_its_gradients_are_the_formula_for_any_leading_axes(leading, inputs, outputs, bias, seed):
    """Small integers in float64: equal, with no tolerance. The gradients are einsum's."""
    draw = np.random.default_rng(seed)
    x, w, b, v = (
        draw.integers(-4, 5, shape).astype(np.float64)
        for shape in ((*leading, inputs), (outputs, inputs), (outputs,), (*leading, outputs))
    )
    tx, tw, tb = (mt.tensor(a, requires_grad=True) for a in (x, w, b))
    y = F.linear(tx, tw, tb if bias else None)
    np.testing.assert_array_equal(y.numpy(), np.einsum("...i,oi->...o", x, w) + (b if bias else 0))
    y.backward(mt.tensor(v))
    np.testing.assert_array_equal(tx.grad.numpy(), np.einsum("...o,oi->...i", v, w))
    np.testing.assert_array_equal(tw.grad.numpy(), v.reshape(-1, outputs).T @ x.reshape(-1, inputs))
    if bias:
        np.testing.assert_array_equal(tb.grad.numpy(), v.reshape(-1, outputs).sum(0))


def test_gradients_of_both_orders():
    """Finite differences."""
    x, w, b = (mt.randn(*shape, dtype=mt.float64, requires_grad=True) for shape in ((2, 3, 4), (5, 4), (5,)))
    assert mt.autograd.gradcheck(F.linear, (x, w, b))
    assert mt.autograd.gradgradcheck(F.linear, (x, w, b))


def test_parameters_begin_within_their_bounds():
    """U(-1/sqrt(in), 1/sqrt(in)) for the weight and the bias."""
    mt.manual_seed(0)
    layer = nn.Linear(64, 200)
    for parameter in (layer.weight, layer.bias):
        drawn = parameter.numpy()
        assert np.abs(drawn).max() <= 1 / 8
        assert np.abs(drawn).max() > 0.95 / 8
        assert abs(drawn.std() - 1 / 8 / np.sqrt(3)) < 0.01
    assert layer.weight.shape == (200, 64)


def test_layer_is_the_function_with_its_parameters():
    """With and without a bias, in another dtype."""
    layer = nn.Linear(3, 2, bias=False, dtype=mt.float64)
    x = mt.randn(4, 3, dtype=mt.float64)
    np.testing.assert_allclose(layer(x).numpy(), x.numpy() @ layer.weight.numpy().T, rtol=1e-12)
    assert layer.bias is None
    assert repr(layer) == "Linear(in_features=3, out_features=2, bias=False)"


def test_float16_is_summed_in_float32():
    """2048 ones: a sum in float16 would stop at 2048 for good, with 4096 of them."""
    y = F.linear(mt.ones(1, 4096, dtype=mt.float16), mt.ones(1, 4096, dtype=mt.float16))
    assert (y.dtype, y.item()) == (mt.float16, 4096)


def test_flatten_joins_axes_and_identity_nothing():
    """Default from the first axis on; both ends at will; a view."""
    x = mt.arange(48).reshape(2, 2, 3, 4)
    assert nn.Flatten()(x).shape == (2, 24)
    assert nn.Flatten(0, 1)(x).shape == (4, 3, 4)
    assert nn.Flatten(start_dim=-2)(x).shape == (2, 2, 12)
    assert repr(nn.Flatten()) == "Flatten(start_dim=1, end_dim=-1)"
    assert nn.Identity(3, key=4)(x) is x
    assert repr(nn.Identity()) == "Identity()"


@pytest.mark.parametrize("device", ["cuda", "cuda:0", "mps"])
def test_other_devices_are_refused_when_the_layer_is_built(device):
    """In words."""
    expected = rf"^there is no device '{device}' here: minitensor computes on the CPU \(device='cpu', or none\)$"
    with pytest.raises(ValueError, match=expected):
        nn.Linear(2, 2, device=device)
