"""The steps of a Trainer are those of a loop written by hand: clipping, schedules, and batches that are accumulated."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
from minitensor import nn, training
from trained_networks import LOSS, bytes_of, dataset, make, trainer_of


def plain_loop(model, optimizer, batches, *, clip=None, each_step=None):
    for x, y in batches:
        optimizer.zero_grad()
        LOSS(model(x), y).backward()
        if clip is not None:
            mt.nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimizer.step()
        if each_step is not None:
            each_step()


def test_clipping_is_clip_grad_norm():
    model, optimizer, loader = make()
    plain_loop(model, optimizer, loader, clip=0.05)
    expected = bytes_of(model, optimizer)
    model, optimizer, loader = make()
    trainer_of(model, optimizer, max_grad_norm=0.05).fit(loader)
    assert bytes_of(model, optimizer) == expected


SCHEDULES = {
    "epoch": lambda optimizer: mt.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5),
    "step": lambda optimizer: mt.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.1, total_steps=18),
}


@pytest.mark.parametrize("interval", SCHEDULES)
def test_a_schedule_is_stepped_as_in_a_loop(interval):
    model, optimizer, loader = make()
    schedule = SCHEDULES[interval](optimizer)
    rates = []
    for _ in range(3):
        for batch in loader:
            rate = optimizer.param_groups[0]["lr"]
            plain_loop(model, optimizer, [batch], each_step=schedule.step if interval == "step" else None)
        rates.append(rate)
        if interval == "epoch":
            schedule.step()
    expected = bytes_of(model, optimizer)
    model, optimizer, loader = make()
    trainer = trainer_of(model, optimizer, scheduler=SCHEDULES[interval](optimizer), scheduler_interval=interval)
    history = trainer.fit(loader, epochs=3)
    assert bytes_of(model, optimizer) == expected
    assert history["lr"] == rates


def test_a_number_of_any_kind_is_a_column_and_what_is_none_cannot_be_watched():
    class Odd(training.Metric):
        """Answers with what it is given."""

        def __init__(self, name, value):
            self.value = value
            super().__init__(name)

        def reset(self):
            pass

        def update(self, output, target, /):
            pass

        def compute(self):
            return self.value

    metrics = [
        Odd("narrow", np.float32(0.5)),
        Odd("tensor", mt.tensor(2.0)),
        Odd("count", np.int64(3)),
        Odd("matrix", mt.ones(2, 2)),
    ]
    model, optimizer, loader = make()
    schedule = mt.optim.lr_scheduler.ReduceLROnPlateau(optimizer)
    trainer = trainer_of(model, optimizer, metrics=metrics, scheduler=schedule, scheduler_monitor="tensor")
    row = trainer.fit(loader)[-1]
    assert [row[name] for name in ("narrow", "tensor", "count")] == [0.5, 2.0, 3]
    assert "matrix" not in row
    trainer.scheduler_monitor = "matrix"
    with pytest.raises(
        ValueError, match=r"^fit: scheduler_monitor is 'matrix', which is no number: there are epoch, loss, "
    ):
        trainer.fit(loader)


@pytest.mark.parametrize(
    ("monitor", "validated", "column"),
    [(None, False, "loss"), (None, True, "validation_loss"), ("accuracy", True, "accuracy")],
)
def test_a_plateau_is_told_a_column_of_the_history(monitor, validated, column):
    model, optimizer, loader = make()
    schedule = mt.optim.lr_scheduler.ReduceLROnPlateau(optimizer)
    told = []
    step = schedule.step
    schedule.step = lambda value: (told.append(value), step(value))
    trainer = trainer_of(
        model, optimizer, metrics=[training.Accuracy()], scheduler=schedule, scheduler_monitor=monitor
    )  # fmt: skip
    history = trainer.fit(loader, loader if validated else None, epochs=2)
    assert told == history[column]


def gradients_of(batches, accumulate):
    """Return the gradients that the first step sees, and the number of steps, with plain layers."""
    mt.manual_seed(3)
    model = nn.Sequential(nn.Flatten(), nn.Linear(16, 8), nn.Tanh(), nn.Linear(8, 3))
    seen = []

    class Keep(training.Callback):
        def on_step_end(self, trainer):
            seen.append([parameter.grad.numpy().copy() for parameter in trainer.model.parameters()])

    optimizer = mt.optim.SGD(model.parameters(), lr=0.0)
    trainer_of(model, optimizer, accumulate=accumulate, callbacks=[Keep()]).fit(batches)
    return seen


def test_accumulated_gradients_are_those_of_the_large_batch():
    x, y = dataset(28)[:]
    small = [(x[i : i + 4], y[i : i + 4]) for i in range(0, 28, 4)]
    large = [(x[:12], y[:12]), (x[12:24], y[12:24]), (x[24:], y[24:])]  # the last step has the one batch that is left
    parts, whole = gradients_of(small, 3), gradients_of(large, 1)
    assert len(parts) == len(whole) == 3
    for some, all_ in zip(parts, whole, strict=True):
        for one, other in zip(some, all_, strict=True):
            np.testing.assert_allclose(one, other, rtol=2e-5, atol=1e-7)


def test_accumulated_batches_of_unlike_sizes_weigh_as_many_samples_as_they_have():
    x, y = dataset(25)[:]
    cuts = [(0, 8), (8, 16), (16, 19), (19, 24), (24, 25)]
    parts = gradients_of([(x[start:end], y[start:end]) for start, end in cuts], 3)
    whole = gradients_of([(x[:19], y[:19]), (x[19:], y[19:])], 1)
    assert len(parts) == len(whole) == 2
    for some, all_ in zip(parts, whole, strict=True):
        for one, other in zip(some, all_, strict=True):
            np.testing.assert_allclose(one, other, rtol=2e-5, atol=1e-7)
