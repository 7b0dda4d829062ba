"""Writing into a tensor without recording it, and where random numbers come from."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from minitensor.dtypes import Array, float32, float64
from minitensor.grad_mode import no_grad
from minitensor.random import Generator
from minitensor.tensor import Tensor

Source: TypeAlias = "Generator | np.random.Generator | None"


def drawn_in(tensor: Tensor) -> Any:
    """The dtype in which NumPy draws the tensor's numbers: it has two."""
    return float32 if tensor.dtype.itemsize < 8 else float64


def check_floating(tensor: Tensor, operation: str) -> None:
    """Refuse a tensor that is not of a floating dtype."""
    if not tensor.is_floating_point():
        raise TypeError(f"{operation}: the tensor must be floating-point, got {tensor.dtype}")


def fill(tensor: Tensor, array: Array) -> Tensor:
    """Write an array into a tensor, unrecorded."""
    with no_grad():
        return tensor.copy_(array)
