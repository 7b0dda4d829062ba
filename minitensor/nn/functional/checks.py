"""What the functions ask of their operands' dtypes, and what they say where it is something else."""

from __future__ import annotations

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
