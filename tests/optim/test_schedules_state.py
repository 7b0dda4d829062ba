"""A schedule's calls beside its optimiser's: what it warns of, and how it goes on from what was saved."""

from __future__ import annotations

import warnings

import pytest

import minitensor as mt
from minitensor.optim.lr_scheduler import (
    CosineAnnealingLR,
    CyclicLR,
    ExponentialLR,
    LambdaLR,
    StepLR,
)
from small_optimizers import sgd


def test_stepped_before_the_optimiser_it_warns_once():
    optimizer = sgd(0.5)
    schedule = StepLR(optimizer, 2)
    with pytest.warns(UserWarning, match="before") as caught:
        schedule.step()
    assert str(caught[0].message) == (
        "StepLR.step() is called before optimizer.step(), so the first learning rate of the schedule is left out: "
        "call optimizer.step() first"
    )
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        schedule.step()
        optimizer.step()
        schedule.step()


def test_an_optimiser_with_a_step_of_its_own_is_taken_at_its_word():
    class Own(mt.optim.Optimizer):
        def step(self):
            """Do nothing."""

    optimizer = Own([mt.ones(1, requires_grad=True)], {"lr": 0.5})
    schedule = ExponentialLR(optimizer, 0.5)
    optimizer.step()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        schedule.step()
    assert schedule.get_last_lr() == [0.25]


def test_an_epoch_is_taken_with_a_warning():
    optimizer = sgd(0.5)
    schedule = ExponentialLR(optimizer, 0.5)
    optimizer.step()
    with pytest.warns(UserWarning, match="epoch") as caught:
        schedule.step(3)
    assert str(caught[0].message) == "ExponentialLR.step(epoch) is out of use: leave the epoch out, the calls are counted"
    assert schedule.get_last_lr() == [0.0625]


def test_a_schedule_goes_on_with_last_epoch_when_the_optimiser_has_its_state():
    first = sgd(0.5)
    schedule = CosineAnnealingLR(first, 10)
    for _ in range(4):
        first.step()
        schedule.step()
    second = sgd(7.0)
    second.load_state_dict(first.state_dict())
    again = CosineAnnealingLR(second, 10, last_epoch=3)
    for _ in range(3):
        first.step()
        schedule.step()
        second.step()
        again.step()
        assert again.get_last_lr() == schedule.get_last_lr()


def test_pytorchs_state_is_taken_with_what_it_holds_besides():
    optimizer = sgd(0.125)
    schedule = StepLR(optimizer, 2)
    private = {"_get_lr_called_within_step": False, "_is_initial": False}
    schedule.load_state_dict(
        {"step_size": 3, "gamma": 0.5, "base_lrs": [0.5], "last_epoch": 5, "_step_count": 6, "_last_lr": [0.25], **private}
    )
    optimizer.step()
    schedule.step()
    assert schedule.get_last_lr() == [0.0625]


def test_attributes_of_callable_objects_are_saved_and_functions_are_given_again():
    class Decay:
        def __init__(self, base):
            self.base = base

        def __call__(self, t):
            return self.base**t

    optimizer = sgd(1.0, 1.0)
    schedule = LambdaLR(optimizer, [Decay(0.5), lambda t: 1.0])
    state = schedule.state_dict()
    assert state["lr_lambdas"] == [{"base": 0.5}, None]
    other = LambdaLR(sgd(1.0, 1.0), [Decay(0.25), lambda t: 1.0])
    other.load_state_dict(state)
    assert other.lr_lambdas[0].base == 0.5
    cyclic = CyclicLR(sgd(1.0), 0.1, 0.2, 3, scale_fn=Decay(0.5), cycle_momentum=False)
    fresh = CyclicLR(sgd(1.0), 0.1, 0.2, 3, scale_fn=Decay(0.25), cycle_momentum=False)
    fresh.load_state_dict(cyclic.state_dict())
    assert fresh.scale_fn(2) == 0.25
