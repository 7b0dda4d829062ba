"""Bounds of elements, and the larger and the smaller of two, under PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.dtypes import result_type
from minitensor.functions.arguments import converted, on_tensor
from minitensor.ops import elementwise as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
def relu(input: Tensor) -> Tensor:
    """Each element, or 0 where it is negative.

    y = max(x, 0), dy/dx = 1 where x > 0, else 0: at 0 too. As PyTorch's `torch.relu`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.

    Returns
    -------
    Tensor
        Of input's shape and dtype.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.relu(mt.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    return ops.relu(input)


@on_tensor
def clamp(input: Tensor, min: float | Tensor | None = None, max: float | Tensor | None = None) -> Tensor:
    """Each element, brought into [min, max]; max where the bounds cross.

    As PyTorch's `torch.clamp`.

    Parameters
    ----------
    input : Tensor
    min, max : number or Tensor, optional
        The bounds, one of them at least; tensors broadcast with input.

    Returns
    -------
    Tensor
        The gradient is input's inside the bounds and on them, else the bound's, where that is a tensor; below two equal
        bounds nobody has it.

    Raises
    ------
    ValueError
        Neither bound is given.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.clamp(mt.tensor([-2.0, 0.5, 3.0]), 0, 1)
    tensor([0.0000, 0.5000, 1.0000])
    """
    if min is None and max is None:
        raise ValueError("clamp: give min, max or both")
    if not (hasattr(min, "dtype") or hasattr(max, "dtype")):
        return ops.clamp(input, low=min, high=max)
    return _between(input, min, max)


def _between(input: Tensor, low: Any, high: Any) -> Tensor:
    """Clamp between tensors: what is chosen has the gradient, and a nan has none."""
    input = converted(input, result_type(*[one for one in (input, low, high) if one is not None]))
    value = np.asarray(input)
    value = value if low is None else ops.maximum(value, _plain(low))
    value = value if high is None else ops.minimum(value, _plain(high))
    above = False if high is None else ops.gt(input, high)
    below = False if low is None else ops.lt(input, low)
    if low is not None and high is not None:
        crossed = ops.bitwise_and(ops.lt(high, low), ops.eq(input, input))
        above, below = ops.bitwise_or(above, crossed), ops.bitwise_and(below, ops.lt(low, high))
    inside = ops.bitwise_and(True if low is None else ops.ge(input, low), True if high is None else ops.le(input, high))
    chosen = ops.where(inside, input, value)
    chosen = chosen if low is None else ops.where(below, low, chosen)
    return chosen if high is None else ops.where(above, high, chosen)


def _plain(bound: Any) -> Any:
    return np.asarray(bound) if hasattr(bound, "dtype") else bound


@on_tensor
def clamp_min(input: Tensor, min: float | Tensor) -> Tensor:
    """Each element, or the bound where it is below: `clamp` with one bound. As PyTorch's `torch.clamp_min`.

    Parameters
    ----------
    input : Tensor
    min : number or Tensor
        The bound; a tensor broadcasts with input.

    Returns
    -------
    Tensor
        With the gradient of `clamp`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.clamp_min(mt.tensor([-2.0, 0.5, 3.0]), 0)
    tensor([0.0000, 0.5000, 3.0000])
    """
    return clamp(input, min=min)


@on_tensor
def clamp_max(input: Tensor, max: float | Tensor) -> Tensor:
    """Each element, or the bound where it is above: `clamp` with one bound. As PyTorch's `torch.clamp_max`.

    Parameters
    ----------
    input : Tensor
    max : number or Tensor
        The bound; a tensor broadcasts with input.

    Returns
    -------
    Tensor
        With the gradient of `clamp`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.clamp_max(mt.tensor([-2.0, 0.5, 3.0]), 1)
    tensor([-2.0000,  0.5000,  1.0000])
    """
    return clamp(input, max=max)


def maximum(input: Tensor | Any, other: Tensor | Any) -> Tensor:
    """The larger of the elements; nan where either is.

    As PyTorch's `torch.maximum`.

    Parameters
    ----------
    input, other : Tensor, array or number
        Of shapes that broadcast together.

    Returns
    -------
    Tensor
        Of the broadcast shape. Equal elements share the gradient.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.maximum(mt.tensor([1.0, 3.0]), mt.tensor([2.0, 2.0]))
    tensor([2., 3.])
    """
    return ops.maximum(input, other)


def minimum(input: Tensor | Any, other: Tensor | Any) -> Tensor:
    """The smaller of the elements; nan where either is.

    As PyTorch's `torch.minimum`.

    Parameters
    ----------
    input, other : Tensor, array or number
        Of shapes that broadcast together.

    Returns
    -------
    Tensor
        Of the broadcast shape. Equal elements share the gradient.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.minimum(mt.tensor([1.0, 3.0]), mt.tensor([2.0, 2.0]))
    tensor([1., 2.])
    """
    return ops.minimum(input, other)


def fmax(input: Tensor | Any, other: Tensor | Any) -> Tensor:
    """The larger of the elements; of a nan and a number, the number.

    As PyTorch's `torch.fmax`.

    Parameters
    ----------
    input, other : Tensor, array or number
        Of shapes that broadcast together.

    Returns
    -------
    Tensor
        Of the broadcast shape. Of equal elements input's has the gradient.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.fmax(mt.tensor([1.0, float("nan")]), mt.tensor([2.0, 2.0]))
    tensor([2., 2.])
    """
    return ops.where(ops.bitwise_or(ops.ge(input, other), ops.isnan(other)), input, other)


def fmin(input: Tensor | Any, other: Tensor | Any) -> Tensor:
    """The smaller of the elements; of a nan and a number, the number.

    As PyTorch's `torch.fmin`.

    Parameters
    ----------
    input, other : Tensor, array or number
        Of shapes that broadcast together.

    Returns
    -------
    Tensor
        Of the broadcast shape. Of equal elements input's has the gradient.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.fmin(mt.tensor([1.0, float("nan")]), mt.tensor([2.0, 2.0]))
    tensor([1., 2.])
    """
    return ops.where(ops.bitwise_or(ops.le(input, other), ops.isnan(other)), input, other)
