"""Dropout."""

from __future__ import annotations

import numpy as np

from minitensor.nn.functional.checks import check_operands
from minitensor.ops.elementwise import mul
from minitensor.random import numpy_generator
from minitensor.tensor import Tensor


def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Set each element to 0 with probability p and scale the others by 1 / (1 - p), as PyTorch's `F.dropout`.

    So the expected value of each element stays what it is. Outside of training nothing happens.

    Parameters
    ----------
    input : Tensor
        Floating-point, of any shape.
    p : float
        From 0 to 1.
    training : bool
        Whether anything happens.
    inplace : bool
        Whether the input becomes the result.

    Raises
    ------
    ValueError
        p is not a probability.
    TypeError
        The input is no Tensor, or not floating-point.

    Examples
    --------
    >>> import minitensor as mt
    >>> y = mt.nn.functional.dropout(mt.ones(1000), p=0.75)
    >>> sorted(set(y.tolist()))
    [0.0, 4.0]

    References
    ----------
    N. Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", JMLR 15, 2014.
    """
    check_probability(p, "dropout")
    check_operands("dropout", input)
    if not training or p == 0:
        return input
    kept = numpy_generator().random(input.shape, dtype=np.float32) >= p
    mask = np.multiply(kept, 0 if p == 1 else 1 / (1 - p), dtype=input.dtype)
    return input.mul_(mask) if inplace else mul(input, mask)


def check_probability(p: float, operation: str) -> None:
    """Raise a ValueError where p is not from 0 to 1."""
    if not (isinstance(p, (int, float)) and 0 <= p <= 1):
        raise ValueError(f"{operation}: p is a probability, from 0 to 1, got {p!r}")
