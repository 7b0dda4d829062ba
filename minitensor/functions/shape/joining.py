"""Tensors made one, under PyTorch's names."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from minitensor.dtypes import promote_types
from minitensor.errors import ShapeError, shape_table
from minitensor.functions.arguments import axis_of, check_tensors, converted, numbered, numpy_names
from minitensor.functions.shape.axes import unsqueeze
from minitensor.functions.shape.ranks import at_least
from minitensor.ops import shape as ops
from minitensor.tape import Traced

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@numpy_names
def cat(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Tensors one behind the other along an axis that they have. As PyTorch's `torch.cat`.

    Parameters
    ----------
    tensors : sequence of Tensor
        Of one shape but for the axis dim.
    dim : int
        The axis.

    Returns
    -------
    Tensor
        A copy, in the dtype that holds all of theirs.

    Raises
    ------
    ShapeError
        Another axis differs, or there is none.
    ValueError
        There are no tensors.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.cat([mt.tensor([1, 2]), mt.tensor([3])])
    tensor([1, 2, 3])
    """
    arrays = _several(tensors, "cat")
    dtype = reduce(promote_types, [one.dtype for one in arrays])
    arrays = [one for one in arrays if one.shape != (0,)] or arrays  # PyTorch's: nothing at all continues everything
    first = arrays[0]
    axis = axis_of(dim, first.ndim, "cat")
    for number, other in enumerate(arrays):
        if first.ndim == 0 or other.ndim != first.ndim or _but(other.shape, axis) != _but(first.shape, axis):
            raise ShapeError(
                f"cat: tensor {number} does not continue the first along axis {axis}: there must be such an axis, and "
                "the others must be equal\n"
                + shape_table(
                    ("first", numbered(first.ndim), first.shape), (f"tensor {number}", numbered(other.ndim), other.shape)
                )
            )
    return converted(ops.cat(*arrays, axis=axis), dtype)


@numpy_names
def stack(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Tensors of one shape side by side along a new axis. As PyTorch's `torch.stack`.

    Parameters
    ----------
    tensors : sequence of Tensor
        Of one shape.
    dim : int
        Where the new axis stands in the result.

    Returns
    -------
    Tensor
        A copy, in the dtype that holds all of theirs.

    Raises
    ------
    ShapeError
        The shapes differ.
    ValueError
        There are no tensors.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.stack([mt.tensor([1, 2]), mt.tensor([3, 4])], dim=1)
    tensor([[1, 3],
            [2, 4]])
    """
    arrays = _several(tensors, "stack")
    first = arrays[0].shape
    for number, other in enumerate(arrays):
        if other.shape != first:
            raise ShapeError(f"stack: the shapes must be equal: the first is {first}, tensor {number} is {other.shape}")
    axis = axis_of(dim, len(first) + 1, "stack")
    return ops.cat(*[unsqueeze(array, axis) for array in arrays], axis=axis)


def hstack(tensors: Sequence[Tensor]) -> Tensor:
    """Tensors side by side: along the second axis, vectors along their only one. As PyTorch's `torch.hstack`.

    Parameters
    ----------
    tensors : sequence of Tensor
        Of one shape but for that axis; one without axes counts as a vector of one element.

    Returns
    -------
    Tensor
        A copy, in the dtype that holds all of theirs.

    Raises
    ------
    ShapeError
        Another axis differs.
    ValueError
        There are no tensors.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.hstack([mt.tensor([1, 2]), mt.tensor([3, 4])])
    tensor([1, 2, 3, 4])
    """
    arrays = [at_least(one, 1) for one in _several(tensors, "hstack")]
    return cat(arrays, 0 if arrays[0].ndim == 1 else 1)


def vstack(tensors: Sequence[Tensor]) -> Tensor:
    """Tensors one below the other: along the first axis, vectors as rows. As PyTorch's `torch.vstack`.

    Parameters
    ----------
    tensors : sequence of Tensor
        Of one shape but for the first axis; one with fewer than two axes counts as a row.

    Returns
    -------
    Tensor
        A copy, in the dtype that holds all of theirs.

    Raises
    ------
    ShapeError
        Another axis differs.
    ValueError
        There are no tensors.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.vstack([mt.tensor([1, 2]), mt.tensor([3, 4])])
    tensor([[1, 2],
            [3, 4]])
    """
    return cat([at_least(one, 2) for one in _several(tensors, "vstack")], 0)


def dstack(tensors: Sequence[Tensor]) -> Tensor:
    """Tensors one behind the other: along the third axis, vectors as rows of one layer. As PyTorch's `torch.dstack`.

    Parameters
    ----------
    tensors : sequence of Tensor
        Of one shape but for the third axis, which is made where it is missing.

    Returns
    -------
    Tensor
        A copy, in the dtype that holds all of theirs.

    Raises
    ------
    ShapeError
        Another axis differs.
    ValueError
        There are no tensors.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.dstack([mt.tensor([1, 2]), mt.tensor([3, 4])])
    tensor([[[1, 3],
             [2, 4]]])
    """
    return cat([at_least(one, 3) for one in _several(tensors, "dstack")], 2)


def column_stack(tensors: Sequence[Tensor]) -> Tensor:
    """Tensors side by side: along the second axis, vectors as columns. As PyTorch's `torch.column_stack`.

    Parameters
    ----------
    tensors : sequence of Tensor
        Of one shape but for the second axis; one with fewer than two axes counts as a column.

    Returns
    -------
    Tensor
        A copy, in the dtype that holds all of theirs.

    Raises
    ------
    ShapeError
        Another axis differs.
    ValueError
        There are no tensors.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.column_stack([mt.tensor([1, 2]), mt.tensor([3, 4])])
    tensor([[1, 3],
            [2, 4]])
    """
    arrays = _several(tensors, "column_stack")
    return cat([one if one.ndim > 1 else ops.reshape(one, shape=(-1, 1)) for one in arrays], 1)


def _several(tensors: Sequence[Tensor], operation: str) -> list[Tensor]:
    if isinstance(tensors, (Traced, np.ndarray)):
        raise TypeError(f"{operation}: expected a list or a tuple of tensors, got one tensor: write {operation}([a, b])")
    arrays = list(tensors)
    if not arrays:
        raise ValueError(f"{operation}: expected one tensor at least, got none")
    check_tensors(operation, *arrays)
    return arrays


def _but(shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    return shape[:axis] + shape[axis + 1 :]
