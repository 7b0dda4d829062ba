"""What a trainer is given as data, anything that gives batches anew at each pass, and what a batch is made of."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from minitensor.creation import as_tensor
from minitensor.data import Dataset
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


def keeps_state(data: Any) -> bool:
    """Whether the data know where they are in a pass, as a `DataLoader` does, and can go on from there."""
    return hasattr(data, "state_dict") and hasattr(data, "load_state_dict")


def state_of(data: Any) -> dict[str, Any] | None:
    """Where the data are in their pass; None where they do not know."""
    return dict(data.state_dict()) if keeps_state(data) else None


def put_state(data: Any, state: dict[str, Any] | None, name: str) -> None:
    """Let the data go on from where they were when `state_of` answered that; `name` says which data they are.

    Raises
    ------
    ValueError
        They kept a state then and do not now, or the other way round.
    """
    if (state is not None) is not keeps_state(data):
        was, now = ("a DataLoader", "something else") if state is not None else ("something else or nothing", "a DataLoader")
        raise ValueError(f"{name} was {was} then, and is {now} now")
    if state is not None:
        data.load_state_dict(state)


def knows_its_place(data: Any) -> bool:
    """Whether data go on in the midst of a pass by themselves, and say by their length whether it is over."""
    return keeps_state(data) and count_of(data) is not None


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
