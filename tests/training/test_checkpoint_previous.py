"""`keep_previous` keeps the checkpoint before, whatever becomes of the next one."""

from __future__ import annotations

import errno
import os

import pytest

import minitensor as mt
from minitensor import serialization, training
from small_runs import DATA, make


@pytest.fixture
def paths(tmp_path):
    return tmp_path / "run.npz", tmp_path / "run.previous.npz"


@pytest.fixture
def run(paths):
    """Train with it for some epochs; return its Checkpoint."""

    def train(epochs, resume=True, **options):
        checkpoint = training.Checkpoint(paths[0], keep_previous=True, **options)
        make().fit(DATA["loader"](), epochs=epochs, checkpoint=checkpoint, resume=resume)
        return checkpoint

    return train


def epochs_in(*paths):
    return [mt.load(path)["state"]["complete"] for path in paths]


@pytest.mark.parametrize("links", [True, False])
def test_a_save_that_fails_leaves_both_as_they_were(paths, run, monkeypatch, links):
    def full(*args):  # noqa: ARG001
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if not links:
        monkeypatch.setattr(os, "link", full)
    checkpoint = run(2)
    before = [path.read_bytes() for path in paths]
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left on device"):
        checkpoint.save({"complete": 9})
    assert [path.read_bytes() for path in paths] == before
    assert sorted(os.listdir(paths[0].parent)) == ["run.npz", "run.previous.npz"]


def test_a_program_that_ends_while_it_saves_leaves_two_whole_ones(paths, run, monkeypatch):
    class Killed(BaseException):
        """Stands for the end of the process."""

    checkpoint = run(2)

    def save(state, path):  # noqa: ARG001
        monkeypatch.setattr(os, "unlink", lambda name: None)  # it is over: nothing is tidied up any more
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(serialization, "save", save)
        with pytest.raises(Killed):
            checkpoint.save({"complete": 9})
    monkeypatch.undo()
    assert epochs_in(*paths) == [2, 1]
    run(3)
    assert epochs_in(*paths) == [3, 2]
    assert sorted(os.listdir(paths[0].parent)) == ["run.npz", "run.previous.npz"]


def test_a_symbolic_link_is_followed(paths, run):
    path, previous = paths
    elsewhere = path.parent / "disk"
    elsewhere.mkdir()
    path.symlink_to(elsewhere / "run.npz")
    run(3)
    assert path.is_symlink()
    assert not previous.is_symlink()
    assert epochs_in(path, previous) == [3, 2]


@pytest.mark.parametrize("resume", [True, False])
def test_a_missing_file_is_not_begun_anew_over_the_previous_one(paths, run, resume):
    path, previous = paths
    run(3)
    path.unlink()
    kept = previous.read_bytes()
    with pytest.raises(FileExistsError) as caught:
        run(3, resume=resume)
    assert str(caught.value) == (
        f"fit: {path} is not there, but the one before it is, {previous}: rename it to go on with it, "
        "or Checkpoint(path, overwrite=True) begins anew"
    )
    assert not path.exists()
    assert previous.read_bytes() == kept
    run(1, resume=resume, overwrite=True)
    assert epochs_in(path, previous) == [1, 0]
