"""What the generated sets have in common: arguments that are checked, and labels that are as frequent as each other."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from minitensor.dtypes import Array, int64


def whole(function: str, name: str, value: Any, least: int) -> int:
    """A whole number, no less than `least`."""
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{function}: {name} is an integer, got {value!r}") from None
    if number < least:
        raise ValueError(f"{function}: {name} is {least} or more, got {number}")
    return number


def amount(function: str, name: str, value: Any) -> float:
    """A number that is finite and not negative."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{function}: {name} is a number, got {value!r}") from None
    if not 0 <= number < float("inf"):
        raise ValueError(f"{function}: {name} is a finite number of 0 or more, got {number}")
    return number


def draw_labels(rng: np.random.Generator, samples: int, classes: int) -> Array:
    """Labels in random order, (N,) int64, of which each class has as many as any other, but for one at most."""
    return (rng.random(samples).argsort(kind="stable") % classes).astype(int64)


def between(rng: np.random.Generator, low: float, high: float, *shape: int) -> Array:
    """Uniform random numbers from [low, high), float64."""
    return low + (high - low) * rng.random(shape)


def turns(rng: np.random.Generator, *shape: int) -> tuple[Array, Array]:
    """The cosines and sines of random angles, float32."""
    angle = 2 * np.pi * rng.random(shape)
    return np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)
