"""Tensors filled with one number."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minitensor.creation.data import made
from minitensor.dtypes import as_dtype, get_default_dtype
from minitensor.errors import ShapeError
from minitensor.functions.arguments import sizes_of
from minitensor.tensor import Tensor, as_array


def float_dtype(dtype: DTypeLike | None) -> Any:
    """The dtype that is asked for, else the default one."""
    return get_default_dtype() if dtype is None else as_dtype(dtype)


def dtype_like(input: Tensor, dtype: DTypeLike | None) -> Any:
    """The dtype that is asked for, else another tensor's."""
    return input.dtype if dtype is None else as_dtype(dtype)


def shape_of(sizes: tuple[Any, ...], operation: str) -> tuple[int, ...]:
    """The shape that is asked for, after checking it."""
    shape = sizes_of(sizes, operation) if sizes else ()
    if min(shape, default=0) < 0:
        raise ShapeError(f"{operation}: sizes are 0 or more, got {shape}")
    return shape


def zeros(*size: Any, dtype: DTypeLike | None = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of zeros. As PyTorch's `torch.zeros`.

    Parameters
    ----------
    *size : int, or one sequence of int
        The shape; nothing is a tensor without axes.
    dtype : dtype, optional
        Left out, the default dtype.
    device : str, optional
        "cpu".
    requires_grad : bool
        Whether a gradient is wanted.

    Returns
    -------
    Tensor

    Raises
    ------
    ShapeError
        A size is negative.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.zeros(1, 2)
    tensor([[0., 0.]])
    """
    return made(np.zeros(shape_of(size, "zeros"), float_dtype(dtype)), requires_grad, device)


def ones(*size: Any, dtype: DTypeLike | None = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor of ones. As PyTorch's `torch.ones`.

    Parameters
    ----------
    *size : int, or one sequence of int
        The shape; nothing is a tensor without axes.
    dtype : dtype, optional
        Left out, the default dtype.
    device : str, optional
        "cpu".
    requires_grad : bool
        Whether a gradient is wanted.

    Returns
    -------
    Tensor

    Raises
    ------
    ShapeError
        A size is negative.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.ones(1, 2)
    tensor([[1., 1.]])
    """
    return made(np.ones(shape_of(size, "ones"), float_dtype(dtype)), requires_grad, device)


def empty(*size: Any, dtype: DTypeLike | None = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor whose elements are whatever was in the memory. As PyTorch's `torch.empty`.

    Parameters
    ----------
    *size : int, or one sequence of int
        The shape; nothing is a tensor without axes.
    dtype : dtype, optional
        Left out, the default dtype.
    device : str, optional
        "cpu".
    requires_grad : bool
        Whether a gradient is wanted.

    Returns
    -------
    Tensor

    Raises
    ------
    ShapeError
        A size is negative.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.empty(2, 3).shape
    (2, 3)
    """
    return made(np.empty(shape_of(size, "empty"), float_dtype(dtype)), requires_grad, device)


def full(
    size: Any, fill_value: Any, *, dtype: DTypeLike | None = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """A tensor of one number. As PyTorch's `torch.full`.

    Parameters
    ----------
    size : int or sequence of int
        The shape.
    fill_value : number
    dtype : dtype, optional
        Left out, the number's own: int64, bool or the default dtype.
    device : str, optional
        "cpu".
    requires_grad : bool
        Whether a gradient is wanted.

    Returns
    -------
    Tensor

    Raises
    ------
    ShapeError
        A size is negative.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.full((2,), 7)
    tensor([7, 7])
    """
    chosen = as_array(fill_value).dtype if dtype is None else as_dtype(dtype)
    return made(np.full(shape_of((size,), "full"), fill_value, chosen), requires_grad, device)


def zeros_like(input: Tensor, *, dtype: DTypeLike | None = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Zeros in the shape of another tensor. As PyTorch's `torch.zeros_like`.

    Parameters
    ----------
    input : Tensor
        Whose shape it has.
    dtype : dtype, optional
        Left out, input's.
    device : str, optional
        "cpu".
    requires_grad : bool
        Whether a gradient is wanted.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.zeros_like(mt.tensor([3, 4]))
    tensor([0, 0])
    """
    return made(np.zeros(input.shape, dtype_like(input, dtype)), requires_grad, device)


def ones_like(input: Tensor, *, dtype: DTypeLike | None = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Ones in the shape of another tensor. As PyTorch's `torch.ones_like`.

    Parameters
    ----------
    input : Tensor
        Whose shape it has.
    dtype : dtype, optional
        Left out, input's.
    device : str, optional
        "cpu".
    requires_grad : bool
        Whether a gradient is wanted.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.ones_like(mt.tensor([3, 4]))
    tensor([1, 1])
    """
    return made(np.ones(input.shape, dtype_like(input, dtype)), requires_grad, device)


def empty_like(input: Tensor, *, dtype: DTypeLike | None = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Whatever was in the memory, in the shape of another tensor. As PyTorch's `torch.empty_like`.

    Parameters
    ----------
    input : Tensor
        Whose shape it has.
    dtype : dtype, optional
        Left out, input's.
    device : str, optional
        "cpu".
    requires_grad : bool
        Whether a gradient is wanted.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.empty_like(mt.ones(2, 3)).shape
    (2, 3)
    """
    return made(np.empty(input.shape, dtype_like(input, dtype)), requires_grad, device)


def full_like(
    input: Tensor, fill_value: Any, *, dtype: DTypeLike | None = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """One number in the shape of another tensor. As PyTorch's `torch.full_like`.

    Parameters
    ----------
    input : Tensor
        Whose shape it has.
    fill_value : number
    dtype : dtype, optional
        Left out, input's.
    device : str, optional
        "cpu".
    requires_grad : bool
        Whether a gradient is wanted.

    Returns
    -------
    Tensor

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.full_like(mt.ones(2), 7)
    tensor([7., 7.])
    """
    return made(np.full(input.shape, fill_value, dtype_like(input, dtype)), requires_grad, device)
