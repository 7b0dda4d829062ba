"""The largest and the smallest element, and where they stand, under PyTorch's names.

What chooses has no gradient: it returns places, which `gather` then reads. Only in amax and amin, and in max and min of all
elements, do equals share one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.functions.arguments import Dim, axes_of, axis_of, on_tensor
from minitensor.functions.index.places import line_of
from minitensor.functions.reduce.results import MinAndMax, check_not_empty, without_axis
from minitensor.ops import elementwise, index, shape
from minitensor.ops import reduce as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
def amax(input: Tensor, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """The largest element over some axes; nan where there is one. As PyTorch's `torch.amax`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim : int or sequence of int, optional
        The axes to look along; all, where it is left out.
    keepdim : bool
        Whether these axes stay, with length 1.

    Returns
    -------
    Tensor
        In input's dtype. Equal elements share the gradient.

    Raises
    ------
    ShapeError
        An axis is empty.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.amax(mt.tensor([[1, 5], [3, 2]]), dim=1)
    tensor([5, 3])
    """
    axes = axes_of(dim, input.ndim, "amax")
    check_not_empty(input, axes, "amax")
    return ops.amax(input, axis=axes, keepdims=keepdim)


@on_tensor
def amin(input: Tensor, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """The smallest element over some axes; nan where there is one. As PyTorch's `torch.amin`.

    Parameters
    ----------
    input, dim, keepdim
        As in `amax`.

    Returns
    -------
    Tensor
        In input's dtype. Equal elements share the gradient.

    Raises
    ------
    ShapeError
        An axis is empty.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.amin(mt.tensor([[1, 5], [3, 2]]))
    tensor(1)
    """
    axes = axes_of(dim, input.ndim, "amin")
    check_not_empty(input, axes, "amin")
    return ops.amin(input, axis=axes, keepdims=keepdim)


@on_tensor
def aminmax(input: Tensor, *, dim: int | None = None, keepdim: bool = False) -> MinAndMax:
    """The smallest and the largest element over one axis, or of all; nan where there is one. As PyTorch's `torch.aminmax`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim : int, optional
        The axis to look along; all, where it is left out.
    keepdim : bool
        Whether the axis stays, with length 1.

    Returns
    -------
    MinAndMax
        Of which equal elements share the gradient.

    Raises
    ------
    ShapeError
        The axis is empty.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.aminmax(mt.tensor([[1, 5], [3, 2]]), dim=1)
    MinAndMax(min=tensor([1, 2]), max=tensor([5, 3]))
    """
    axes = axes_of(dim, input.ndim, "aminmax")
    check_not_empty(input, axes, "aminmax")
    smallest = ops.amin(input, axis=axes, keepdims=keepdim)
    return MinAndMax(smallest, ops.amax(input, axis=axes, keepdims=keepdim))


@on_tensor
def max(input: Tensor, dim: int | Tensor | None = None, keepdim: bool = False, *, other: Tensor | None = None) -> Any:
    """The largest element; along one axis, also where it stands; of two tensors, `maximum`. As PyTorch's `torch.max`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim : int or Tensor, optional
        The axis, or the tensor to compare with; all elements, where it is left out.
    keepdim : bool
        Whether the axis stays, with length 1.
    other : Tensor, optional
        The name of dim where that is a tensor.

    Returns
    -------
    Tensor or ValuesAndIndices
        Values and indices along an axis: the first of equals, which alone has the gradient; of all elements equals share it.

    Raises
    ------
    ShapeError
        The axis is empty.

    Examples
    --------
    >>> import minitensor as mt
    >>> values, indices = mt.max(mt.tensor([[1, 5], [3, 2]]), dim=1)
    >>> values, indices
    (tensor([5, 3]), tensor([1, 0]))
    """
    return _extreme(input, dim if other is None else other, keepdim, "max")


@on_tensor
def min(input: Tensor, dim: int | Tensor | None = None, keepdim: bool = False, *, other: Tensor | None = None) -> Any:
    """The smallest element; along one axis, also where it stands; of two tensors, `minimum`. As PyTorch's `torch.min`.

    Parameters
    ----------
    input, dim, keepdim, other
        As in `max`.

    Returns
    -------
    Tensor or ValuesAndIndices
        Values and indices along an axis: the first of equals, which alone has the gradient; of all elements equals share it.

    Raises
    ------
    ShapeError
        The axis is empty.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.min(mt.tensor([[1, 5], [3, 2]]), dim=0).values
    tensor([1, 2])
    """
    return _extreme(input, dim if other is None else other, keepdim, "min")


def _extreme(input: Tensor, dim: int | Tensor | None, keepdim: bool, operation: str) -> Any:
    if dim is None:
        return _of_all(input, operation)
    if hasattr(dim, "dtype"):
        return elementwise.maximum(input, dim) if operation == "max" else elementwise.minimum(input, dim)
    axis, line = axis_of(dim, input.ndim, operation), line_of(input)
    check_not_empty(line, (axis,), operation)
    places = (ops.argmax if operation == "max" else ops.argmin)(line, axis=axis, keepdims=True)
    return without_axis(input, index.gather(line, places, axis=axis), places, axis, keepdim)


def _of_all(input: Tensor, operation: str) -> Tensor:
    """The extreme of all elements; where that is nan, all that are nan share the gradient."""
    axes = tuple(range(input.ndim))
    check_not_empty(input, axes, operation)
    extreme = (ops.amax if operation == "max" else ops.amin)(input, axis=axes, keepdims=False)
    if input.dtype.kind == "f" and elementwise.isnan(extreme):
        return ops.mean(index.getitem(input, index=np.isnan(np.asarray(input))), axis=(0,), keepdims=False)
    return extreme


@on_tensor
def argmax(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Where the largest element stands, the first of equals. As PyTorch's `torch.argmax`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim : int, optional
        The axis to look along; among all elements in their order, where it is left out.
    keepdim : bool
        Whether the axis, or all, stay with length 1.

    Returns
    -------
    Tensor of int64

    Raises
    ------
    ShapeError
        The axis is empty.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.tensor([[1, 5], [3, 2]])
    >>> mt.argmax(x), mt.argmax(x, dim=0)
    (tensor(1), tensor([1, 0]))
    """
    return _place(input, dim, keepdim, "argmax")


@on_tensor
def argmin(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """Where the smallest element stands, the first of equals. As PyTorch's `torch.argmin`.

    Parameters
    ----------
    input, dim, keepdim
        As in `argmax`.

    Returns
    -------
    Tensor of int64

    Raises
    ------
    ShapeError
        The axis is empty.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.argmin(mt.tensor([[1, 5], [3, 2]]), dim=1, keepdim=True)
    tensor([[0],
            [1]])
    """
    return _place(input, dim, keepdim, "argmin")


def _place(input: Tensor, dim: int | None, keepdim: bool, operation: str) -> Tensor:
    axis = 0 if dim is None else axis_of(dim, input.ndim, operation)
    line = shape.reshape(input, shape=(-1,)) if dim is None else line_of(input)
    check_not_empty(line, (axis,), operation)
    place = (ops.argmax if operation == "argmax" else ops.argmin)(line, axis=axis, keepdims=keepdim)
    if dim is None or input.ndim == 0:
        return shape.reshape(place, shape=(1,) * input.ndim if keepdim else ())
    return place
