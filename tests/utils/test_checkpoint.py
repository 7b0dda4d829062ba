"""Shows that a checkpoint keeps nothing, computes again what backward needs, and gives the gradients that there are without it."""

from __future__ import annotations

import weakref

import numpy as np
import pytest

import minitensor as mt
import minitensor.nn.functional as F
from minitensor import nn
from minitensor.grad_mode import mode
from minitensor.observer import Observer
from minitensor.utils.checkpoint import checkpoint, checkpoint_sequential


def network(seed=0):
    mt.manual_seed(seed)
    return nn.Sequential(nn.Linear(5, 7), nn.Tanh(), nn.Dropout(0.5), nn.Linear(7, 4), nn.ReLU(), nn.Linear(4, 3)).double()


def drawn(*shape, seed=0):
    return mt.tensor(np.random.default_rng(seed).standard_normal(shape), requires_grad=True)


def gradients(run, model, x):
    """Return the answer and the gradients of a loss by the input and all parameters."""
    mt.manual_seed(1)
    y = run(model, x)
    found = mt.autograd.grad((y**2).sum(), [x, *model.parameters()])
    return [one.detach().numpy() for one in (y, *found)]


class Kept(Observer):
    """Watches the arrays of all results that are recorded while it is entered."""

    def __init__(self):
        self.arrays = []

    def recorded(self, node, arguments, result):  # noqa: ARG002
        self.arrays.append((node.name, weakref.ref(result)))

    def alive(self):
        return [name for name, array in self.arrays if array() is not None]


RUNS = [
    lambda model, x: checkpoint(model, x),
    lambda model, x: checkpoint(lambda x: model(x) * 1, x=x, use_reentrant=True),
    lambda model, x: checkpoint_sequential(model, 1, x),
    lambda model, x: checkpoint_sequential(model, 2, x),
    lambda model, x: checkpoint_sequential(list(model), 4, x, use_reentrant=False),
    lambda model, x: model[3:](checkpoint(model[:3], x)),
    lambda model, x: checkpoint(lambda x: model[3:](checkpoint(model[:3], x)), x),
    lambda model, x: checkpoint(lambda x: checkpoint(model[3:], checkpoint(lambda x: checkpoint(model[:3], x), x)), x),
]


@pytest.mark.parametrize("number", range(len(RUNS)))
def test_values_and_gradients_are_the_same_to_the_byte(number):
    """By the input and by the parameters that the function uses; dropout draws the same numbers, nested or not."""
    model, x = network(), drawn(6, 5)
    for one, other in zip(gradients(RUNS[number], model, x), gradients(lambda m, x: m(x), model, x), strict=True):
        np.testing.assert_array_equal(one, other)


def test_backward_leaves_the_gradients_in_the_leaves():
    model, x = network(), drawn(6, 5)
    expected = gradients(lambda m, x: m(x), model, x)[1:]
    mt.manual_seed(1)
    (checkpoint(model, x) ** 2).sum().backward()
    for one, other in zip([x, *model.parameters()], expected, strict=True):
        np.testing.assert_array_equal(one.grad.numpy(), other)


def test_random_numbers_go_on_as_if_nothing_had_been_drawn_twice():
    x = mt.ones(50, requires_grad=True)
    mt.manual_seed(3)
    checkpoint(F.dropout, x).sum().backward()
    after = mt.rand(3)
    mt.manual_seed(3)
    y = F.dropout(x)
    assert after.tolist() == mt.rand(3).tolist()
    assert x.grad.tolist() == y.tolist()
    mt.manual_seed(3)
    x.grad = None
    y = checkpoint(F.dropout, x, preserve_rng_state=False)
    y.sum().backward()
    assert x.grad.tolist() != y.tolist()


def test_gradients_of_gradients_are_the_same():
    model, x = network().eval(), drawn(2, 5)
    found = []
    for run in (lambda x: checkpoint(model, x), model):
        first = mt.autograd.grad((run(x) ** 2).sum(), [x, model[0].weight], create_graph=True)
        second = mt.autograd.grad(sum((one**2).sum() for one in first), [x, model[0].weight, model[3].bias])
        found.append([one.detach().numpy() for one in (*first, *second)])
    for one, other in zip(*found, strict=True):
        np.testing.assert_array_equal(one, other)
    assert mt.autograd.gradgradcheck(lambda x: checkpoint(lambda x: x.tanh() * x.exp(), x), [x])


def test_nothing_in_between_is_kept_and_each_array_goes_as_soon_as_it_was_used():
    x = drawn(4)

    def function(x):
        return x.exp().tanh().exp()

    with Kept() as kept:
        y = function(x)
    assert kept.alive() == ["exp", "tanh", "exp"]
    del y
    with Kept() as kept:
        y = checkpoint(function, x)
        assert kept.alive() == ["exp"]
    y.sum().backward()
    assert kept.alive() == ["exp"]
    del y
    assert kept.alive() == []


def test_arrays_are_dropped_while_the_function_still_runs():
    alive = []

    def function(x):
        for _ in range(5):
            x = x.exp().tanh()
            alive.append(len(kept.alive()))
        return x

    x = drawn(4)
    with Kept() as kept:
        checkpoint(function, x)
    assert alive == [1] * 5


def test_segments_keep_only_what_goes_from_one_to_the_next():
    layers = [lambda x: x.tanh()] * 12
    x = drawn(4)
    with Kept() as kept:
        y = checkpoint_sequential(layers, 4, x)
        assert len(kept.alive()) == 2 + 3  # the arguments of segments 2 and 3, and the last one's three results
    y.sum().backward()


def test_an_inner_checkpoint_keeps_nothing_while_the_outer_is_computed_again():
    most = []

    def inner(x):
        for _ in range(10):
            x = x.tanh()
        most.append(len(kept.alive()))
        return x

    def outer(x):
        for _ in range(10):
            x = checkpoint(inner, x)
        return x

    x = drawn(4)
    with Kept() as kept:
        y = checkpoint(outer, x)
        assert len(kept.alive()) == 1
    y.sum().backward()
    plain = x.detach().requires_grad_()
    z = plain
    for _ in range(100):
        z = z.tanh()
    z.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), plain.grad.numpy())
    assert len(most) == 10 + 10 + 10  # forward, again for the outer, and again for each of the inner ones


def test_it_is_computed_again_once_and_only_when_something_is_needed():
    calls = []

    def function(x):
        calls.append(1)
        return x.exp() * 2 + x

    x = drawn(3)
    y = checkpoint(function, x)
    assert len(calls) == 1
    y.sum().backward(retain_graph=True)
    y.sum().backward()
    assert len(calls) == 2
    np.testing.assert_allclose(x.grad.numpy(), 2 * (2 * np.exp(x.detach().numpy()) + 1))
    with pytest.raises(RuntimeError, match="a second time"):
        y.sum().backward()
    calls.clear()
    checkpoint(lambda x: function(x) * 0 + x, x.detach())
    with mt.no_grad():
        checkpoint(function, x)
    assert len(calls) == 2


def test_several_answers_structures_and_tensors_of_the_closure():
    w = drawn(3, seed=1)

    def function(x, *, scale):
        return {"a": (x * w).exp(), "b": [x.sin() * scale, 7]}

    x = drawn(3)
    answer = checkpoint(function, x, scale=2.0)
    assert answer["b"][1] == 7
    plain = function(x, scale=2.0)
    for one, other in ((answer, plain),):
        left = mt.autograd.grad(one["a"].sum() + one["b"][0].sum(), [x, w])
        right = mt.autograd.grad(other["a"].sum() + other["b"][0].sum(), [x, w])
        assert [g.tolist() for g in left] == [g.tolist() for g in right]


def test_an_argument_that_needs_no_gradient_is_fine():
    layer = nn.Linear(4, 2)
    x = mt.ones(3, 4)
    checkpoint(layer, x).sum().backward()
    assert layer.weight.grad.tolist() == [[3.0] * 4] * 2


def test_anomaly_detection_names_the_line_within_a_checkpoint():
    x = mt.tensor([0.0], requires_grad=True)
    with (
        mt.autograd.detect_anomaly(),
        pytest.raises(RuntimeError, match=r"the gradient of sqrt .*recorded at .*test_checkpoint"),
    ):
        (checkpoint(lambda x: mt.sqrt(x), x) * 0).backward()


def test_who_watches_is_back_after_an_error():
    def fails(x):
        x.exp()
        raise KeyError("within")

    before = mode.observers
    with pytest.raises(KeyError):
        checkpoint(fails, drawn(2))
    assert mode.observers is before


def test_a_function_that_does_something_else_the_second_time_is_refused():
    state = []

    def function(x):
        state.append(1)
        return x.exp().exp() if len(state) == 1 else x.exp().sin()

    y = checkpoint(function, drawn(2))
    with pytest.raises(RuntimeError) as error:
        y.sum().backward()
    assert str(error.value) == (
        "checkpoint: function did not do the same when it was computed again for the backward pass: sin instead of exp. It must "
        "not depend on anything that has changed since"
    )
    assert mode.observers == ()

    def shorter(x):
        state.append(1)
        return x.exp().exp() if state == [1] else x.exp()

    state.clear()
    y = checkpoint(shorter, drawn(2))
    with pytest.raises(RuntimeError, match=r"shorter did not do the same .*: nothing instead of exp"):
        y.sum().backward()


def test_an_argument_that_was_written_to_since_is_refused():
    x = mt.ones(2)
    w = drawn(2)
    y = checkpoint(lambda x: (x * w).exp(), x)
    x += 1
    with pytest.raises(RuntimeError) as error:
        y.sum().backward()
    assert str(error.value).startswith(
        ("checkpoint: an argument of the function has been written to", "backward through mul")
    )
    a = mt.ones(2)
    y = checkpoint(lambda a: (w.exp() + a).exp(), a)
    a += 1
    with pytest.raises(RuntimeError) as error:
        y.sum().backward()
    assert str(error.value) == (
        "checkpoint: an argument of the function has been written to in place since it was called (version 1, called at "
        "version 0), so it cannot be computed again. Write to a clone()"
    )


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: checkpoint(mt.ones(2)), TypeError, "checkpoint: expected a function and its arguments, got Tensor"),
        (lambda: checkpoint(abs, use_reentrant=None), TypeError, "checkpoint: use_reentrant is True or False, got NoneType"),
        (
            lambda: checkpoint_sequential([abs, abs], 3, 1.0),
            ValueError,
            "checkpoint_sequential: segments is from 1 to 2, the number of functions, got 3",
        ),
    ],
)
def test_what_is_refused(call, kind, message):
    with pytest.raises(Exception) as caught:  # noqa: PT011 (the type and the whole text are compared)
        call()
    assert type(caught.value) is kind
    assert str(caught.value) == message
