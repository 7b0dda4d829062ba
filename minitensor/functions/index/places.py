"""What an index may be, and the checks that those who take one share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.dtypes import Array, int32, int64
from minitensor.errors import ShapeError, shape_table
from minitensor.functions.arguments import numbered
from minitensor.ops import shape
from minitensor.tape import Traced

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


def plain_index(index: Any) -> Any:
    """An index as NumPy takes it: Tensors and lists in it become arrays of their own."""
    if isinstance(index, tuple):
        return tuple([_plain_part(part) for part in index])
    return _plain_part(index)


def _plain_part(part: Any) -> Any:
    if isinstance(part, list) and not part:
        part = np.array(part, dtype=np.int64)
    elif isinstance(part, (Traced, np.ndarray, list)):
        part = np.array(part)  # a copy: backward must find the index as it was
    if isinstance(part, np.ndarray) and part.dtype.kind not in "iub":
        raise IndexError(f"an index is of integers or booleans, got an array of {part.dtype}")
    return part


def check_places(places: Array, length: int, operation: str) -> None:
    """Raise an error where an index is not of integers, or names a place outside of an axis of this length."""
    if places.dtype not in (int32, int64):
        raise TypeError(f"{operation}: the index is of integers, int64 or int32, got {places.dtype}")
    if places.size and (places.min() < 0 or places.max() >= length):
        wrong = int(places.min() if places.min() < 0 else places.max())
        raise IndexError(f"{operation}: the index {wrong} is out of range for an axis of length {length}")


def counted_from_front(places: Array, length: int, operation: str) -> Array:
    """The places of an axis of this length, the negative ones counted from the end."""
    check_places(np.where(places < 0, places + length, places), length, operation)
    return np.where(places < 0, places + length, places)


def check_indexed(input: Tensor, axis: int, index: Array, operation: str) -> None:
    """Raise an error where an index does not fit to read or write one element of input for each of its own."""
    if max(index.ndim, 1) != max(input.ndim, 1):
        raise ShapeError(f"{operation}: the index has {index.ndim} axes, the input has {input.ndim}\n" + table(input, index))
    for one in range(input.ndim if index.ndim else 0):
        if one != axis and index.shape[one] > input.shape[one]:
            raise ShapeError(
                f"{operation}: along axis {one} the index is {index.shape[one]} long, the input {input.shape[one]}: "
                f"only along axis {axis} may it be longer\n" + table(input, index)
            )
    check_places(index, input.shape[axis] if input.ndim else 1, operation)


def check_mask(input: Tensor, mask: Any, operation: str) -> Array:
    """A mask as an array, after checking that it is of booleans and repeats with input."""
    truth = np.array(mask)  # a copy: backward must find the mask as it was
    if truth.dtype.kind != "b":
        raise TypeError(f"{operation}: the mask is of booleans, got {truth.dtype}: compare, for example mask != 0")
    try:
        np.broadcast_shapes(input.shape, truth.shape)
    except ValueError:
        raise ShapeError(
            f"{operation}: the input and the mask do not broadcast together\n"
            + shape_table(("input", numbered(input.ndim), input.shape), ("mask", numbered(truth.ndim), truth.shape))
        ) from None
    return truth


def line_of(input: Tensor) -> Tensor:
    """A tensor without axes as a line of one element; others as they are."""
    return input if input.ndim else shape.reshape(input, shape=(1,))


def table(input: Tensor, index: Any) -> str:
    """Both shapes with their axes numbered."""
    return shape_table(("input", numbered(input.ndim), input.shape), ("index", numbered(index.ndim), index.shape))
