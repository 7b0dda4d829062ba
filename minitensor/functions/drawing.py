"""Random numbers drawn as a tensor of probabilities says, under PyTorch's names. They have no gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.dtypes import int64
from minitensor.errors import ShapeError
from minitensor.functions.arguments import boxed, check_floating, on_tensor
from minitensor.random import numpy_generator

if TYPE_CHECKING:
    from minitensor.tensor import Tensor

__all__ = ["bernoulli", "multinomial"]


@on_tensor
def bernoulli(input: Tensor, p: float | None = None, *, generator: Any = None) -> Tensor:
    """1 with the probability that each element says, else 0. As PyTorch's `torch.bernoulli`.

    Parameters
    ----------
    input : Tensor
        Of a floating dtype, from 0 to 1; of any, where p is given.
    p : float, optional
        One probability for all, in place of the elements.
    generator : Generator, optional
        Where they are drawn from; left out, the one that all share.

    Returns
    -------
    Tensor
        Of input's shape and dtype.

    Raises
    ------
    TypeError
        Integers or booleans.
    ValueError
        A probability is below 0 or above 1.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.bernoulli(mt.tensor([0.0, 1.0]))
    tensor([0., 1.])
    """
    if p is None:
        check_floating("bernoulli", input)
    chances = np.asarray(input if p is None else p, np.float64)
    if not ((chances >= 0) & (chances <= 1)).all():
        raise ValueError("bernoulli: probabilities are from 0 to 1")
    return boxed(input, (numpy_generator(generator).random(input.shape) < chances).astype(input.dtype))


@on_tensor
def multinomial(input: Tensor, num_samples: int, replacement: bool = False, *, generator: Any = None) -> Tensor:
    """Places drawn with the probabilities that their elements say, up to a factor. As PyTorch's `torch.multinomial`.

    Parameters
    ----------
    input : Tensor
        Of shape (n,), or (rows, n) for rows that are drawn from separately, and a floating dtype; none is negative.
    num_samples : int
        How many places to draw.
    replacement : bool
        Whether a place may be drawn again.
    generator : Generator, optional
        Where they are drawn from; left out, the one that all share.

    Returns
    -------
    Tensor of int64
        Of shape (num_samples,) or (rows, num_samples).

    Raises
    ------
    ShapeError
        The input has not one or two axes, or more places are to be drawn than there are.
    TypeError
        Integers or booleans.
    ValueError
        An element is negative or not finite, all of a row are 0, or num_samples is below 1.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.multinomial(mt.tensor([0.0, 1.0, 0.0]), 3, replacement=True)
    tensor([1, 1, 1])
    """
    check_floating("multinomial", input)
    if input.ndim not in (1, 2) or not input.shape[-1]:
        raise ShapeError(f"multinomial: the input has one axis or two, none of them empty, got the shape {input.shape}")
    weights = np.asarray(input, np.float64)
    if not np.isfinite(weights).all() or (weights < 0).any() or (weights.sum(-1) <= 0).any():
        raise ValueError("multinomial: probabilities are finite and not negative, and not all of a row are 0")
    if num_samples < 1:
        raise ValueError(f"multinomial: the number of samples is 1 or more, got {num_samples}")
    if not replacement and num_samples > weights.shape[-1]:
        raise ShapeError(f"multinomial: {num_samples} of {weights.shape[-1]} places are asked for: set replacement")
    source = numpy_generator(generator)
    if replacement:
        bounds = np.cumsum(weights, -1)
        drawn = source.random((*weights.shape[:-1], num_samples)) * bounds[..., -1:]
        places = (drawn[..., :, None] >= bounds[..., None, :]).sum(-1)
    else:  # the places whose exponential waiting times are the shortest
        with np.errstate(divide="ignore"):
            waiting = source.standard_exponential(weights.shape) / weights
        places = np.argsort(waiting, -1, kind="stable")[..., :num_samples]
    return boxed(input, places.astype(int64, copy=False))
