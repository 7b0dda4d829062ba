"""Sums, products, averages and norms, under PyTorch's names. float32 is summed in blocks, float16 in float32."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from minitensor.dtypes import as_dtype
from minitensor.functions.arguments import Dim, axes_of, axis_of
from minitensor.ops import elementwise
from minitensor.ops import reduce as ops

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from minitensor.tensor import Tensor


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
    if dtype is not None:
        input = elementwise.cast(input, dtype=as_dtype(dtype))
    return ops.sum(input, axis=axes_of(dim, input.ndim, "sum"), keepdims=keepdim)


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
    if dtype is not None:
        input = elementwise.cast(input, dtype=as_dtype(dtype))
    _floating(input, "mean")
    return ops.mean(input, axis=axes_of(dim, input.ndim, "mean"), keepdims=keepdim)


def var(
    input: Tensor, dim: Dim = None, unbiased: bool | None = None, keepdim: bool = False, *, correction: float = 1
) -> Tensor:
    """The variance over some axes: sum((x - mean)^2) / (count - correction). As PyTorch's `torch.var`.

    Parameters
    ----------
    input : Tensor
        Of a floating dtype.
    dim, keepdim
        As in `sum`.
    unbiased : bool, optional
        Stands for a correction of 1 or 0.
    correction : float
        1 estimates the variance of what the elements are drawn from; 0 is that of the elements themselves.

    Returns
    -------
    Tensor
        In input's dtype; nan or inf where count - correction is 0.

    Raises
    ------
    TypeError
        Integers or booleans.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.var(mt.tensor([1.0, 2.0, 3.0])), mt.var(mt.tensor([1.0, 3.0]), correction=0)
    (tensor(1.), tensor(1.))
    """
    _floating(input, "var")
    return _in_dtype_of(
        input, _variance(elementwise.widened(input), dim, correction if unbiased is None else unbiased, keepdim, "var")
    )


def std(
    input: Tensor, dim: Dim = None, unbiased: bool | None = None, keepdim: bool = False, *, correction: float = 1
) -> Tensor:
    """The standard deviation over some axes: the square root of the variance. As PyTorch's `torch.std`.

    Parameters
    ----------
    input, dim, unbiased, keepdim, correction
        As in `var`.

    Returns
    -------
    Tensor
        In input's dtype. Where it is 0, so is its gradient.

    Raises
    ------
    TypeError
        Integers or booleans.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.std(mt.tensor([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]]), dim=1)
    tensor([1., 2.])
    """
    _floating(input, "std")
    return _in_dtype_of(
        input,
        _root(_variance(elementwise.widened(input), dim, correction if unbiased is None else unbiased, keepdim, "std")),
    )


def _variance(input: Tensor, dim: Dim, correction: float, keepdim: bool, operation: str) -> Tensor:
    axes = axes_of(dim, input.ndim, operation)
    apart = elementwise.sub(input, ops.mean(input, axis=axes, keepdims=True))
    count = math.prod(input.shape[axis] for axis in axes)
    total = ops.sum(elementwise.mul(apart, apart), axis=axes, keepdims=keepdim)
    return elementwise.div(total, float(max(count - correction, 0)))


def norm(input: Tensor, p: float | str = 2, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """The p-norm over some axes: sum(|x|^p)^(1/p). As PyTorch's `torch.norm`.

    Parameters
    ----------
    input : Tensor
        Of a floating dtype.
    p : float or "fro"
        inf is the largest |x|, -inf the smallest, 0 how many elements are not 0; "fro" is 2.
    dim, keepdim
        As in `sum`.

    Returns
    -------
    Tensor
        In input's dtype. Where it is 0, so is its gradient.

    Raises
    ------
    TypeError
        Integers or booleans.
    ValueError
        There is no such norm.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.norm(mt.tensor([3.0, 4.0])), mt.norm(mt.tensor([3.0, -4.0]), p=1)
    (tensor(5.), tensor(7.))
    """
    _floating(input, "norm")
    if isinstance(p, str) and p != "fro":
        raise ValueError(f"norm: p is a number or 'fro', got {p!r}")
    axes = axes_of(dim, input.ndim, "norm")
    return _in_dtype_of(input, _norm(elementwise.widened(input), 2 if isinstance(p, str) else p, axes, keepdim))


def _norm(input: Tensor, p: float, axes: tuple[int, ...], keepdim: bool) -> Tensor:
    if p == 2:
        return _root(ops.sum(elementwise.mul(input, input), axis=axes, keepdims=keepdim))
    size = elementwise.abs(input)
    if p == 1:
        return ops.sum(size, axis=axes, keepdims=keepdim)
    if math.isinf(p):
        return (ops.amax if p > 0 else ops.amin)(size, axis=axes, keepdims=keepdim)
    if p == 0:
        return ops.sum(elementwise.sign(size), axis=axes, keepdims=keepdim)
    zero: Tensor | bool = elementwise.eq(size, 0) if p > 0 else False
    powers = elementwise.pow(elementwise.where(zero, 1, size), p)  # at 0 it has the derivative 0 or none: 1 stands for it
    return _root(ops.sum(elementwise.where(zero, 0, powers), axis=axes, keepdims=keepdim), p)


def _root(total: Tensor, p: float = 2) -> Tensor:
    """total^(1/p), with the gradient 0 at 0, where the root has no derivative: there 1 stands for it."""
    nothing = elementwise.eq(total, 0)
    safe = elementwise.where(nothing, 1, total)
    return elementwise.where(nothing, 0, elementwise.sqrt(safe) if p == 2 else elementwise.pow(safe, 1 / p))


def prod(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    """The product over one axis, or of all elements; of none it is 1. As PyTorch's `torch.prod`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim, keepdim
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
    return ops.prod(input, axis=axes_of(dim, input.ndim, "prod"), keepdims=keepdim)


def cumsum(input: Tensor, dim: int) -> Tensor:
    """The sum of each element and all before it along an axis. As PyTorch's `torch.cumsum`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim : int
        The axis.

    Returns
    -------
    Tensor
        Of input's shape and dtype; of integers and booleans in int64.

    Raises
    ------
    IndexError
        There is no such axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.cumsum(mt.tensor([1.0, 2.0, 3.0]), dim=0)
    tensor([1., 3., 6.])
    """
    axis = axis_of(dim, input.ndim, "cumsum")
    return ops.cumsum(input, axis=axis) if input.ndim else ops.sum(input, axis=(), keepdims=False)


def any(input: Tensor, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """Whether one element over some axes is not 0. As PyTorch's `torch.any`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim, keepdim
        As in `sum`.

    Returns
    -------
    Tensor of bool
        False of no elements.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.any(mt.tensor([[0, 1], [0, 0]]), dim=1)
    tensor([ True, False])
    """
    return ops.any(input, axis=axes_of(dim, input.ndim, "any"), keepdims=keepdim)


def all(input: Tensor, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """Whether no element over some axes is 0. As PyTorch's `torch.all`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim, keepdim
        As in `sum`.

    Returns
    -------
    Tensor of bool
        True of no elements.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.all(mt.tensor([[1, 1], [0, 1]]), dim=1)
    tensor([ True, False])
    """
    return ops.all(input, axis=axes_of(dim, input.ndim, "all"), keepdims=keepdim)


def _floating(input: Tensor, operation: str) -> None:
    if input.dtype.kind != "f":
        raise TypeError(f"{operation}: expected a floating dtype, got {input.dtype}: convert with .float()")


def _in_dtype_of(input: Tensor, result: Tensor) -> Tensor:
    return result if result.dtype == input.dtype else elementwise.cast(result, dtype=input.dtype)
