"""What convolutions and poolings ask of their input, and what they say where it is something else.

An input is (N, C, *spatial) or, for one sample without a batch, (C, *spatial): L for signals, H and W for images, D, H and W
for volumes. `rank` is the number of spatial axes.
"""

from __future__ import annotations

from minitensor.dtypes import float16, float32, float64, uint8
from minitensor.errors import ShapeError, spatial_axes
from minitensor.ops.shape import reshape
from minitensor.tensor import Tensor

CONVERSIONS = {float16: "half", float32: "float", float64: "double"}


def check_tensor(value: object, name: str, operation: str) -> None:
    """Raise a TypeError where `value` is no Tensor."""
    if not isinstance(value, Tensor):
        found = type(value).__name__
        raise TypeError(f"{operation}: the {name} must be a Tensor, got {found}: convert it with mt.tensor(...)")


def check_axes(input: Tensor, rank: int, operation: str) -> None:
    """Raise a ShapeError where `input` is neither (N, C, *spatial) nor (C, *spatial)."""
    if input.ndim not in (rank + 2, rank + 1):
        whole, sample = (", ".join(input_axes(rank, ndim)) for ndim in (rank + 2, rank + 1))
        hint = ": for one sample of one channel try x.unsqueeze(0)" if input.ndim == rank else ""
        raise ShapeError(
            f"{operation}: the input must be ({whole}) or, without a batch, ({sample}), got the shape {input.shape}{hint}"
        )


def check_floating(value: Tensor, name: str, operation: str, conversion: str = "") -> None:
    """Raise a TypeError where `value` is of integers or truth values; `conversion` is what else would mend it."""
    if value.dtype not in CONVERSIONS:
        written = "x" if name == "input" else name
        scaled = " / 255" if value.dtype == uint8 else ""
        raise TypeError(
            f"{operation}: the {name} must be floating-point, got {value.dtype}: try {written}{conversion}.float(){scaled}"
        )


def input_axes(rank: int, ndim: int) -> tuple[str, ...]:
    """Name the axes of an input that has `ndim` of them.

    Examples
    --------
    >>> input_axes(2, 4), input_axes(2, 3)
    (('N', 'C', 'H', 'W'), ('C', 'H', 'W'))
    """
    return ("N", "C", *spatial_axes(rank))[-ndim:]


def with_batch(input: Tensor, rank: int) -> Tensor:
    """Give one sample (C, *spatial) a batch axis of length 1."""
    return input if input.ndim == rank + 2 else reshape(input, shape=(1, *input.shape))


def without_batch(output: Tensor, like: Tensor) -> Tensor:
    """Take the batch axis off again where the input `like` had none."""
    return output if output.ndim == like.ndim else reshape(output, shape=output.shape[1:])
