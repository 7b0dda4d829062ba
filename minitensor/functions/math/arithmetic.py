"""Arithmetic, element by element, under PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

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
        return ops.trunc(ops.div(input, other))
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


def pow(input: Tensor | Any, exponent: Tensor | Any) -> Tensor:
    """The power of input by exponent: y = a^b, dy/da = b a^(b-1), dy/db = y log a.

    As PyTorch's `torch.pow`.

    Parameters
    ----------
    input, exponent : Tensor, array or number
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
    >>> mt.pow(mt.tensor([2.0, 3.0]), 2)
    tensor([4., 9.])
    >>> mt.pow(2.0, mt.tensor([0.5, 3.0]))
    tensor([1.4142, 8.0000])
    """
    return ops.pow(input, exponent)


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


def where(condition: Tensor | Any, input: Tensor | Any, other: Tensor | Any) -> Tensor:
    """Elements of input where the condition holds, of other elsewhere.

    As PyTorch's `torch.where`.

    Parameters
    ----------
    condition : Tensor of bool
    input, other : Tensor, array or number
        The three broadcast together.

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
    >>> x = mt.tensor([-1.0, 2.0])
    >>> mt.where(x > 0, x, 0.0)
    tensor([0., 2.])
    """
    return ops.where(condition, input, other)
