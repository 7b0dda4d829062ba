"""What a resumed run goes on with: it ends as the unbroken one, after whichever step it was broken off."""

from __future__ import annotations

import os
import random
import time

import numpy as np
import pytest

import minitensor as mt
from minitensor import nn, training
from small_runs import DATA, BreakOff, Stop, make, outcome


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("broken_after", [1, 3, 5, 6, 7, 11, 12, 17])
def test_a_run_that_is_broken_off_after_any_step_goes_on_as_if_it_were_not(tmp_path, data, broken_after):
    path = tmp_path / "run.npz"
    whole = make()
    whole.fit(DATA[data](), DATA["loader"](), epochs=3)
    expected = outcome(whole)

    with pytest.raises(Stop):
        make([BreakOff(broken_after + 1)]).fit(
            DATA[data](), DATA["loader"](), epochs=3, checkpoint=training.Checkpoint(path, every_steps=1)
        )
    mt.rand(3)  # what is drawn in between is of no account
    random.random()
    resumed = make()
    resumed.fit(DATA[data](), DATA["loader"](), epochs=3, checkpoint=path, resume=True)
    assert outcome(resumed) == expected


def test_what_python_and_numpy_draw_is_resumed_too(tmp_path):
    class Drawing(training.Trainer):
        def compute_loss(self, batch):
            x, y = batch
            output = self.model(x) * random.random() + np.random.rand()  # noqa: NPY002
            return ((output - y) ** 2).mean(), output, y

    def run(**options):
        mt.manual_seed(0)
        random.seed(0)
        np.random.seed(0)  # noqa: NPY002
        model = nn.Linear(1, 1)
        trainer = Drawing(model, nn.MSELoss(), mt.optim.SGD(model.parameters(), lr=0.1), progress=False, **options)
        return trainer, [(mt.ones(2, 1), mt.ones(2, 1))] * 4

    trainer, batches = run()
    trainer.fit(batches, epochs=2)
    expected = outcome(trainer)
    trainer, batches = run(callbacks=[BreakOff(6)])
    with pytest.raises(Stop):
        trainer.fit(batches, epochs=2, checkpoint=training.Checkpoint(tmp_path / "run.npz", every_steps=1))
    trainer, batches = run()
    trainer.fit(batches, epochs=2, checkpoint=tmp_path / "run.npz", resume=True)
    assert outcome(trainer) == expected


def test_seconds_of_an_epoch_go_on_where_it_was_broken_off(tmp_path):
    class Slow(training.Callback):
        def on_step_end(self, trainer):  # noqa: ARG002
            time.sleep(0.02)

    checkpoint = training.Checkpoint(tmp_path / "run.npz", every_steps=1)
    with pytest.raises(Stop):
        make([Slow(), BreakOff(6)]).fit(DATA["loader"](), checkpoint=checkpoint)
    history = make().fit(DATA["loader"](), checkpoint=checkpoint, resume=True)
    assert history[0]["seconds"] > 0.1


def test_more_epochs_go_on_from_the_last_weights(tmp_path):
    """Although the best ones were put back at the end of the shorter run."""
    path = tmp_path / "run.npz"
    best = "accuracy"
    whole = make([training.BestWeights(best)])
    whole.fit(DATA["loader"](), epochs=4)
    make([training.BestWeights(best)]).fit(DATA["loader"](), epochs=2, checkpoint=path)
    longer = make([training.BestWeights(best)])
    longer.fit(DATA["loader"](), epochs=4, checkpoint=path, resume=True)
    assert outcome(longer) == outcome(whole)


@pytest.mark.parametrize("reason", [None, "stopped"])
def test_a_finished_run_has_nothing_left_to_do(tmp_path, capsys, reason):
    class Until(training.Callback):
        def on_epoch_end(self, trainer, row):
            if row["epoch"] == 2:
                trainer.stop(reason)

    path = tmp_path / "run.npz"
    callbacks = [training.BestWeights("accuracy"), *([Until()] if reason else [])]
    first = make(callbacks)
    first.fit(DATA["loader"](), epochs=5 if reason else 2, checkpoint=path)
    before = path.read_bytes()
    second = make([training.BestWeights("accuracy")])
    second.progress = True
    history = second.fit(DATA["loader"](), epochs=5 if reason else 2, checkpoint=path, resume=True)
    assert outcome(second) == outcome(first)
    assert len(history) == 2
    assert path.read_bytes() == before
    why = (
        "the run stopped after epoch 2: stopped; another fit, without resume, trains on"
        if reason
        else "all epochs are trained"
    )
    assert capsys.readouterr().err == f"nothing left to do: {why}\n"


def test_resume_begins_where_there_is_no_file_yet(tmp_path):
    trainer = make()
    trainer.fit(DATA["loader"](), epochs=2, checkpoint=tmp_path / "run.npz", resume=True)
    assert trainer.epoch == 2


def test_a_resumed_call_counts_the_epochs_of_the_call_that_was_broken_off(tmp_path):
    """Of two calls that follow each other, each with its file, the one that is complete is left out."""

    def script(*callbacks):
        trainer = make(callbacks)
        for name, epochs in (("a", 2), ("b", 3)):
            trainer.fit(DATA["loader"](), epochs=epochs, checkpoint=tmp_path / f"{name}.npz", resume=True)
        return trainer

    whole = make()
    whole.fit(DATA["loader"](), epochs=2)
    whole.fit(DATA["loader"](), epochs=3)
    with pytest.raises(Stop):
        script(BreakOff(15))
    assert outcome(script()) == outcome(whole)


def test_a_callback_without_a_state_may_be_added(tmp_path):
    path = tmp_path / "run.npz"
    make().fit(DATA["loader"](), epochs=1, checkpoint=path)
    trainer = make([training.Callback()])
    trainer.fit(DATA["loader"](), epochs=2, checkpoint=path, resume=True)
    assert trainer.epoch == 2


def test_a_callback_that_sets_itself_up_when_fit_begins_has_its_state_afterwards(tmp_path):
    class Total(training.Callback):
        def on_fit_begin(self, trainer):  # noqa: ARG002
            self.steps = 0
            mt.rand(5)

        def on_step_end(self, trainer):  # noqa: ARG002
            self.steps += 1

        def state_dict(self):
            return {"steps": getattr(self, "steps", 0)}

        def load_state_dict(self, state_dict):
            self.steps = state_dict["steps"]

    whole = make([Total()])
    whole.fit(DATA["loader"](), epochs=2)
    checkpoint = training.Checkpoint(tmp_path / "run.npz", every_steps=2)
    with pytest.raises(Stop):
        make([Total(), BreakOff(9)]).fit(DATA["loader"](), epochs=2, checkpoint=checkpoint)
    resumed = make([Total()])
    resumed.fit(DATA["loader"](), epochs=2, checkpoint=checkpoint, resume=True)
    assert resumed.callbacks[0].steps == 12
    assert outcome(resumed) == outcome(whole)
