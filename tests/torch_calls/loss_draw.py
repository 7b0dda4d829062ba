"""What calls of losses are drawn from: shapes that fit, or nearly; dtypes; a function or its module."""

from __future__ import annotations

import numpy as np

from torch_calls.draw import RNG, chance, pick

REDUCTIONS = ("mean", "sum", "none", "none", "batchmean")


def shape_of(rng: RNG, most: int = 4) -> tuple[int, ...]:
    """Return a shape of fewer than `most` axes, sometimes with an empty one."""
    return tuple(int(n) for n in rng.integers(0 if chance(rng, 0.08) else 1, 4, rng.integers(0, most)))


def other_shape(rng: RNG, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the same shape or, rarely, one that broadcasts with it, or does not."""
    if chance(rng, 0.85) or not shape:
        return shape
    kinds = (shape[1:], (*shape[:-1], 1), (*shape[:-1], shape[-1] + 1), (*shape, 1), ())
    return pick(rng, *kinds)


def dtypes(rng: RNG, *, mixed: bool = False) -> tuple[type, type]:
    """Return two dtypes: mostly float64, float32 or, rarely, one of each."""
    if mixed and chance(rng, 0.1):
        return pick(rng, (np.float32, np.float64), (np.float64, np.float32))
    return pick(rng, (np.float64, np.float64), (np.float64, np.float64), (np.float32, np.float32))


def both(rng: RNG, expression: str, module: str, positional: str, options: str) -> str:
    """Return a function's call, or its module's."""
    return f"F.{expression}({positional}{options})" if chance(rng, 0.6) else f"nn.{module}({options[2:]})({positional})"


def reduction_of(rng: RNG) -> dict[str, tuple[str, ...]]:
    """Return the choice of reductions, of which the last is not always known."""
    return {"reduction": REDUCTIONS if chance(rng, 0.3) else REDUCTIONS[:4]}
