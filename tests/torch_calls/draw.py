"""Random arguments for the calls."""

from __future__ import annotations

from typing import Any

import numpy as np

RNG = np.random.Generator


def distinct(rng: RNG, *shape: int, low: float = -2.0, high: float = 2.0, dtype: Any = np.float64) -> np.ndarray:
    """Return numbers between low and high of which no two are the same, none within a kink at 0, at 1 or at another integer.

    They are odd multiples of a power of two: exact in float32, and few bytes in a recording.
    """
    size = int(np.prod(shape))
    step = 2.0 ** min(-3, int(np.floor(np.log2((high - low) / max(size, 1)))))
    first, last = int(np.ceil(low / step)), int(np.floor(high / step))
    chosen = rng.permutation(last - first)[:size] + first
    return ((chosen + 0.5) * step).reshape(shape).astype(dtype)


def ties(rng: RNG, *shape: int, dtype: Any = np.float64) -> np.ndarray:
    """Return small integers, of which many are the same: for the subgradients at ties and kinks."""
    return rng.integers(-2, 3, shape).astype(dtype)


def pick(rng: RNG, *choices: Any) -> Any:
    """Return one of the choices."""
    return choices[int(rng.integers(len(choices)))]


def chance(rng: RNG, probability: float) -> bool:
    """Return True with that probability."""
    return bool(rng.random() < probability)


def arguments(rng: RNG, probability: float = 0.5, **choices: tuple[Any, ...]) -> str:
    """Return ", name=value" for some of the names, each with one of its choices: what follows the first arguments of a call."""
    chosen = {name: pick(rng, *values) for name, values in choices.items() if chance(rng, probability)}
    return "".join(f", {name}={value!r}" for name, value in chosen.items())
