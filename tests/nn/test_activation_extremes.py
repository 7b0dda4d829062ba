"""The activations stay finite far away, pass nan on, and have PyTorch's derivatives where theirs jump."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F

ELEMENT_WISE = {
    "relu": F.relu, "leaky_relu": F.leaky_relu, "elu": F.elu, "selu": F.selu, "celu": lambda x: F.celu(x, 0.5), "gelu": F.gelu,
    "gelu tanh": lambda x: F.gelu(x, approximate="tanh"), "silu": F.silu, "mish": F.mish, "sigmoid": F.sigmoid, "tanh": F.tanh,
    "softplus": F.softplus, "softplus without end": lambda x: F.softplus(x, 2.0, 1e9), "softsign": F.softsign, "hardtanh": F.hardtanh,
    "hardswish": F.hardswish, "hardsigmoid": F.hardsigmoid, "relu6": F.relu6, "logsigmoid": F.logsigmoid, "tanhshrink": F.tanhshrink,
    "softshrink": F.softshrink, "hardshrink": F.hardshrink, "rrelu": F.rrelu, "threshold": lambda x: F.threshold(x, 0.0, -1.0),
    "prelu": lambda x: F.prelu(x, mt.full((1,), 0.25, dtype=x.dtype)),
}  # fmt: skip


@pytest.mark.parametrize("dtype", [mt.float64, mt.float32, mt.float16])
@pytest.mark.parametrize("name", ELEMENT_WISE)
def test_values_and_gradients_are_finite_far_away(name, dtype):
    """At 1000 and -1000, to the second order."""
    x = mt.tensor([-1000.0, 1000.0], dtype=dtype, requires_grad=True)
    y = ELEMENT_WISE[name](x)
    (gradient,) = mt.autograd.grad(y.sum(), x, create_graph=True)
    assert y.dtype == gradient.dtype == dtype
    assert y.isfinite().all()
    assert gradient.isfinite().all()
    if gradient.requires_grad:
        assert mt.autograd.grad(gradient.sum(), x)[0].isfinite().all()


@pytest.mark.parametrize("name", ELEMENT_WISE)
def test_nan_goes_through(name):
    """And its neighbours are what they were."""
    x = mt.tensor([1.5, np.nan, -1.5])
    y = ELEMENT_WISE[name](x)
    assert y.isnan().tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("name", "at", "derivative"),
    [
        ("relu", [0.0], [0.0]), ("leaky_relu", [0.0], [0.01]), ("prelu", [0.0], [0.25]), ("elu", [0.0], [1.0]), ("celu", [0.0], [1.0]),
        ("selu", [0.0], [1.7580993408473766]), ("relu6", [0.0, 6.0], [0.0, 0.0]), ("hardtanh", [-1.0, 1.0], [0.0, 0.0]),
        ("hardsigmoid", [-3.0, 3.0], [0.0, 0.0]), ("hardswish", [-3.0, 3.0], [0.0, 1.0]), ("threshold", [0.0], [0.0]),
        ("softshrink", [-0.5, 0.5], [0.0, 0.0]), ("hardshrink", [-0.5, 0.5], [0.0, 0.0]), ("softsign", [0.0], [1.0]),
    ],
)  # fmt: skip
def test_derivatives_at_the_kinks_are_pytorchs(name, at, derivative):
    """Exactly there."""
    x = mt.tensor(at, dtype=mt.float64, requires_grad=True)
    ELEMENT_WISE[name](x).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), derivative, rtol=1e-15)


def test_small_numbers_keep_their_digits():
    """Where a formula written down plainly would lose them all."""
    x = mt.tensor([-40.0], dtype=mt.float64)
    assert F.softplus(x).item() == pytest.approx(np.exp(-40.0), rel=1e-14)
    assert F.logsigmoid(-x).item() == pytest.approx(-np.exp(-40.0), rel=1e-14)
    assert F.elu(mt.tensor([-1e-12], dtype=mt.float64)).item() == pytest.approx(-1e-12, rel=1e-12)
    assert F.mish(x).item() == pytest.approx(-40 * np.exp(-40.0), rel=1e-14)


@pytest.mark.parametrize("name", ELEMENT_WISE)
def test_layouts_and_empty_batches(name):
    """A transposed input is answered like its copy and left alone; of nothing there is nothing."""
    x = mt.from_numpy(np.linspace(-3, 3, 24).reshape(4, 6)).T
    before = x.clone()
    function = ELEMENT_WISE[name]
    assert mt.equal(function(x), function(x.contiguous()))
    assert mt.equal(x, before)
    assert function(mt.zeros(0, 3)).shape == (0, 3)
