"""What optimisers refuse, by the whole message, before anything is changed."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
from minitensor.optim import ASGD, SGD, Adadelta, Adagrad, Adam, Adamax, AdamW, Lion, NAdam, RAdam, RMSprop, Rprop

ALL = pytest.mark.parametrize(
    "kind", [SGD, Adam, AdamW, RMSprop, Adagrad, Adadelta, NAdam, RAdam, Adamax, ASGD, Rprop, Lion]
)


class Model:
    """What a module looks like from outside."""

    def parameters(self):
        """Give one parameter."""
        yield parameter([1.0, 2.0])

    def named_parameters(self):
        """Give its name, too."""
        yield "weight", parameter([1.0, 2.0])


def parameter(values, dtype=mt.float64):
    """Return a leaf that requires grad."""
    return mt.tensor(values, dtype=dtype, requires_grad=True)


def message(error_type, call):
    """Return the whole text of the error that the call raises."""
    with pytest.raises(error_type) as error:
        call()
    assert type(error.value) is error_type
    return str(error.value)


@ALL
def test_refused_parameters(kind):
    """Each by its whole message."""
    name, model, w = kind.__name__, Model(), parameter([1.0, 2.0])

    def text(error, params):
        return message(error, lambda: kind(params)).removeprefix(f"{name}: ")

    assert text(ValueError, []) == "there are no parameters to optimise"
    assert text(TypeError, w) == "expected an iterable of parameters, got one tensor: put it into a list, [tensor]"
    assert text(TypeError, model) == "expected an iterable of parameters, got Model: pass its parameters, model.parameters()"
    assert text(TypeError, model.parameters) == "expected an iterable of parameters, got method: call it, model.parameters()"
    assert text(TypeError, None) == "expected an iterable of parameters, got NoneType"
    assert text(TypeError, {w}) == "the parameters need a fixed order, and a set has none: use a list"
    assert text(TypeError, {"w": w}) == (
        "expected an iterable of parameters, got dict: give its values, dict.values(), or groups in a list"
    )
    assert text(TypeError, [model]) == (
        "only tensors are optimised, parameter 0 is of type Model: pass its parameters, model.parameters()"
    )
    assert text(TypeError, [w, np.ones(2)]) == "only tensors are optimised, parameter 1 is of type ndarray"
    assert text(TypeError, model.named_parameters()) == (
        "only tensors are optimised, parameter 0 is of type tuple, a name and a tensor: "
        "pass model.parameters(), not model.named_parameters()"
    )
    assert text(ValueError, [w, w * 2]) == (
        "parameter 1 of shape (2,) is no leaf but the result of mul: "
        "optimise the tensor that it was computed from, or .detach() it"
    )
    assert text(ValueError, [w, w]) == "parameter 1 of shape (2,) is listed twice"
    assert text(ValueError, [{"params": [w]}, {"params": [parameter([1.0]), w]}]) == (
        "parameter 1 of shape (2,) is listed twice"
    )
    assert text(TypeError, [{"lr": 0.1}]) == 'a parameter group is a dict with the key "params", got dict'
    assert text(TypeError, [{"params": model}]) == (
        "expected an iterable of parameters, got Model: pass its parameters, model.parameters()"
    )


def test_refused_group_is_not_added():
    """The optimiser is as it was."""
    w = parameter([1.0])
    optimizer = SGD([w], lr=0.1)
    assert message(ValueError, lambda: optimizer.add_param_group({"params": [parameter([2.0])], "lr": -1})) == (
        "SGD: lr is 0 or more, and finite, got -1"
    )
    assert message(TypeError, lambda: optimizer.add_param_group([w])) == (
        'SGD: a parameter group is a dict with the key "params", got list'
    )
    assert len(optimizer.param_groups) == 1


@ALL
@pytest.mark.parametrize("lr", [-0.1, float("nan"), float("inf")])
def test_refused_learning_rate(kind, lr):
    """At the start, and before the first write of a step."""
    w = parameter([1.0])
    assert message(ValueError, lambda: kind([w], lr=lr)) == f"{kind.__name__}: lr is 0 or more, and finite, got {lr}"
    optimizer = kind([w])
    w.grad = mt.ones(1, dtype=mt.float64)
    optimizer.param_groups[0]["lr"] = lr
    assert message(ValueError, optimizer.step) == f"{kind.__name__}: lr is 0 or more, and finite, got {lr}"
    assert message(TypeError, lambda: kind([w], lr="0.1")) == f"{kind.__name__}: lr is a number, got str"


def test_step_checks_all_groups_before_the_first_write():
    """A bad second group, or a second parameter that cannot be written to, leaves the first as it was."""
    a, b = parameter([1.0]), parameter([1.0])
    a.grad = b.grad = mt.ones(1, dtype=mt.float64)
    optimizer = SGD([{"params": [a]}, {"params": [b]}], lr=0.5, momentum=0.9)
    optimizer.param_groups[1]["weight_decay"] = -1
    assert message(ValueError, optimizer.step) == "SGD: weight_decay is 0 or more, and finite, got -1"
    optimizer.param_groups[1]["weight_decay"] = 0
    b.numpy().flags.writeable = False
    assert message(RuntimeError, optimizer.step) == (
        "SGD: the memory of a parameter of shape (1,) is read-only: optimise a clone()"
    )
    assert a.tolist() == [1]
    assert not optimizer.state


def test_the_state_of_another_optimiser_is_refused():
    w = mt.ones(2, requires_grad=True)
    adam = mt.optim.Adam([w], lr=0.1)
    with pytest.raises(ValueError, match="Adam") as caught:
        adam.load_state_dict(mt.optim.SGD([w], lr=0.5, momentum=0.9).state_dict())
    assert str(caught.value) == "Adam: the state dict is another optimiser's: it has dampening, momentum, nesterov"
    assert adam.param_groups[0]["lr"] == 0.1


def test_a_parameter_whose_data_was_replaced_stops_the_step_before_any_is_written_to():
    first, second = mt.ones(2, requires_grad=True), mt.ones(3, requires_grad=True)
    optimizer = mt.optim.SGD([first, second], lr=0.5)
    (first.sum() + second.sum()).backward()
    second.data = mt.zeros(4)
    with pytest.raises(RuntimeError) as caught:
        optimizer.step()
    assert str(caught.value) == (
        "SGD: a parameter is float32 of shape (4,), its gradient float32 of shape (3,): "
        "was its data replaced after backward? Call zero_grad() first"
    )
    assert first.tolist() == [1.0, 1.0]


@pytest.mark.parametrize("kind", [SGD, Adam, AdamW, RMSprop, Adagrad, Adadelta, NAdam, RAdam, Adamax, ASGD, Rprop])
def test_pytorchs_switches_are_taken_or_refused(kind):
    """How it is computed changes nothing; what would give another answer is refused."""
    w = parameter([1.0])
    kind([w], foreach=False, differentiable=False)
    name = kind.__name__
    assert message(ValueError, lambda: kind([w], differentiable=True)) == (
        f"{name}: differentiable=True: steps are not recorded, so nothing flows back through them"
    )
    assert message(TypeError, lambda: kind([w], foreach="yes")) == f"{name}: foreach is True, False or None, got str"
    if kind in (SGD, Adam, AdamW, Adagrad):
        kind([w], fused=True)
        assert message(ValueError, lambda: kind([w], fused=True, foreach=True)) == (
            f"{name}: foreach and fused are two ways to compute, choose one"
        )
    if kind not in (SGD, Adagrad):
        kind([w], capturable=False)
        assert message(ValueError, lambda: kind([w], capturable=True)) == (
            f"{name}: capturable=True is for graphs on CUDA devices, everything here is on the CPU"
        )


@pytest.mark.parametrize(
    ("kind", "options", "expected"),
    [
        (Adadelta, {"rho": 1.5}, "rho is from 0 to 1, got 1.5"),
        (Adadelta, {"eps": -1}, "eps is 0 or more, and finite, got -1"),
        (NAdam, {"betas": (1.0, 0.5)}, "betas[0] is from 0 to before 1, got 1.0"),
        (NAdam, {"momentum_decay": -1}, "momentum_decay is 0 or more, and finite, got -1"),
        (RAdam, {"betas": (0.5, 1.0)}, "betas[1] is from 0 to before 1, got 1.0"),
        (RAdam, {"weight_decay": -1}, "weight_decay is 0 or more, and finite, got -1"),
        (Adamax, {"betas": 0.9}, "betas are two numbers, (beta1, beta2), got 0.9"),
        (ASGD, {"weight_decay": -1}, "weight_decay is 0 or more, and finite, got -1"),
        (Rprop, {"etas": (0.5, 0.9)}, "etas are one between 0 and 1, and one above 1, got (0.5, 0.9)"),
        (Rprop, {"step_sizes": 1.0}, "step_sizes are two numbers, got 1.0"),
        (Lion, {"betas": (0.9, -0.1)}, "betas[1] is from 0 to before 1, got -0.1"),
    ],
)
def test_options_out_of_their_range(kind, options, expected):
    assert message(ValueError, lambda: kind([parameter([1.0])], **options)) == f"{kind.__name__}: {expected}"
