"""A parametrised weight is computed from what is learned, under PyTorch's names, and can be made plain again."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import minitensor as mt
from minitensor import nn
from minitensor.nn.utils import parametrize, remove_weight_norm, weight_norm


class Exponential(nn.Module):
    """A weight that stays positive."""

    def forward(self, x):
        return x.exp()

    def right_inverse(self, x):
        return x.log()


class Symmetric(nn.Module):
    """The mean of a matrix and its transpose."""

    def forward(self, x):
        return (x + x.T) / 2


class Narrowed(nn.Module):
    """Of another shape."""

    def forward(self, x):
        return x[:1]


@pytest.mark.parametrize(
    ("dim", "axes", "shape"), [(0, (1, 2), (4, 1, 1)), (1, (0, 2), (1, 3, 1)), (2, (0, 1), (1, 1, 2)), (None, None, ())]
)
def test_weight_norm_is_its_formula_and_begins_with_the_weight(dim, axes, shape):
    layer = nn.Conv1d(3, 4, 2, dtype=mt.float64)
    before = layer.weight.detach().numpy().copy()
    assert weight_norm(layer, dim=dim) is layer
    g, v = layer.parametrizations.weight.original0, layer.parametrizations.weight.original1
    assert (g.shape, v.shape) == (shape, (4, 3, 2))
    np.testing.assert_allclose(layer.weight.detach().numpy(), before, rtol=1e-12)
    with mt.no_grad():
        g *= 3
        v *= 7
    np.testing.assert_allclose(layer.weight.detach().numpy(), 3 * before, rtol=1e-12)
    norms = np.sqrt((before**2).sum(axes, keepdims=axes is not None))
    np.testing.assert_allclose(g.detach().numpy(), 3 * norms, rtol=1e-12)


def test_gradients_reach_magnitude_and_direction_to_the_second_order():
    layer = weight_norm(nn.Linear(3, 2, dtype=mt.float64))
    x = mt.randn(4, 3, dtype=mt.float64)
    originals = layer.parametrizations.weight.original0, layer.parametrizations.weight.original1

    def answer(g, v):
        return x @ (v * (g / v.norm(2, 1, keepdim=True))).T

    assert mt.autograd.gradcheck(answer, originals)
    assert mt.autograd.gradgradcheck(answer, originals)
    expected = mt.autograd.grad((answer(*originals) ** 2).sum(), originals)
    found = mt.autograd.grad(((layer(x) - layer.bias) ** 2).sum(), originals)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=1e-10)


def test_names_are_pytorchs_and_a_state_dict_goes_into_another_layer():
    one, other = (nn.Sequential(weight_norm(nn.Linear(3, 2)), nn.ReLU()) for _ in range(2))
    names = ["0.bias", "0.parametrizations.weight.original0", "0.parametrizations.weight.original1"]
    assert list(one.state_dict()) == [name for name, _ in one.named_parameters()] == names
    other.load_state_dict(one.state_dict())
    assert mt.equal(other[0].weight, one[0].weight)
    assert repr(weight_norm(nn.Linear(20, 40))) == (
        "ParametrizedLinear(\n  in_features=20, out_features=40, bias=True\n  (parametrizations): ModuleDict(\n"
        "    (weight): ParametrizationList(\n      (0): _WeightNorm()\n    )\n  )\n)"
    )


def test_an_optimiser_step_changes_the_weight():
    layer = weight_norm(nn.Linear(3, 2))
    before = layer.weight.detach().clone()
    layer(mt.randn(5, 3)).square().sum().backward()
    mt.optim.SGD(layer.parameters(), lr=0.1).step()
    assert not mt.equal(layer.weight.detach(), before)


def test_what_is_removed_keeps_its_value_and_its_class():
    layer = weight_norm(nn.Linear(3, 2))
    value = layer.weight.detach().clone()
    assert remove_weight_norm(layer) is layer
    assert type(layer) is nn.Linear
    assert isinstance(layer.weight, nn.Parameter)
    assert mt.equal(layer.weight.detach(), value)
    assert sorted(layer.state_dict()) == ["bias", "weight"]


def test_one_tensor_may_be_left_as_it_was_before_the_parametrisation():
    layer = nn.Linear(3, 3)
    learned = layer.weight
    parametrize.register_parametrization(layer, "weight", Symmetric())
    assert layer.parametrizations.weight.original is learned
    parametrize.remove_parametrizations(layer, "weight", leave_parametrized=False)
    assert layer.weight is learned


def test_parametrisations_follow_each_other_and_are_inverted_backward():
    layer = nn.Linear(3, 3)
    with mt.no_grad():
        layer.weight.copy_(mt.full((3, 3), 2.0))
    parametrize.register_parametrization(layer, "weight", Exponential())
    np.testing.assert_allclose(layer.parametrizations.weight.original.detach().numpy(), np.log(2), rtol=1e-6)
    parametrize.register_parametrization(layer, "weight", Exponential())
    np.testing.assert_allclose(layer.weight.detach().numpy(), np.exp(2), rtol=1e-6)
    layer.weight = mt.full((3, 3), 5.0)
    np.testing.assert_allclose(layer.weight.detach().numpy(), 5, rtol=1e-6)
    np.testing.assert_allclose(layer.parametrizations.weight.original.detach().numpy(), np.log(np.log(5)), rtol=1e-6)


def test_a_buffer_may_be_parametrised_too():
    layer = nn.BatchNorm1d(3)
    parametrize.register_parametrization(layer, "running_var", Exponential())
    assert "parametrizations.running_var.original" in layer.state_dict()
    assert layer.running_var.tolist() == [1, 1, 1]
    parametrize.remove_parametrizations(layer, "running_var")
    assert type(layer) is nn.BatchNorm1d
    assert "running_var" in layer.state_dict()


@pytest.mark.parametrize(
    "duplicate", [copy.deepcopy, lambda layer: pickle.loads(pickle.dumps(layer))], ids=["deepcopy", "pickle"]
)
def test_copies_stand_on_their_own(duplicate):
    """To make one plain again leaves the other parametrised."""
    layer = weight_norm(nn.Linear(3, 2))
    twin = duplicate(layer)
    assert mt.equal(twin.weight, layer.weight)
    with mt.no_grad():
        twin.parametrizations.weight.original0.zero_()
    assert twin.weight.abs().sum().item() == 0
    assert layer.weight.abs().sum().item() > 0
    remove_weight_norm(twin)
    assert parametrize.is_parametrized(layer, "weight")
    assert layer(mt.ones(1, 3)).shape == (1, 2)


def test_it_follows_the_module_to_another_dtype_and_into_evaluation():
    layer = weight_norm(nn.Linear(3, 2)).double().eval()
    assert layer.weight.dtype == mt.float64
    assert not layer.parametrizations.weight.training


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda layer: weight_norm(layer, "weights"), ValueError, "Linear has no parameter or buffer named 'weights' to be parametrised"),
        (lambda layer: weight_norm(layer, dim=2), IndexError, "weight_norm: dim 2 is out of range: of 2 axes, it is one from -2 to 1"),
        (
            lambda layer: parametrize.register_parametrization(layer, "weight", Narrowed()),
            ValueError,
            "a parametrisation keeps the shape: the tensor had (3, 3), and would have (1, 3); unsafe=True lets it change",
        ),
        (lambda layer: remove_weight_norm(layer), ValueError, "Linear has no parametrisation of 'weight'"),
        (
            lambda layer: parametrize.remove_parametrizations(weight_norm(layer), "weight", False),
            ValueError,
            "ParametrizedLinear.weight is computed from 2 tensors, and none of them can take its place: "
            "leave_parametrized=True keeps the value that it has",
        ),
        (
            lambda layer: setattr(parametrize.register_parametrization(layer, "weight", Symmetric()), "weight", mt.ones(3, 3)),
            RuntimeError,
            "Symmetric has no right_inverse: the tensor cannot be assigned to",
        ),
    ],
)  # fmt: skip
def test_what_is_refused_changes_nothing(call, kind, message):
    layer = nn.Linear(3, 3)
    x = mt.ones(1, 3)
    before = layer(x).tolist()
    with pytest.raises(kind) as caught:
        call(layer)
    assert str(caught.value) == message
    if not parametrize.is_parametrized(layer):
        assert layer(x).tolist() == before
        assert list(layer.state_dict()) == ["weight", "bias"]
