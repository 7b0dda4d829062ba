"""Random numbers drawn into a Tensor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.dtypes import float64
from minitensor.errors import ShapeError
from minitensor.random import Generator, numpy_generator

if TYPE_CHECKING:
    from minitensor.tensor.core import Tensor


def normal_(
    self: Tensor, mean: float = 0, std: float = 1, *, generator: Generator | np.random.Generator | None = None
) -> Tensor:
    """Numbers of the normal distribution, drawn into the tensor itself. As PyTorch's `torch.Tensor.normal_`.

    Parameters
    ----------
    mean, std : float
        Those of the distribution.
    generator : Generator, optional
        Where they are drawn from; left out, the one that all share.

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    TypeError
        The tensor is not of a floating dtype.
    ValueError
        std is negative.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.zeros(3).normal_(5, 0)
    tensor([5., 5., 5.])
    """
    _floating(self, "normal_")
    if not std >= 0:
        raise ValueError(f"normal_: std is 0 or more, got {std}")
    drawn = numpy_generator(generator).standard_normal(self.shape, dtype=_drawn_in(self))
    return self.copy_(np.asarray(drawn * std + mean))


def uniform_(self: Tensor, from_: float = 0, to: float = 1, *, generator: Any = None) -> Tensor:
    """Uniform numbers from `from_` to before `to`, drawn into the tensor itself. As PyTorch's `torch.Tensor.uniform_`.

    Parameters
    ----------
    from_, to : float
        The bounds.
    generator : Generator, optional
        Where they are drawn from; left out, the one that all share.

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    TypeError
        The tensor is not of a floating dtype.
    ValueError
        The bounds cross.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.zeros(3).uniform_(2, 2)
    tensor([2., 2., 2.])
    """
    _floating(self, "uniform_")
    if not from_ <= to:
        raise ValueError(f"uniform_: from {from_} to {to} there is nothing to draw from")
    drawn = numpy_generator(generator).random(self.shape, dtype=_drawn_in(self))
    return self.copy_(np.asarray(drawn * (to - from_) + from_))


def bernoulli_(self: Tensor, p: Any = 0.5, *, generator: Any = None) -> Tensor:
    """1 with the probability `p`, else 0, drawn into the tensor itself. As PyTorch's `torch.Tensor.bernoulli_`.

    Parameters
    ----------
    p : float or Tensor
        From 0 to 1; a tensor repeats to this one's shape.
    generator : Generator, optional
        Where they are drawn from; left out, the one that all share.

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    ShapeError
        p does not repeat to this tensor's shape.
    ValueError
        p is below 0 or above 1.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.zeros(3).bernoulli_(1.0)
    tensor([1., 1., 1.])
    """
    chances = np.asarray(p)
    if not ((chances >= 0) & (chances <= 1)).all():
        raise ValueError(f"bernoulli_: p is from 0 to 1, got {chances if chances.ndim else p}")
    if np.broadcast_shapes(*[(1,) * chances.ndim, chances.shape]) != chances.shape or chances.ndim > self.ndim:
        raise ShapeError(f"bernoulli_: p, of shape {chances.shape}, does not repeat to the shape {self.shape}")
    drawn = numpy_generator(generator).random(self.shape)
    return self.copy_((drawn < chances).astype(self.dtype))


def _floating(tensor: Tensor, operation: str) -> None:
    if tensor.dtype.kind != "f":
        raise TypeError(f"{operation}: expected a floating dtype, got {tensor.dtype}: convert with .float()")


def _drawn_in(tensor: Tensor) -> Any:
    return np.float64 if tensor.dtype == float64 else np.float32
