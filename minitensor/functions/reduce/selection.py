"""The largest, the smallest, and the order of elements, under PyTorch's names.

What chooses has no gradient: it returns places, which `gather` then reads. Only in amax and amin do equals share one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from minitensor.errors import ShapeError
from minitensor.functions.arguments import Dim, axes_of, axis_of
from minitensor.ops import elementwise, index, shape
from minitensor.ops import reduce as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


class ValuesAndIndices(NamedTuple):
    """What a selection along an axis answers: the elements, and where they stood.

    Attributes
    ----------
    values : Tensor
    indices : Tensor
        int64, along the axis.
    """

    values: Tensor
    indices: Tensor


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
    _not_empty(input, axes, "amax")
    return ops.amax(input, axis=axes, keepdims=keepdim)


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
    _not_empty(input, axes, "amin")
    return ops.amin(input, axis=axes, keepdims=keepdim)


def max(input: Tensor, dim: int | Tensor | None = None, keepdim: bool = False) -> Any:
    """The largest element; along one axis, also where it stands; of two tensors, `maximum`. As PyTorch's `torch.max`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim : int or Tensor, optional
        The axis, or the tensor to compare with; all elements, where it is left out.
    keepdim : bool
        Whether the axis stays, with length 1.

    Returns
    -------
    Tensor or ValuesAndIndices
        Values and indices along an axis: the first of equals, which alone has the gradient.

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
    return _extreme(input, dim, keepdim, "max")


def min(input: Tensor, dim: int | Tensor | None = None, keepdim: bool = False) -> Any:
    """The smallest element; along one axis, also where it stands; of two tensors, `minimum`. As PyTorch's `torch.min`.

    Parameters
    ----------
    input, dim, keepdim
        As in `max`.

    Returns
    -------
    Tensor or ValuesAndIndices
        Values and indices along an axis: the first of equals, which alone has the gradient.

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
    return _extreme(input, dim, keepdim, "min")


def _extreme(input: Tensor, dim: int | Tensor | None, keepdim: bool, operation: str) -> Any:
    if dim is None:
        return amax(input) if operation == "max" else amin(input)
    if hasattr(dim, "dtype"):
        return elementwise.maximum(input, dim) if operation == "max" else elementwise.minimum(input, dim)
    axis = axis_of(dim, input.ndim, operation)
    line = _line(input)
    _not_empty(line, (axis,), operation)
    places = (ops.argmax if operation == "max" else ops.argmin)(line, axis=axis, keepdims=True)
    values = index.gather(line, places, axis=axis)
    if keepdim and input.ndim:
        return ValuesAndIndices(values, places)
    left = (*input.shape[:axis], *input.shape[axis + 1 :])
    return ValuesAndIndices(shape.reshape(values, shape=left), shape.reshape(places, shape=left))


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
    line = input.reshape(-1) if dim is None else _line(input)
    _not_empty(line, (axis,), operation)
    place = (ops.argmax if operation == "argmax" else ops.argmin)(line, axis=axis, keepdims=keepdim)
    if dim is None or input.ndim == 0:
        return shape.reshape(place, shape=(1,) * input.ndim if keepdim else ())
    return place


def sort(input: Tensor, dim: int = -1, descending: bool = False) -> ValuesAndIndices:
    """The elements in order along an axis, and where each stood. As PyTorch's `torch.sort`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim : int
        The axis.
    descending : bool
        Whether the largest comes first.

    Returns
    -------
    ValuesAndIndices
        Of input's shape; equal elements stay in their order, nan counts as the largest.

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
    axis, line = axis_of(dim, input.ndim, "sort"), _line(input)
    places = ops.argsort(line, axis=axis, descending=descending)
    values = index.gather(line, places, axis=axis)
    return ValuesAndIndices(_back(input, values), _back(input, places))


def argsort(input: Tensor, dim: int = -1, descending: bool = False) -> Tensor:
    """The order that sorts along an axis: the indices of `sort`. As PyTorch's `torch.argsort`.

    Parameters
    ----------
    input, dim, descending
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
    return _back(input, ops.argsort(_line(input), axis=axis, descending=descending))


def _line(input: Tensor) -> Tensor:
    """A tensor without axes as a line of one element."""
    return input if input.ndim else shape.reshape(input, shape=(1,))


def _back(input: Tensor, result: Tensor) -> Tensor:
    """What was worked out of the line, without axes where input has none."""
    return result if input.ndim else shape.reshape(result, shape=())


def _not_empty(input: Tensor, axes: tuple[int, ...], operation: str) -> None:
    if empty := [axis for axis in axes if input.shape[axis] == 0]:
        raise ShapeError(f"{operation}: there is no element to choose: axis {empty[0]} of the shape {input.shape} is empty")
