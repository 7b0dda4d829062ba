"""What is known of the arrays around an operation: those that it keeps, and the arguments that no gradient is wanted for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from minitensor.dtypes import Array
from minitensor.tape import Node
from minitensor.viz.elements import Saved, Statistics
from minitensor.viz.record import recording_of, statistics_of


class Storages:
    """The memory that the operations of a picture keep, numbered in the order in which it is met."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}

    def kept_by(self, node: Node) -> tuple[Saved, ...]:
        """The arrays that a node keeps; none, where a backward pass has freed them."""
        kept = []
        for argument, array in _arrays(node):
            owner = array
            while isinstance(owner.base, np.ndarray):
                owner = owner.base
            number = self._numbers.setdefault(owner.__array_interface__["data"][0], len(self._numbers))
            name = "y" if argument is None else node.primitive.argument(argument)
            kept.append(Saved(name, array.shape, str(array.dtype), array.nbytes, number, owner.nbytes))
        return tuple(kept)


def value_of(node: Node) -> Statistics | None:
    """Statistics of a node's result, where the node itself keeps it."""
    return next((statistics_of(array) for argument, array in _arrays(node) if argument is None), None)


def constant_of(node: Node, argument: int) -> Any:
    """What is known of an argument without gradient: its array, a number, its (shape, dtype), or None for nothing."""
    recording = recording_of(node)
    seen = recording.arguments[argument] if recording is not None else None
    if isinstance(seen, tuple):
        reference, *seen = seen
        tensor = reference() if reference is not None else None
        if tensor is not None:
            return tensor._array
    elif seen is not None:
        return seen
    for source, array in _kept(node):
        if source == argument:
            return array
    return None if seen is None else tuple(seen)


def _arrays(node: Node) -> Iterator[tuple[int | None, Array]]:
    """The arrays that a node keeps, each with the argument that it is, None for the result; a number is none."""
    of_tensors = {position for position, _, _ in node.versions}
    for (position, argument), (_, kept) in zip(node.plan.arrays, _kept(node), strict=False):
        if isinstance(kept, np.ndarray) and (kept.ndim or position in of_tensors):
            yield argument, kept


def _kept(node: Node) -> Iterator[tuple[int | None, Any]]:
    """The arrays and numbers that a node keeps; nothing of what a checkpoint would have to compute again."""
    if isinstance(node.saved, tuple):
        for position, argument in node.plan.arrays:
            yield argument, node.saved[position]
