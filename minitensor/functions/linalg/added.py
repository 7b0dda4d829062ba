"""A tensor and a product added, under PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minitensor.errors import ShapeError
from minitensor.functions.arguments import check_same_dtype, on_tensor
from minitensor.functions.linalg.contractions import outer
from minitensor.functions.linalg.products import bmm, mm, mv
from minitensor.ops import elementwise, reduce

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
def addmm(input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    """A matrix and a product of matrices: y = beta * input + alpha * mat1 @ mat2. As PyTorch's `torch.addmm`.

    Parameters
    ----------
    input : Tensor
        Repeats to the result's shape; not looked at where beta is 0.
    mat1 : Tensor
        Of shape (n, m).
    mat2 : Tensor
        Of shape (m, p).
    beta, alpha : float
        What the two terms are multiplied by.

    Returns
    -------
    Tensor
        Of shape (n, p).

    Raises
    ------
    ShapeError
        The shapes do not fit together.
    TypeError
        The dtypes differ.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.addmm(mt.tensor([1, 2]), mt.tensor([[1, 2]]), mt.tensor([[3, 4], [5, 6]]))
    tensor([[14, 18]])
    """
    return _with_input("addmm", input, mm(mat1, mat2), beta, alpha)


@on_tensor
def addmv(input: Tensor, mat: Tensor, vec: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    """A vector and a product of a matrix and a vector: y = beta * input + alpha * mat @ vec. As PyTorch's `torch.addmv`.

    Parameters
    ----------
    input : Tensor
        Repeats to the result's shape; not looked at where beta is 0.
    mat : Tensor
        Of shape (n, m).
    vec : Tensor
        Of shape (m,).
    beta, alpha : float
        What the two terms are multiplied by.

    Returns
    -------
    Tensor
        Of shape (n,).

    Raises
    ------
    ShapeError
        The shapes do not fit together.
    TypeError
        The dtypes differ.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.addmv(mt.tensor([1]), mt.tensor([[1, 2], [3, 4]]), mt.tensor([1, 10]))
    tensor([22, 44])
    """
    return _with_input("addmv", input, mv(mat, vec), beta, alpha)


@on_tensor
def addr(input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    """A matrix and an outer product: y = beta * input + alpha * outer(vec1, vec2). As PyTorch's `torch.addr`.

    Parameters
    ----------
    input : Tensor
        Repeats to the result's shape; not looked at where beta is 0.
    vec1 : Tensor
        Of shape (n,).
    vec2 : Tensor
        Of shape (m,).
    beta, alpha : float
        What the two terms are multiplied by.

    Returns
    -------
    Tensor
        Of shape (n, m).

    Raises
    ------
    ShapeError
        The shapes do not fit together.
    TypeError
        The dtypes differ.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.addr(mt.tensor([[1, 1]]), mt.tensor([1, 2]), mt.tensor([1, 10]))
    tensor([[ 2, 11],
            [ 3, 21]])
    """
    return _with_input("addr", input, outer(vec1, vec2), beta, alpha)


@on_tensor
def baddbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    """A batch of matrices and products of two batches: y = beta * input + alpha * batch1 @ batch2.

    As PyTorch's `torch.baddbmm`.

    Parameters
    ----------
    input : Tensor
        Repeats to the result's shape; not looked at where beta is 0.
    batch1 : Tensor
        Of shape (b, n, m).
    batch2 : Tensor
        Of shape (b, m, p).
    beta, alpha : float
        What the two terms are multiplied by.

    Returns
    -------
    Tensor
        Of shape (b, n, p).

    Raises
    ------
    ShapeError
        The shapes do not fit together.
    TypeError
        The dtypes differ.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.baddbmm(mt.ones(1), mt.ones(2, 1, 3), mt.ones(2, 3, 1))
    tensor([[[4.]],
    <BLANKLINE>
            [[4.]]])
    """
    return _with_input("baddbmm", input, bmm(batch1, batch2), beta, alpha)


@on_tensor
def addbmm(input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: float = 1, alpha: float = 1) -> Tensor:
    """A matrix and the sum of the products of two batches: y = beta * input + alpha * sum(batch1 @ batch2).

    As PyTorch's `torch.addbmm`.

    Parameters
    ----------
    input : Tensor
        Repeats to the result's shape; not looked at where beta is 0.
    batch1 : Tensor
        Of shape (b, n, m).
    batch2 : Tensor
        Of shape (b, m, p).
    beta, alpha : float
        What the two terms are multiplied by.

    Returns
    -------
    Tensor
        Of shape (n, p).

    Raises
    ------
    ShapeError
        The shapes do not fit together.
    TypeError
        The dtypes differ.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.addbmm(mt.ones(1), mt.ones(2, 1, 3), mt.ones(2, 3, 1))
    tensor([[7.]])
    """
    return _with_input("addbmm", input, reduce.sum(bmm(batch1, batch2), axis=(0,), keepdims=False), beta, alpha)


def _with_input(operation: str, input: Tensor, product: Tensor, beta: float, alpha: float) -> Tensor:
    if operation != "addr":  # which is no sum, and promotes
        check_same_dtype(operation, input, product=product)
    new = product.ndim - input.ndim
    if new < 0 or any(a not in (1, b) for a, b in zip(input.shape, product.shape[new:], strict=True)):
        raise ShapeError(f"{operation}: the input's shape {input.shape} does not repeat to the product's, {product.shape}")
    scaled = product if alpha == 1 else elementwise.mul(product, alpha)
    if beta == 0:
        return scaled
    return elementwise.add(input if beta == 1 else elementwise.mul(input, beta), scaled)
