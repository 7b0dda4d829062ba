"""What the activations ask of their input, and how they write in place."""

from __future__ import annotations

from minitensor.nn.functional.spatial import check_floating, check_tensor
from minitensor.tensor import Tensor, writing


def check_floats(input: Tensor, operation: str) -> None:
    """Raise a TypeError where the input is no Tensor, or not floating-point."""
    check_tensor(input, "input", operation)
    check_floating(input, "input", operation)


def check_numbers(input: Tensor, operation: str) -> None:
    """Raise a TypeError where the input is no Tensor, or of truth values."""
    check_tensor(input, "input", operation)
    if input.dtype.kind == "b":
        raise TypeError(f"{operation}: the input must be of numbers, got bool: try x.float()")


def placed(input: Tensor, result: Tensor, inplace: bool, operation: str) -> Tensor:
    """The result, for which the input stands from now on where that is asked for."""
    return writing.write(input, f"{operation}_", result) if inplace else result
