"""Integrals that have no formula, element by element, under PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minitensor.functions.arguments import on_tensor
from minitensor.ops import activation as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
def erf(input: Tensor) -> Tensor:
    """The error function of each element: how much of the normal distribution lies within x * sqrt(2) of its mean.

    y = 2 / sqrt(pi) * the integral of e^(-t^2) from 0 to x, dy/dx = 2 / sqrt(pi) * e^(-x^2). As PyTorch's `torch.erf`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers and booleans are taken in the default dtype.

    Returns
    -------
    Tensor
        Of input's shape, between -1 and 1.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.erf(mt.tensor([0.0, 1.0, -3.0]))
    tensor([ 0.0000,  0.8427, -1.0000])
    """
    return ops.erf(input)
