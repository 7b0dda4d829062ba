"""What all optimisers share: groups, gradients, and steps in the parameter's own memory."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
from minitensor.optim import ASGD, SGD, Adadelta, Adagrad, Adam, Adamax, AdamW, Lion, NAdam, Optimizer, RAdam, RMSprop, Rprop

EACH = pytest.mark.parametrize(
    ("kind", "options"),
    [
        (SGD, {"lr": 0.1, "momentum": 0.9}),
        (SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
        (Adam, {"lr": 0.1, "amsgrad": True}),
        (AdamW, {"lr": 0.1}),
        (RMSprop, {"lr": 0.1, "momentum": 0.9, "centered": True}),
        (Adagrad, {"lr": 0.1, "initial_accumulator_value": 0.1}),
        (Adadelta, {"eps": 1e-3}),
        (NAdam, {"lr": 0.1}),
        (RAdam, {"lr": 0.1, "betas": (0.9, 0.9)}),
        (Adamax, {"lr": 0.1}),
        (ASGD, {"lr": 0.1, "lambd": 0.0, "t0": 2}),
        (Rprop, {"lr": 0.1}),
        (Lion, {"lr": 0.01}),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else None,
)


def parameter(values, dtype=mt.float64):
    """Return a leaf that requires grad."""
    return mt.tensor(values, dtype=dtype, requires_grad=True)


def train(optimizer, parameters, steps):
    """Take steps down the sum over all elements w of w^4 / 4 - w, whose minimum is at 1."""
    for _ in range(steps):
        optimizer.zero_grad()
        for w in parameters:
            (w**4 / 4 - w).sum().backward()
        optimizer.step()


@EACH
def test_minimum_is_found(kind, options):
    """400 steps lead to 1 from both sides, to within the last step's length."""
    w = parameter([0.5, 1.7])
    train(kind([w], **options), [w], 400)
    np.testing.assert_allclose(w.numpy(), 1, atol=0.05)


@EACH
@pytest.mark.parametrize("dtype", [mt.float16, mt.float32, mt.float64], ids=str)
def test_dtype_and_memory_stay_and_version_rises(kind, options, dtype):
    """The step writes where the parameter is, in its dtype; options of NumPy's float64 do not widen anything."""
    w = parameter([0.5, 1.7], dtype)
    scalar = parameter(0.5, dtype)
    array, version = w.numpy(), w._version[0]
    options = {key: np.float64(value) if isinstance(value, float) else value for key, value in options.items()}
    optimizer = kind([w, scalar], **options)
    train(optimizer, [w, scalar], 3)
    assert w.numpy() is array
    assert (w.dtype, scalar.dtype) == (dtype, dtype)
    assert w._version[0] == version + 3
    assert not np.array_equal(array, np.array([0.5, 1.7], dtype))
    kept = [value for value in optimizer.state[w].values() if isinstance(value, mt.Tensor)]
    assert kept
    assert {value.dtype for value in kept} == {mt.float32 if dtype == mt.float16 else dtype}
    expected = parameter(0.5)
    train(kind([expected], **options), [expected], 3)
    np.testing.assert_allclose(scalar.item(), expected.item(), rtol={2: 3e-3, 4: 1e-5, 8: 1e-12}[dtype.itemsize])


@pytest.mark.parametrize("kind", [Adam, AdamW])
def test_small_float16_gradient_is_not_lost(kind):
    """The square of 1e-4 is 0 in float16; the first step of Adam is lr all the same, and a gradient of 0 gives no nan."""
    w = parameter([1.0, 1.0], mt.float16)
    w.grad = mt.tensor([1e-4, 0.0], dtype=mt.float16)
    kind([w], lr=0.5, weight_decay=0).step()
    assert w.tolist() == [0.5, 1.0]


def test_backward_through_what_a_step_wrote_to_is_refused():
    """The tape sees that the weight it kept has changed."""
    w = parameter([1.0, 2.0])
    y = (w * w).sum()
    w.grad = mt.ones(2, dtype=mt.float64)
    SGD([w], lr=0.1).step()
    with pytest.raises(RuntimeError, match="has been written to in place since"):
        y.backward()


@EACH
def test_parameter_without_gradient_is_left_alone(kind, options):
    """No step, no decay, and nothing remembered."""
    w, still = parameter([0.5]), parameter([0.5])
    optimizer = kind([w, still], **options)
    train(optimizer, [w], 2)
    assert still.tolist() == [0.5]
    assert still not in optimizer.state
    assert w.tolist() != [0.5]


def test_groups_have_options_of_their_own_and_the_defaults():
    """With a gradient of 1 each group goes down by its own lr, which may be changed later."""
    a, b, c = (parameter([1.0]) for _ in range(3))
    optimizer = SGD([{"params": [a]}, {"params": b, "lr": 0.5}], lr=0.25)
    optimizer.add_param_group({"params": iter([c]), "lr": 0.125, "name": "late"})
    for w in (a, b, c):
        w.grad = mt.ones(1, dtype=mt.float64)
    optimizer.step()
    assert [w.item() for w in (a, b, c)] == [0.75, 0.5, 0.875]
    for group in optimizer.param_groups:
        group["lr"] *= 2
    optimizer.step()
    assert [w.item() for w in (a, b, c)] == [0.25, -0.5, 0.625]
    assert optimizer.param_groups[2]["name"] == "late"
    assert optimizer.param_groups[2]["momentum"] == 0


def test_given_group_is_not_written_to():
    """The dict stays the caller's own."""
    group = {"params": [parameter([1.0])]}
    Adam([group])
    assert list(group) == ["params"]


@pytest.mark.parametrize("lr", [np.float32(0.5), mt.tensor(0.5), np.array(0.5)])
def test_learning_rate_may_be_any_number(lr):
    """A NumPy number or a 0-d tensor, at the start or later."""
    w = parameter([1.0])
    w.grad = mt.ones(1, dtype=mt.float64)
    optimizer = SGD([w], lr=lr)
    optimizer.step()
    optimizer.param_groups[0]["lr"] = lr
    optimizer.step()
    assert w.tolist() == [0.0]


def test_zero_grad_forgets_or_sets_to_zero():
    """Forgotten it is None; set to 0 it is the same tensor; one that was never there stays None."""
    w, untouched = parameter([1.0, 2.0]), parameter([1.0])
    optimizer = SGD([w, untouched], lr=0.1)
    w.grad = gradient = mt.ones(2, dtype=mt.float64)
    optimizer.zero_grad(set_to_none=False)
    assert w.grad is gradient
    assert gradient.tolist() == [0, 0]
    assert untouched.grad is None
    optimizer.zero_grad()
    assert w.grad is None


def test_zero_grad_cuts_a_recorded_gradient_from_its_history():
    """After create_graph the gradient has a history; set to 0 it has none."""
    w = parameter([1.0, 2.0])
    w.grad = (w**3).sum() * mt.ones(2, dtype=mt.float64)
    SGD([w], lr=0.1).zero_grad(set_to_none=False)
    assert w.grad.tolist() == [0, 0]
    assert not w.grad.requires_grad


def test_closure_runs_with_gradients_and_its_answer_is_returned():
    """Also under no_grad, as PyTorch's."""
    w = parameter([3.0])
    optimizer = SGD([w], lr=0.5)

    def closure():
        optimizer.zero_grad()
        loss = (w * w).sum()
        loss.backward()
        return loss

    with mt.no_grad():
        loss = optimizer.step(closure)
    assert loss.item() == 9
    assert w.tolist() == [0]
    assert SGD([w], lr=0.5).step() is None


def test_gradient_that_is_not_finite_goes_through_without_a_warning():
    """As everywhere: it shows in the result."""
    w = parameter([1.0, 1.0])
    w.grad = mt.tensor([float("inf"), float("nan")], dtype=mt.float64)
    for kind in (SGD, Adam, AdamW, RMSprop, Adagrad):
        kind([w]).step()
    assert np.isnan(w.numpy()).all()


def test_repr_lists_groups_and_options_as_pytorchs():
    """The options in the alphabet's order."""
    optimizer = SGD([{"params": [parameter([1.0])]}, {"params": [parameter([1.0])], "lr": 0.5}], lr=0.25)
    rest = "    maximize: False\n    momentum: 0\n    nesterov: False\n    weight_decay: 0\n"
    assert repr(optimizer) == (
        f"SGD (\nParameter Group 0\n    dampening: 0\n    lr: 0.25\n{rest}"
        f"Parameter Group 1\n    dampening: 0\n    lr: 0.5\n{rest})"
    )


def test_optimizer_of_ones_own_defines_update_or_step():
    """Sign descent, by `update`; and the base by itself has no step to take."""

    class SignDescent(Optimizer):
        def __init__(self, params, lr):
            super().__init__(params, {"lr": lr})

        @staticmethod
        def update(parameter, grad, state, *, lr):
            state["step"] = state.get("step", 0) + 1
            parameter -= lr * np.sign(grad)

    w = parameter([3.0, -3.0])
    optimizer = SignDescent([w], lr=0.5)
    train(optimizer, [w], 2)
    assert w.tolist() == [2.0, -2.0]
    assert optimizer.state_dict()["state"] == {0: {"step": 2}}
    with pytest.raises(NotImplementedError) as error:
        Optimizer([w], {}).step()
    assert str(error.value) == "an optimiser defines update, the step of one parameter, or step itself"
