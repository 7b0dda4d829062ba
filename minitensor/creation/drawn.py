"""Tensors of random numbers, from NumPy's generators: see `minitensor.random`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minitensor.creation.data import made
from minitensor.creation.filled import dtype_like, float_dtype, shape_of
from minitensor.dtypes import Array, as_dtype, float16, int64
from minitensor.random import Generator, numpy_generator
from minitensor.tensor import Tensor


def rand(
    *size: Any,
    generator: Generator | np.random.Generator | None = None,
    dtype: DTypeLike | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Uniform random numbers from [0, 1). As PyTorch's `torch.rand`.

    Parameters
    ----------
    *size : int, or one sequence of int
        The shape; nothing is a tensor without axes.
    generator : Generator, optional
        Where they are drawn from; left out, the one that all share.
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
    TypeError
        The dtype is not a floating one.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.rand(2, 3).shape
    (2, 3)
    """
    return made(_drawn("random", shape_of(size, "rand"), dtype, generator), requires_grad, device)


def randn(
    *size: Any,
    generator: Generator | np.random.Generator | None = None,
    dtype: DTypeLike | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Random numbers of the standard normal distribution. As PyTorch's `torch.randn`.

    Parameters
    ----------
    *size : int, or one sequence of int
        The shape; nothing is a tensor without axes.
    generator : Generator, optional
        Where they are drawn from; left out, the one that all share.
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
    TypeError
        The dtype is not a floating one.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.randn(2, 3, generator=mt.Generator().manual_seed(0)).shape
    (2, 3)
    """
    return made(_drawn("standard_normal", shape_of(size, "randn"), dtype, generator), requires_grad, device)


def _drawn(distribution: str, shape: tuple[int, ...], dtype: DTypeLike | None, generator: Any) -> Array:
    chosen = float_dtype(dtype)
    if chosen.kind != "f":
        raise TypeError(f"random numbers of this distribution are floating-point, asked for was {chosen}: use randint")
    drawn_in = np.float32 if chosen.itemsize < 8 else np.float64
    numbers = np.asarray(getattr(numpy_generator(generator), distribution)(shape, dtype=drawn_in))
    if chosen == float16 and distribution == "random":
        numbers = np.floor(numbers * 2048) / 2048  # float16 has 11 bits: rounded to them, some would be 1
    return numbers.astype(chosen, copy=False)


def rand_like(input: Tensor, *, dtype: DTypeLike | None = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Uniform random numbers from [0, 1) in the shape of another tensor. As PyTorch's `torch.rand_like`.

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

    Raises
    ------
    TypeError
        The dtype is not a floating one.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.rand_like(mt.zeros(2, 3)).shape
    (2, 3)
    """
    return rand(input.shape, dtype=dtype_like(input, dtype), device=device, requires_grad=requires_grad)


def randn_like(input: Tensor, *, dtype: DTypeLike | None = None, device: Any = None, requires_grad: bool = False) -> Tensor:
    """Standard normal random numbers in the shape of another tensor. As PyTorch's `torch.randn_like`.

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

    Raises
    ------
    TypeError
        The dtype is not a floating one.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.randn_like(mt.zeros(2, 3)).shape
    (2, 3)
    """
    return randn(input.shape, dtype=dtype_like(input, dtype), device=device, requires_grad=requires_grad)


def randint(
    low: int = 0,
    high: Any = None,
    size: Any = None,
    *,
    generator: Generator | np.random.Generator | None = None,
    dtype: DTypeLike | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Random integers from low to before high. As PyTorch's `torch.randint`: (high, size) or (low, high, size).

    Parameters
    ----------
    low, high : int
        The bounds; one alone is high, and low is 0.
    size : int or sequence of int
        The shape.
    generator : Generator, optional
        Where they are drawn from; left out, the one that all share.
    dtype : dtype, optional
        Left out, int64.
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
    ValueError
        There is nothing between the bounds.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.randint(3, (100,)).max() < 3
    tensor(True)
    """
    if size is None:
        low, high, size = 0, low, high
    shape = shape_of((size,), "randint")
    if low >= high:
        raise ValueError(f"randint: low is less than high, got {low} and {high}")
    chosen = int64 if dtype is None else as_dtype(dtype)
    return made(np.asarray(numpy_generator(generator).integers(low, high, shape)).astype(chosen), requires_grad, device)


def randperm(
    n: int, *, generator: Generator | np.random.Generator | None = None, dtype: DTypeLike | None = None, device: Any = None
) -> Tensor:
    """The numbers from 0 to before n in a random order. As PyTorch's `torch.randperm`.

    Parameters
    ----------
    n : int
    generator : Generator, optional
        Where they are drawn from; left out, the one that all share.
    dtype : dtype, optional
        Left out, int64.
    device : str, optional
        "cpu".

    Returns
    -------
    Tensor

    Raises
    ------
    ShapeError
        n is negative.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.randperm(5).sort().values
    tensor([0, 1, 2, 3, 4])
    """
    (count,) = shape_of((n,), "randperm")
    chosen = int64 if dtype is None else as_dtype(dtype)
    return made(numpy_generator(generator).permutation(count).astype(chosen), False, device)
