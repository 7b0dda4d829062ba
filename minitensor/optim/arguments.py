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


def check_betas(optimizer: str, options: dict[str, Any], name: str = "betas") -> None:
    """Refuse what is not a pair of numbers from 0 to before 1.

    Raises
    ------
    TypeError, ValueError
        It is not.
    """
    betas = options[name]
    if not isinstance(betas, tuple) or len(betas) != 2:
        raise ValueError(f"{optimizer}: {name} are two numbers, (beta1, beta2), got {betas}")
    check_range(optimizer, {f"{name}[0]": betas[0], f"{name}[1]": betas[1]}, 0, 1, f"{name}[0]", f"{name}[1]")


def refuse_switches(optimizer: str, *, differentiable: bool, capturable: bool = False, **how: bool | None) -> None:
    """Refuse those of PyTorch's switches that would ask for another answer; `how` it is computed changes none.

    Raises
    ------
    TypeError
        One is neither a bool nor None.
    ValueError
        A step is to be recorded, or captured in a CUDA graph.
    """
    for name, value in {"differentiable": differentiable, "capturable": capturable, **how}.items():
        if not isinstance(value, (bool, np.bool_, type(None))):
            raise TypeError(f"{optimizer}: {name} is True, False or None, got {type(value).__name__}")
    if differentiable:
        raise ValueError(f"{optimizer}: differentiable=True: steps are not recorded, so nothing flows back through them")
    if capturable:
        raise ValueError(f"{optimizer}: capturable=True is for graphs on CUDA devices, everything here is on the CPU")
    if how.get("fused") and how.get("foreach"):
        raise ValueError(f"{optimizer}: foreach and fused are two ways to compute, choose one")


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
