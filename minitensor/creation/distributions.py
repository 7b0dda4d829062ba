"""Tensors of random numbers of given distributions, from NumPy's generators: see `minitensor.random`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minitensor.creation.data import made
from minitensor.creation.drawn import randint, randn
from minitensor.creation.filled import dtype_like
from minitensor.dtypes import result_type
from minitensor.errors import ShapeError
from minitensor.random import Generator
from minitensor.tensor import Tensor


def normal(
    mean: float | Tensor = 0.0,
    std: float | Tensor = 1.0,
    size: Any = None,
    *,
    generator: Generator | np.random.Generator | None = None,
    dtype: DTypeLike | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Random numbers of normal distributions. As PyTorch's `torch.normal`: (mean, std), one a tensor, or (mean, std, size).

    Parameters
    ----------
    mean, std : float or Tensor
        Those of each element's distribution; tensors broadcast together.
    size : sequence of int, optional
        The shape, where mean and std are numbers.
    generator : Generator, optional
        Where they are drawn from; left out, the one that all share.
    dtype : dtype, optional
        Left out, that of mean and std.
    device : str, optional
        "cpu".
    requires_grad : bool
        Whether a gradient is wanted; none flows to mean and std.

    Returns
    -------
    Tensor

    Raises
    ------
    ShapeError
        Mean and std do not broadcast together.
    TypeError
        The size is missing, or given beside tensors.
    ValueError
        A std is negative.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.normal(mt.tensor([1.0, 2.0]), 0.0)
    tensor([1., 2.])
    """
    tensors = isinstance(mean, Tensor) or isinstance(std, Tensor)
    if tensors == (size is not None):
        raise TypeError("normal: give a size where mean and std are numbers, and none where one is a tensor")
    if (np.asarray(std) < 0).any():
        raise ValueError("normal: std is 0 or more")
    try:
        shape = np.broadcast_shapes(np.shape(np.asarray(mean)), np.shape(np.asarray(std))) if tensors else size
    except ValueError:
        raise ShapeError(
            f"normal: mean and std do not broadcast together: {np.asarray(mean).shape} and {np.asarray(std).shape}"
        ) from None
    drawn = randn(shape, generator=generator, dtype=result_type(mean, std) if dtype is None else dtype).numpy()
    answer = np.asarray(drawn * np.asarray(std) + np.asarray(mean), drawn.dtype)
    return made(answer, requires_grad, device)


def randint_like(
    input: Tensor,
    low: int = 0,
    high: int | None = None,
    *,
    dtype: DTypeLike | None = None,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Random integers in another tensor's shape. As PyTorch's `torch.randint_like`: (input, high) or (input, low, high).

    Parameters
    ----------
    input : Tensor
        Whose shape it has.
    low, high : int
        The bounds; one alone is high, and low is 0.
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
    ValueError
        There is nothing between the bounds.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.randint_like(mt.zeros(3), 5, 6)
    tensor([5., 5., 5.])
    """
    first, last = (0, low) if high is None else (low, high)
    chosen = dtype_like(input, dtype)
    return randint(first, last, input.shape, dtype=chosen, device=device, requires_grad=requires_grad)
