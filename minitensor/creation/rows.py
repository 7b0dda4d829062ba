"""Tensors of numbers in a row: counted, at equal distances, and the places of triangles and diagonals."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minitensor.creation.data import made
from minitensor.creation.filled import float_dtype, shape_of
from minitensor.dtypes import Array, as_dtype, get_default_dtype, int64
from minitensor.tensor import Tensor


def arange(
    start: float,
    end: float | None = None,
    step: float = 1,
    *,
    dtype: DTypeLike | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """The numbers from start to before end. As PyTorch's `torch.arange`.

    Parameters
    ----------
    start, end : number
        One alone is the end, and the start is 0.
    step : number
        From each number to the next.
    dtype : dtype, optional
        Left out, int64 for integers, else the default dtype.
    device : str, optional
        "cpu".
    requires_grad : bool
        Whether a gradient is wanted.

    Returns
    -------
    Tensor

    Raises
    ------
    ValueError
        The step is 0, or leads away from the end.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.arange(4), mt.arange(1, 0, -0.25)
    (tensor([0, 1, 2, 3]), tensor([1.0000, 0.7500, 0.5000, 0.2500]))
    """
    first, last = (0, start) if end is None else (start, end)
    if step == 0 or (last - first) * step < 0:
        raise ValueError(f"arange: from {first} a step of {step} does not lead to {last}")
    whole = all(isinstance(one, (int, np.integer)) for one in (first, last, step))
    chosen = as_dtype(dtype) if dtype is not None else int64 if whole else get_default_dtype()
    return made(np.arange(first, last, step).astype(chosen), requires_grad, device)


def linspace(
    start: float, end: float, steps: int, *, dtype: DTypeLike | None = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """Numbers at equal distances from start to end, both included. As PyTorch's `torch.linspace`.

    Parameters
    ----------
    start, end : number
    steps : int
        How many.
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
    ValueError
        There are fewer steps than 0.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.linspace(0, 1, 5)
    tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
    """
    if operator.index(steps) < 0:
        raise ValueError(f"linspace: the number of steps is 0 or more, got {steps}")
    return made(np.linspace(start, end, steps).astype(float_dtype(dtype)), requires_grad, device)


def logspace(
    start: float,
    end: float,
    steps: int,
    base: float = 10.0,
    *,
    dtype: DTypeLike | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Powers of a base, from base^start to base^end, whose exponents have equal distances. As PyTorch's `torch.logspace`.

    Parameters
    ----------
    start, end : number
        The first and the last exponent.
    steps : int
        How many.
    base : float
        What is raised to the powers.
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
    ValueError
        There are fewer steps than 0.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.logspace(0, 2, 3)
    tensor([  1.,  10., 100.])
    """
    if operator.index(steps) < 0:
        raise ValueError(f"logspace: the number of steps is 0 or more, got {steps}")
    return made(np.logspace(start, end, steps, base=base).astype(float_dtype(dtype)), requires_grad, device)


def eye(
    n: int, m: int | None = None, *, dtype: DTypeLike | None = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """A matrix with ones on its diagonal and zeros elsewhere. As PyTorch's `torch.eye`.

    Parameters
    ----------
    n, m : int
        Its rows and columns; one alone is both.
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
    >>> mt.eye(2, 3)
    tensor([[1., 0., 0.],
            [0., 1., 0.]])
    """
    rows, columns = shape_of((n, n if m is None else m), "eye")
    return made(np.eye(rows, columns, dtype=float_dtype(dtype)), requires_grad, device)


def tril_indices(row: int, col: int, offset: int = 0, *, dtype: DTypeLike | None = None, device: Any = None) -> Tensor:
    """The places of the lower triangle of a matrix. As PyTorch's `torch.tril_indices`.

    Parameters
    ----------
    row, col : int
        The matrix's rows and columns.
    offset : int
        Which diagonal is the last that belongs to it: 0 the main one, 1 the one to the right of it.
    dtype : dtype, optional
        Left out, int64.
    device : str, optional
        "cpu".

    Returns
    -------
    Tensor
        Of shape (2, k): the rows and the columns of the places, row by row.

    Raises
    ------
    ShapeError
        A size is negative.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tril_indices(2, 2)
    tensor([[0, 1, 1],
            [0, 0, 1]])
    """
    rows, columns = shape_of((row, col), "tril_indices")
    return _places(np.tri(rows, columns, offset, bool), dtype, device)


def triu_indices(row: int, col: int, offset: int = 0, *, dtype: DTypeLike | None = None, device: Any = None) -> Tensor:
    """The places of the upper triangle of a matrix. As PyTorch's `torch.triu_indices`.

    Parameters
    ----------
    row, col, dtype, device
        As in `tril_indices`.
    offset : int
        Which diagonal is the first that belongs to it: 0 the main one, 1 the one to the right of it.

    Returns
    -------
    Tensor
        Of shape (2, k): the rows and the columns of the places, row by row.

    Raises
    ------
    ShapeError
        A size is negative.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.triu_indices(2, 2)
    tensor([[0, 0, 1],
            [0, 1, 1]])
    """
    rows, columns = shape_of((row, col), "triu_indices")
    return _places(~np.tri(rows, columns, offset - 1, bool), dtype, device)


def _places(triangle: Array, dtype: DTypeLike | None, device: Any) -> Tensor:
    chosen = int64 if dtype is None else as_dtype(dtype)
    return made(np.argwhere(triangle).T.astype(chosen, order="C"), False, device)
