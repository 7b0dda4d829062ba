"""What loaders and samplers are given: refused in words where it can't be meant."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from minitensor.data.dataset import IterableDataset
from minitensor.tensor import Tensor


def number_of_samples(source: Any) -> int:
    """The length of a dataset or a sampler; a TypeError in words where it has none."""
    if not hasattr(type(source), "__len__"):
        raise TypeError(f"{type(source).__name__} has no __len__, which says how many samples there are")
    return len(source)


def checked_integer(who: str, name: str, value: Any, least: int) -> int:
    """An argument that is an integer of `least` or more."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{who}: {name} is an integer, got {value!r}")
    if (number := operator.index(value)) < least:
        raise ValueError(f"{who}: {name} is {least} or more, got {number}")
    return number


def checked_flag(who: str, name: str, value: Any) -> None:
    """Refuse an argument that is neither True nor False."""
    if not isinstance(value, bool):
        raise TypeError(f"{who}: {name} is True or False, got {value!r}")


def is_stream(dataset: Any) -> bool:
    """Whether a dataset is read from its beginning to its end, and not by number.

    Raises
    ------
    TypeError
        It can be read in neither way, or once only.
    """
    if isinstance(dataset, IterableDataset):
        return True
    if isinstance(dataset, tuple) and dataset and all(isinstance(one, (Tensor, np.ndarray)) for one in dataset):
        shapes = [tuple(one.shape) for one in dataset]
        if len(set(shapes)) > 1 and len({shape[:1] for shape in shapes}) == 1:
            found = ", ".join(map(str, shapes))
            raise TypeError(
                f"DataLoader: a tuple of tensors {found} is {len(shapes)} samples: TensorDataset(*tensors) has rows"
            )
    if hasattr(type(dataset), "__getitem__"):
        return False
    found = f"{type(dataset).__name__} has neither"
    if hasattr(type(dataset), "__next__"):
        found = f"{type(dataset).__name__} is an iterator, which gives its samples once only"
    elif hasattr(type(dataset), "__iter__"):
        return True
    raise TypeError(f"DataLoader: a dataset has __getitem__ and __len__, or is an IterableDataset: {found}")


def check_order(
    stream: bool, batch_size: int | None, shuffle: bool | None, sampler: Any, batch_sampler: Any, drop_last: bool
) -> None:
    """Refuse ways to say what a batch is that contradict each other."""
    if shuffle is not None:
        checked_flag("DataLoader", "shuffle", shuffle)
    checked_flag("DataLoader", "drop_last", drop_last)
    for name, given in (("sampler", sampler), ("batch_sampler", batch_sampler)):
        if given is not None and not hasattr(given, "__iter__"):
            raise TypeError(f"DataLoader: {name} is an iterable, which gives indices, got {type(given).__name__}")
    if stream and (shuffle or sampler is not None or batch_sampler is not None):
        given = "shuffle" if shuffle else "sampler" if sampler is not None else "batch_sampler"
        raise ValueError(f"DataLoader: an iterable dataset comes in its own order, and takes no {given}")
    if sampler is not None and shuffle:
        raise ValueError("DataLoader: the order is either that of sampler or random by shuffle, got both")
    if batch_sampler is not None:
        others = {"batch_size": batch_size != 1, "shuffle": shuffle, "sampler": sampler is not None, "drop_last": drop_last}
        if given := ", ".join(name for name, is_given in others.items() if is_given):
            raise ValueError(f"DataLoader: batch_sampler says what a batch is, and leaves nothing to {given}")
    elif batch_size is None and drop_last:
        raise ValueError("DataLoader: with batch_size=None samples come one by one, and there is no last batch to drop")
    elif batch_size is not None:
        checked_integer("DataLoader", "batch_size", batch_size, 1)


def check_workers(
    num_workers: int,
    worker_type: str,
    timeout: float,
    context: Any,
    prefetch_factor: int | None,
    persistent_workers: bool,
) -> None:
    """Refuse what workers can't be told."""
    checked_integer("DataLoader", "num_workers", num_workers, 0)
    checked_flag("DataLoader", "persistent_workers", persistent_workers)
    if worker_type not in ("process", "thread"):
        raise ValueError(f'DataLoader: worker_type is "process" or "thread", got {worker_type!r}')
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)):
        raise TypeError(f"DataLoader: timeout is a number of seconds, got {timeout!r}")
    if not timeout >= 0:
        raise ValueError(f"DataLoader: timeout is a number of seconds, 0 for no limit, got {timeout}")
    if prefetch_factor is not None:
        checked_integer("DataLoader", "prefetch_factor", prefetch_factor, 1)
    if num_workers == 0:
        others = {
            "timeout": timeout,
            "multiprocessing_context": context is not None,
            "prefetch_factor": prefetch_factor is not None,
            "persistent_workers": persistent_workers,
        }
        if given := ", ".join(name for name, is_given in others.items() if is_given):
            raise ValueError(f"DataLoader: {given}: that is for workers, and num_workers is 0")
    if context is not None and worker_type == "thread":
        raise ValueError("DataLoader: multiprocessing_context is for processes, and worker_type is 'thread'")


def check_functions(**functions: Any) -> None:
    """Refuse what is to be called and can't be."""
    for name, function in functions.items():
        if function is not None and not callable(function):
            raise TypeError(f"DataLoader: {name} is a function, got {type(function).__name__}")
