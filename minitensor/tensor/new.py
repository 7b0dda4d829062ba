"""New tensors that take their dtype from another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike

from minitensor.device import check_device
from minitensor.dtypes import Array, as_dtype
from minitensor.errors import ShapeError
from minitensor.functions.arguments import sizes_of
from minitensor.tensor.data import as_array

if TYPE_CHECKING:
    from minitensor.tensor.core import Tensor


def new_tensor(
    self: Tensor, data: Any, *, dtype: DTypeLike | None = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """A tensor with a copy of the data. As PyTorch's `torch.Tensor.new_tensor`.

    Parameters
    ----------
    data : array_like
        Numbers, nested lists of numbers, an ndarray or a Tensor.
    dtype : dtype, optional
        Left out, this tensor's.
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
    >>> mt.ones(2).new_tensor([3, 4])
    tensor([3., 4.])
    """
    return _made(self, as_array(data).astype(self.dtype if dtype is None else as_dtype(dtype)), device, requires_grad)


def new_zeros(
    self: Tensor, *size: Any, dtype: DTypeLike | None = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """Zeros. As PyTorch's `torch.Tensor.new_zeros`.

    Parameters
    ----------
    *size : int, or one sequence of int
        The shape.
    dtype, device, requires_grad
        As in `new_tensor`.

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
    >>> mt.tensor([1, 2]).new_zeros(3)
    tensor([0, 0, 0])
    """
    return new_full(self, size, 0, dtype=dtype, device=device, requires_grad=requires_grad)


def new_ones(
    self: Tensor, *size: Any, dtype: DTypeLike | None = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """Ones. As PyTorch's `torch.Tensor.new_ones`.

    Parameters
    ----------
    *size : int, or one sequence of int
        The shape.
    dtype, device, requires_grad
        As in `new_tensor`.

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
    >>> mt.tensor([1, 2]).new_ones(3)
    tensor([1, 1, 1])
    """
    return new_full(self, size, 1, dtype=dtype, device=device, requires_grad=requires_grad)


def new_empty(
    self: Tensor, *size: Any, dtype: DTypeLike | None = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """Whatever was in the memory. As PyTorch's `torch.Tensor.new_empty`.

    Parameters
    ----------
    *size : int, or one sequence of int
        The shape.
    dtype, device, requires_grad
        As in `new_tensor`.

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
    >>> mt.tensor([1, 2]).new_empty(3).dtype
    dtype('int64')
    """
    chosen = self.dtype if dtype is None else as_dtype(dtype)
    return _made(self, np.empty(_shape(size, "new_empty"), chosen), device, requires_grad)


def new_full(
    self: Tensor,
    size: Any,
    fill_value: Any,
    *,
    dtype: DTypeLike | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """One number. As PyTorch's `torch.Tensor.new_full`.

    Parameters
    ----------
    size : sequence of int
        The shape.
    fill_value : number
        Taken in the dtype.
    dtype, device, requires_grad
        As in `new_tensor`.

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
    >>> mt.ones(2).new_full((3,), 7)
    tensor([7., 7., 7.])
    """
    chosen = self.dtype if dtype is None else as_dtype(dtype)
    shape = _shape(size if isinstance(size, tuple) else (size,), "new_full")
    return _made(self, np.full(shape, fill_value, chosen), device, requires_grad)


def _shape(size: tuple[Any, ...], operation: str) -> tuple[int, ...]:
    shape = sizes_of(size, operation) if size else ()
    if min(shape, default=0) < 0:
        raise ShapeError(f"{operation}: sizes are 0 or more, got {shape}")
    return shape


def _made(self: Tensor, array: Array, device: Any, requires_grad: bool) -> Tensor:
    check_device(device)
    return self._box(array, None, [0]).requires_grad_(requires_grad)
