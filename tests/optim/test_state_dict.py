"""An optimiser is saved and loaded: the same path goes on, and what does not fit changes nothing."""

from __future__ import annotations

import copy

import numpy as np
import pytest

import minitensor as mt
from minitensor.optim import ASGD, SGD, Adadelta, Adagrad, Adam, Adamax, AdamW, Lion, NAdam, RAdam, RMSprop, Rprop

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
def test_loaded_state_continues_the_same_path(kind, options):
    """Ten steps at once, and four, saved, loaded into a fresh optimiser, and six: equal to the byte."""
    start = [[0.5, 1.7], [2.0]]
    whole = [parameter(values) for values in start]
    train(kind([{"params": whole[:1], "lr": 0.05}, {"params": whole[1:]}], **options), whole, 10)
    parts = [parameter(values) for values in start]
    first = kind([{"params": parts[:1], "lr": 0.05}, {"params": parts[1:]}], **options)
    train(first, parts, 4)
    second = kind([{"params": parts[:1]}, {"params": parts[1:]}], lr=7.0)
    second.load_state_dict(first.state_dict())
    train(second, parts, 6)
    assert [w.tolist() for w in parts] == [w.tolist() for w in whole]


def test_state_dict_has_numbers_for_parameters():
    """Counted through all groups, as PyTorch's; loading copies, so that neither optimiser writes to the other's."""
    a, b, c = (parameter([1.0]) for _ in range(3))
    optimizer = SGD([{"params": [a, b]}, {"params": [c], "lr": 0.5}], lr=0.25, momentum=0.5)
    a.grad = c.grad = mt.ones(1, dtype=mt.float64)
    optimizer.step()
    found = optimizer.state_dict()
    options = {"momentum": 0.5, "dampening": 0, "weight_decay": 0, "nesterov": False, "maximize": False}
    assert found["param_groups"] == [{"lr": 0.25, **options, "params": [0, 1]}, {"lr": 0.5, **options, "params": [2]}]
    assert list(found["state"]) == [0, 2]
    assert found["state"][2]["momentum_buffer"].tolist() == [1]
    other = SGD([{"params": [a, b]}, {"params": [c]}], lr=1.0)
    other.load_state_dict(found)
    other.step()
    assert found["state"][2]["momentum_buffer"].tolist() == [1]
    assert other.state[c]["momentum_buffer"].tolist() == [1.5]
    assert other.param_groups[1]["lr"] == 0.5


def test_state_dict_of_arrays_and_lists_is_taken_too():
    """As it comes from a file or from another framework: arrays, a step of one element, betas in a list."""
    w = parameter([1.0, 2.0], mt.float32)
    optimizer = Adam([w])
    state = {"step": np.array(3.0), "exp_avg": np.array([1.0, 2.0]), "exp_avg_sq": np.array([4.0, 5.0])}
    optimizer.load_state_dict({"state": {7: state}, "param_groups": [{"betas": [0.5, 0.25], "params": [7]}]})
    assert optimizer.state[w]["step"] == 3
    assert optimizer.state[w]["exp_avg"].dtype == mt.float32
    w.grad = mt.ones(2)
    optimizer.step()
    assert optimizer.state[w]["step"] == 4
    assert optimizer.state[w]["exp_avg"].tolist() == [1.0, 1.5]
    assert optimizer.param_groups[0]["lr"] == 1e-3


def test_refused_state_dict_changes_nothing():
    """Other groups, other shapes, bad options: each by its whole message."""
    a, b = parameter([1.0, 2.0]), parameter([1.0])
    optimizer = SGD([{"params": [a, b], "lr": 0.5}], lr=0.25, momentum=0.5)
    train(optimizer, [a, b], 1)
    before = copy.deepcopy(optimizer.state_dict())
    groups, state = before["param_groups"], before["state"]

    def refused(state_dict):
        with pytest.raises(ValueError) as error:  # noqa: PT011  # compared as a whole
            optimizer.load_state_dict(state_dict)
        now = optimizer.state_dict()
        assert now["param_groups"] == groups
        for number, kept in state.items():
            assert now["state"][number]["momentum_buffer"].tolist() == kept["momentum_buffer"].tolist()
        return str(error.value)

    longer = {"state": {}, "param_groups": [{**groups[0], "params": [0, 1, 2]}]}
    assert refused(longer) == "SGD: the state dict has groups of [3] parameters, the optimiser has [2]"
    more = {"state": {}, "param_groups": [{"params": [0]}, {"params": [1]}]}
    assert refused(more) == "SGD: the state dict has groups of [1, 1] parameters, the optimiser has [2]"
    swapped = {"state": {0: state[1], 1: state[0]}, "param_groups": groups}
    assert refused(swapped) == (
        "SGD: the state dict's momentum_buffer of parameter 0 has the shape (1,), the parameter has (2,)"
    )
    negative = {"state": state, "param_groups": [{**groups[0], "lr": -1.0}]}
    assert refused(negative) == "SGD: lr is 0 or more, and finite, got -1.0"


def test_numbers_in_a_state_are_taken_from_arrays_without_axes():
    """As PyTorch's NAdam and ASGD keep them."""
    w = parameter([1.0, 2.0])
    optimizer = NAdam([w])
    ones = np.ones(2)
    state = {"step": np.array(3.0), "mu_product": np.array(0.25), "exp_avg": ones, "exp_avg_sq": ones}
    optimizer.load_state_dict({"state": {0: state}, "param_groups": [{"params": [0]}]})
    assert (optimizer.state[w]["step"], optimizer.state[w]["mu_product"]) == (3, 0.25)
    w.grad = mt.ones(2, dtype=mt.float64)
    optimizer.step()


def test_what_a_schedule_left_in_the_groups_is_loaded():
    w = parameter([1.0])
    first = SGD([w], lr=0.5, momentum=0.5)
    mt.optim.lr_scheduler.OneCycleLR(first, 1.0, 10)
    second = SGD([w], lr=0.25)
    second.load_state_dict(first.state_dict())
    assert second.param_groups[0] == first.param_groups[0]
