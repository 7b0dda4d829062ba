"""Tensors of numbers in a row: counted, at equal distances, and ones on a diagonal."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minitensor.creation.data import made
from minitensor.creation.filled import float_dtype, shape_of
from minitensor.dtypes import as_dtype, get_default_dtype, int64
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
