"""What optimisers are given, checked in words."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from minitensor.tensor import Tensor


def check_range(optimizer: str, options: dict[str, Any], low: float, below: float, *names: str) -> None:
    """Refuse the options of these names that are not numbers from `low` to before `below`.

    Raises
    ------
    TypeError
        One is no number.
    ValueError
        One is out of the range.
    """
    for name in names:
        value = options[name]
        if not isinstance(value, (int, float)):
            raise TypeError(f"{optimizer}: {name} is a number, got {type(value).__name__}")
        if not low <= value < below:
            allowed = f"{low} or more, and finite" if below == math.inf else f"from {low} to before {below}"
            raise ValueError(f"{optimizer}: {name} is {allowed}, got {value}")


def listed(params: Any, optimizer: str) -> list[Any]:
    """The parameters, or groups, in their order."""
    if isinstance(params, Tensor):
        raise TypeError(f"{optimizer}: expected an iterable of parameters, got one tensor: put it into a list, [tensor]")
    if isinstance(params, (set, frozenset)):
        raise TypeError(f"{optimizer}: the parameters need a fixed order, and a set has none: use a list")
    hint = way_out(params)
    if hint or not isinstance(params, Iterable):
        raise TypeError(f"{optimizer}: expected an iterable of parameters, got {type(params).__name__}{hint}")
    return list(params)


def way_out(found: Any) -> str:
    """The way out for the writings that are tried first."""
    if callable(getattr(found, "parameters", None)):
        return ": pass its parameters, model.parameters()"
    if callable(found) and getattr(found, "__name__", "") == "parameters":
        return ": call it, model.parameters()"
    if isinstance(found, tuple) and len(found) == 2 and isinstance(found[0], str):
        return ", a name and a tensor: pass model.parameters(), not model.named_parameters()"
    if isinstance(found, dict):
        return ": give its values, dict.values(), or groups in a list"
    return ""


def plain(value: Any) -> Any:
    """Convert NumPy scalars and 0-d tensors to Python numbers."""
    if isinstance(value, (tuple, list)):
        return tuple([plain(part) for part in value])
    return value.item() if isinstance(value, (Tensor, np.ndarray, np.generic)) else value
