"""Shows the methods that end in an underscore against the functions that they write, and what they refuse."""

from __future__ import annotations

import re

import numpy as np
import pytest

import minitensor as mt
from minitensor.autograd import grad
from minitensor.tensor.in_place import InPlace

METHODS = {name: getattr(InPlace, name) for name in list(vars(InPlace))}  # asked for, which loads them
TWINS = {name: method for name, method in METHODS.items() if hasattr(method, "__wrapped__")}


def example(name):
    """The tensor and the further arguments of a twin's docstring."""
    x = mt.tensor([[0.5, 0.25], [0.75, 0.5]])
    written = re.search(r">>> x\.\w+_\((.*)\) is x", TWINS[name].__doc__).group(1)
    return x, eval(f"(lambda *a, **k: (a, k))({written})", {"mt": mt, "x": x})


@pytest.mark.parametrize("name", TWINS)
def test_a_twin_writes_what_its_function_answers(name):
    x, (args, named) = example(name)
    expected = TWINS[name].__wrapped__(x, *args, **named)
    memory = x.numpy()
    assert getattr(x, name)(*args, **named) is x
    assert x.numpy() is memory
    np.testing.assert_array_equal(x.numpy(), expected.numpy().astype(x.dtype))


@pytest.mark.parametrize("name", TWINS)
def test_a_twin_of_what_is_recorded_has_the_functions_gradient(name):
    x, (args, named) = example(name)
    x = x.double().requires_grad_()
    args = tuple(one.double() if isinstance(one, mt.Tensor) and one.is_floating_point() else one for one in args)
    expected = TWINS[name].__wrapped__(x * 1, *args, **named)
    slope = grad((expected * x.detach()).sum(), x)[0] if expected.requires_grad else mt.zeros_like(x)
    written = getattr(x * 1, name)(*args, **named)
    np.testing.assert_array_equal(grad((written * x.detach()).sum(), x)[0].numpy(), slope.numpy())


def test_a_leaf_is_refused_and_stays_as_it_was():
    x = mt.ones(2, requires_grad=True)
    for write in (lambda: x.add_(1), lambda: x.normal_(), lambda: x.lerp_(mt.zeros(2), 0.5), lambda: x.copy_(mt.zeros(2))):
        with pytest.raises(RuntimeError, match="this leaf requires grad, and a write in place would be lost to the tape"):
            write()
    assert x.tolist() == [1, 1]
    with mt.no_grad():
        x.add_(1)
    assert x.tolist() == [2, 2]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: mt.ones(2).add_(mt.ones(3, 2)), mt.ShapeError, "add_: the result of shape (3, 2) does not fit into the tensor, whose shape is (2,)"),
        (lambda: mt.tensor([1, 2]).mul_(1.5), TypeError, "mul_: the result is float32 and cannot be kept in a tensor of int64"),
        (lambda: mt.tensor([True]).add_(1), TypeError, "add_: the result is int64 and cannot be kept in a tensor of bool"),
        (lambda: mt.tensor([1, 2]).normal_(), TypeError, "normal_: expected a floating dtype, got int64: convert with .float()"),
        (lambda: mt.ones(2).normal_(0, -1), ValueError, "normal_: std is 0 or more, got -1"),
        (lambda: mt.ones(2).uniform_(2, 1), ValueError, "uniform_: from 2 to 1 there is nothing to draw from"),
        (lambda: mt.ones(2).bernoulli_(1.5), ValueError, "bernoulli_: p is from 0 to 1, got 1.5"),
        (lambda: mt.ones(2).copy_(mt.ones(1, 1)), mt.ShapeError, "copy_: a value of shape (1, 1) does not fit into the shape (2,)"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_in_words(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


def test_integers_take_integers_of_other_sizes_and_floats_take_all():
    assert mt.tensor([1, 2], dtype=mt.uint8).add_(mt.tensor([3, 4])).dtype == mt.uint8
    assert mt.tensor([1.0]).eq_(1).tolist() == [1.0]
    assert mt.tensor([1, 2]).clamp_(max=1).tolist() == [1, 1]


def test_what_is_drawn_repeats_with_its_seed_and_has_its_distribution():
    x = mt.empty(20000)
    first = x.normal_(3, 2, generator=mt.Generator().manual_seed(5)).clone()
    assert mt.equal(first, x.normal_(3, 2, generator=mt.Generator().manual_seed(5)))
    assert abs(first.mean().item() - 3) < 0.1
    assert abs(first.std().item() - 2) < 0.1
    x.uniform_(-1, 3, generator=mt.Generator().manual_seed(5))
    assert -1 <= x.min().item() < -0.9
    assert 2.9 < x.max().item() < 3
    assert abs(x.bernoulli_(0.25, generator=mt.Generator().manual_seed(5)).mean().item() - 0.25) < 0.02


def test_what_is_drawn_over_a_result_ends_its_gradient():
    x = mt.ones(3, requires_grad=True)
    y = x * 2
    y.uniform_()
    assert grad(y.sum(), x)[0].tolist() == [0, 0, 0]


def test_new_tensors_take_the_dtype():
    x = mt.tensor([1, 2], dtype=mt.int16)
    for made in (
        x.new_zeros(2, 3),
        x.new_ones(2, 3),
        x.new_empty(2, 3),
        x.new_full((2, 3), 7),
        x.new_tensor([[1.5] * 3] * 2),
    ):
        assert (made.dtype, made.shape) == (mt.int16, (2, 3))
    made = x.new_full((1,), 2.5, dtype=mt.float64, requires_grad=True)
    assert (made.item(), made.dtype, made.requires_grad) == (2.5, mt.float64, True)
    with pytest.raises(mt.ShapeError, match=r"new_zeros: sizes are 0 or more, got \(-1,\)|new_full: sizes are 0 or more"):
        x.new_zeros(-1)
