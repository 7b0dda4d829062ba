"""Elements read by their place, under PyTorch's names."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.dtypes import Array, int64
from minitensor.errors import ShapeError
from minitensor.functions.arguments import axis_of, on_tensor
from minitensor.functions.index.places import (
    check_indexed,
    check_places,
    counted_from_front,
    line_of,
    plain_index,
    table,
)
from minitensor.ops import index as ops
from minitensor.ops import shape

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
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


@on_tensor
def gather(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """Along an axis, the elements that the index names: y[i, j] = x[index[i, j], j] for dim=0. As PyTorch's `torch.gather`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim : int
        The axis.
    index : Tensor of integers
        With as many axes as input; along the others it is as long as input, or shorter.

    Returns
    -------
    Tensor
        Of the index's shape.

    Raises
    ------
    IndexError
        A place lies outside of the axis.
    ShapeError
        The index has other axes than input, or is longer than input along one that is not gathered from.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.gather(mt.tensor([[1, 2], [3, 4]]), 1, mt.tensor([[1], [0]]))
    tensor([[2],
            [3]])
    """
    axis = axis_of(dim, input.ndim, "gather")
    places = np.array(index)  # a copy: backward must find the index as it was
    if places.size == 0:
        nothing = ops.getitem(shape.reshape(input, shape=(-1,)), index=slice(0, 0))
        return shape.reshape(nothing, shape=places.shape)
    check_indexed(input, axis, places, "gather")
    taken = ops.gather(line_of(input), places.reshape(places.shape or (1,)), axis=axis)
    return taken if places.ndim else shape.reshape(taken, shape=())


@on_tensor
def index_select(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """The slices of an axis that the index names, in its order. As PyTorch's `torch.index_select`.

    Parameters
    ----------
    input : Tensor
        Without axes it counts as a line of one element.
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
        The index has several axes.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.index_select(mt.tensor([[1, 2, 3], [4, 5, 6]]), 1, mt.tensor([2, 0]))
    tensor([[3, 1],
            [6, 4]])
    """
    places = np.array(index)
    if places.ndim > 1:
        raise ShapeError("index_select: the index has one axis\n" + table(input, places))
    axis = axis_of(dim, input.ndim, "index_select")
    check_places(places, input.shape[axis] if input.ndim else 1, "index_select")
    taken = ops.take(line_of(input), index=places.reshape(-1), axis=axis)
    return taken if input.ndim or places.size != 1 else shape.reshape(taken, shape=())


@on_tensor
def take(input: Tensor, index: Tensor) -> Tensor:
    """The elements at some places of all, counted in their order. As PyTorch's `torch.take`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    index : Tensor of int64
        Of any shape; negative places count from the end.

    Returns
    -------
    Tensor
        Of the index's shape.

    Raises
    ------
    IndexError
        A place lies outside of the elements.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.take(mt.tensor([[1, 2], [3, 4]]), mt.tensor([0, -1]))
    tensor([1, 4])
    """
    places = np.array(index)
    if places.dtype != int64:
        raise TypeError(f"take: the index is of int64, got {places.dtype}: convert with .long()")
    places = counted_from_front(places, math.prod(input.shape), "take")
    return ops.take(shape.reshape(input, shape=(-1,)), index=places, axis=0)


@on_tensor
def take_along_dim(input: Tensor, indices: Tensor | Array, dim: int | None = None) -> Tensor:
    """`gather` with an index that repeats along the other axes. As PyTorch's `torch.take_along_dim`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    indices : Tensor of int64
        With as many axes as input; the axes but dim broadcast with input's. Negative places count from the end.
    dim : int, optional
        The axis; left out, among all elements in their order.

    Returns
    -------
    Tensor
        Of the broadcast shape, with the length of indices along dim.

    Raises
    ------
    IndexError
        A place lies outside of the axis.
    ShapeError
        The shapes do not broadcast together, or have unequally many axes.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.tensor([[3, 1, 2], [6, 5, 4]])
    >>> mt.take_along_dim(x, mt.argsort(x, dim=1), dim=1)
    tensor([[1, 2, 3],
            [4, 5, 6]])
    """
    places = np.array(indices)
    if places.dtype != int64:
        raise TypeError(f"take_along_dim: indices are of int64, got {places.dtype}: convert with .long()")
    if dim is None:
        return take_along_dim(shape.reshape(input, shape=(-1,)), places.reshape(-1), 0)
    axis = axis_of(dim, input.ndim, "take_along_dim")
    if places.ndim != input.ndim:
        raise ShapeError("take_along_dim: the input and indices have as many axes\n" + table(input, places))
    if not places.ndim:
        raise IndexError("take_along_dim: a tensor without axes has no axis to take along: leave dim out")
    try:
        others = list(np.broadcast_shapes(_but(input.shape, axis), _but(places.shape, axis)))
    except ValueError:
        problem = f"take_along_dim: the axes but {axis} do not broadcast together\n"
        raise ShapeError(problem + table(input, places)) from None
    spread = np.broadcast_to(places, (*others[:axis], places.shape[axis], *others[axis + 1 :]))
    whole = shape.broadcast_to(input, shape=(*others[:axis], input.shape[axis], *others[axis + 1 :]))
    return ops.gather(whole, counted_from_front(spread, input.shape[axis], "take_along_dim"), axis=axis)


def _but(sizes: tuple[int, ...], axis: int) -> tuple[int, ...]:
    return (*sizes[:axis], 1, *sizes[axis + 1 :])
