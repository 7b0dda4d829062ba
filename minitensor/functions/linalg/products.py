"""Products of matrices and vectors, under PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from minitensor.errors import ShapeError, shape_table
from minitensor.functions.arguments import check_tensors, on_tensor
from minitensor.ops import linalg, shape

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


def matmul(input: Tensor, other: Tensor) -> Tensor:
    """The matrix product over the last two axes: y = a @ b, da = dy @ b^T, db = a^T @ dy. As PyTorch's `torch.matmul`.

    Parameters
    ----------
    input : Tensor
        Of shape (..., n, m); of shape (m,) it counts as a row, whose axis the result lacks.
    other : Tensor
        Of shape (..., m, p) and input's dtype; of shape (m,) it counts as a column, whose axis the result lacks.

    Returns
    -------
    Tensor
        Of shape (..., n, p): the axes in front broadcast together. float16 is summed in float32.

    Raises
    ------
    ShapeError
        The shapes do not fit together, or an operand has no axes.
    TypeError
        The dtypes differ.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.matmul(mt.tensor([[1.0, 2.0], [3.0, 4.0]]), mt.tensor([1.0, 10.0]))
    tensor([21., 43.])
    """
    check_tensors("matmul", input, other)
    if input.ndim == 0 or other.ndim == 0:
        raise ShapeError(
            f"matmul: both operands need an axis at least, got {input.shape} and {other.shape}: use * for a number"
        )
    if input.dtype != other.dtype:
        raise TypeError(
            f"matmul: the operands are {input.dtype} and {other.dtype}: convert one, for example with .to(mt.{input.dtype})"
        )
    left = input if input.ndim > 1 else shape.reshape(input, shape=(1, *input.shape))
    right = other if other.ndim > 1 else shape.reshape(other, shape=(*other.shape, 1))
    _check_matrices(input, other, left.shape, right.shape)
    product = linalg.matmul(left, right)
    if input.ndim > 1 and other.ndim > 1:
        return product
    rows, columns = product.shape[-2:]
    kept = (*product.shape[:-2], *((rows,) if input.ndim > 1 else ()), *((columns,) if other.ndim > 1 else ()))
    return shape.reshape(product, shape=kept)


def _check_matrices(input: Tensor, other: Tensor, left: tuple[int, ...], right: tuple[int, ...]) -> None:
    if left[-1] != right[-2]:
        problem = f"the first operand has {left[-1]} columns, the second has {right[-2]} rows"
    else:
        try:
            np.broadcast_shapes(left[:-2], right[:-2])
            return
        except ValueError:
            problem = f"the axes {left[:-2]} and {right[:-2]} in front of the matrices do not broadcast together"
    row = ("...", "n", "m")[-min(input.ndim, 3) :]
    column = ("...", "m", "p")[-min(other.ndim, 3) :] if other.ndim > 1 else ("m",)
    raise ShapeError(f"matmul: {problem}\n" + shape_table(("first", row, input.shape), ("second", column, other.shape)))


@on_tensor
def mm(input: Tensor, mat2: Tensor) -> Tensor:
    """The product of two matrices. As PyTorch's `torch.mm`.

    Parameters
    ----------
    input : Tensor
        Of shape (n, m).
    mat2 : Tensor
        Of shape (m, p) and input's dtype.

    Returns
    -------
    Tensor
        Of shape (n, p).

    Raises
    ------
    ShapeError
        An operand is no matrix, or the shapes do not fit together.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.mm(mt.tensor([[1, 2]]), mt.tensor([[3], [4]]))
    tensor([[11]])
    """
    return _product("mm", input, mat2, 2)


@on_tensor
def bmm(input: Tensor, mat2: Tensor) -> Tensor:
    """The products of two batches of matrices. As PyTorch's `torch.bmm`.

    Parameters
    ----------
    input : Tensor
        Of shape (b, n, m).
    mat2 : Tensor
        Of shape (b, m, p) and input's dtype.

    Returns
    -------
    Tensor
        Of shape (b, n, p).

    Raises
    ------
    ShapeError
        An operand is no batch of matrices, or the shapes do not fit together.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.bmm(mt.ones(5, 2, 3), mt.ones(5, 3, 4)).shape
    (5, 2, 4)
    """
    if input.ndim == mat2.ndim == 3 and input.shape[0] != mat2.shape[0]:
        raise ShapeError(f"bmm: the first batch has {input.shape[0]} matrices, the second {mat2.shape[0]}")
    return _product("bmm", input, mat2, 3)


@on_tensor
def mv(input: Tensor, vec: Tensor) -> Tensor:
    """The product of a matrix and a vector. As PyTorch's `torch.mv`.

    Parameters
    ----------
    input : Tensor
        Of shape (n, m).
    vec : Tensor
        Of shape (m,) and input's dtype.

    Returns
    -------
    Tensor
        Of shape (n,).

    Raises
    ------
    ShapeError
        The input is no matrix, vec no vector, or their lengths differ.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.mv(mt.tensor([[1, 2], [3, 4]]), mt.tensor([1, 10]))
    tensor([21, 43])
    """
    check_tensors("mv", vec)
    if input.ndim != 2 or vec.ndim != 1:
        raise ShapeError(f"mv: a matrix and a vector are expected, got the shapes {input.shape} and {vec.shape}: use matmul")
    return matmul(input, vec)


@on_tensor
def dot(input: Tensor, tensor: Tensor) -> Tensor:
    """The sum of the products of two vectors' elements. As PyTorch's `torch.dot`.

    Parameters
    ----------
    input, tensor : Tensor
        Of shape (m,) and one dtype.

    Returns
    -------
    Tensor
        Without axes.

    Raises
    ------
    ShapeError
        An operand is no vector, or their lengths differ.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.dot(mt.tensor([1, 2]), mt.tensor([3, 4]))
    tensor(11)
    """
    return _product("dot", input, tensor, 1)


def _product(operation: str, input: Tensor, other: Tensor, rank: int) -> Tensor:
    check_tensors(operation, input, other)
    if input.ndim != rank or other.ndim != rank:
        raise ShapeError(
            f"{operation}: both operands have {rank} axes, got the shapes {input.shape} and {other.shape}: use matmul"
        )
    return matmul(input, other)
