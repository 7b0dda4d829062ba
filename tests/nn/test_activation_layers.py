"""The activations as modules: what they hold, how they print, what they refuse when they are built."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn

X = np.linspace(-4, 4, 33).reshape(3, 11)


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        (nn.LeakyReLU(0.1), np.where(X > 0, X, 0.1 * X)),
        (nn.ELU(2.0), np.where(X > 0, X, 2 * np.expm1(X))),
        (nn.CELU(2.0), np.maximum(X, 0) + np.minimum(0, 2 * np.expm1(X / 2))),
        (nn.SELU(), 1.0507009873554805 * np.where(X > 0, X, 1.6732632423543772 * np.expm1(X))),
        (nn.GELU(), X * special.ndtr(X)),
        (nn.GELU("tanh"), 0.5 * X * (1 + np.tanh(np.sqrt(2 / np.pi) * (X + 0.044715 * X**3)))),
        (nn.SiLU(), X * special.expit(X)),
        (nn.Mish(), X * np.tanh(np.log1p(np.exp(X)))),
        (nn.Softplus(2.0, 3.0), np.where(2 * X > 3, X, np.log1p(np.exp(2 * X)) / 2)),
        (nn.Softsign(), X / (1 + np.abs(X))),
        (nn.Hardtanh(-2, 1), np.clip(X, -2, 1)),
        (nn.Hardswish(), X * np.clip(X + 3, 0, 6) / 6),
        (nn.Hardsigmoid(), np.clip(X + 3, 0, 6) / 6),
        (nn.ReLU6(), np.clip(X, 0, 6)),
        (nn.LogSigmoid(), special.log_expit(X)),
        (nn.Threshold(1.0, -7.0), np.where(X > 1, X, -7)),
        (nn.Tanhshrink(), X - np.tanh(X)),
        (nn.Softshrink(1.0), np.sign(X) * np.maximum(np.abs(X) - 1, 0)),
        (nn.Hardshrink(1.0), np.where(np.abs(X) > 1, X, 0)),
        (nn.Softmin(1), special.softmax(-X, 1)),
        (nn.GLU(0), None),
        (nn.PReLU(11, dtype=mt.float64), np.where(X > 0, X, 0.25 * X)),
        (nn.RReLU(0.1, 0.5).eval(), np.where(X > 0, X, 0.3 * X)),
    ],
    ids=str,
)  # fmt: skip
def test_modules_are_their_formulas(module, expected):
    """Written out in NumPy and SciPy."""
    x = X
    if isinstance(module, nn.GLU):
        x = X[:2]
        expected = X[:1] * special.expit(X[1:2])
    np.testing.assert_allclose(module(mt.tensor(x)).detach().numpy(), expected, rtol=1e-12, atol=1e-14)


def test_softmax2d_is_over_the_channels():
    """At each place, with and without a batch."""
    x = np.random.default_rng(0).normal(size=(2, 3, 4, 5))
    np.testing.assert_allclose(nn.Softmax2d()(mt.tensor(x)).numpy(), special.softmax(x, 1), rtol=1e-12)
    np.testing.assert_allclose(nn.Softmax2d()(mt.tensor(x[0])).numpy(), special.softmax(x[0], 0), rtol=1e-12)


def test_rrelu_draws_a_slope_for_each_negative_element():
    """Between the bounds, in training only; the gradient is the slope."""
    mt.manual_seed(0)
    x = mt.full((1000,), -2.0, dtype=mt.float64, requires_grad=True)
    y = nn.RReLU(0.25, 0.75)(x)
    slopes = y.detach().numpy() / -2
    assert 0.25 <= slopes.min() < 0.3 < 0.7 < slopes.max() < 0.75
    assert slopes.mean() == pytest.approx(0.5, abs=5 * 0.5 / np.sqrt(12 * 1000))
    y.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), slopes, rtol=1e-12)
    assert F.rrelu(mt.tensor([3.0]), training=True).item() == 3


def test_prelu_learns_its_slopes():
    """One for each channel; their gradient is the sum of what is negative there."""
    layer = nn.PReLU(2, init=0.5)
    layer(mt.tensor([[-1.0, 2.0], [-3.0, -4.0]])).sum().backward()
    assert layer.weight.tolist() == [0.5, 0.5]
    assert layer.weight.grad.tolist() == [-4, -4]
    assert list(layer.state_dict()) == ["weight"]
    with mt.no_grad():
        layer.weight.fill_(3)
    layer.reset_parameters()
    assert layer.weight.tolist() == [0.5, 0.5]


@pytest.mark.parametrize(
    "name", ["ReLU", "LeakyReLU", "ELU", "SELU", "CELU", "SiLU", "Mish", "Hardtanh", "ReLU6", "Hardswish", "Hardsigmoid"]
)
def test_in_place_the_input_becomes_the_result(name):
    """A plain tensor's memory is written to, a recorded one stands for the result."""
    layer = getattr(nn, name)
    x = mt.from_numpy(np.linspace(-2, 2, 6))
    expected = layer()(x)
    h = x.clone()
    memory = h.numpy()
    assert layer(inplace=True)(h) is h
    np.testing.assert_array_equal(memory, expected.numpy())
    leaf = x.clone().requires_grad_()
    h = leaf * 1.0
    assert layer(inplace=True)(h) is h
    h.sum().backward()
    plain = x.clone().requires_grad_()
    layer()(plain).sum().backward()
    assert mt.equal(leaf.grad, plain.grad)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.Hardtanh(2, 1), "Hardtanh: max_val is above min_val, got min_val=2 and max_val=1"),
        (lambda: nn.GELU("erf"), "GELU: approximate is 'none' or 'tanh', got 'erf'"),
        (lambda: nn.CELU(0), "CELU: alpha is not 0: the element is divided by it"),
        (lambda: nn.Softshrink(-1), "Softshrink: lambd is 0 or more, got -1"),
        (lambda: nn.RReLU(0.5, 0.25), "RReLU: the slopes are drawn from lower to upper, got lower=0.5 and upper=0.25"),
        (lambda: nn.PReLU(-1), "PReLU: num_parameters must be at least 0, got -1"),
        (lambda: nn.ELU("1"), "ELU: alpha is a number, got '1'"),
        (lambda: F.leaky_relu(mt.tensor([1, 2])), "leaky_relu: the input must be floating-point, got int64: try x.float()"),
        (lambda: F.relu(mt.tensor([True])), "relu: the input must be of numbers, got bool: try x.float()"),
        (lambda: F.gelu([1.0]), "gelu: the input must be a Tensor, got list: convert it with mt.tensor(...)"),
        (lambda: F.softmax(mt.tensor([1, 2]), 0), "softmax: the input must be floating-point, got int64: try x.float()"),
        (lambda: F.softmax(mt.ones(2), 0, dtype=mt.int64), "softmax: dtype is a floating one, got int64"),
        (lambda: F.glu(mt.ones(2, 3)), "glu: axis 1 is to have two halves, and is 3 long: the input's shape is (2, 3)"),
        (lambda: F.hardtanh(mt.tensor([1], dtype=mt.uint8)), "hardtanh: uint8 has no negative numbers, and min_val is -1.0: try x.float()"),
        (
            lambda: F.prelu(mt.ones(2, 3, 4), mt.ones(4)),
            "prelu: 4 slopes are for as many channels, the input has 3\n  input  (N, C, L) = (2, 3, 4)\n  weight (C)       = (4,)",
        ),
        (lambda: nn.Softmax2d()(mt.ones(2, 3)), "Softmax2d: the input must be (N, C, H, W) or (C, H, W), got the shape (2, 3)"),
    ],
)  # fmt: skip
def test_messages_are_the_answer(make, message):
    """The whole of it."""
    with pytest.raises((ValueError, TypeError)) as error:
        make()
    assert str(error.value) == message


def test_a_leaf_is_not_written_to_in_place():
    """Its values stay, and the message names the operation."""
    x = mt.tensor([-1.0, 2.0], requires_grad=True)
    with pytest.raises(RuntimeError, match=r"^elu_: this leaf requires grad"):
        F.elu(x, inplace=True)
    assert x.tolist() == [-1, 2]
