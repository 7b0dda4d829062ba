"""What schedules refuse, in which words, and that nothing has changed then."""

from __future__ import annotations

import pytest

import minitensor as mt
from minitensor.optim import Adagrad
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
    OneCycleLR,
    ReduceLROnPlateau,
    SequentialLR,
    StepLR,
)
from small_optimizers import sgd


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
