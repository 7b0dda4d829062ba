"""A small run of a Trainer over data of several kinds: to be broken off after a step, and compared with an unbroken one."""

from __future__ import annotations

import numpy as np

import minitensor as mt
from minitensor import nn, training
from minitensor.data import DataLoader, IterableDataset, TensorDataset


class Stop(Exception):  # noqa: N818 (it is no error)
    """What breaks a run off in these tests."""


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
