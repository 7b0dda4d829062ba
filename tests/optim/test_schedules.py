"""Schedules by their formulas, what they warn of, what they refuse, and how they are made of each other and of one's own."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

import minitensor as mt
from minitensor.optim import SGD, Adagrad, Adam
from minitensor.optim.lr_scheduler import (
    ChainedScheduler,
    ConstantLR,
    CosineAnnealingLR,
    CosineAnnealingWarmRestarts,
    CyclicLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    LRScheduler,
    MultiplicativeLR,
    MultiStepLR,
    OneCycleLR,
    PolynomialLR,
    ReduceLROnPlateau,
    SequentialLR,
    StepLR,
)


def sgd(*rates, momentum=0.0):
    """Return an optimiser of one group for each learning rate."""
    return SGD([{"params": [mt.ones(1, requires_grad=True)], "lr": lr} for lr in rates], momentum=momentum)


def rates_of(make, steps, lr=0.5):
    """Return the learning rates before the first step and after each."""
    optimizer = sgd(lr)
    schedule = make(optimizer)
    found = [optimizer.param_groups[0]["lr"]]
    for _ in range(steps):
        optimizer.step()
        schedule.step()
        found.append(schedule.get_last_lr()[0])
    return np.array(found)


T = np.arange(31)


@pytest.mark.parametrize(
    ("make", "formula"),
    [
        (lambda o: StepLR(o, 7, 0.5), 0.5 ** (T // 7)),
        (lambda o: MultiStepLR(o, [3, 11], 0.5), 0.5 ** ((T >= 3) * 1 + (T >= 11))),
        (lambda o: ExponentialLR(o, 0.9), 0.9**T),
        (lambda o: ConstantLR(o, 0.25, 9), np.where(T < 9, 0.25, 1)),
        (lambda o: LinearLR(o, 0.2, 0.8, 10), 0.2 + 0.6 * np.minimum(T, 10) / 10),
        (lambda o: PolynomialLR(o, 20, 2.0), (1 - np.minimum(T, 20) / 20) ** 2),
        (lambda o: LambdaLR(o, lambda t: 1 / (1 + t)), 1 / (1 + T)),
        (lambda o: MultiplicativeLR(o, lambda t: 1 - 1 / (t + 1)), 1 / (1 + T)),
        (lambda o: CosineAnnealingLR(o, 10), (1 + np.cos(np.pi * T / 10)) / 2),
        (lambda o: CosineAnnealingWarmRestarts(o, 10), (1 + np.cos(np.pi * (T % 10) / 10)) / 2),
        (lambda o: CyclicLR(o, 0.0, 0.5, 5, cycle_momentum=False), 1 - abs(T % 10 - 5) / 5),
    ],
)
def test_learning_rates_follow_the_formula(make, formula):
    np.testing.assert_allclose(rates_of(make, 30), 0.5 * formula, rtol=1e-12, atol=1e-15)


def test_one_cycle_by_hand():
    """Of 11 steps 4 lead up, from 1/10 to 1, the rest down to 1/1000; the momentum mirrors it."""
    optimizer = sgd(1.0, momentum=0.5)
    schedule = OneCycleLR(
        optimizer, 1.0, 11, pct_start=5 / 11, anneal_strategy="linear", div_factor=10, final_div_factor=100
    )
    rates, momenta = [], []
    for _ in range(11):
        rates.append(optimizer.param_groups[0]["lr"])
        momenta.append(optimizer.param_groups[0]["momentum"])
        optimizer.step()
        schedule.step()
    up, down = np.linspace(0.1, 1, 5), np.linspace(1, 0.001, 7)
    np.testing.assert_allclose(rates, [*up, *down[1:]], rtol=1e-12)
    np.testing.assert_allclose(momenta, [*np.linspace(0.95, 0.85, 5), *np.linspace(0.85, 0.95, 7)[1:]], rtol=1e-12)
    with pytest.raises(ValueError, match="beyond") as error:
        schedule.step()
    assert str(error.value) == "OneCycleLR: step 12 is beyond the 11 steps that were planned"
    assert schedule.last_epoch == 11


def test_plateau_waits_reduces_cools_down_and_stops_at_the_least():
    optimizer = sgd(1.0)
    schedule = ReduceLROnPlateau(optimizer, factor=0.5, patience=1, cooldown=2, min_lr=0.25)
    found = []
    for _ in range(12):
        schedule.step(mt.tensor(3.0))
        found.append(optimizer.param_groups[0]["lr"])
    assert found == [1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25]
    assert schedule.best == 3.0
    schedule.step(2.0)
    assert schedule.num_bad_epochs == 0


def test_restarts_at_fractions_of_an_epoch():
    optimizer = sgd(1.0)
    schedule = CosineAnnealingWarmRestarts(optimizer, T_0=2, T_mult=2)
    for epoch, place in ((0.5, 0.25), (1.5, 0.75), (2.0, 0.0), (4.0, 0.5), (6.5, 0.0625)):
        schedule.step(epoch)
        assert schedule.get_last_lr() == [pytest.approx((1 + math.cos(math.pi * place)) / 2, rel=1e-12)]
    assert schedule.last_epoch == 6
    with pytest.raises(ValueError, match="epoch") as error:
        schedule.step(-1)
    assert str(error.value) == "CosineAnnealingWarmRestarts: the epoch is 0 or more, got -1"


def test_each_group_has_its_own_rate_and_numbers_stay_pythons():
    optimizer = sgd(np.float32(0.5), 0.25)
    schedule = LambdaLR(optimizer, [lambda t: 0.5**t, lambda t: np.float64(1)])
    optimizer.step()
    schedule.step()
    assert schedule.get_last_lr() == [0.25, 0.25]
    assert [type(group["lr"]) for group in optimizer.param_groups] == [float, float]
    assert [group["initial_lr"] for group in optimizer.param_groups] == [0.5, 0.25]


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


def test_a_sequence_within_a_sequence_and_a_chain_that_begins_later():
    """PyTorch has no beginning for them; here they begin as when they are made."""
    o = sgd(1.0)
    inner = SequentialLR(o, [ConstantLR(o, 0.5, 9), ExponentialLR(o, 0.5)], [2])
    chain = ChainedScheduler([ConstantLR(o, 0.5, 2), ExponentialLR(o, 0.1)])
    schedule = SequentialLR(o, [StepLR(o, 1, 0.5), inner, chain], [2, 6])
    found = [o.param_groups[0]["lr"]]
    for _ in range(9):
        o.step()
        schedule.step()
        found.append(o.param_groups[0]["lr"])
    np.testing.assert_allclose(found, [1, 0.5, 0.5, 0.5, 1, 0.5, 0.5, 0.05, 0.01, 0.001])


def o():
    return sgd(0.5, 0.25, momentum=0.9)


def mixed():
    """Return the arguments of a sequence whose schedules belong to two optimisers."""
    first = o()
    return first, [StepLR(first, 1), StepLR(o(), 1)], [1]


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: StepLR(0.1, 5), TypeError, "StepLR: expected an optimiser, got float"),
        (lambda: LambdaLR([1], len), TypeError, "LambdaLR: expected an optimiser, got list"),
        (lambda: StepLR(o(), 0), ValueError, "StepLR: step_size is an int of 1 or more, got 0"),
        (lambda: StepLR(o(), 2.5), ValueError, "StepLR: step_size is an int of 1 or more, got 2.5"),
        (
            lambda: StepLR(o(), 2, last_epoch=5),
            ValueError,
            "StepLR: last_epoch 5 goes on with what has begun, and group 0 has no initial_lr: load the optimiser's state first, "
            "or begin with last_epoch=-1",
        ),
        (lambda: ConstantLR(o(), 1.5), ValueError, "ConstantLR: factor is a number from 0 to 1, got 1.5"),
        (lambda: LinearLR(o(), 0), ValueError, "LinearLR: start_factor is above 0, or nothing could be made of it, got 0"),
        (lambda: LinearLR(o(), end_factor=-1), ValueError, "LinearLR: end_factor is a number from 0 to 1, got -1"),
        (lambda: LambdaLR(o(), [len]), ValueError, "LambdaLR: lr_lambda needs one entry for each of the 2 groups, got 1"),
        (lambda: MultiplicativeLR(o(), 0.5), TypeError, "MultiplicativeLR: lr_lambda is a function of the step, got float"),
        (lambda: CosineAnnealingLR(o(), 0), ValueError, "CosineAnnealingLR: T_max is a number of steps, not 0, got 0"),
        (
            lambda: CosineAnnealingWarmRestarts(o(), 0),
            ValueError,
            "CosineAnnealingWarmRestarts: T_0 is an int of 1 or more, got 0",
        ),
        (
            lambda: CyclicLR(o(), 0.1, 0.2, mode="up"),
            ValueError,
            "CyclicLR: mode is 'triangular', 'triangular2' or 'exp_range', got 'up'",
        ),
        (lambda: CyclicLR(o(), [0.1], 0.2), ValueError, "CyclicLR: base_lr needs one entry for each of the 2 groups, got 1"),
        (
            lambda: CyclicLR(Adagrad([mt.ones(1, requires_grad=True)]), 0.1, 0.2),
            ValueError,
            "CyclicLR: Adagrad has neither a momentum nor betas to cycle: use cycle_momentum=False",
        ),
        (lambda: OneCycleLR(o(), 0.1), ValueError, "OneCycleLR: give total_steps, or epochs and steps_per_epoch"),
        (lambda: OneCycleLR(o(), 0.1, 0), ValueError, "OneCycleLR: total_steps is an int of 1 or more, got 0"),
        (lambda: OneCycleLR(o(), 0.1, 9, pct_start=2), ValueError, "OneCycleLR: pct_start is a number from 0 to 1, got 2"),
        (
            lambda: OneCycleLR(o(), 0.1, 9, anneal_strategy="exp"),
            ValueError,
            "OneCycleLR: anneal_strategy is 'cos' or 'linear', got 'exp'",
        ),
        (lambda: ReduceLROnPlateau(o(), "low"), ValueError, "ReduceLROnPlateau: mode is 'min' or 'max', got 'low'"),
        (
            lambda: ReduceLROnPlateau(o(), factor=1.0),
            ValueError,
            "ReduceLROnPlateau: factor is below 1, so that learning rates fall, got 1.0",
        ),
        (
            lambda: ReduceLROnPlateau(o(), min_lr=[0.1]),
            ValueError,
            "ReduceLROnPlateau: min_lr needs one entry for each of the 2 groups, got 1",
        ),
        (lambda: ChainedScheduler([]), ValueError, "ChainedScheduler: there is no schedule to begin with"),
        (lambda: ChainedScheduler([o()]), TypeError, "ChainedScheduler: number 0 is no schedule but of type SGD"),
        (
            lambda: ChainedScheduler([ReduceLROnPlateau(o())]),
            ValueError,
            "ChainedScheduler: number 0 is ReduceLROnPlateau, whose step is told a number: step it by itself",
        ),
        (lambda: SequentialLR(*mixed()), ValueError, "SequentialLR: schedule number 1 belongs to another optimiser"),
        (
            lambda: (lambda o: SequentialLR(o, [StepLR(o, 1), StepLR(o, 1)], []))(o()),
            ValueError,
            "SequentialLR: 2 schedules have 1 milestones between them, got 0",
        ),
        (
            lambda: StepLR(o(), 2).load_state_dict(ExponentialLR(o(), 0.5).state_dict() | {"T_max": 3}),
            ValueError,
            "StepLR: the state dict is another schedule's: it has T_max",
        ),
        (
            lambda: LRScheduler(o()),
            NotImplementedError,
            "LRScheduler has no get_lr: define the learning rates of all groups at last_epoch",
        ),
    ],
)
def test_what_is_refused(call, kind, message):
    with pytest.raises(Exception) as caught:  # noqa: PT011 (the type and the whole text are compared)
        call()
    assert type(caught.value) is kind
    assert str(caught.value) == message


def test_refused_schedules_leave_the_optimiser_as_it_was():
    optimizer = sgd(0.5, 0.25)
    before = [dict(group) for group in optimizer.param_groups]
    for make in (
        lambda: CyclicLR(optimizer, 0.1, [0.2]),
        lambda: OneCycleLR(optimizer, 0.1, 10, base_momentum=[0.5]),
        lambda: CyclicLR(optimizer, 0.1, 0.2, 0),
        lambda: StepLR(optimizer, 1, last_epoch=3),
    ):
        with pytest.raises(ValueError, match="LR: "):
            make()
        assert optimizer.param_groups == before


def test_a_group_that_is_added_later_is_refused_before_any_rate_changes():
    optimizer = sgd(0.5)
    schedule = ExponentialLR(optimizer, 0.5)
    lambdas = LambdaLR(optimizer, lambda t: 0.5**t)
    optimizer.add_param_group({"params": [mt.ones(1, requires_grad=True)]})
    optimizer.step()
    with pytest.raises(ValueError, match="groups") as error:
        lambdas.step()
    assert str(error.value) == (
        "LambdaLR: there are 1 learning rates, the optimiser has 2 groups: make a new schedule when groups are added"
    )
    assert lambdas.last_epoch == 0
    assert schedule.last_epoch == 0


def test_adams_first_beta_is_cycled():
    optimizer = Adam([mt.ones(1, requires_grad=True)], betas=(0.5, 0.75))
    schedule = CyclicLR(optimizer, 0.1, 0.2, 2, base_momentum=0.6, max_momentum=0.8)
    assert optimizer.param_groups[0]["betas"] == (0.8, 0.75)
    optimizer.step()
    schedule.step()
    assert optimizer.param_groups[0]["betas"] == (pytest.approx(0.7), 0.75)
