"""Tensors from data: copied (`tensor`), or sharing memory (`from_numpy`, `as_tensor`)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minitensor.device import check_device
from minitensor.dtypes import Array, as_dtype
from minitensor.tensor import Tensor, as_array


def made(array: Array, requires_grad: bool = False, device: Any = None) -> Tensor:
    """A leaf around an array, which is not copied."""
    check_device(device)
    leaf = Tensor._box(array, None, [0])
    if requires_grad:
        leaf.requires_grad = True
    return leaf


def tensor(data: Any, *, dtype: DTypeLike | None = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """A tensor with a copy of the data. As PyTorch's `torch.tensor`.

    Parameters
    ----------
    data : array_like
        Numbers, nested lists of numbers, an ndarray or a Tensor.
    dtype : dtype, optional
        Left out, an ndarray's or Tensor's own; of Python's floats the default dtype, of its integers int64.
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
        Nested lists have different lengths.
    TypeError
        The data is not of real numbers.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tensor([[1, 2], [3, 4]]), mt.tensor(0.5, requires_grad=True)
    (tensor([[1, 2],
            [3, 4]]), tensor(0.5000, requires_grad=True))
    """
    return made(as_array(data, dtype), requires_grad, device)


def as_tensor(data: Any, dtype: DTypeLike | None = None, device: Any = None) -> Tensor:
    """The data as a tensor, copied only where it must be. As PyTorch's `torch.as_tensor`.

    Parameters
    ----------
    data : array_like
        As `tensor` takes it.
    dtype : dtype, optional
        Left out, as `tensor` has it.
    device : str, optional
        "cpu".

    Returns
    -------
    Tensor
        The Tensor itself, or one that shares the ndarray's memory, where these have the dtype already.

    Raises
    ------
    TypeError
        The data is not of real numbers.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.ones(2)
    >>> mt.as_tensor(x) is x
    True
    """
    check_device(device)
    if isinstance(data, Tensor):
        return data.to(dtype=dtype)
    if isinstance(data, np.ndarray) and (dtype is None or as_dtype(dtype) == data.dtype):
        return from_numpy(data)
    return tensor(data, dtype=dtype)


def from_numpy(ndarray: Array) -> Tensor:
    """A tensor that shares an ndarray's memory: what is written to one shows in the other. As PyTorch's `torch.from_numpy`.

    Parameters
    ----------
    ndarray : ndarray
        Of any dtype that tensors have.

    Returns
    -------
    Tensor

    Raises
    ------
    TypeError
        It is no ndarray, or there are no tensors of its dtype.

    Examples
    --------
    >>> import minitensor as mt, numpy as np
    >>> array = np.zeros(2)
    >>> x = mt.from_numpy(array)
    >>> array[0] = 5
    >>> x
    tensor([5., 0.], dtype=float64)
    """
    if not isinstance(ndarray, np.ndarray):
        raise TypeError(f"from_numpy: expected an ndarray, got {type(ndarray).__name__}")
    as_dtype(ndarray.dtype)
    return made(ndarray.view(np.ndarray))
