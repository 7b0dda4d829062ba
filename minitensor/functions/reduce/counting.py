"""Elements counted, told apart and put into bins, under PyTorch's names. The answers have no gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.dtypes import Array, float64, int32, int64
from minitensor.errors import ShapeError, shape_table
from minitensor.functions.arguments import axis_of, boxed, check_floating, numbered, on_tensor

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
def unique(
    input: Tensor,
    sorted: bool = True,  # noqa: ARG001 (they always are)
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: int | None = None,
) -> Any:
    """The different elements in order, or the different slices of an axis. As PyTorch's `torch.unique`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    sorted : bool
        PyTorch's: here they are always in order.
    return_inverse : bool
        Whether to answer as well with the place of each element, or slice, among the different ones.
    return_counts : bool
        Whether to answer as well with how often each occurs.
    dim : int, optional
        The axis; left out, all elements.

    Returns
    -------
    Tensor, or tuple of Tensor
        Of shape (k,), or k long along dim; a nan is different from each other one. After it, what was asked for, int64.

    Raises
    ------
    IndexError
        There is no such axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.unique(mt.tensor([3, 1, 3, 2]), return_counts=True)
    (tensor([1, 2, 3]), tensor([1, 1, 2]))
    """
    axis = None if dim is None else axis_of(dim, input.ndim, "unique")
    if axis is not None and input.ndim == 0:
        raise ShapeError("unique: a tensor without axes has no slices: leave dim out")
    array = np.asarray(input)
    values, inverse, counts = np.unique(array, return_inverse=True, return_counts=True, axis=axis, equal_nan=False)
    found = [boxed(input, values)]
    if return_inverse:
        found.append(boxed(input, inverse.reshape(array.shape if axis is None else -1).astype(int64, copy=False)))
    if return_counts:
        found.append(boxed(input, counts.astype(int64, copy=False)))
    return tuple(found) if len(found) > 1 else found[0]


@on_tensor
def isin(elements: Tensor, test_elements: Tensor | float, *, invert: bool = False) -> Tensor:
    """Whether each element is one of the test elements. As PyTorch's `torch.isin`.

    Parameters
    ----------
    elements, test_elements : Tensor
        Of any shapes; test_elements may be a number.
    invert : bool
        Whether to ask if it is none of them.

    Returns
    -------
    Tensor of bool
        Of the shape of elements.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.isin(mt.tensor([1, 2, 3]), mt.tensor([2, 5]))
    tensor([False,  True, False])
    """
    return boxed(elements, np.isin(np.asarray(elements), np.asarray(test_elements), invert=invert))


@on_tensor
def bincount(input: Tensor, weights: Tensor | None = None, minlength: int = 0) -> Tensor:
    """How often each of the numbers 0, 1, 2, ... occurs. As PyTorch's `torch.bincount`.

    Parameters
    ----------
    input : Tensor of integers
        Of shape (n,), not negative.
    weights : Tensor, optional
        Of input's shape: what each element counts for.
    minlength : int
        How many numbers are counted at least.

    Returns
    -------
    Tensor
        Of shape (k,), int64; with weights in their floating dtype, else float64.

    Raises
    ------
    ShapeError
        The input has not one axis, or weights have another shape.
    TypeError
        The input is not of integers.
    ValueError
        A number or minlength is negative.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.bincount(mt.tensor([1, 3, 1]))
    tensor([0, 2, 0, 1])
    """
    if input.dtype.kind not in "iu":
        raise TypeError(f"bincount: the input is of integers, got {input.dtype}")
    if input.ndim != 1:
        raise ShapeError(f"bincount: the input has one axis, got the shape {input.shape}")
    if weights is not None and weights.shape != input.shape:
        raise ShapeError(f"bincount: the weights have the input's shape {input.shape}, got {weights.shape}")
    array = np.asarray(input)
    if minlength < 0 or (array.size and array.min() < 0):
        raise ValueError("bincount: the numbers that are counted, and minlength, are 0 or more")
    if weights is None:
        return boxed(input, np.bincount(array, minlength=minlength).astype(int64, copy=False))
    heavy = np.bincount(array, np.asarray(weights), minlength)
    return boxed(input, heavy.astype(weights.dtype if weights.dtype.kind == "f" else float64, copy=False))


@on_tensor
def histc(input: Tensor, bins: int = 100, min: float = 0, max: float = 0) -> Tensor:
    """How many elements lie in each of some bins of one width. As PyTorch's `torch.histc`.

    Parameters
    ----------
    input : Tensor
        Of a floating dtype and any shape.
    bins : int
        How many.
    min, max : float
        Where the first begins and the last ends; both 0 stand for the smallest and the largest element.

    Returns
    -------
    Tensor
        Of shape (bins,), in input's dtype. What lies outside is not counted; max itself is in the last bin.

    Raises
    ------
    TypeError
        Integers or booleans.
    ValueError
        There are no bins, or max is less than min.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.histc(mt.tensor([1.0, 2.0, 1.0]), bins=4, min=0, max=3)
    tensor([0., 2., 1., 0.])
    """
    check_floating("histc", input)
    array = np.asarray(input)
    low, high = (min, max) if min != max or not array.size else (array.min(), array.max())
    if low == high:
        low, high = low - 1, high + 1
    if bins < 1 or not low < high or not np.isfinite([low, high]).all():
        raise ValueError(f"histc: there is a bin at least, and it has a width: got {bins} bins from {low} to {high}")
    inside = array[(array >= low) & (array <= high)]
    place = np.minimum(((inside - low) * (bins / (high - low))).astype(np.int64), bins - 1)
    return boxed(input, np.bincount(place, minlength=bins).astype(input.dtype))


@on_tensor
def searchsorted(
    sorted_sequence: Tensor,
    input: Tensor | float,
    *,
    out_int32: bool = False,
    right: bool = False,
    side: str | None = None,
) -> Tensor:
    """Where each element of input belongs in an ordered sequence. As PyTorch's `torch.searchsorted`.

    Parameters
    ----------
    sorted_sequence : Tensor
        Of shape (..., k), in order along the last axis.
    input : Tensor or number
        Of shape (..., n), with the same axes in front; of any shape, where the sequence has one axis.
    out_int32 : bool
        Whether the answer is int32 instead of int64.
    right : bool
        Whether an equal element counts as smaller: then its place is behind the equals, else in front of them.
    side : str, optional
        "left" or "right", in place of right.

    Returns
    -------
    Tensor
        Of input's shape: how many elements of the sequence are smaller.

    Raises
    ------
    ShapeError
        The axes in front differ.
    ValueError
        There is no such side, or it contradicts right.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.searchsorted(mt.tensor([1.0, 2.0, 3.0]), mt.tensor([2.0, 5.0]))
    tensor([1, 3])
    """
    if side not in (None, "left", "right") or (side == "left" and right):
        raise ValueError(f"searchsorted: side is 'left' or 'right', and does not contradict right: got {side!r}, {right}")
    sequence, values = np.asarray(sorted_sequence), np.asarray(input)
    if sequence.ndim == 0 or (sequence.ndim > 1 and sequence.shape[:-1] != values.shape[:-1]):
        raise ShapeError(
            "searchsorted: the sequence has one axis, or the axes in front of the input's last\n"
            + shape_table(
                ("sorted_sequence", numbered(sequence.ndim), sequence.shape), ("input", numbered(values.ndim), values.shape)
            )
        )
    behind = right or side == "right"
    if sequence.ndim == 1:
        places = np.searchsorted(sequence, values, "right" if behind else "left")
    else:
        places = _placed(sequence, values, behind)
    return boxed(sorted_sequence, np.asarray(places).astype(int32 if out_int32 else int64, copy=False))


def _placed(sequence: Array, values: Array, behind: bool) -> Array:
    """Row by row: of both in one order, how many of the sequence come before each value."""
    count = values.shape[-1]
    parts = (sequence, values) if behind else (values, sequence)
    order = np.argsort(np.concatenate(parts, -1), axis=-1, kind="stable")
    own = order >= sequence.shape[-1] if behind else order < count
    before = np.cumsum(~own, -1)
    among = order - sequence.shape[-1] if behind else order  # which value it is
    places = np.empty(values.shape, np.int64)
    np.put_along_axis(places, among[own].reshape(values.shape), before[own].reshape(values.shape), -1)
    return places


def bucketize(input: Tensor | float, boundaries: Tensor, *, out_int32: bool = False, right: bool = False) -> Tensor:
    """Which bucket each element belongs to: `searchsorted` of one sequence. As PyTorch's `torch.bucketize`.

    Parameters
    ----------
    input : Tensor or number
        Of any shape.
    boundaries : Tensor
        Of shape (k,), in order.
    out_int32, right
        As in `searchsorted`.

    Returns
    -------
    Tensor
        Of input's shape: from 0 to k.

    Raises
    ------
    ShapeError
        The boundaries have not one axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.bucketize(mt.tensor([0.5, 2.0]), mt.tensor([1.0, 2.0, 3.0]))
    tensor([0, 1])
    """
    if boundaries.ndim != 1:
        raise ShapeError(f"bucketize: the boundaries have one axis, got the shape {boundaries.shape}")
    return searchsorted(boundaries, input, out_int32=out_int32, right=right)
