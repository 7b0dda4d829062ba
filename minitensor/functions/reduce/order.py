"""Elements in order, and those at some place of the order, under PyTorch's names.

What orders has no gradient: it returns places, which `gather` then reads. nan counts as the largest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.errors import ShapeError
from minitensor.functions.arguments import axis_of, on_tensor
from minitensor.functions.index.places import line_of
from minitensor.functions.reduce.results import ValuesAndIndices, back, check_not_empty, without_axis
from minitensor.ops import elementwise, index, shape
from minitensor.ops import reduce as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
def sort(
    input: Tensor,
    dim: int = -1,
    descending: bool = False,
    stable: bool = False,  # noqa: ARG001 (here it always is)
) -> ValuesAndIndices:
    """The elements in order along an axis, and where each stood. As PyTorch's `torch.sort`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim : int
        The axis.
    descending : bool
        Whether the largest comes first.
    stable : bool
        PyTorch's: here equal elements always stay in their order.

    Returns
    -------
    ValuesAndIndices
        Of input's shape; nan counts as the largest.

    Raises
    ------
    IndexError
        There is no such axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.sort(mt.tensor([2.0, 3.0, 1.0]), descending=True)
    ValuesAndIndices(values=tensor([3., 2., 1.]), indices=tensor([1, 0, 2]))
    """
    axis, line = axis_of(dim, input.ndim, "sort"), line_of(input)
    places = ops.argsort(line, axis=axis, descending=descending)
    return ValuesAndIndices(back(input, index.gather(line, places, axis=axis)), back(input, places))


@on_tensor
def argsort(
    input: Tensor,
    dim: int = -1,
    descending: bool = False,
    stable: bool = False,  # noqa: ARG001 (here it always is)
) -> Tensor:
    """The order that sorts along an axis: the indices of `sort`. As PyTorch's `torch.argsort`.

    Parameters
    ----------
    input, dim, descending, stable
        As in `sort`.

    Returns
    -------
    Tensor of int64
        Of input's shape.

    Raises
    ------
    IndexError
        There is no such axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.argsort(mt.tensor([2.0, 3.0, 1.0]))
    tensor([2, 0, 1])
    """
    axis = axis_of(dim, input.ndim, "argsort")
    return back(input, ops.argsort(line_of(input), axis=axis, descending=descending))


@on_tensor
def topk(
    input: Tensor,
    k: int,
    dim: int = -1,
    largest: bool = True,
    sorted: bool = True,  # noqa: ARG001 (they always are)
) -> ValuesAndIndices:
    """The k largest elements along an axis, in order, and where each stands. As PyTorch's `torch.topk`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    k : int
        How many.
    dim : int
        The axis.
    largest : bool
        Whether the largest are wanted, the largest first; else the smallest, the smallest first.
    sorted : bool
        PyTorch's: here they are always in order.

    Returns
    -------
    ValuesAndIndices
        Of input's shape, but k long along the axis. Of equals the first is taken.

    Raises
    ------
    ShapeError
        There are fewer than k elements along the axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.topk(mt.tensor([3, 1, 4, 2]), 2)
    ValuesAndIndices(values=tensor([4, 3]), indices=tensor([2, 0]))
    """
    axis, line = axis_of(dim, input.ndim, "topk"), line_of(input)
    if not 0 <= k <= line.shape[axis]:
        raise ShapeError(f"topk: {k} elements are asked for, axis {axis} of the shape {input.shape} has {line.shape[axis]}")
    order = ops.argsort(line, axis=axis, descending=largest)
    places = index.getitem(order, index=(*(slice(None),) * axis, slice(0, k if input.ndim else 1)))
    return ValuesAndIndices(back(input, index.gather(line, places, axis=axis)), back(input, elementwise.clone(places)))


@on_tensor
def kthvalue(input: Tensor, k: int, dim: int = -1, keepdim: bool = False) -> ValuesAndIndices:
    """The k-th smallest element along an axis, counted from 1, and where it stands. As PyTorch's `torch.kthvalue`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    k : int
        1 asks for the smallest.
    dim : int
        The axis.
    keepdim : bool
        Whether the axis stays, with length 1.

    Returns
    -------
    ValuesAndIndices

    Raises
    ------
    ShapeError
        There are fewer than k elements along the axis, or k is below 1.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.kthvalue(mt.tensor([3, 1, 4, 2]), 2)
    ValuesAndIndices(values=tensor(2), indices=tensor(3))
    """
    axis, line = axis_of(dim, input.ndim, "kthvalue"), line_of(input)
    if not 1 <= k <= line.shape[axis]:
        raise ShapeError(f"kthvalue: k is from 1 to {line.shape[axis]}, the length of axis {axis}, got {k}")
    return _at_place(input, line, k - 1, axis, keepdim)


def _at_place(input: Tensor, line: Tensor, place: int, axis: int, keepdim: bool) -> ValuesAndIndices:
    """The element that the order along the axis has at a place."""
    order = ops.argsort(line, axis=axis, descending=False)
    places = elementwise.clone(index.getitem(order, index=(*(slice(None),) * axis, slice(place, place + 1))))
    return without_axis(input, index.gather(line, places, axis=axis), places, axis, keepdim)


@on_tensor
def median(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Any:
    """The element in the middle of the order, the lower of two; along one axis, also where it stands.

    As PyTorch's `torch.median`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim : int, optional
        The axis; all elements, where it is left out.
    keepdim : bool
        Whether the axis stays, with length 1.

    Returns
    -------
    Tensor or ValuesAndIndices
        nan where there is one. Of all elements, equals of the median share the gradient; along an axis one has it.

    Raises
    ------
    ShapeError
        The axis is empty.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.median(mt.tensor([3.0, 1.0, 4.0, 2.0])), mt.median(mt.tensor([3, 1, 4]), dim=0)
    (tensor(2.), ValuesAndIndices(values=tensor(3), indices=tensor(0)))
    """
    if dim is None:
        return _median_of_all(shape.reshape(input, shape=(-1,)))
    axis, line = axis_of(dim, input.ndim, "median"), line_of(input)
    check_not_empty(line, (axis,), "median")
    nothing = elementwise.isnan(line)
    middle = _at_place(line, line, (line.shape[axis] - 1) // 2, axis, True).indices
    first = ops.argmax(nothing, axis=axis, keepdims=True)
    places = elementwise.where(ops.any(nothing, axis=(axis,), keepdims=True), first, middle)
    return without_axis(input, index.gather(line, places, axis=axis), places, axis, keepdim)


def _median_of_all(line: Tensor) -> Tensor:
    check_not_empty(line, (0,), "median")
    nothing = np.isnan(np.asarray(line))
    if nothing.any():
        return ops.mean(index.getitem(line, index=nothing), axis=(0,), keepdims=False)
    middle = np.partition(np.asarray(line), (line.shape[0] - 1) // 2)[(line.shape[0] - 1) // 2]
    return ops.amax(index.getitem(line, index=np.asarray(line) == middle), axis=(0,), keepdims=False)


@on_tensor
def mode(input: Tensor, dim: int = -1, keepdim: bool = False) -> ValuesAndIndices:
    """The most frequent element along an axis, the smallest of several, and where it last stands. As PyTorch's `torch.mode`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim : int
        The axis.
    keepdim : bool
        Whether the axis stays, with length 1.

    Returns
    -------
    ValuesAndIndices

    Raises
    ------
    ShapeError
        The axis is empty.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.mode(mt.tensor([3, 1, 3, 1, 2]))
    ValuesAndIndices(values=tensor(1), indices=tensor(3))
    """
    axis, line = axis_of(dim, input.ndim, "mode"), line_of(input)
    check_not_empty(line, (axis,), "mode")
    order = ops.argsort(line, axis=axis, descending=False)
    row = np.moveaxis(np.take_along_axis(np.asarray(line), np.asarray(order), axis), axis, -1)  # (..., sorted)
    place = np.arange(row.shape[-1])
    begins = np.concatenate([np.ones((*row.shape[:-1], 1), bool), row[..., 1:] != row[..., :-1]], -1)
    in_a_row = place - np.maximum.accumulate(np.where(begins, place, 0), -1)  # how many equals come before
    last = np.moveaxis(np.argmax(in_a_row, -1)[..., None], -1, axis)  # where the first of the longest runs ends
    places = index.gather(order, last, axis=axis)
    return without_axis(input, index.gather(line, places, axis=axis), places, axis, keepdim)
