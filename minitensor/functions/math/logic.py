"""Truth values, and what is no finite number, element by element, under PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from minitensor.functions.arguments import on_tensor
from minitensor.ops import elementwise as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
def logical_not(input: Tensor) -> Tensor:
    """Whether each element is 0.

    As PyTorch's `torch.logical_not`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype; what is not 0 counts as true.

    Returns
    -------
    Tensor of bool
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.logical_not(mt.tensor([0.0, 2.0]))
    tensor([ True, False])
    """
    return ops.eq(input, 0)


@on_tensor
def logical_and(input: Tensor, other: Tensor) -> Tensor:
    """Whether neither element is 0.

    As PyTorch's `torch.logical_and`.

    Parameters
    ----------
    input, other : Tensor
        Of shapes that broadcast together; what is not 0 counts as true.

    Returns
    -------
    Tensor of bool
        Of the broadcast shape.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.logical_and(mt.tensor([1, 2, 0]), mt.tensor([1, 0, 0]))
    tensor([ True, False, False])
    """
    return ops.bitwise_and(ops.ne(input, 0), ops.ne(other, 0))


@on_tensor
def logical_or(input: Tensor, other: Tensor) -> Tensor:
    """Whether one element or both are not 0.

    As PyTorch's `torch.logical_or`.

    Parameters
    ----------
    input, other : Tensor
        Of shapes that broadcast together; what is not 0 counts as true.

    Returns
    -------
    Tensor of bool
        Of the broadcast shape.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.logical_or(mt.tensor([1, 2, 0]), mt.tensor([1, 0, 0]))
    tensor([ True,  True, False])
    """
    return ops.bitwise_or(ops.ne(input, 0), ops.ne(other, 0))


@on_tensor
def logical_xor(input: Tensor, other: Tensor) -> Tensor:
    """Whether exactly one element is not 0.

    As PyTorch's `torch.logical_xor`.

    Parameters
    ----------
    input, other : Tensor
        Of shapes that broadcast together; what is not 0 counts as true.

    Returns
    -------
    Tensor of bool
        Of the broadcast shape.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.logical_xor(mt.tensor([1, 2, 0]), mt.tensor([1, 0, 0]))
    tensor([False,  True, False])
    """
    return ops.bitwise_xor(ops.ne(input, 0), ops.ne(other, 0))


@on_tensor
def isnan(input: Tensor) -> Tensor:
    """Whether each element is not a number.

    As PyTorch's `torch.isnan`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.

    Returns
    -------
    Tensor of bool
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.isnan(mt.tensor([1.0, float("nan"), float("inf")]))
    tensor([False,  True, False])
    """
    return ops.isnan(input)


@on_tensor
def isinf(input: Tensor) -> Tensor:
    """Whether each element is inf or -inf.

    As PyTorch's `torch.isinf`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.

    Returns
    -------
    Tensor of bool
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.isinf(mt.tensor([1.0, float("nan"), float("inf")]))
    tensor([False, False,  True])
    """
    return ops.isinf(input)


@on_tensor
def isfinite(input: Tensor) -> Tensor:
    """Whether each element is a number, and neither inf nor -inf.

    As PyTorch's `torch.isfinite`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.

    Returns
    -------
    Tensor of bool
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.isfinite(mt.tensor([1.0, float("nan"), float("inf")]))
    tensor([ True, False, False])
    """
    return ops.isfinite(input)


@on_tensor
def isposinf(input: Tensor) -> Tensor:
    """Whether each element is inf.

    As PyTorch's `torch.isposinf`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.

    Returns
    -------
    Tensor of bool
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.isposinf(mt.tensor([1.0, float("nan"), float("inf")]))
    tensor([False, False,  True])
    """
    return ops.eq(input, float("inf"))


@on_tensor
def isneginf(input: Tensor) -> Tensor:
    """Whether each element is -inf.

    As PyTorch's `torch.isneginf`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.

    Returns
    -------
    Tensor of bool
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.isneginf(mt.tensor([1.0, float("nan"), float("inf")]))
    tensor([False, False, False])
    """
    return ops.eq(input, -float("inf"))


@on_tensor
def nan_to_num(input: Tensor, nan: float | None = None, posinf: float | None = None, neginf: float | None = None) -> Tensor:
    """Each element, with numbers in place of nan, inf and -inf: there the gradient is 0.

    As PyTorch's `torch.nan_to_num`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers stay as they are.
    nan, posinf, neginf : float, optional
        Left out: 0, the largest and the smallest finite number of input's dtype.

    Returns
    -------
    Tensor
        Of input's shape and dtype.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nan_to_num(mt.tensor([float("nan"), float("inf"), 1.0]), posinf=9.0)
    tensor([0., 9., 1.])
    """
    if input.dtype.kind != "f":
        return ops.clone(input)
    largest = float(np.finfo(input.dtype).max)
    finite = ops.where(ops.isnan(input), 0.0 if nan is None else float(nan), input)
    finite = ops.where(ops.eq(input, float("inf")), largest if posinf is None else float(posinf), finite)
    return ops.where(ops.eq(input, -float("inf")), -largest if neginf is None else float(neginf), finite)
