"""What the families of the Tensor's functions draw: shapes, dtypes, operands that broadcast, axes right and wrong."""

from __future__ import annotations

from typing import Any

import numpy as np

from torch_calls.call import Call
from torch_calls.draw import RNG, chance, distinct, pick, ties

FLOATS = (np.float64, np.float64, np.float64, np.float32)
INTEGERS = (np.int64, np.int64, np.int32, np.uint8, np.int8, np.bool_)


def shape_of(rng: RNG, least: int = 0, most: int = 3, empty: float = 0.05) -> tuple[int, ...]:
    """Return a shape with so many axes, sometimes with an empty one."""
    rank = int(rng.integers(least, most + 1))
    sizes = [int(n) for n in rng.integers(1, 5, rank)]
    if rank and chance(rng, empty):
        sizes[int(rng.integers(rank))] = 0
    return tuple(sizes)


def floats(rng: RNG, shape: tuple[int, ...], low: float = -2.0, high: float = 2.0) -> np.ndarray:
    """Return numbers that are all different, in a floating dtype."""
    return distinct(rng, *shape, low=low, high=high, dtype=pick(rng, *FLOATS))


def integers(rng: RNG, shape: tuple[int, ...], low: int = -3, high: int = 4) -> np.ndarray:
    """Return small integers, or booleans."""
    dtype = pick(rng, *INTEGERS)
    return rng.integers(0 if dtype == np.uint8 else low, high, shape).astype(dtype)


def anything(rng: RNG, shape: tuple[int, ...]) -> np.ndarray:
    """Return floats that are all different, sometimes floats of which many are equal, or integers."""
    kind = rng.random()
    return floats(rng, shape) if kind < 0.75 else ties(rng, *shape) if kind < 0.85 else integers(rng, shape)


def with_nan(rng: RNG, array: np.ndarray, probability: float = 0.1) -> np.ndarray:
    """Return an array, sometimes with one or two nan in it."""
    if array.dtype.kind == "f" and array.size and chance(rng, probability):
        array = np.array(array)
        array.reshape(-1)[rng.integers(0, array.size, 2)] = np.nan
    return array


def beside(rng: RNG, shape: tuple[int, ...], wrong: float = 0.04) -> tuple[int, ...]:
    """Return a shape that broadcasts with another one, but for some."""
    sizes = [1 if chance(rng, 0.2) else size for size in shape]
    if sizes and chance(rng, wrong):
        sizes[int(rng.integers(len(sizes)))] += 5
    return tuple(sizes[int(rng.integers(len(sizes) + 1)) if chance(rng, 0.2) else 0 :])


def axis(rng: RNG, ndim: int, wrong: float = 0.06) -> int:
    """Return an axis, counted from either end, but for some that are not there."""
    if chance(rng, wrong):
        return pick(rng, max(ndim, 1), -max(ndim, 1) - 1, ndim + 3)
    return int(rng.integers(-max(ndim, 1), max(ndim, 1)))


def axes(rng: RNG, ndim: int, wrong: float = 0.06) -> int | tuple[int, ...]:
    """Return one axis or several, each once, but for some."""
    if chance(rng, 0.5) or not ndim:
        return axis(rng, ndim, wrong)
    count = int(rng.integers(1, ndim + 1))
    chosen = [int(one) - (ndim if chance(rng, 0.3) else 0) for one in rng.permutation(ndim)[:count]]
    if chance(rng, wrong):
        chosen.append(pick(rng, chosen[0], ndim))
    return tuple(chosen)


def leaves(*names: str) -> tuple[str, ...]:
    """Return the names of all inputs: those that are floating require grad."""
    return names


def call(expression: str, order: int = 2, **inputs: np.ndarray) -> Call:
    """Return a call all of whose floating inputs require grad."""
    return Call(expression, inputs, tuple(inputs), order)


def written(name: str, *arguments: str) -> str:
    """Return a function of the top level with its arguments."""
    return f"mt.{name}({', '.join(one for one in arguments if one)})"


def options(rng: RNG, probability: float = 0.5, **choices: Any) -> str:
    """Return "name=value" for some of the names, with commas between."""
    return ", ".join(f"{name}={value!r}" for name, value in choices.items() if chance(rng, probability))
