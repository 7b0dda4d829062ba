"""Checkpoints: when they are written, what is kept when they cannot be, and which files they leave alone."""

from __future__ import annotations

import errno
import os
import re

import pytest

import minitensor as mt
from minitensor import serialization, training
from minitensor.training import checkpoint as checkpoints
from small_runs import DATA, make, outcome


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


class Count(training.Callback):
    """Counts the times that a checkpoint was written before each step."""

    def __init__(self, monkeypatch):
        self.saved = []
        save = training.Checkpoint.save

        def counted(checkpoint, state):
            self.saved.append((state["complete"], state["trainer"]["step"]))
            save(checkpoint, state)

        monkeypatch.setattr(training.Checkpoint, "save", counted)


@pytest.mark.parametrize(
    ("when", "saved"),
    [
        ({}, [(0, 0), (1, 6), (2, 12), (3, 18)]),
        ({"every_epochs": 2}, [(0, 0), (2, 12), (3, 18)]),
        ({"every_epochs": None}, [(0, 0), (3, 18)]),
        ({"every_epochs": None, "every_steps": 5}, [(0, 0), (0, 5), (1, 10), (2, 15), (3, 18)]),
        ({"every_steps": 6}, [(0, 0), (0, 6), (1, 6), (1, 12), (2, 12), (2, 18), (3, 18)]),
    ],
    ids=str,
)
def test_it_is_saved_at_the_beginning_at_the_end_and_when_it_is_time(tmp_path, monkeypatch, when, saved):
    count = Count(monkeypatch)
    make().fit(DATA["loader"](), epochs=3, checkpoint=training.Checkpoint(tmp_path / "run.npz", **when))
    assert count.saved == saved


def test_it_is_saved_when_enough_seconds_have_passed(tmp_path, monkeypatch):
    count, clock = Count(monkeypatch), [0.0]
    monkeypatch.setattr(checkpoints, "time", type("Clock", (), {"monotonic": staticmethod(lambda: clock[0])}))

    class Tick(training.Callback):
        def on_step_end(self, trainer):  # noqa: ARG002
            clock[0] += 1.0

    checkpoint = training.Checkpoint(tmp_path / "run.npz", every_epochs=None, every_seconds=4)
    make([Tick()]).fit(DATA["loader"](), epochs=2, checkpoint=checkpoint)
    assert count.saved == [(0, 0), (0, 4), (1, 8), (1, 12), (2, 12)]


def test_a_file_that_is_there_is_not_overwritten_for_a_forgotten_resume(tmp_path):
    path = tmp_path / "run.npz"
    trainer = make()
    trainer.fit(DATA["loader"](), checkpoint=path)
    before = path.read_bytes()
    with pytest.raises(FileExistsError) as caught:
        make().fit(DATA["loader"](), checkpoint=path)
    assert str(caught.value) == (
        f"fit: {path} is there already: resume=True goes on with the run in it, Checkpoint(path, overwrite=True) begins anew"
    )
    assert path.read_bytes() == before
    trainer.fit(DATA["loader"](), checkpoint=path)  # it holds an earlier state of this very run
    make().fit(DATA["loader"](), checkpoint=training.Checkpoint(path, overwrite=True))
    assert len(mt.load(path)["state"]["trainer"]["history"]["epoch"]) == 1


def test_a_full_disk_is_said_and_the_last_good_checkpoint_stays(tmp_path, monkeypatch):
    path = tmp_path / "run.npz"
    fsync = os.fsync

    class Fill(training.Callback):
        def on_step_end(self, trainer):
            if trainer.step == 8:
                monkeypatch.setattr(os, "fsync", full)

    def full(descriptor):  # noqa: ARG001
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OSError, match=r"No space left on device: about .* was to be written") as caught:
        make([Fill()]).fit(DATA["loader"](), epochs=3, checkpoint=path)
    assert caught.value.errno == errno.ENOSPC
    assert os.listdir(tmp_path) == ["run.npz"]
    monkeypatch.setattr(os, "fsync", fsync)
    whole, resumed = make(), None
    whole.fit(DATA["loader"](), epochs=3)
    expected = outcome(whole)
    resumed = make()
    resumed.fit(DATA["loader"](), epochs=3, checkpoint=path, resume=True)
    assert outcome(resumed) == expected


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("missing/run.npz", FileNotFoundError, "Checkpoint: cannot write in {directory}/missing: No such file or directory"),
        ("run.pt", ValueError, "Checkpoint: path ends in .npz or .safetensors, got '{directory}/run.pt'"),
        ("directory.npz", IsADirectoryError, "Checkpoint: {directory}/directory.npz is a directory"),
    ],
)
def test_a_path_that_cannot_be_written_is_refused_before_anything_is_trained(tmp_path, name, error, message):
    (tmp_path / "directory.npz").mkdir()
    trainer = make()
    with pytest.raises(error) as caught:
        trainer.fit(DATA["loader"](), checkpoint=tmp_path / name)
    assert str(caught.value).endswith(message.format(directory=tmp_path))
    assert trainer.step == 0


def test_what_cannot_be_saved_is_said_before_anything_is_trained(tmp_path):
    class Keep(training.Callback):
        def state_dict(self):
            return {"when": {1, 2}}

    trainer = make([Keep()])
    with pytest.raises(TypeError, match=r"callbacks.*when"):
        trainer.fit(DATA["loader"](), checkpoint=tmp_path / "run.npz")
    assert trainer.step == 0
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("path", [3, None.__class__])
def test_a_path_is_a_path(path):
    with pytest.raises(TypeError, match=r"^Checkpoint: path is a str or os.PathLike, got "):
        training.Checkpoint(path)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"every_steps": 0}, "Checkpoint: every_steps is an int of 1 or more, got 0"),
        ({"every_epochs": 1.5}, "Checkpoint: every_epochs is an int of 1 or more, got 1.5"),
        ({"every_seconds": 0}, "Checkpoint: every_seconds is a number above 0, got 0"),
    ],
)
def test_wrong_times_are_refused(tmp_path, options, message):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the whole message is compared)
        training.Checkpoint(tmp_path / "run.npz", **options)
    assert str(caught.value) == message


def test_its_repr_says_where_and_when():
    assert repr(training.Checkpoint("run.npz", every_steps=5)) == "Checkpoint('run.npz', every_steps=5, every_epochs=1)"


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "other"])
def test_a_damaged_checkpoint_is_said_to_be_one_and_nothing_changes(tmp_path, damage):
    path = tmp_path / "run.npz"
    make().fit(DATA["loader"](), checkpoint=path)
    data = bytearray(path.read_bytes())
    if damage == "other":
        mt.save({"weights": mt.ones(2)}, path)
    else:
        data[len(data) // 2] ^= 255
        path.write_bytes({"cut": data[: len(data) // 2], "flipped": data, "empty": b""}[damage])
    before_file = path.read_bytes()
    trainer = make()
    before = outcome(trainer)
    with pytest.raises(serialization.FileFormatError) as caught:
        trainer.fit(DATA["loader"](), checkpoint=path, resume=True)
    assert str(path) in str(caught.value)
    assert outcome(trainer) == before
    assert trainer.step == 0
    assert path.read_bytes() == before_file


@pytest.mark.parametrize("links", [True, False])
def test_the_checkpoint_before_can_be_kept_and_is_named_when_the_last_is_damaged(tmp_path, monkeypatch, links):
    def no_links(*_):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    if not links:
        monkeypatch.setattr(os, "link", no_links)
    path, previous = tmp_path / "run.npz", tmp_path / "run.previous.npz"
    whole = make()
    whole.fit(DATA["loader"](), epochs=3)
    expected = outcome(whole)
    (tmp_path / "run.previous.npz.partial").write_bytes(b"of a program that was killed")
    make().fit(DATA["loader"](), epochs=3, checkpoint=training.Checkpoint(path, keep_previous=True))
    assert sorted(os.listdir(tmp_path)) == ["run.npz", "run.previous.npz"]
    assert [mt.load(one)["state"]["complete"] for one in (path, previous)] == [3, 2]
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(serialization.FileFormatError, match=rf"; the one before it is {re.escape(str(previous))}$"):
        make().fit(DATA["loader"](), epochs=3, checkpoint=path, resume=True)
    resumed = make()
    resumed.fit(DATA["loader"](), epochs=3, checkpoint=previous, resume=True)
    assert outcome(resumed) == expected
