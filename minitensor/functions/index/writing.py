"""Elements written by their place into a copy, under PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.dtypes import Array, int64
from minitensor.errors import ShapeError, shape_table
from minitensor.functions.arguments import axis_of, check_same_dtype, numbered, on_tensor
from minitensor.functions.index.masks import filling
from minitensor.functions.index.places import check_indexed, check_places, counted_from_front, line_of, table
from minitensor.ops import elementwise, shape
from minitensor.ops import index as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
def scatter(input: Tensor, dim: int, index: Tensor, src: Tensor | None = None, *, value: float | None = None) -> Tensor:
    """A copy with elements replaced where `gather` would read: y[index[i, j], j] = src[i, j] for dim=0.

    As PyTorch's `torch.scatter`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim : int
        The axis.
    index : Tensor of integers
        With as many axes as input; along the others it is as long as input and src, or shorter.
    src : Tensor or number
        What is written: of input's dtype, as large as the index or larger.
    value : number, optional
        The name of src where that is a number.

    Returns
    -------
    Tensor
        Of input's shape. Of several elements written to one place the last stays.

    Raises
    ------
    IndexError
        A place lies outside of the axis.
    ShapeError
        The shapes do not fit together.
    TypeError
        The dtypes differ.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.scatter(mt.zeros(2, 3), 1, mt.tensor([[2], [0]]), mt.tensor([[5.0], [6.0]]))
    tensor([[0., 0., 5.],
            [6., 0., 0.]])
    """
    if (src is None) == (value is None):
        raise TypeError("scatter: give what is to be written, as src or as value")
    if src is None or not hasattr(src, "dtype"):
        axis, places = _written(input, dim, index, None, "scatter")
        new = filling(value if src is None else src, input, "scatter")
    else:
        axis, places = _written(input, dim, index, src, "scatter")
        new = _corner(src, places)
    if places.size == 0:
        return elementwise.clone(input)
    return _back(input, ops.putitem(line_of(input), new, index=_cells(places, axis)))


@on_tensor
def scatter_add(input: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """A copy with elements added where `gather` would read: y[index[i, j], j] += src[i, j] for dim=0.

    As PyTorch's `torch.scatter_add`.

    Parameters
    ----------
    input, dim, index
        As in `scatter`.
    src : Tensor
        What is added: of input's dtype, as large as the index or larger.

    Returns
    -------
    Tensor
        Of input's shape. Of several elements for one place each is added.

    Raises
    ------
    IndexError
        A place lies outside of the axis.
    ShapeError
        The shapes do not fit together.
    TypeError
        The dtypes differ.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.scatter_add(mt.zeros(3), 0, mt.tensor([0, 2, 0]), mt.tensor([1.0, 2.0, 3.0]))
    tensor([4., 0., 2.])
    """
    axis, places = _written(input, dim, index, src, "scatter_add")
    if places.size == 0:
        return elementwise.clone(input)
    line = line_of(input)
    return _back(input, elementwise.add(line, ops.scatter_add(_corner(src, places), places, axis=axis, shape=line.shape)))


@on_tensor
def index_add(input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: float = 1) -> Tensor:
    """A copy with slices added at places of an axis: y[index[i]] += alpha * source[i] for dim=0.

    As PyTorch's `torch.index_add`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim : int
        The axis.
    index : Tensor of integers
        Of shape (k,).
    source : Tensor
        Of input's dtype and shape, but k long along dim.
    alpha : float
        What source is multiplied by.

    Returns
    -------
    Tensor
        Of input's shape. Of several slices for one place each is added.

    Raises
    ------
    IndexError
        A place lies outside of the axis.
    ShapeError
        The shapes do not fit together.
    TypeError
        The dtypes differ.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.index_add(mt.zeros(2, 3), 1, mt.tensor([2, 2]), mt.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[0., 0., 3.],
            [0., 0., 7.]])
    """
    axis, places = _slices(input, dim, index, source, "index_add")
    line, new = line_of(input), line_of(source)
    added = ops.index_add(new, index=places, axis=axis, length=line.shape[axis])
    return _back(input, elementwise.add(line, added if alpha == 1 else elementwise.mul(added, alpha)))


@on_tensor
def index_copy(input: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """A copy with slices replaced at places of an axis: y[index[i]] = source[i] for dim=0.

    As PyTorch's `torch.index_copy`.

    Parameters
    ----------
    input, dim, index, source
        As in `index_add`.

    Returns
    -------
    Tensor
        Of input's shape. Of several slices for one place the last stays.

    Raises
    ------
    IndexError
        A place lies outside of the axis.
    ShapeError
        The shapes do not fit together.
    TypeError
        The dtypes differ.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.index_copy(mt.zeros(3), 0, mt.tensor([2, 0]), mt.tensor([1.0, 2.0]))
    tensor([2., 0., 1.])
    """
    axis, places = _slices(input, dim, index, source, "index_copy")
    before = (slice(None),) * axis
    return _back(input, ops.putitem(line_of(input), line_of(source), index=(*before, places)))


@on_tensor
def index_fill(input: Tensor, dim: int, index: Tensor, value: float | Tensor) -> Tensor:
    """A copy with one number in all slices at places of an axis: y[index[i]] = value for dim=0.

    As PyTorch's `torch.index_fill`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim : int
        The axis.
    index : Tensor of int64
        Of shape (k,); negative places count from the end.
    value : number or Tensor without axes
        Taken in input's dtype.

    Returns
    -------
    Tensor
        Of input's shape.

    Raises
    ------
    IndexError
        A place lies outside of the axis.
    ShapeError
        The index or the value has too many axes.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.index_fill(mt.zeros(2, 3), 1, mt.tensor([0, -1]), 5)
    tensor([[5., 0., 5.],
            [5., 0., 5.]])
    """
    axis = axis_of(dim, input.ndim, "index_fill")
    places, line = np.array(index), line_of(input)
    if places.dtype != int64:
        raise TypeError(f"index_fill: the index is of int64, got {places.dtype}: convert with .long()")
    if places.ndim > 1:
        raise ShapeError("index_fill: the index has one axis\n" + table(input, places))
    places = np.unique(counted_from_front(places.reshape(-1), line.shape[axis], "index_fill"))
    new = filling(value, input, "index_fill")
    return _back(input, ops.putitem(line, new, index=(*(slice(None),) * axis, places)))


def _written(input: Tensor, dim: int, index: Any, src: Any, operation: str) -> tuple[int, Array]:
    """The axis and the checked index of a scatter; without axes it is a line of one place."""
    axis, places = axis_of(dim, input.ndim, operation), np.array(index)
    if src is not None:
        check_same_dtype(operation, input, src=src)
    if places.size == 0:
        return axis, places
    check_indexed(input, axis, places, operation)
    if src is not None and (
        max(src.ndim, 1) != max(places.ndim, 1) or any(a > b for a, b in zip(places.shape, src.shape, strict=False))
    ):
        raise ShapeError(
            f"{operation}: the index is as large as src, or smaller\n"
            + shape_table(("index", numbered(places.ndim), places.shape), ("src", numbered(src.ndim), src.shape))
        )
    return axis, places.reshape(places.shape or (1,))


def _corner(src: Any, places: Array) -> Any:
    """The part of src that an index of that shape writes."""
    line = line_of(src)
    return line if line.shape == places.shape else ops.getitem(line, index=tuple(map(slice, places.shape)))


def _cells(places: Array, axis: int) -> tuple[Array, ...]:
    """The full index of every cell that is written: its own place, but along one axis."""
    own = np.ogrid[tuple(map(slice, places.shape))]
    return (*own[:axis], places, *own[axis + 1 :])


def _slices(input: Tensor, dim: int, index: Any, source: Tensor, operation: str) -> tuple[int, Array]:
    """The axis and the checked index of what writes whole slices."""
    axis, places = axis_of(dim, input.ndim, operation), np.array(index)
    check_same_dtype(operation, input, source=source)
    if places.ndim > 1:
        raise ShapeError(f"{operation}: the index has one axis\n" + table(input, places))
    places = places.reshape(-1)
    wanted = (*input.shape[:axis], places.size, *input.shape[axis + 1 :])
    if (source.shape or (1,)) != wanted or bool(source.ndim) != bool(input.ndim):
        raise ShapeError(
            f"{operation}: with {places.size} places along axis {axis} of the shape {input.shape} the source is of shape "
            f"{wanted if input.ndim else ()}, got {source.shape}"
        )
    check_places(places, input.shape[axis] if input.ndim else 1, operation)
    return axis, places


def _back(input: Tensor, result: Tensor) -> Tensor:
    """What was worked out of the line, without axes where input has none."""
    return result if input.ndim else shape.reshape(result, shape=())
