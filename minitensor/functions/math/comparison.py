"""Comparison, element by element, under PyTorch's names. The answers are truth values, without gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minitensor.ops import elementwise as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


def eq(input: Tensor | Any, other: Tensor | Any) -> Tensor:
    """Whether the elements are equal.

    As PyTorch's `torch.eq`.

    Parameters
    ----------
    input, other : Tensor, array or number
        Of shapes that broadcast together.

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
    >>> mt.eq(mt.tensor([1, 2, 3]), 2)
    tensor([False,  True, False])
    """
    return ops.eq(input, other)


def ne(input: Tensor | Any, other: Tensor | Any) -> Tensor:
    """Whether the elements differ.

    As PyTorch's `torch.ne`.

    Parameters
    ----------
    input, other : Tensor, array or number
        Of shapes that broadcast together.

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
    >>> mt.ne(mt.tensor([1, 2, 3]), 2)
    tensor([ True, False,  True])
    """
    return ops.ne(input, other)


def lt(input: Tensor | Any, other: Tensor | Any) -> Tensor:
    """Whether input's elements are less than other's.

    As PyTorch's `torch.lt`.

    Parameters
    ----------
    input, other : Tensor, array or number
        Of shapes that broadcast together.

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
    >>> mt.lt(mt.tensor([1, 2, 3]), 2)
    tensor([ True, False, False])
    """
    return ops.lt(input, other)


def le(input: Tensor | Any, other: Tensor | Any) -> Tensor:
    """Whether input's elements are less than other's, or equal.

    As PyTorch's `torch.le`.

    Parameters
    ----------
    input, other : Tensor, array or number
        Of shapes that broadcast together.

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
    >>> mt.le(mt.tensor([1, 2, 3]), 2)
    tensor([ True,  True, False])
    """
    return ops.le(input, other)


def gt(input: Tensor | Any, other: Tensor | Any) -> Tensor:
    """Whether input's elements are greater than other's.

    As PyTorch's `torch.gt`.

    Parameters
    ----------
    input, other : Tensor, array or number
        Of shapes that broadcast together.

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
    >>> mt.gt(mt.tensor([1, 2, 3]), 2)
    tensor([False, False,  True])
    """
    return ops.gt(input, other)


def ge(input: Tensor | Any, other: Tensor | Any) -> Tensor:
    """Whether input's elements are greater than other's, or equal.

    As PyTorch's `torch.ge`.

    Parameters
    ----------
    input, other : Tensor, array or number
        Of shapes that broadcast together.

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
    >>> mt.ge(mt.tensor([1, 2, 3]), 2)
    tensor([False,  True,  True])
    """
    return ops.ge(input, other)


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
