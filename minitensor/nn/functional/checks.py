"""What the functions ask of their operands' dtypes and of their numbers, and what they say where it is something else."""

from __future__ import annotations

from typing import Any

import numpy as np

from minitensor.nn.functional.spatial import CONVERSIONS, check_floating, check_tensor
from minitensor.tensor import Tensor


def check_operands(operation: str, input: Tensor, **others: Tensor | None) -> None:
    """Raise a TypeError where an operand is no Tensor, is not floating-point, or has another dtype than the input."""
    operands = {"input": input, **{name: other for name, other in others.items() if other is not None}}
    for name, operand in operands.items():
        check_tensor(operand, name, operation)
    for name, operand in operands.items():
        check_floating(operand, name, operation)
        if operand.dtype != input.dtype:
            raise TypeError(
                f"{operation}: the input is {input.dtype}, the {name} is {operand.dtype}: convert one, for example with "
                f"x.{CONVERSIONS[operand.dtype]}() or layer.{CONVERSIONS[input.dtype]}()"
            )


def number_of(value: Any, name: str, operation: str) -> float:
    """A Python float of a number, or of a tensor of one element.

    Raises
    ------
    TypeError
        It is neither.
    """
    if isinstance(value, (int, float)) or (hasattr(value, "dtype") and np.ndim(value) == 0):
        return float(value)
    raise TypeError(f"{operation}: {name} is a number, got {value!r}")
