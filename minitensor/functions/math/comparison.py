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
