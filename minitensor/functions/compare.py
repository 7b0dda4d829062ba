"""Whether tensors are the same, and what one is, under PyTorch's names."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.functions.arguments import check_same_dtype, check_tensors, on_tensor
from minitensor.ops import elementwise as ops
from minitensor.tape import Traced

if TYPE_CHECKING:
    from minitensor.tensor import Tensor

__all__ = ["allclose", "equal", "is_floating_point", "is_tensor", "isclose", "numel"]


@on_tensor
def equal(input: Tensor, other: Tensor) -> bool:
    """Whether two tensors have the same shape and the same elements; nan equals nothing. As PyTorch's `torch.equal`.

    Parameters
    ----------
    input, other : Tensor

    Returns
    -------
    bool

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.equal(mt.ones(2), mt.ones(2)), mt.equal(mt.ones(2), mt.ones(3))
    (True, False)
    """
    check_tensors("equal", other)
    return bool(np.array_equal(np.asarray(input), np.asarray(other)))


@on_tensor
def isclose(input: Tensor, other: Tensor, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Tensor:
    """Whether |input - other| <= atol + rtol * |other|, element by element. As PyTorch's `torch.isclose`.

    Parameters
    ----------
    input, other : Tensor
        Of one dtype, and of shapes that broadcast together.
    rtol, atol : float
        How far apart elements may be, relative to other and at all.
    equal_nan : bool
        Whether nan equals nan.

    Returns
    -------
    Tensor of bool
        Of the broadcast shape. inf is close to inf alone.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.
    TypeError
        The dtypes differ.
    ValueError
        rtol or atol is negative.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.isclose(mt.tensor([1.0, 2.0]), mt.tensor([1.000001, 2.1]))
    tensor([ True, False])
    """
    return _close("isclose", input, other, rtol, atol, equal_nan)


@on_tensor
def allclose(input: Tensor, other: Tensor, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> bool:
    """Whether |input - other| <= atol + rtol * |other| everywhere. As PyTorch's `torch.allclose`.

    Parameters
    ----------
    input, other, rtol, atol, equal_nan
        As in `isclose`.

    Returns
    -------
    bool

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.
    TypeError
        The dtypes differ.
    ValueError
        rtol or atol is negative.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.allclose(mt.tensor([1.0]), mt.tensor([1.000001]))
    True
    """
    return bool(np.asarray(_close("allclose", input, other, rtol, atol, equal_nan)).all())


def _close(operation: str, input: Tensor, other: Tensor, rtol: float, atol: float, equal_nan: bool) -> Tensor:
    check_tensors(operation, other)
    check_same_dtype(operation, input, other=other)
    if rtol < 0 or atol < 0:
        raise ValueError(f"{operation}: rtol and atol are 0 or more, got {rtol} and {atol}")
    same = ops.eq(input, other)
    if input.dtype.kind == "b":
        return same
    bound = ops.add(ops.mul(ops.abs(other), rtol), atol)
    near = ops.bitwise_and(ops.le(ops.abs(ops.sub(input, other)), bound), ops.isfinite(other))
    close = ops.bitwise_or(same, near)
    return ops.bitwise_or(close, ops.bitwise_and(ops.isnan(input), ops.isnan(other))) if equal_nan else close


@on_tensor
def numel(input: Tensor) -> int:
    """How many elements there are. As PyTorch's `torch.numel`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.

    Returns
    -------
    int

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.numel(mt.ones(2, 3))
    6
    """
    return math.prod(input.shape)


@on_tensor
def is_floating_point(input: Tensor) -> bool:
    """Whether the elements are floating-point numbers. As PyTorch's `torch.is_floating_point`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.

    Returns
    -------
    bool

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.is_floating_point(mt.ones(2)), mt.is_floating_point(mt.tensor([1, 2]))
    (True, False)
    """
    return input.dtype.kind == "f"


def is_tensor(obj: Any) -> bool:
    """Whether an object is a Tensor. As PyTorch's `torch.is_tensor`.

    Parameters
    ----------
    obj : object

    Returns
    -------
    bool

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.is_tensor(mt.ones(2)), mt.is_tensor([1.0, 1.0])
    (True, False)
    """
    return isinstance(obj, Traced)
