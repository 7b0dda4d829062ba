"""Places in arrays: which positions' cells lie inside one, and where a place stands when the axes are laid out in line."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from minitensor.geometry import Ints

At: TypeAlias = tuple[Any, ...]  # of ints, slices and the ellipsis: an index


def inside(offset: int, step: int, size: int, count: int) -> tuple[slice, slice]:
    """The positions p below `count` whose cell step*p + offset lies in an axis of `size` cells.

    That is how padding is skipped instead of stored.

    Returns
    -------
    positions, cells : slice
        Of the same length; both empty where there are none.

    Examples
    --------
    >>> inside(-1, 2, 5, 4)
    (slice(1, 3, None), slice(1, 4, 2))
    """
    first = max(0, -(offset // step))
    last = min(count, -((offset - size) // step))
    if first >= last:
        return slice(0, 0), slice(0, 0)
    return slice(first, last), slice(step * first + offset, step * (last - 1) + offset + 1, step)


def steps_of(shape: Ints) -> Ints:
    """How far apart neighbours on each axis are when an array of that shape is laid out in one line.

    Examples
    --------
    >>> steps_of((2, 3, 4))
    (12, 4, 1)
    """
    return tuple(prod(shape[axis + 1 :]) for axis in range(len(shape)))


def dot(steps: Sequence[int], place: Sequence[int]) -> int:
    """Where `place` stands in one line.

    Examples
    --------
    >>> dot((12, 4, 1), (1, 2, 3))
    23
    """
    return sum(step * at for step, at in zip(steps, place, strict=True))
