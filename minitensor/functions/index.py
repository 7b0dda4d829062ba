"""What reads elements by their place, under PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.errors import ShapeError, shape_table
from minitensor.functions.arguments import axis_of, numbered
from minitensor.ops import elementwise
from minitensor.ops import index as ops
from minitensor.tape import Traced

if TYPE_CHECKING:
    from minitensor.tensor import Tensor

__all__ = ["gather", "index_select", "masked_fill"]


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


def getitem(input: Tensor, index: Any) -> Tensor:
    """input[index], with NumPy's indices of every kind: y = x[index], dx[index] += dy.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    index : int, slice, None, Ellipsis, list, array or Tensor, or a tuple of them
        Arrays are of integers or booleans.

    Returns
    -------
    Tensor
        A view, where the index is of integers, slices, None and Ellipsis alone.

    Raises
    ------
    IndexError
        There is no such place.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.tensor([[1, 2], [3, 4]])
    >>> x[:, 1], x[x > 2]
    (tensor([2, 4]), tensor([3, 4]))
    """
    try:
        return ops.getitem(input, index=plain_index(index))
    except (IndexError, ValueError) as error:
        raise IndexError(f"index [{ops.describe(index)}] into the shape {input.shape}: {error}") from None


def gather(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """Along an axis, the elements that the index names: y[i, j] = x[index[i, j], j] for dim=0. As PyTorch's `torch.gather`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim : int
        The axis.
    index : Tensor of integers
        With as many axes as input, and no longer than it beside dim.

    Returns
    -------
    Tensor
        Of the index's shape.

    Raises
    ------
    IndexError
        A place lies outside of the axis.
    ShapeError
        The index is larger than input beside dim, or has other axes.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.gather(mt.tensor([[1, 2], [3, 4]]), 1, mt.tensor([[1], [0]]))
    tensor([[2],
            [3]])
    """
    axis = axis_of(dim, input.ndim, "gather")
    if index.ndim != input.ndim:
        raise ShapeError(f"gather: the index has {index.ndim} axes, the input has {input.ndim}\n" + _table(input, index))
    for one in range(input.ndim):
        if one != axis and index.shape[one] > input.shape[one]:
            raise ShapeError(
                f"gather: along axis {one} the index is {index.shape[one]} long, the input {input.shape[one]}: only along "
                f"axis {axis}, which is gathered from, may it be longer\n" + _table(input, index)
            )
    _check_places(index, input.shape[axis] if input.ndim else 1, "gather")
    return ops.gather(input, index, axis=axis) if input.ndim else elementwise.clone(input)


def index_select(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """The slices of an axis that the index names, in its order. As PyTorch's `torch.index_select`.

    Parameters
    ----------
    input : Tensor
        With one axis at least.
    dim : int
        The axis.
    index : Tensor of integers
        Of shape (k,); without axes it counts as one place.

    Returns
    -------
    Tensor
        Of input's shape, with k in dim's place.

    Raises
    ------
    IndexError
        A place lies outside of the axis.
    ShapeError
        The index has several axes, or input has none.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.index_select(mt.tensor([[1, 2, 3], [4, 5, 6]]), 1, mt.tensor([2, 0]))
    tensor([[3, 1],
            [6, 4]])
    """
    places = np.array(index)
    if input.ndim == 0 or places.ndim > 1:
        raise ShapeError("index_select: the input has an axis at least, the index one\n" + _table(input, places))
    axis = axis_of(dim, input.ndim, "index_select")
    _check_places(places, input.shape[axis], "index_select")
    return ops.take(input, index=places.reshape(-1), axis=axis)


def masked_fill(input: Tensor, mask: Tensor, value: float | Tensor) -> Tensor:
    """The elements of input, but `value` where the mask holds. As PyTorch's `torch.masked_fill`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    mask : Tensor of bool
        Broadcasts with input.
    value : number or Tensor without axes
        Taken in input's dtype.

    Returns
    -------
    Tensor
        Of the broadcast shape, in input's dtype.

    Raises
    ------
    TypeError
        The mask is not of booleans.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.tensor([1.0, -2.0, 3.0])
    >>> mt.masked_fill(x, x < 0, 0.0)
    tensor([1., 0., 3.])
    """
    truth = np.asarray(mask)
    if truth.dtype.kind != "b":
        raise TypeError(f"masked_fill: the mask is of booleans, got {truth.dtype}: compare, for example mask != 0")
    same = elementwise.cast(value, dtype=input.dtype) if isinstance(value, Traced) else np.asarray(value, input.dtype)
    return elementwise.where(truth, same, input)


def _check_places(index: Any, length: int, operation: str) -> None:
    array = np.asarray(index)
    if array.dtype.kind not in "iu":
        raise TypeError(f"{operation}: the index is of integers, got {array.dtype}")
    if array.size and (array.min() < 0 or array.max() >= length):
        wrong = int(array.min() if array.min() < 0 else array.max())
        raise IndexError(f"{operation}: the index {wrong} is out of range for an axis of length {length}")


def _table(input: Tensor, index: Any) -> str:
    """Both shapes with their axes numbered."""
    return shape_table(("input", numbered(input.ndim), input.shape), ("index", numbered(index.ndim), index.shape))
