"""Each schedule's learning rates and momentum are PyTorch's over sixty steps, also when it is saved and loaded on the way."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import numpy as np
import pytest

import minitensor as mt
from minitensor.optim import lr_scheduler

with np.load(Path(__file__).parents[1] / "golden" / "torch_schedules.npz") as file:
    CASES = json.loads(str(file["cases"]))
    EXPECTED = [(file[f"{number}/lr"], file[f"{number}/momentum"]) for number in range(len(CASES))]


def build(line):
    """Return the optimiser and the schedule of a case: two groups, SGD with momentum or Adam."""
    groups = [{"params": [mt.ones(1, requires_grad=True)], "lr": lr} for lr in (0.5, 0.05)]
    optimizer = mt.optim.Adam(groups) if line.startswith("adam: ") else mt.optim.SGD(groups, momentum=0.9)
    return optimizer, eval(line.removeprefix("adam: "), {"S": lr_scheduler, "o": optimizer})


def take_step(optimizer, schedule, k):
    """Take step k; a schedule that watches a number is told |cos(k)| / (1 + k), rounded."""
    optimizer.step()
    if isinstance(schedule, lr_scheduler.ReduceLROnPlateau):
        schedule.step(round(abs(np.cos(k)) / (1 + k), 2))
    else:
        schedule.step()


def check(optimizer, schedule, number, step):
    """Compare what is set with what was recorded."""
    rates, momenta = EXPECTED[number]
    groups = optimizer.param_groups
    np.testing.assert_allclose([group["lr"] for group in groups], rates[step], rtol=1e-15, atol=0, err_msg=f"step {step}")
    found = [group["betas"][0] if "betas" in group else group["momentum"] for group in groups]
    np.testing.assert_allclose(found, momenta[step], rtol=1e-15, atol=0, err_msg=f"step {step}")
    assert schedule.get_last_lr() == [group["lr"] for group in groups]


@pytest.mark.parametrize("number", range(len(CASES)), ids=CASES.__getitem__)
def test_learning_rates_and_momentum_are_pytorchs(number):
    optimizer, schedule = build(CASES[number])
    for step in range(len(EXPECTED[number][0])):
        if step:
            take_step(optimizer, schedule, step)
        check(optimizer, schedule, number, step)


@pytest.mark.parametrize("number", range(len(CASES)), ids=CASES.__getitem__)
def test_saved_and_loaded_it_goes_on_as_before(number):
    """Seventeen steps; both state dicts into a fresh pair; the rest."""
    optimizer, schedule = build(CASES[number])
    for step in range(1, 18):
        take_step(optimizer, schedule, step)
    saved = copy.deepcopy((optimizer.state_dict(), schedule.state_dict()))
    optimizer, schedule = build(CASES[number])
    optimizer.load_state_dict(saved[0])
    schedule.load_state_dict(saved[1])
    check(optimizer, schedule, number, 17)
    for step in range(18, len(EXPECTED[number][0])):
        take_step(optimizer, schedule, step)
        check(optimizer, schedule, number, step)
