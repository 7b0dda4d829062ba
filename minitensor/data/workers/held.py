"""Generators that a dataset and its transforms hold: a worker process has copies, which go where the program's go."""

from __future__ import annotations

from functools import partial
from types import FunctionType, MethodType
from typing import Any

import numpy as np

from minitensor.random import Generator
from minitensor.tensor import Tensor

LONG = 1000  # entries: transforms are not held in longer lists, samples are
LEAVES = (Tensor, np.ndarray, str, bytes, int, float, complex, type(None), type)


def generators_held_by(*owners: Any) -> list[Generator | np.random.Generator]:
    """The generators in attributes, short lists, tuples and dicts, and what functions refer to, through all levels.

    Of two copies of the owners they come in the same order.

    Examples
    --------
    >>> import minitensor as mt
    >>> generator = mt.Generator().manual_seed(3)
    >>> noise = mt.data.transforms.GaussianNoise(0.1, generator=generator)
    >>> generators_held_by(mt.data.transforms.Compose([noise, noise]))
    [Generator(seed=3)]
    """
    found: list[Any] = []
    waiting, seen = list(owners), {}
    while waiting:
        one = waiting.pop()
        if isinstance(one, LEAVES) or id(one) in seen:
            continue
        seen[id(one)] = one  # kept, so that nothing else gets its id
        if isinstance(one, (Generator, np.random.Generator)):
            found.append(one)
        else:
            waiting += _parts(one)
    return found


def _parts(one: Any) -> list[Any]:
    """What an object refers to."""
    if isinstance(one, (list, tuple)):
        return list(one) if len(one) <= LONG else []
    if isinstance(one, dict):
        return list(one.values()) if len(one) <= LONG else []
    if isinstance(one, MethodType):
        return [one.__self__]
    if isinstance(one, partial):
        return [one.func, one.args, one.keywords]
    if isinstance(one, FunctionType):
        cells = [cell.cell_contents for cell in one.__closure__ or () if _is_full(cell)]
        return [*cells, one.__defaults__, one.__kwdefaults__]
    return [getattr(one, "__dict__", None)]


def _is_full(cell: Any) -> bool:
    """Whether a function's variable has a value."""
    try:
        cell.cell_contents  # noqa: B018
    except ValueError:
        return False
    return True
