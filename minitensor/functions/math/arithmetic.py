"""Arithmetic, element by element, under PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from minitensor.dtypes import result_type
from minitensor.ops import elementwise as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


def add(input: Tensor | Any, other: Tensor | Any, *, alpha: float = 1) -> Tensor:
    """The sum of the elements: input + alpha * other.

    As PyTorch's `torch.add`.

    Parameters
    ----------
    input, other : Tensor, array or number
        Of shapes that broadcast together.
    alpha : float
        What other is multiplied by first.

    Returns
    -------
    Tensor
        Of the broadcast shape, in the dtype that `result_type` says.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.add(mt.tensor([1.0, 2.0]), mt.tensor([10.0, 20.0]), alpha=2)
    tensor([21., 42.])
    """
    return ops.add(input, other if alpha == 1 else ops.mul(other, alpha))


def sub(input: Tensor | Any, other: Tensor | Any, *, alpha: float = 1) -> Tensor:
    """The difference of the elements: input - alpha * other.

    As PyTorch's `torch.sub`.

    Parameters
    ----------
    input, other : Tensor, array or number
        Of shapes that broadcast together.
    alpha : float
        What other is multiplied by first.

    Returns
    -------
    Tensor
        Of the broadcast shape, in the dtype that `result_type` says.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.sub(mt.tensor([1.0, 2.0]), 1)
    tensor([0., 1.])
    """
    return ops.sub(input, other if alpha == 1 else ops.mul(other, alpha))


def mul(input: Tensor | Any, other: Tensor | Any) -> Tensor:
    """The product of the elements: y = a b, dy/da = b, dy/db = a.

    As PyTorch's `torch.mul`.

    Parameters
    ----------
    input, other : Tensor, array or number
        Of shapes that broadcast together.

    Returns
    -------
    Tensor
        Of the broadcast shape, in the dtype that `result_type` says.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.mul(mt.tensor([[1.0], [2.0]]), mt.tensor([3.0, 4.0]))
    tensor([[3., 4.],
            [6., 8.]])
    """
    return ops.mul(input, other)


def div(input: Tensor | Any, other: Tensor | Any, *, rounding_mode: Literal["trunc", "floor"] | None = None) -> Tensor:
    """The quotient of the elements: y = a / b, dy/da = 1 / b, dy/db = -y / b.

    As PyTorch's `torch.div`.

    Parameters
    ----------
    input, other : Tensor, array or number
        Of shapes that broadcast together.
    rounding_mode : str, optional
        "trunc" rounds towards 0, "floor" down; integers then stay integers.

    Returns
    -------
    Tensor
        Of the broadcast shape. The quotient of integers is in the default dtype.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.
    ValueError
        There is no such rounding_mode.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.div(mt.tensor([7.0, -7.0]), 2)
    tensor([ 3.5000, -3.5000])
    >>> mt.div(mt.tensor([7, -7]), 2, rounding_mode="floor")
    tensor([ 3, -4])
    """
    if rounding_mode not in (None, "trunc", "floor"):
        raise ValueError(f"div: rounding_mode is None, 'trunc' or 'floor', got {rounding_mode!r}")
    if rounding_mode is None:
        return ops.div(input, other)
    if rounding_mode == "trunc" and result_type(input, other).kind == "f":
        a, b = (np.asarray(one) if hasattr(one, "dtype") else one for one in (input, other))
        quotient = ops.trunc(ops.div(a, b))
        return ops.where(False, ops.floor_divide(input, other), quotient)  # whose gradient is 0, by 0 too
    whole = ops.floor_divide(input, other)
    if rounding_mode == "floor":
        return whole
    down = ops.bitwise_and(ops.lt(whole, 0), ops.ne(ops.remainder(input, other), 0))  # where floor went away from 0
    return ops.where(down, ops.add(whole, 1), whole)


def floor_divide(input: Tensor | Any, other: Tensor | Any) -> Tensor:
    """The quotient of the elements, rounded down.

    As PyTorch's `torch.floor_divide`.

    Parameters
    ----------
    input, other : Tensor, array or number
        Of shapes that broadcast together.

    Returns
    -------
    Tensor
        Of the broadcast shape, in the dtype that `result_type` says.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.floor_divide(mt.tensor([7, -7]), 2)
    tensor([ 3, -4])
    """
    return ops.floor_divide(input, other)


def remainder(input: Tensor | Any, other: Tensor | Any) -> Tensor:
    """What is left of a division that is rounded down: a - b * floor(a / b), with b's sign.

    As PyTorch's `torch.remainder`.

    Parameters
    ----------
    input, other : Tensor, array or number
        Of shapes that broadcast together.

    Returns
    -------
    Tensor
        Of the broadcast shape, in the dtype that `result_type` says.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.remainder(mt.tensor([7, -7]), 4)
    tensor([3, 1])
    """
    return ops.remainder(input, other)


def fmod(input: Tensor | Any, other: Tensor | Any) -> Tensor:
    """What is left of a division whose quotient is rounded towards 0: a - b * trunc(a / b), with a's sign.

    As PyTorch's `torch.fmod`.

    Parameters
    ----------
    input, other : Tensor, array or number
        Of shapes that broadcast together.

    Returns
    -------
    Tensor
        Of the broadcast shape, in the dtype that `result_type` says.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.fmod(mt.tensor([7, -7]), 4)
    tensor([ 3, -3])
    """
    return ops.fmod(input, other)
