"""Triangles and diagonals of matrices, under PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from minitensor.errors import ShapeError
from minitensor.functions.arguments import axis_of, on_tensor
from minitensor.ops import elementwise, reduce, shape

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
def tril(input: Tensor, diagonal: int = 0) -> Tensor:
    """The lower triangle of matrices: 0 above a diagonal. As PyTorch's `torch.tril`.

    Parameters
    ----------
    input : Tensor
        Of shape (..., n, m) and any dtype.
    diagonal : int
        Which diagonal is the last that stays: 0 the main one, 1 the one to the right of it.

    Returns
    -------
    Tensor
        Of input's shape.

    Raises
    ------
    ShapeError
        There are no matrices: fewer than two axes.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tril(mt.tensor([[1, 2], [3, 4]]))
    tensor([[1, 0],
            [3, 4]])
    """
    return _triangle(input, diagonal, "tril")


@on_tensor
def triu(input: Tensor, diagonal: int = 0) -> Tensor:
    """The upper triangle of matrices: 0 below a diagonal. As PyTorch's `torch.triu`.

    Parameters
    ----------
    input : Tensor
        Of shape (..., n, m) and any dtype.
    diagonal : int
        Which diagonal is the last that stays: 0 the main one, 1 the one to the right of it.

    Returns
    -------
    Tensor
        Of input's shape.

    Raises
    ------
    ShapeError
        There are no matrices: fewer than two axes.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.triu(mt.tensor([[1, 2], [3, 4]]))
    tensor([[1, 2],
            [0, 4]])
    """
    return _triangle(input, diagonal, "triu")


def _triangle(input: Tensor, diagonal: int, operation: str) -> Tensor:
    if input.ndim < 2:
        raise ShapeError(f"{operation}: matrices have two axes at least, got the shape {input.shape}")
    rows, columns = input.shape[-2:]
    below = np.tri(rows, columns, diagonal - (operation == "triu"), bool)
    return elementwise.where(below if operation == "tril" else ~below, input, np.zeros((), input.dtype))


@on_tensor
def diagonal(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """The elements on a diagonal of two axes, as a last axis: a view. As PyTorch's `torch.diagonal`.

    Parameters
    ----------
    input : Tensor
        With two axes at least.
    offset : int
        Which diagonal: 0 the main one, 1 the one to the right of it.
    dim1, dim2 : int
        The axes of the rows and of the columns.

    Returns
    -------
    Tensor
        With the other axes, and then one along the diagonal. What is written to it is written to input.

    Raises
    ------
    IndexError
        There is no such axis.
    ValueError
        The axes are the same.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.zeros(2, 2)
    >>> mt.diagonal(x)[...] = 7
    >>> x
    tensor([[7., 0.],
            [0., 7.]])
    """
    axes = axis_of(dim1, input.ndim, "diagonal"), axis_of(dim2, input.ndim, "diagonal")
    if axes[0] == axes[1]:
        raise ValueError(f"diagonal: dim1 and dim2 are two axes, got {dim1} and {dim2}")
    return shape.diagonal(input, offset=offset, axes=axes)


@on_tensor
def diag(input: Tensor, diagonal: int = 0) -> Tensor:
    """Of a vector the matrix with it on a diagonal, of a matrix its diagonal. As PyTorch's `torch.diag`.

    Parameters
    ----------
    input : Tensor
        Of shape (n,) or (n, m), and any dtype.
    diagonal : int
        Which diagonal: 0 the main one, 1 the one to the right of it.

    Returns
    -------
    Tensor
        A copy.

    Raises
    ------
    ShapeError
        The input is neither a vector nor a matrix.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.diag(mt.tensor([1, 2])), mt.diag(mt.tensor([[1, 2], [3, 4]]))
    (tensor([[1, 0],
            [0, 2]]), tensor([1, 4]))
    """
    if input.ndim not in (1, 2):
        raise ShapeError(f"diag: a vector or a matrix is expected, got the shape {input.shape}")
    if input.ndim == 2:
        return elementwise.clone(shape.diagonal(input, offset=diagonal, axes=(0, 1)))
    return diag_embed(input, diagonal)


@on_tensor
def diag_embed(input: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """Matrices with the last axis on a diagonal, and zeros elsewhere. As PyTorch's `torch.diag_embed`.

    Parameters
    ----------
    input : Tensor
        Of shape (..., n) and any dtype.
    offset : int
        Which diagonal: 0 the main one, 1 the one to the right of it.
    dim1, dim2 : int
        Where the rows and the columns stand in the result.

    Returns
    -------
    Tensor
        With one axis more than input; the matrices have n + |offset| rows and columns.

    Raises
    ------
    IndexError
        There is no such axis.
    ShapeError
        The input has no axis.
    ValueError
        The axes are the same.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.diag_embed(mt.tensor([1, 2]), offset=1)
    tensor([[0, 1, 0],
            [0, 0, 2],
            [0, 0, 0]])
    """
    if not input.ndim:
        raise ShapeError("diag_embed: the input has an axis at least")
    rows, columns = (axis_of(dim, input.ndim + 1, "diag_embed") for dim in (dim1, dim2))
    if rows == columns:
        raise ValueError(f"diag_embed: dim1 and dim2 are two axes, got {dim1} and {dim2}")
    length, rest = input.shape[-1] + abs(offset), iter(input.shape[:-1])
    sizes = tuple(length if axis in (rows, columns) else next(rest) for axis in range(input.ndim + 1))
    return shape.embed_diagonal(input, offset=offset, axes=(rows, columns), shape=sizes)


@on_tensor
def trace(input: Tensor) -> Tensor:
    """The sum of the elements on a matrix's diagonal. As PyTorch's `torch.trace`.

    Parameters
    ----------
    input : Tensor
        Of shape (n, m) and any dtype.

    Returns
    -------
    Tensor
        Without axes, in input's dtype; of integers in int64.

    Raises
    ------
    ShapeError
        The input is no matrix.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.trace(mt.tensor([[1, 2], [3, 4]]))
    tensor(5)
    """
    if input.ndim != 2:
        raise ShapeError(f"trace: a matrix is expected, got the shape {input.shape}")
    return reduce.sum(shape.diagonal(input, offset=0, axes=(0, 1)), axis=(0,), keepdims=False)
