"""Integers bit by bit, and booleans, under PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minitensor.functions.arguments import on_tensor
from minitensor.ops import elementwise as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
def bitwise_and(input: Tensor, other: Tensor | int) -> Tensor:
    """The bits that both integers have; of booleans, whether both hold. As PyTorch's `torch.bitwise_and`.

    Parameters
    ----------
    input, other : Tensor
        Of integers or booleans, of shapes that broadcast together; other may be a number.

    Returns
    -------
    Tensor
        Of the broadcast shape, in the dtype that `result_type` says.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.
    TypeError
        An operand is of floats.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.bitwise_and(mt.tensor([5, 6]), 3)
    tensor([1, 2])
    """
    _no_floats("bitwise_and", input, other)
    return ops.bitwise_and(input, other)


@on_tensor
def bitwise_or(input: Tensor, other: Tensor | int) -> Tensor:
    """The bits that either integer has; of booleans, whether one holds. As PyTorch's `torch.bitwise_or`.

    Parameters
    ----------
    input, other : Tensor
        Of integers or booleans, of shapes that broadcast together; other may be a number.

    Returns
    -------
    Tensor
        Of the broadcast shape, in the dtype that `result_type` says.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.
    TypeError
        An operand is of floats.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.bitwise_or(mt.tensor([5, 6]), 3)
    tensor([7, 7])
    """
    _no_floats("bitwise_or", input, other)
    return ops.bitwise_or(input, other)


@on_tensor
def bitwise_xor(input: Tensor, other: Tensor | int) -> Tensor:
    """The bits that one of two integers has; of booleans, whether exactly one holds. As PyTorch's `torch.bitwise_xor`.

    Parameters
    ----------
    input, other : Tensor
        Of integers or booleans, of shapes that broadcast together; other may be a number.

    Returns
    -------
    Tensor
        Of the broadcast shape, in the dtype that `result_type` says.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.
    TypeError
        An operand is of floats.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.bitwise_xor(mt.tensor([5, 6]), 3)
    tensor([6, 5])
    """
    _no_floats("bitwise_xor", input, other)
    return ops.bitwise_xor(input, other)


@on_tensor
def bitwise_not(input: Tensor) -> Tensor:
    """Every bit turned around; of booleans, whether each does not hold. As PyTorch's `torch.bitwise_not`.

    Parameters
    ----------
    input : Tensor
        Of integers or booleans.

    Returns
    -------
    Tensor
        Of input's shape and dtype.

    Raises
    ------
    TypeError
        The input is of floats.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.bitwise_not(mt.tensor([True, False])), mt.bitwise_not(mt.tensor([0, 5]))
    (tensor([False,  True]), tensor([-1, -6]))
    """
    _no_floats("bitwise_not", input)
    return ops.bitwise_not(input)


def _no_floats(operation: str, *operands: Any) -> None:
    for one in operands:
        if isinstance(one, float) or (hasattr(one, "dtype") and one.dtype.kind == "f"):
            raise TypeError(f"{operation}: integers or booleans have bits, got {getattr(one, 'dtype', 'a float')}")
