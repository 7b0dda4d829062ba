"""Sums, products and averages, under PyTorch's names. float32 is summed in blocks, float16 in float32."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minitensor.functions.arguments import Dim, axes_of, check_floating, converted, on_tensor
from minitensor.ops import elementwise
from minitensor.ops import reduce as ops

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from minitensor.tensor import Tensor


@on_tensor
def sum(input: Tensor, dim: Dim = None, keepdim: bool = False, *, dtype: DTypeLike | None = None) -> Tensor:
    """The sum over some axes. As PyTorch's `torch.sum`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim : int or sequence of int, optional
        The axes to sum over; all, where it is left out.
    keepdim : bool
        Whether these axes stay, with length 1.
    dtype : dtype, optional
        What to convert to first.

    Returns
    -------
    Tensor
        In input's dtype; the sum of integers and booleans in int64.

    Raises
    ------
    IndexError
        There is no such axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.sum(mt.tensor([[1, 2], [3, 4]]), dim=1)
    tensor([3, 7])
    """
    return ops.sum(converted(input, dtype), axis=axes_of(dim, input.ndim, "sum"), keepdims=keepdim)


@on_tensor
def mean(input: Tensor, dim: Dim = None, keepdim: bool = False, *, dtype: DTypeLike | None = None) -> Tensor:
    """The average over some axes: the sum over its count, nan of no elements. As PyTorch's `torch.mean`.

    Parameters
    ----------
    input : Tensor
        Of a floating dtype.
    dim, keepdim, dtype
        As in `sum`.

    Returns
    -------
    Tensor
        In input's dtype.

    Raises
    ------
    TypeError
        Integers or booleans, whose average is none.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.mean(mt.tensor([[1.0, 2.0], [3.0, 4.0]]), dim=0, keepdim=True)
    tensor([[2., 3.]])
    """
    wide = converted(input, dtype)
    check_floating("mean", wide)
    return ops.mean(wide, axis=axes_of(dim, input.ndim, "mean"), keepdims=keepdim)


@on_tensor
def prod(input: Tensor, dim: int | None = None, keepdim: bool = False, *, dtype: DTypeLike | None = None) -> Tensor:
    """The product over one axis, or of all elements; of none it is 1. As PyTorch's `torch.prod`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim : int, optional
        The axis to multiply over; all, where it is left out.
    keepdim, dtype
        As in `sum`.

    Returns
    -------
    Tensor
        In input's dtype; the product of integers and booleans in int64. The gradient is right where elements are 0, too.

    Raises
    ------
    IndexError
        There is no such axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.prod(mt.tensor([[1.0, 2.0], [3.0, 4.0]]), dim=1)
    tensor([ 2., 12.])
    """
    return ops.prod(converted(input, dtype), axis=axes_of(dim, input.ndim, "prod"), keepdims=keepdim)


@on_tensor
def nansum(input: Tensor, dim: Dim = None, keepdim: bool = False, *, dtype: DTypeLike | None = None) -> Tensor:
    """The sum over some axes of what is a number. As PyTorch's `torch.nansum`.

    Parameters
    ----------
    input, dim, keepdim, dtype
        As in `sum`.

    Returns
    -------
    Tensor
        In input's dtype; the sum of integers and booleans in int64. A nan has the gradient 0.

    Raises
    ------
    IndexError
        There is no such axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nansum(mt.tensor([1.0, float("nan"), 2.0]))
    tensor(3.)
    """
    wide = converted(input, dtype)
    numbers = elementwise.where(elementwise.isnan(wide), 0, wide)
    return ops.sum(numbers, axis=axes_of(dim, input.ndim, "nansum"), keepdims=keepdim)


@on_tensor
def nanmean(input: Tensor, dim: Dim = None, keepdim: bool = False, *, dtype: DTypeLike | None = None) -> Tensor:
    """The average over some axes of what is a number. As PyTorch's `torch.nanmean`.

    Parameters
    ----------
    input, dim, keepdim, dtype
        As in `mean`.

    Returns
    -------
    Tensor
        In input's dtype; nan where there is no number. A nan has the gradient 0.

    Raises
    ------
    TypeError
        Integers or booleans, whose average is none.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nanmean(mt.tensor([1.0, float("nan"), 2.0]))
    tensor(1.5000)
    """
    check_floating("nanmean", input)
    wide = converted(input, dtype)
    axes, nothing = axes_of(dim, input.ndim, "nanmean"), elementwise.isnan(wide)
    count = ops.sum(elementwise.eq(nothing, False), axis=axes, keepdims=keepdim)
    return elementwise.div(ops.sum(elementwise.where(nothing, 0, wide), axis=axes, keepdims=keepdim), count)
