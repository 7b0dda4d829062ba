"""A pass over a loader, while it is read."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Any, TypeVar

Batch = TypeVar("Batch")


class Pass(Iterator[Batch]):
    """The batches of one pass: what `iter` of a `DataLoader` answers with.

    Parameters
    ----------
    batches : generator
    state_dict : callable
        How far the pass has come.
    ended : callable
        Whether it is over.
    """

    def __init__(
        self, batches: Generator[Batch], state_dict: Callable[[], dict[str, Any]], ended: Callable[[], bool]
    ) -> None:
        self._batches, self._state_dict, self._ended = batches, state_dict, ended

    def __next__(self) -> Batch:
        return next(self._batches)

    @property
    def ended(self) -> bool:
        """Whether this pass has no more batches to give.

        By their number, where the dataset has its samples by number; of a stream that is known after its end only.
        """
        return self._ended()

    def state_dict(self) -> dict[str, Any]:
        """How far this pass has come, whatever other passes of the loader were begun since: for its `load_state_dict`."""
        return self._state_dict()

    def close(self) -> None:
        """Give up the rest: the workers end, if they don't stay."""
        self._batches.close()
