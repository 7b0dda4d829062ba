"""Schedules by their formulas, for each group of an optimiser, and as they are made of each other."""

from __future__ import annotations

import math

import numpy as np
import pytest

import minitensor as mt
from minitensor.optim import Adam
from minitensor.optim.lr_scheduler import (
    ChainedScheduler,
    ConstantLR,
    CosineAnnealingLR,
    CosineAnnealingWarmRestarts,
    CyclicLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    MultiplicativeLR,
    MultiStepLR,
    OneCycleLR,
    PolynomialLR,
    ReduceLROnPlateau,
    SequentialLR,
    StepLR,
)
from small_optimizers import sgd


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


def test_adams_first_beta_is_cycled():
    optimizer = Adam([mt.ones(1, requires_grad=True)], betas=(0.5, 0.75))
    schedule = CyclicLR(optimizer, 0.1, 0.2, 2, base_momentum=0.6, max_momentum=0.8)
    assert optimizer.param_groups[0]["betas"] == (0.8, 0.75)
    optimizer.step()
    schedule.step()
    assert optimizer.param_groups[0]["betas"] == (pytest.approx(0.7), 0.75)
