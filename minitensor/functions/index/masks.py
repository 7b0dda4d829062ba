"""Elements read and replaced where a mask holds, and the places where one does, under PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.dtypes import Array
from minitensor.errors import ShapeError
from minitensor.functions.arguments import check_same_dtype, on_tensor
from minitensor.functions.index.places import check_mask, line_of
from minitensor.ops import elementwise, shape
from minitensor.ops import index as ops
from minitensor.tape import Traced

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
def masked_select(input: Tensor, mask: Tensor) -> Tensor:
    """The elements where the mask holds, in one line. As PyTorch's `torch.masked_select`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    mask : Tensor of bool
        Broadcasts with input.

    Returns
    -------
    Tensor
        Of shape (k,), in the elements' order.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.
    TypeError
        The mask is not of booleans.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.tensor([1.0, -2.0, 3.0])
    >>> mt.masked_select(x, x > 0)
    tensor([1., 3.])
    """
    truth = check_mask(input, mask, "masked_select")
    whole = np.broadcast_shapes(input.shape, truth.shape)
    return ops.getitem(shape.broadcast_to(input, shape=whole), index=np.broadcast_to(truth, whole).copy())


@on_tensor
def masked_fill(input: Tensor, mask: Tensor | Array, value: float | Tensor) -> Tensor:
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
    ShapeError
        The shapes do not broadcast together, or the value has axes.
    TypeError
        The mask is not of booleans.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.tensor([1.0, -2.0, 3.0])
    >>> mt.masked_fill(x, x < 0, 0.0)
    tensor([1., 0., 3.])
    """
    truth = check_mask(input, mask, "masked_fill")
    return elementwise.where(truth, filling(value, input, "masked_fill"), input)


def filling(value: Any, input: Tensor, operation: str) -> Any:
    """One number, or a tensor without axes, in input's dtype."""
    if np.ndim(value):
        raise ShapeError(f"{operation}: the value is one number, or a tensor without axes, got the shape {np.shape(value)}")
    return elementwise.cast(value, dtype=input.dtype) if isinstance(value, Traced) else np.asarray(value, input.dtype)


@on_tensor
def masked_scatter(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """The elements of input, but one after the other of source where the mask holds. As PyTorch's `torch.masked_scatter`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    mask : Tensor of bool
        Broadcasts with input.
    source : Tensor
        Of input's dtype, with an element for each place where the mask holds; what it has beyond them is not used.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Raises
    ------
    ShapeError
        The source has too few elements, or the shapes do not broadcast together.
    TypeError
        The mask is not of booleans, or the source has another dtype.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.masked_scatter(mt.zeros(3), mt.tensor([True, False, True]), mt.tensor([1.0, 2.0, 3.0]))
    tensor([1., 0., 2.])
    """
    check_same_dtype("masked_scatter", input, source=source)
    truth = check_mask(input, mask, "masked_scatter")
    whole = np.broadcast_shapes(input.shape, truth.shape)
    truth = np.broadcast_to(truth, whole).copy()
    line, count = shape.reshape(source, shape=(-1,)), int(truth.sum())
    if line.shape[0] < count:
        raise ShapeError(f"masked_scatter: the mask holds at {count} places, the source has {line.shape[0]} elements")
    spread = shape.broadcast_to(input, shape=whole)
    return ops.putitem(spread, ops.getitem(line, index=slice(0, count)), index=truth)


@on_tensor
def nonzero(input: Tensor, *, as_tuple: bool = False) -> Any:
    """The places of the elements that are not 0. As PyTorch's `torch.nonzero`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    as_tuple : bool
        Whether the answer is an index: one tensor for each axis.

    Returns
    -------
    Tensor of int64, or tuple of them
        Of shape (k, axes): a row for each element. As a tuple, of shape (k,) each, and input[the tuple] are the elements.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.tensor([[1, 0], [0, 2]])
    >>> mt.nonzero(x), x[mt.nonzero(x, as_tuple=True)]
    (tensor([[0, 0],
            [1, 1]]), tensor([1, 2]))
    """
    places = ops.nonzero(input)
    if not as_tuple:
        return places
    columns = places if input.ndim else ops.nonzero(line_of(input))
    return tuple(columns[:, axis] for axis in range(columns.shape[1]))


@on_tensor
def argwhere(input: Tensor) -> Tensor:
    """The places of the elements that are not 0, a row each: `nonzero`. As PyTorch's `torch.argwhere`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.

    Returns
    -------
    Tensor of int64
        Of shape (k, axes).

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.argwhere(mt.tensor([0, 3, 4]))
    tensor([[1],
            [2]])
    """
    return ops.nonzero(input)
