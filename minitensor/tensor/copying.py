"""Copies of Tensors, and their way into another process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.dtypes import Array

if TYPE_CHECKING:
    from minitensor.tensor.core import Tensor


def shallow_copy(self: Tensor) -> Tensor:
    """Another tensor of the same memory and history."""
    twin = object.__new__(type(self))
    for name in ("_array", "_node", "_requires_grad", "_version", "_view_of", "_grad", "_hooks"):
        setattr(twin, name, getattr(self, name))
    return twin


def deep_copy(self: Tensor, memo: dict[int, Any]) -> Tensor:
    """A leaf with memory and gradient of its own."""
    if self._node is not None:
        raise RuntimeError(
            f"deepcopy: this tensor is the result of {self._node.name} and its history cannot be copied: "
            "use .detach().clone()"
        )
    twin: Tensor = rebuild(type(self), np.array(self._array), self._requires_grad)
    memo[id(self)] = twin
    if self._grad is not None:
        twin._grad = rebuild(type(self._grad), np.array(self._grad._array), False)
    return twin


def reduce(self: Tensor, _protocol: Any) -> tuple[Any, ...]:
    """What pickle is to keep: the class, the array, and whether it requires grad."""
    if self._node is not None:
        raise RuntimeError(
            f"pickle: this tensor is the result of {self._node.name} and its history cannot be kept: use .detach() first"
        )
    return rebuild, (type(self), self._array, self._requires_grad)


def rebuild(kind: Any, array: Array, requires_grad: bool) -> Any:
    """A leaf around an array: what unpickling calls."""
    twin = object.__new__(kind)
    twin._start(array, None, [0])
    twin._requires_grad = requires_grad
    return twin
