"""What all normalisations ask of their operands."""

from __future__ import annotations

from minitensor.dtypes import float16, float32
from minitensor.errors import ShapeError, shape_table
from minitensor.functions.arguments import numbered
from minitensor.nn.functional.spatial import CONVERSIONS, check_floating, check_tensor
from minitensor.ops.elementwise import cast
from minitensor.tensor import Tensor


def check_parameters(operation: str, input: Tensor, **parameters: Tensor | None) -> None:
    """Raise a TypeError where an operand is no floating-point Tensor, or a parameter is of another dtype than the input.

    Beside a float16 input, which is computed in float32, parameters may be of either.
    """
    check_tensor(input, "input", operation)
    check_floating(input, "input", operation)
    accepted = (float16, float32) if input.dtype == float16 else (input.dtype,)
    for name, parameter in parameters.items():
        if parameter is None:
            continue
        check_tensor(parameter, name, operation)
        check_floating(parameter, name, operation)
        if parameter.dtype not in accepted:
            raise TypeError(
                f"{operation}: the input is {input.dtype}, the {name} is {parameter.dtype}: convert one, for example with "
                f"x.{CONVERSIONS[parameter.dtype]}() or layer.{CONVERSIONS[input.dtype]}()"
            )


def check_channels(operation: str, input: Tensor, axes: tuple[str, ...], **parameters: Tensor | None) -> None:
    """Raise a ShapeError where a parameter has not one entry for each channel of the input."""
    channels = input.shape[1]
    for name, parameter in parameters.items():
        if parameter is not None and parameter.shape != (channels,):
            raise ShapeError(
                f"{operation}: the input has {channels} channels, the {name} is for {parameter.numel()}\n"
                + shape_table(("input", axes, input.shape), (name, _parameter_axes(parameter), parameter.shape))
            )


def check_eps(eps: float, operation: str) -> None:
    """Raise an error where eps is no number, or below 0."""
    if isinstance(eps, bool) or not isinstance(eps, (int, float)):
        raise TypeError(f"{operation}: eps is a number, got {eps!r}")
    if not eps >= 0:
        raise ValueError(f"{operation}: eps is 0 or more, got {eps}")


def in_dtype_of(input: Tensor, output: Tensor) -> Tensor:
    """Bring what was worked out in a wider dtype back to the input's."""
    return output if output.dtype == input.dtype else cast(output, dtype=input.dtype)


def _parameter_axes(parameter: Tensor) -> tuple[str, ...] | list[str]:
    return ("C",) if parameter.ndim == 1 else numbered(parameter.ndim)
