"""A checkpoint of another run is refused, and nothing changes; other libraries or threads are warned of."""

from __future__ import annotations

import os
import warnings

import numpy as np
import pytest

import minitensor as mt
from minitensor import nn, training
from minitensor.data import DataLoader, Subset
from minitensor.training import checkpoint as checkpoints
from small_runs import DATA, BreakOff, Stop, dataset, make, outcome


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


def other_model():
    trainer = make()
    model = nn.Sequential(nn.Linear(3, 5), nn.Linear(5, 2))
    return training.Trainer(
        model, nn.CrossEntropyLoss(), mt.optim.AdamW(model.parameters()), metrics=trainer.metrics, progress=False
    )


def other_optimizer():
    model = make().model
    optimizer = mt.optim.SGD(model.parameters(), lr=0.1)
    return training.Trainer(model, nn.CrossEntropyLoss(), optimizer, metrics=[training.Accuracy()], progress=False)


def other_scheduler():
    trainer = make()
    trainer.scheduler = mt.optim.lr_scheduler.StepLR(trainer.optimizer, 1)
    return trainer


def other_metrics():
    trainer = make()
    trainer.metrics = [training.TopK(1)]
    return trainer


def stepped(interval):
    trainer = make()
    trainer.scheduler_interval = interval
    return trainer


OTHERS = {
    "accumulate": (lambda: make(accumulate=2), "accumulate was 1, and is 2 now"),
    "interval": (lambda: stepped("step"), "scheduler_interval was 'epoch', and is 'step' now"),
    "model": (other_model, "load_state_dict: the state dict does not fit Sequential, and nothing was loaded"),
    "optimizer": (other_optimizer, "SGD: the state dict is another optimiser's: it has amsgrad, betas, eps"),
    "scheduler": (other_scheduler, "there was no scheduler, and now there is StepLR"),
    "metrics": (other_metrics, "the metrics were ['accuracy'], they are ['top_1'] now"),
    "callbacks": (
        lambda: make([training.EarlyStopping("loss")]),
        "the callbacks that remember something were none, they are ['EarlyStopping'] now",
    ),
}


@pytest.mark.parametrize("case", OTHERS)
def test_a_run_of_something_else_is_refused_and_nothing_changes(tmp_path, case):
    path = tmp_path / "run.npz"
    make().fit(DATA["loader"](), checkpoint=path)
    saved = path.read_bytes()
    trainer, message = OTHERS[case][0](), OTHERS[case][1]
    trainer.fit(DATA["loader"](), epochs=1)
    before, steps = outcome(trainer), trainer.step
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (its text is compared)
        trainer.fit(DATA["loader"](), epochs=3, checkpoint=path, resume=True)
    assert str(caught.value).startswith(f"fit: the run in {path} is another one, and nothing was changed: {message}")
    assert outcome(trainer) == before
    assert (trainer.epoch, trainer.step) == (1, steps)
    assert path.read_bytes() == saved


OTHER_DATA = {
    "list": DATA["list"],
    "generator": lambda: DataLoader(dataset(), 4, shuffle=True, generator=mt.Generator()),
    "batch_size": lambda: DataLoader(dataset(), 5, shuffle=True),
    "samples": lambda: DataLoader(Subset(dataset(), range(20)), 4, shuffle=True),
    "drop_last": lambda: DataLoader(dataset(), 4, shuffle=True, drop_last=True),
    "order": lambda: DataLoader(dataset(), 4),
}


@pytest.mark.parametrize("data", OTHER_DATA.values(), ids=OTHER_DATA)
def test_other_data_are_refused_and_nothing_changes(tmp_path, data):
    path = tmp_path / "run.npz"
    with pytest.raises(Stop):
        make([BreakOff(3)]).fit(DATA["loader"](), checkpoint=training.Checkpoint(path, every_steps=1))
    trainer, others = make(), data()
    before = outcome(trainer)
    with pytest.raises(ValueError, match=r"^fit: the run in .* is another one, and nothing was changed: "):
        trainer.fit(others, checkpoint=path, resume=True)
    assert outcome(trainer) == before


def test_a_refused_run_leaves_the_data_at_their_beginning(tmp_path):
    path, loader = tmp_path / "run.npz", DATA["loader"]()
    with pytest.raises(Stop):
        make([BreakOff(3)]).fit(loader, loader, checkpoint=training.Checkpoint(path, every_steps=1))
    with pytest.raises(ValueError, match=r"^fit: the run in .* is another one"):
        make().fit(loader, DATA["list"](), checkpoint=path, resume=True)
    assert len(list(loader)) == 6


def test_a_column_that_is_watched_in_vain_is_refused_before_the_checkpoint_is_loaded(tmp_path):
    path = tmp_path / "run.npz"
    make().fit(DATA["loader"](), checkpoint=path)
    trainer = make([training.BestWeights("validation_loss")])
    before = outcome(trainer)
    with pytest.raises(ValueError, match=r"^BestWeights: the history has no column 'validation_loss'"):
        trainer.fit(DATA["loader"](), epochs=2, checkpoint=path, resume=True)
    assert outcome(trainer) == before


def test_fewer_batches_than_were_seen_are_an_error(tmp_path):
    path = tmp_path / "run.npz"
    batches = DATA["list"]()
    with pytest.raises(Stop):
        make([BreakOff(6)]).fit(batches, checkpoint=training.Checkpoint(path, every_steps=1))
    with pytest.raises(ValueError, match=r"^fit: the epoch had 5 batches when it was stopped, and the data have 2 now$"):
        make().fit(batches[:2], checkpoint=path, resume=True)


def test_other_threads_or_versions_are_warned_of(tmp_path, monkeypatch):
    path = tmp_path / "run.npz"
    make().fit(DATA["loader"](), checkpoint=path)
    now = checkpoints.environment()
    monkeypatch.setattr(checkpoints, "environment", lambda: {**now, "NumPy": "9.9", "threads": "64"})
    with pytest.warns(UserWarning) as caught:  # noqa: PT030 (its text is compared)
        make().fit(DATA["loader"](), checkpoint=path, resume=True)
    assert [str(one.message) for one in caught] == [
        f"the run goes on with NumPy 9.9 (was {np.__version__}), threads 64 (was {now['threads']}): "
        "its last bits may differ from those of an unbroken run"
    ]
    assert caught[0].filename == __file__
    monkeypatch.setattr(checkpoints, "environment", lambda: now)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        make().fit(DATA["loader"](), checkpoint=path, resume=True)
