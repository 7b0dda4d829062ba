"""What all poolings ask of their input and their arguments."""

from __future__ import annotations

from minitensor.dtypes import DType
from minitensor.errors import ShapeError, shape_table
from minitensor.nn.functional.spatial import check_axes, check_tensor, input_axes
from minitensor.ops.elementwise import cast
from minitensor.tensor import Tensor


def check_input(input: Tensor, rank: int, operation: str) -> None:
    """Raise an error where `input` is no Tensor of shape (N, C, *spatial) or (C, *spatial), or has no channels or cells."""
    check_tensor(input, "input", operation)
    check_axes(input, rank, operation)
    for axis, size in zip(input_axes(rank, input.ndim)[-rank - 1 :], input.shape[-rank - 1 :], strict=True):
        if size == 0:
            what = "channels" if axis == "C" else f"cells along {axis}"
            table = shape_table(("input", input_axes(rank, input.ndim), input.shape))
            raise ShapeError(f"{operation}: the input has no {what}\n{table}")


def check_flag(value: bool, name: str, operation: str) -> None:
    """Raise a TypeError where `value` is neither True nor False."""
    if not isinstance(value, bool):
        raise TypeError(f"{operation}: {name} is True or False, got {value!r}")


def in_dtype(result: Tensor, dtype: DType) -> Tensor:
    """Bring what was worked out in a wider dtype back to the input's."""
    return result if result.dtype == dtype else cast(result, dtype=dtype)
