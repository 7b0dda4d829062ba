"""Checkpoints: when they are written, what a resumed run goes on with, and what is refused without changing anything."""

from __future__ import annotations

import errno
import os
import random
import re
import time
import warnings

import numpy as np
import pytest

import minitensor as mt
from minitensor import nn, serialization, training
from minitensor.data import DataLoader, IterableDataset, TensorDataset
from minitensor.training import checkpoint as checkpoints


class Stop(Exception):  # noqa: N818 (it is no error)
    """What breaks a run off in these tests."""


@pytest.fixture(autouse=True)
def _no_waiting_for_the_disk(monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


class BreakOff(training.Callback):
    """Ends a run by an error after a step."""

    def __init__(self, step):
        self.step = step

    def on_step_end(self, trainer):
        if trainer.step == self.step:
            raise Stop


def dataset():
    drawn = np.random.default_rng(0)
    x = mt.tensor(drawn.standard_normal((22, 3)).astype(np.float32))
    return TensorDataset(x, mt.tensor(drawn.integers(0, 2, 22)))


class Stream(IterableDataset):
    """Samples one after the other, with noise; nobody knows how many."""

    def __iter__(self):
        for x, y in dataset():
            yield x + mt.randn(3), y


class Shuffled:
    """Batches in an order that is drawn at the beginning of each pass, and no more is known about them."""

    def __iter__(self):
        x, y = dataset()[:]
        order = mt.randperm(22)
        for i in range(0, 22, 4):
            yield x[order[i : i + 4]], y[order[i : i + 4]]


DATA = {
    "loader": lambda: DataLoader(dataset(), batch_size=4, shuffle=True),
    "loader with a generator": lambda: DataLoader(
        dataset(), batch_size=4, shuffle=True, generator=mt.Generator().manual_seed(5)
    ),
    "threads": lambda: DataLoader(
        dataset(), batch_size=4, shuffle=True, num_workers=2, worker_type="thread", persistent_workers=True
    ),
    "stream": lambda: DataLoader(Stream(), batch_size=4),
    "stream with a generator": lambda: DataLoader(Stream(), batch_size=4, generator=mt.Generator().manual_seed(5)),
    "iterable": Shuffled,
    "list": lambda: list(DataLoader(dataset(), batch_size=4)),
}  # fmt: skip


def make(callbacks=(), **options):
    mt.manual_seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Dropout(0.2), nn.Linear(4, 2))
    optimizer = mt.optim.AdamW(model.parameters(), lr=0.01)
    return training.Trainer(
        model,
        nn.CrossEntropyLoss(),
        optimizer,
        metrics=[training.Accuracy()],
        callbacks=list(callbacks),
        progress=False,
        **options,
    )


def outcome(trainer):
    """Return all that must be equal, as the bytes of a file."""
    history = trainer.history
    columns = {name: history[name] for name in history.columns if name != "seconds"}
    moments = trainer.optimizer.state_dict()["state"]
    state = {"model": trainer.model.state_dict(), "moments": moments, "history": columns, "random": mt.get_rng_state()}
    return repr({name: value if name in ("history", "random") else bytes_of(value) for name, value in state.items()})


def bytes_of(nested):
    if isinstance(nested, dict):
        return {name: bytes_of(value) for name, value in nested.items()}
    return nested.numpy().tobytes() if isinstance(nested, mt.Tensor) else nested


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
    why = "the run stopped after epoch 2: stopped" if reason else "all epochs are trained"
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


# What does not fit


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


OTHERS = {
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
    before = outcome(trainer)
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (its text is compared)
        trainer.fit(DATA["loader"](), epochs=3, checkpoint=path, resume=True)
    assert str(caught.value).startswith(f"fit: the run in {path} is another one, and nothing was changed: {message}")
    assert outcome(trainer) == before
    assert (trainer.epoch, trainer.step) == (1, 6)
    assert path.read_bytes() == saved


@pytest.mark.parametrize("data", [DATA["list"], lambda: DataLoader(dataset(), 4, generator=mt.Generator())])
def test_other_data_are_refused_and_nothing_changes(tmp_path, data):
    path = tmp_path / "run.npz"
    with pytest.raises(Stop):
        make([BreakOff(3)]).fit(DATA["loader"](), checkpoint=training.Checkpoint(path, every_steps=1))
    trainer, others = make(), data()
    before = outcome(trainer)
    with pytest.raises(ValueError, match=r"^fit: the run in .* is another one, and nothing was changed: "):
        trainer.fit(others, checkpoint=path, resume=True)
    assert outcome(trainer) == before


def test_fewer_batches_than_were_seen_are_an_error(tmp_path):
    path = tmp_path / "run.npz"
    batches = DATA["list"]()
    with pytest.raises(Stop):
        make([BreakOff(6)]).fit(batches, checkpoint=training.Checkpoint(path, every_steps=1))
    with pytest.raises(ValueError, match=r"^fit: the epoch had 5 batches when it was stopped, and the data have 2 now$"):
        make().fit(batches[:2], checkpoint=path, resume=True)


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


def test_a_callback_without_a_state_may_be_added(tmp_path):
    path = tmp_path / "run.npz"
    make().fit(DATA["loader"](), epochs=1, checkpoint=path)
    trainer = make([training.Callback()])
    trainer.fit(DATA["loader"](), epochs=2, checkpoint=path, resume=True)
    assert trainer.epoch == 2


def test_a_callback_that_sets_itself_up_when_fit_begins_has_its_state_afterwards(tmp_path):
    class Total(training.Callback):
        def on_fit_begin(self, trainer):
            self.steps = 0
            self.begun_at = trainer.step
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
    assert (resumed.callbacks[0].steps, resumed.callbacks[0].begun_at) == (12, 8)
    assert outcome(resumed) == outcome(whole)
