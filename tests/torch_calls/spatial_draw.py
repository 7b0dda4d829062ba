"""What calls of spatial layers are drawn from."""

from __future__ import annotations

import numpy as np

from torch_calls.draw import RNG, chance, distinct, pick


def ints(rng: RNG, low: int, high: int, count: int) -> tuple[int, ...]:
    """Return `count` ints from `low` to `high`."""
    return tuple(int(n) for n in rng.integers(low, high + 1, count))


def values(rng: RNG, *shape: int, dtypes: tuple[str, ...] = ()) -> np.ndarray:
    """Return an input: of float64 mostly, sometimes of float32 or one of the other dtypes."""
    if dtypes and chance(rng, 0.15):
        return rng.integers(0, 100, shape).astype(pick(rng, *dtypes))
    return distinct(rng, *shape, dtype=pick(rng, np.float64, np.float64, np.float64, np.float32))


def spatial(rng: RNG, rank: int, low: int = 1, high: int = 5) -> tuple[int, ...]:
    """Return a shape (N, C, *spatial) or (C, *spatial); now and then something is 0."""
    lead = ints(rng, 1, 2, 1 if chance(rng, 0.3) else 2)
    if chance(rng, 0.08):
        lead = (0, *lead[1:])
    return (*lead, *ints(rng, low, high, rank))
