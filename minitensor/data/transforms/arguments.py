"""The arguments of transforms, checked where a transform is made, so that nothing is refused in the middle of training."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

Fill: TypeAlias = "float | Sequence[float]"
PADDING_MODES = ("constant", "edge", "reflect", "symmetric")


def number(transform: str, name: str, value: Any, low: float = -math.inf, high: float = math.inf) -> float:
    """A finite number between two bounds, which belong to it; an int stays one."""
    try:
        found = value if isinstance(value, (int, float)) and not isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{transform}: {name} must be a number, got {value!r}") from None
    if not (math.isfinite(found) and low <= found <= high):
        raise ValueError(f"{transform}: {name} must be {_between(low, high)}, got {value!r}")
    return found


def probability(transform: str, value: Any, name: str = "p") -> float:
    """A number from 0 to 1."""
    return number(transform, name, value, 0, 1)


def whole(transform: str, name: str, value: Any, least: int) -> int:
    """A whole number that is no less than `least`."""
    try:
        found = operator.index(value)
    except TypeError:
        raise TypeError(f"{transform}: {name} must be an int, got {value!r}") from None
    if found < least:
        raise ValueError(f"{transform}: {name} must be {least} or more, got {found}")
    return found


def whole_numbers(transform: str, name: str, value: Any, least: int) -> int | tuple[int, ...]:
    """A whole number, or a tuple of them."""
    if isinstance(value, (list, tuple)):
        if not value:
            raise ValueError(f"{transform}: {name} has no entries")
        return tuple(whole(transform, name, one, least) for one in value)
    try:
        return whole(transform, name, value, least)
    except TypeError:
        raise TypeError(f"{transform}: {name} must be an int or a sequence of ints, got {value!r}") from None


def numbers(transform: str, name: str, value: Any, low: float = -math.inf, high: float = math.inf) -> Any:
    """A number for all channels, or a tuple of one for each."""
    if isinstance(value, (list, tuple, np.ndarray)) and np.ndim(value):
        if not len(value):
            raise ValueError(f"{transform}: {name} has no entries")
        return tuple(number(transform, name, one, low, high) for one in value)
    return number(transform, name, value, low, high)


def span(transform: str, name: str, value: Any, low: float = -math.inf, high: float = math.inf) -> tuple[float, float]:
    """Two numbers, the lower one first."""
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise TypeError(f"{transform}: {name} must be two numbers (least, greatest), got {value!r}")
    first, last = (number(transform, name, one, low, high) for one in value)
    if first > last:
        raise ValueError(f"{transform}: {name} must be (least, greatest), got {value!r}")
    return first, last


def spatial_axis(transform: str, axis: Any) -> int:
    """The number of a spatial axis of (C, *spatial)."""
    try:
        found = operator.index(axis)
    except TypeError:
        raise TypeError(f"{transform}: axis must be an int, got {axis!r}") from None
    if found == 0:
        raise ValueError(f"{transform}: axis 0 has the channels: give 1 for the first spatial axis, -1 for the last")
    return found


def one_of(transform: str, name: str, value: Any, choices: Sequence[str]) -> str:
    """A word out of some."""
    if value not in choices:
        raise ValueError(f"{transform}: {name} must be one of {', '.join(map(repr, choices))}, got {value!r}")
    return str(value)


def _between(low: float, high: float) -> str:
    if low == -math.inf:
        return "finite" if high == math.inf else f"{high} or less"
    return f"{low} or more, and finite" if high == math.inf else f"from {low} to {high}"
