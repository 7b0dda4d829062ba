"""Variances and standard deviations, under PyTorch's names. float16 is widened to float32 for them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from minitensor.functions.arguments import Dim, axes_of, check_floating, on_tensor
from minitensor.functions.reduce.norms import root
from minitensor.ops import elementwise
from minitensor.ops import reduce as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
def var(
    input: Tensor,
    dim: Dim | bool = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> Tensor:
    """The variance over some axes: sum((x - mean)^2) / (count - correction). As PyTorch's `torch.var`.

    Parameters
    ----------
    input : Tensor
        Of a floating dtype.
    dim, keepdim
        As in `sum`. A boolean alone is taken for unbiased.
    unbiased : bool, optional
        Stands for a correction of 1 or 0.
    correction : float, optional
        1, also where it is left out, estimates the variance of what the elements are drawn from; 0 is that of the
        elements themselves.

    Returns
    -------
    Tensor
        In input's dtype; nan or inf where count - correction is 0 or less.

    Raises
    ------
    TypeError
        Integers or booleans, or both unbiased and correction.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.var(mt.tensor([1.0, 2.0, 3.0])), mt.var(mt.tensor([1.0, 3.0]), correction=0)
    (tensor(1.), tensor(1.))
    """
    return _moments("var", input, dim, unbiased, keepdim, correction)[0]


@on_tensor
def std(
    input: Tensor,
    dim: Dim | bool = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
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
        Integers or booleans, or both unbiased and correction.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.std(mt.tensor([[1.0, 2.0, 3.0], [2.0, 4.0, 6.0]]), dim=1)
    tensor([1., 2.])
    """
    return _moments("std", input, dim, unbiased, keepdim, correction)[0]


@on_tensor
def var_mean(
    input: Tensor,
    dim: Dim | bool = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> tuple[Tensor, Tensor]:
    """The variance and the average over some axes. As PyTorch's `torch.var_mean`.

    Parameters
    ----------
    input, dim, unbiased, keepdim, correction
        As in `var`.

    Returns
    -------
    tuple of Tensor
        `var` and `mean`.

    Raises
    ------
    TypeError
        Integers or booleans, or both unbiased and correction.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.var_mean(mt.tensor([1.0, 2.0, 3.0]))
    (tensor(1.), tensor(2.))
    """
    return _moments("var_mean", input, dim, unbiased, keepdim, correction)


@on_tensor
def std_mean(
    input: Tensor,
    dim: Dim | bool = None,
    unbiased: bool | None = None,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> tuple[Tensor, Tensor]:
    """The standard deviation and the average over some axes. As PyTorch's `torch.std_mean`.

    Parameters
    ----------
    input, dim, unbiased, keepdim, correction
        As in `var`.

    Returns
    -------
    tuple of Tensor
        `std` and `mean`.

    Raises
    ------
    TypeError
        Integers or booleans, or both unbiased and correction.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.std_mean(mt.tensor([2.0, 4.0, 6.0]))
    (tensor(2.), tensor(4.))
    """
    return _moments("std_mean", input, dim, unbiased, keepdim, correction)


def _moments(
    operation: str, input: Tensor, dim: Dim | bool, unbiased: bool | None, keepdim: bool, correction: float | None
) -> tuple[Tensor, Tensor]:
    """The variance, or its root, and the average."""
    if isinstance(dim, bool):
        dim, unbiased = None, dim
    if unbiased is not None and correction is not None:
        raise TypeError(f"{operation}: unbiased={unbiased} is another name for correction={int(unbiased)}: give one of them")
    check_floating(operation, input)
    axes = axes_of(dim, input.ndim, operation)
    less = correction if correction is not None else 0 if unbiased is False else 1
    wide = elementwise.widened(input)
    average = ops.mean(wide, axis=axes, keepdims=True)
    apart = elementwise.sub(wide, average)
    total = ops.sum(elementwise.mul(apart, apart), axis=axes, keepdims=keepdim)
    variance = elementwise.div(total, float(max(math.prod(input.shape[axis] for axis in axes) - less, 0)))
    spread = root(variance) if operation.startswith("std") else variance
    middle = average if keepdim or not operation.endswith("mean") else ops.mean(wide, axis=axes, keepdims=False)
    return _back(spread, input), _back(middle, input)


def _back(result: Tensor, input: Tensor) -> Tensor:
    return result if result.dtype == input.dtype else elementwise.cast(result, dtype=input.dtype)
