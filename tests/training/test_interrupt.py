"""Ctrl-C: the first ends a run after its step, with a checkpoint that goes on as if nothing had been; the second ends it at once."""

from __future__ import annotations

import os
import signal
import threading

import pytest

import minitensor as mt
from minitensor import nn, training
from minitensor.data import DataLoader, TensorDataset
from programs import nobody_is_left_of


@pytest.fixture(autouse=True)
def _ctrl_c_is_pythons():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # in a background job it is ignored
    yield
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler  # fit has put it back
    signal.signal(signal.SIGINT, before)


class Press(training.Callback):
    """Presses Ctrl-C at one of the moments that a callback sees."""

    def __init__(self, moment, when):
        self.moment, self.when = moment, when

    def press(self, moment, number):
        if (moment, number) == (self.moment, self.when):
            signal.raise_signal(signal.SIGINT)

    def on_epoch_begin(self, trainer):
        self.press("epoch begin", trainer.epoch)

    def on_step_end(self, trainer):
        self.press("step end", trainer.step)

    def on_epoch_end(self, trainer, row):  # noqa: ARG002
        self.press("epoch end", row["epoch"])

    def on_fit_end(self, trainer):
        self.press("fit end", trainer.epoch)


class PressWithin(training.Trainer):
    """Presses Ctrl-C in the second batch of a validation, or in a batch of the training."""

    moment = (False, 0)
    count = 0

    def compute_loss(self, batch):
        self.count += 1
        if (self.model.training, self.count) == self.moment:
            signal.raise_signal(signal.SIGINT)
        return super().compute_loss(batch)


def make(callbacks=(), **options):
    mt.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(0.2), nn.Linear(4, 2))
    optimizer = mt.optim.Adam(model.parameters(), lr=0.01)
    return PressWithin(model, nn.CrossEntropyLoss(), optimizer, callbacks=list(callbacks), progress=False, **options)


def data():
    drawn = mt.Generator().manual_seed(0)
    return TensorDataset(mt.randn(22, 3, generator=drawn), mt.randint(0, 2, (22,), generator=drawn))


def fit(trainer, **options):
    return trainer.fit(DataLoader(data(), 4, shuffle=True), DataLoader(data(), 8), epochs=3, **options)


def outcome(trainer):
    losses = trainer.history["loss"], trainer.history["validation_loss"]
    return [tensor.numpy().tobytes() for tensor in trainer.model.state_dict().values()], losses, mt.get_rng_state()


@pytest.mark.parametrize(
    ("callback", "moment", "step", "epochs"),
    [
        (Press("epoch begin", 1), None, 1, 0),
        (Press("step end", 2), None, 2, 0),
        (Press("step end", 6), None, 6, 0),
        (None, (True, 2), 2, 0),
        (None, (False, 8), 6, 0),  # in the first validation, after six batches of the training
        (Press("epoch end", 2), None, 12, 2),
        (Press("epoch end", 3), None, 18, 3),
        (Press("fit end", 3), None, 18, 3),
    ],
)
def test_the_run_is_saved_after_the_step_and_goes_on_as_if_nothing_had_been(tmp_path, callback, moment, step, epochs):
    whole = make()
    fit(whole)
    expected = outcome(whole)
    trainer = make([callback] if callback else [])
    trainer.moment = moment or trainer.moment
    path = tmp_path / "run.npz"
    with pytest.raises(KeyboardInterrupt) as caught:
        fit(trainer, checkpoint=path)
    assert trainer.step == step
    assert trainer.epoch == len(trainer.history) == epochs
    assert trainer.model.training
    if callback is None or callback.moment != "fit end":
        assert str(caught.value).endswith(f", after {step} steps; fit(..., checkpoint={str(path)!r}, resume=True) goes on")
    saved = mt.load(path)["state"]
    assert (saved["complete"], saved["trainer"]["step"]) == (epochs, step)
    resumed = make()
    fit(resumed, checkpoint=path, resume=True)
    assert outcome(resumed) == expected


def test_the_batches_of_a_step_are_all_taken_first(tmp_path):
    trainer = make(accumulate=3)
    trainer.moment = (True, 1)
    with pytest.raises(KeyboardInterrupt):
        fit(trainer, checkpoint=tmp_path / "run.npz")
    assert (trainer.count, trainer.step) == (3, 1)


def test_the_same_trainer_can_go_on_without_a_file():
    trainer = make([Press("epoch end", 1)])
    with pytest.raises(KeyboardInterrupt, match=r"^in epoch 1, after 6 steps$"):
        fit(trainer)
    fit(trainer)
    assert trainer.history["epoch"] == [1, 2, 3, 4]


def test_a_second_one_interrupts_at_once(tmp_path):
    class Twice(training.Callback):
        def on_step_end(self, trainer):
            if trainer.step == 2:
                signal.raise_signal(signal.SIGINT)
                assert trainer.step == 2  # the first is noted
                signal.raise_signal(signal.SIGINT)
                raise RuntimeError("the second one came by")

    path = tmp_path / "run.npz"
    with pytest.raises(KeyboardInterrupt):
        fit(make([Twice()]), checkpoint=path)
    assert mt.load(path)["state"]["trainer"]["step"] == 0  # the checkpoint is the one before


def test_another_handler_stays_in_charge():
    pressed = []
    before = signal.signal(signal.SIGINT, lambda *_: pressed.append(1))
    try:
        fit(make([Press("step end", 2)]))
    finally:
        signal.signal(signal.SIGINT, before)
    assert pressed == [1]


def test_another_thread_trains_without_a_handler():
    trainer = make()
    thread = threading.Thread(target=fit, args=[trainer])
    thread.start()
    thread.join()
    assert trainer.epoch == 3


PROGRAM = """
import sys, time
import minitensor as mt
from minitensor import nn, training
from minitensor.data import DataLoader, Dataset
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)

class Slow(Dataset):
    def __len__(self): return 400
    def __getitem__(self, index):
        time.sleep(0.002)
        return mt.randn(3), index % 2

model = nn.Linear(3, 2)
trainer = training.Trainer(model, nn.CrossEntropyLoss(), mt.optim.SGD(model.parameters(), lr=0.1))
loader = DataLoader(Slow(), 4, shuffle=True, num_workers=2)
class Say(training.Callback):
    def on_step_end(self, trainer):
        if trainer.step == 5:
            print("running", flush=True)
trainer.callbacks.append(Say())
try:
    trainer.fit(loader, epochs=100, checkpoint=sys.argv[1])
except KeyboardInterrupt as error:
    print(error)
    sys.exit(130)
"""


def test_ctrl_c_in_a_terminal_reaches_the_workers_too_and_nobody_is_left(tmp_path, start_program):
    """The whole process group gets it, as from a terminal."""
    process = start_program("-W", "error", "-c", PROGRAM, tmp_path / "run.npz")
    assert process.stdout.readline() == "running\n"
    os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate()
    assert process.returncode == 130, errors
    assert output.startswith("in epoch 1, after ")
    assert output.endswith(f" steps; fit(..., checkpoint={str(tmp_path / 'run.npz')!r}, resume=True) goes on\n")
    assert errors == "\nstopping after this step; Ctrl-C again stops at once\n"
    assert mt.load(tmp_path / "run.npz")["state"]["trainer"]["step"] == int(output.split()[4])
    assert nobody_is_left_of(process.pid)
