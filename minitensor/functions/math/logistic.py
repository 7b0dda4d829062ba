"""The logistic function and its inverse, element by element, under PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minitensor.dtypes import get_default_dtype
from minitensor.functions.arguments import on_tensor
from minitensor.ops import elementwise as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
def sigmoid(input: Tensor) -> Tensor:
    """The logistic function of each element: between 0 and 1.

    y = 1 / (1 + e^-x), dy/dx = y (1 - y). As PyTorch's `torch.sigmoid`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers and booleans are taken in the default dtype.

    Returns
    -------
    Tensor
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.sigmoid(mt.tensor([0.0, 1.0]))
    tensor([0.5000, 0.7311])
    """
    return ops.sigmoid(input)


@on_tensor
def logit(input: Tensor, eps: float | None = None) -> Tensor:
    """The number whose sigmoid each element is.

    y = log(x / (1 - x)), dy/dx = 1 / (x (1 - x)). As PyTorch's `torch.logit`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers and booleans are taken in the default dtype.
    eps : float, optional
        Elements are brought into [eps, 1 - eps] first; left out, the answer is nan beyond 0 and 1.

    Returns
    -------
    Tensor
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.logit(mt.tensor([0.5, 0.9]))
    tensor([0.0000, 2.1972])
    """
    if not input.is_floating_point():
        input = ops.cast(input, dtype=get_default_dtype())
    inside = input if eps is None else ops.clamp(input, low=eps, high=1 - eps)
    return ops.log(ops.div(inside, ops.sub(1.0, inside)))
