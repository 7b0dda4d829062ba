"""What a trainer is given as data, anything that gives batches anew at each pass, and what a batch is made of."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from minitensor.creation import as_tensor
from minitensor.data import DataLoader, Dataset, IterableDataset
from minitensor.tensor import Tensor

WAY_OUT = "mt.data.DataLoader(mt.data.TensorDataset(x, y), batch_size=64) makes batches of tensors x and y"


def check_data(data: Any, operation: str, passes: int = 1) -> None:
    """Refuse what gives no batches, or fewer passes over them than are wanted.

    Raises
    ------
    TypeError
        It gives no batches: it is a tensor, a pair of them, a dataset, or not iterable.
    ValueError
        It can be passed over once only.
    """
    if isinstance(data, (Tensor, np.ndarray)):
        raise TypeError(f"{operation}: expected batches, got one {type(data).__name__} of shape {data.shape}: {WAY_OUT}")
    if isinstance(data, tuple) and data and all(isinstance(one, (Tensor, np.ndarray)) for one in data):
        raise TypeError(f"{operation}: expected batches, got a tuple of {len(data)} tensors: {WAY_OUT}")
    if isinstance(data, Dataset):
        found = type(data).__name__
        raise TypeError(f"{operation}: {found} gives samples, not batches: mt.data.DataLoader(dataset, batch_size=64)")
    if not isinstance(data, Iterable):
        way_out = "call it, or write a class with __iter__" if callable(data) else "a DataLoader is best, a list will do"
        raise TypeError(f"{operation}: expected an iterable of batches, got {type(data).__name__}: {way_out}")
    if passes > 1 and isinstance(data, Iterator):
        raise ValueError(
            f"{operation}: {type(data).__name__} gives its batches once, and {passes} epochs need them {passes} times: "
            "pass a DataLoader, a list, or an object whose __iter__ begins anew"
        )


def count_of(data: Any) -> int | None:
    """How many batches a pass has; None where nobody knows before its end."""
    try:
        return len(data)
    except (TypeError, NotImplementedError):
        return None


@contextmanager
def one_pass(data: Any) -> Generator[Iterator[Any]]:
    """An iterator over the batches; it is closed at the end, with the workers that it has, also after an error."""
    batches = iter(data)
    try:
        yield batches
    finally:
        if batches is not data and hasattr(batches, "close"):
            batches.close()


def check_some(data: Any, operation: str) -> None:
    """Refuse data that are known to have no batches.

    Raises
    ------
    ValueError
        They have none.
    """
    stream = isinstance(getattr(data, "dataset", None), IterableDataset)  # whose length may be wrong
    if not stream and count_of(data) == 0:
        raise ValueError(f"{operation}: the data have no batches{why_none(data)}")


def why_none(data: Any) -> str:
    """Why a `DataLoader` has no batches, in words; nothing where that is not known."""
    if not isinstance(data, DataLoader):
        return ""
    samples = count_of(data.dataset)
    if samples and data.drop_last and data.batch_size and samples < data.batch_size:
        return f": {samples} samples are less than one batch of {data.batch_size}, and drop_last leaves it out"
    return "" if samples else ": the dataset has no samples"


def parts_of(batch: Any) -> tuple[list[Any], Any]:
    """The inputs and the target of a batch.

    Raises
    ------
    TypeError
        It is no tuple or list of two parts or more.
    """
    if not isinstance(batch, (tuple, list)) or len(batch) < 2:
        raise TypeError(
            f"a batch is (input, target) or (*inputs, target), got {described(batch)}: "
            "for another one override Trainer.compute_loss"
        )
    *inputs, target = map(_as_tensor, batch)
    return inputs, target


def inputs_of(batch: Any) -> list[Any]:
    """The inputs of a batch with or without a target: all parts but the last, or the only one."""
    if isinstance(batch, (tuple, list)):
        return [_as_tensor(part) for part in (batch[:-1] if len(batch) > 1 else batch)]
    return [_as_tensor(batch)]


def size_of(output: Any, target: Any) -> int:
    """How many samples a batch has: the length of the target's first axis, or the output's; 1 where neither has one."""
    for one in (target, output):
        if isinstance(one, Tensor) and one.ndim:
            return int(one.shape[0])
    return 1


def described(batch: Any) -> str:
    """A batch in words: "Tensor (64, 1, 8, 8) float32, Tensor (64,) int64"."""
    if isinstance(batch, (Tensor, np.ndarray)):
        return f"{type(batch).__name__} {tuple(batch.shape)} {batch.dtype}"
    if isinstance(batch, (tuple, list)):
        return ", ".join(map(described, batch)) if batch else f"an empty {type(batch).__name__}"
    if isinstance(batch, dict):
        return "{" + ", ".join(f"{key!r}: {described(value)}" for key, value in batch.items()) + "}"
    return type(batch).__name__


def _as_tensor(part: Any) -> Any:
    return as_tensor(part) if isinstance(part, np.ndarray) else part
