"""Who I am: what a worker can ask."""

from __future__ import annotations

import threading
from typing import Any, NamedTuple


class WorkerInfo(NamedTuple):
    """What a worker knows of itself.

    Attributes
    ----------
    id : int
        Its number, from 0 on.
    num_workers : int
        How many read the dataset: 1 for an IterableDataset.
    seed : int
        That of the pass plus the number. Python's `random` and NumPy's `np.random` begin from it in a worker process.
    dataset : Dataset
        The worker's own copy in a process, the one that all share in a thread.
    """

    id: int
    num_workers: int
    seed: int
    dataset: Any


class _Here(threading.local):
    """What this thread works for."""

    info: WorkerInfo | None = None


_here = _Here()


def get_worker_info() -> WorkerInfo | None:
    """Which worker of a `DataLoader` this is; None in the main program. As PyTorch's `torch.utils.data.get_worker_info`.

    Returns
    -------
    WorkerInfo or None
        With `id`, `num_workers`, `seed` and `dataset`.

    Examples
    --------
    >>> import minitensor as mt
    >>> class WhoReads(mt.data.Dataset):
    ...     def __len__(self):
    ...         return 4
    ...     def __getitem__(self, index):
    ...         return mt.data.get_worker_info().id
    >>> list(mt.data.DataLoader(WhoReads(), num_workers=2))
    [tensor([0]), tensor([1]), tensor([0]), tensor([1])]
    """
    return _here.info


def set_worker_info(info: WorkerInfo, *, everywhere: bool) -> None:
    """Say what this thread works for, or all threads of the process."""
    if everywhere:
        _Here.info = info  # what a thread finds that has none of its own
    else:
        _here.info = info
