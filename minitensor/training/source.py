"""The training data of a `fit`: read pass after pass, and gone on with in the midst of one that the `fit` itself began."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from minitensor.data import DataLoader, IterableDataset
from minitensor.training.batches import count_of, one_pass
from minitensor.training.random_states import random_states, set_random_states


class Source:
    """Data that batches are read from, and where the present pass stands.

    A pass that somebody else began, to look at a batch, is none of ours: outside of a pass of our own what is saved is the
    state of data that begin a new one next.

    Parameters
    ----------
    data : iterable of batches
    """

    def __init__(self, data: Any) -> None:
        self.data = data
        self._reading: Iterator[Any] | None = None
        self._began_with: dict[str, Any] | None = None  # for data that cannot go on within a pass by themselves

    @contextmanager
    def batches(self, seen: int) -> Generator[Iterator[Any]]:
        """The batches of a new pass; or, when so many of the present one were `seen`, the rest of it.

        Data that cannot go on in the midst of a pass begin it again as it began, with the same random numbers, which give
        its order; and as many batches as were seen are left out.

        Raises
        ------
        ValueError
            There are fewer than were seen.
        """
        if not seen:
            state = state_at_new_pass(self.data)
            self._began_with = None if self._goes_on else {"random": random_states(), "data": state}
        now = random_states()
        again = self._began_with if seen else None
        if again is not None:
            set_random_states(again["random"])
            put_state(self.data, again["data"], "train")
        with one_pass(self.data) as batches:
            if again is not None:
                found = sum(1 for _ in islice(batches, seen))
                if found < seen:
                    raise ValueError(f"fit: the epoch had {seen} batches when it was stopped, and the data have {found} now")
            if seen:
                set_random_states(now)
            self._reading = batches
            try:
                yield batches
            finally:
                self._reading = None

    def ended(self, seen: int) -> bool:
        """Whether the pass that is read has no more batches, as far as that is known before one asks for another."""
        if isinstance(self.data, DataLoader):
            return self._reading is not None and bool(getattr(self._reading, "ended", False))
        count = count_of(self.data)
        return keeps_state(self.data) and count is not None and seen >= count

    def state_dict(self, within: bool) -> dict[str, Any]:
        """Where the data stand: `within` the pass that is read, or at the beginning of the next one."""
        if not within:
            return {"data": state_at_new_pass(self.data), "began_with": None}
        by_itself = self._goes_on and self._reading is not None and hasattr(self._reading, "state_dict")
        return {
            "data": self._reading.state_dict() if by_itself else state_at_new_pass(self.data),  # type: ignore[union-attr]
            "began_with": self._began_with,
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` returned.

        Raises
        ------
        ValueError
            It is of other data.
        """
        put_state(self.data, state_dict["data"], "train")
        self._began_with = state_dict["began_with"]

    @property
    def _goes_on(self) -> bool:
        """Whether the data go on in the midst of a pass by themselves, and know for sure whether it is over."""
        if isinstance(self.data, DataLoader):
            return not isinstance(self.data.dataset, IterableDataset) and count_of(self.data) is not None
        return keeps_state(self.data) and count_of(self.data) is not None


def keeps_state(data: Any) -> bool:
    """Whether the data know where they are in a pass, as a `DataLoader` does, and can go on from there."""
    return hasattr(data, "state_dict") and hasattr(data, "load_state_dict")


def state_at_new_pass(data: Any) -> dict[str, Any] | None:
    """The state of data whose next pass is a new one, whatever was begun before; None where they keep none.

    A `DataLoader` that its owner had go on with a pass begins with the rest of that one.
    """
    if isinstance(data, DataLoader):
        return data.state_dict(new_pass=True)
    return dict(data.state_dict()) if keeps_state(data) else None


def put_state(data: Any, state: dict[str, Any] | None, name: str) -> None:
    """Let data go on from a state that they had; `name` says which data they are.

    Raises
    ------
    ValueError
        They kept a state then and do not now, or the other way round; or it is of other data.
    """
    if (state is not None) is not keeps_state(data):
        was, now = ("a DataLoader", "something else") if state is not None else ("something else or nothing", "a DataLoader")
        raise ValueError(f"{name} was {was} then, and is {now} now")
    if state is not None:
        data.load_state_dict(state)
