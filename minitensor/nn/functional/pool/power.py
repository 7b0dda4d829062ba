"""Power-average pooling: the p-norm of each window, as PyTorch's functions of these names."""

from __future__ import annotations

import math

from minitensor.dtypes import int64
from minitensor.geometry import IntOrInts, PoolGeometry, int_of, tuple_of
from minitensor.nn.functional.pool.average import check_volume, quotient
from minitensor.nn.functional.pool.checks import check_flag, check_input, in_dtype
from minitensor.nn.functional.pool.max import max_pool_nd
from minitensor.nn.functional.spatial import check_floating, with_batch, without_batch
from minitensor.ops.elementwise import abs, eq, mul, neg, pow, where, widened
from minitensor.ops.pool import pool_sum
from minitensor.tensor import Tensor


def lp_pool_nd(
    rank: int,
    input: Tensor,
    norm_type: float,
    kernel_size: IntOrInts,
    stride: IntOrInts | None,
    ceil_mode: bool,
) -> Tensor:
    """Take the p-norm of each window: `lp_pool1d`, `lp_pool2d` and `lp_pool3d` in one."""
    operation = f"lp_pool{rank}d"
    check_input(input, rank, operation)
    if input.dtype != int64:
        check_floating(input, "input", operation)
    check_norm_type(norm_type, operation)
    if input.dtype == int64 and isinstance(norm_type, int) and norm_type < 0:
        raise TypeError(f"{operation}: integers have no powers below 0, got norm_type={norm_type}: try x.float()")
    check_flag(ceil_mode, "ceil_mode", operation)
    kernel = lp_kernel_of(kernel_size, rank, operation)
    geometry = PoolGeometry.from_pool(input.shape[-rank:], kernel, stride=stride, ceil_mode=ceil_mode, operation=operation)
    x = widened(with_batch(input, rank))
    if math.isinf(norm_type):
        size = abs(x) if norm_type > 0 else neg(abs(x))
        furthest = max_pool_nd(rank, size, kernel, stride, 0, 1, ceil_mode, False)
        norm = furthest if norm_type > 0 else neg(furthest)
    else:
        check_volume(geometry, operation)
        # The average times the size of a whole window: one that reaches beyond the input counts as much as any other.
        average = quotient(pool_sum(pow(x, norm_type), geometry=geometry), geometry.counts(False))
        norm = _root(mul(average, math.prod(geometry.kernel)), norm_type)
    return without_batch(norm if input.dtype == int64 else in_dtype(norm, input.dtype), input)


def check_norm_type(norm_type: float, operation: str) -> None:
    """Raise a ValueError where `norm_type` is no number other than 0."""
    if not isinstance(norm_type, (int, float)) or norm_type == 0:
        raise ValueError(f"{operation}: norm_type is a number other than 0, got {norm_type!r}")


def lp_kernel_of(kernel_size: IntOrInts, rank: int, operation: str) -> IntOrInts:
    """The size of the windows, checked: an int in 1-D, an int or one for each axis beyond, as PyTorch has it."""
    if rank == 1:
        return int_of(kernel_size, "kernel_size", operation, 1)
    return tuple_of(kernel_size, rank, "kernel_size", operation, 1)


def _root(total: Tensor, p: float) -> Tensor:
    """total^(1/p), with the gradient 0 at 0, where the root has no derivative: there 1 stands for it."""
    nothing = eq(total, 0)
    return where(nothing, 0.0 if p > 0 else math.inf, pow(where(nothing, 1, total), 1 / p))


def lp_pool1d(
    input: Tensor,
    norm_type: float,
    kernel_size: int,
    stride: IntOrInts | None = None,
    ceil_mode: bool = False,
) -> Tensor:
    """Take the p-norm of each window of signals, without absolute values, as PyTorch's `F.lp_pool1d`.

    y[n, c, q] = (sum over k of x[n, c, stride*q + k]^p)^(1/p)

    With p = 1 it is the sum, with infinity the largest absolute value, with minus infinity the smallest. Where an odd or
    broken p meets a negative sum or cell, the answer is NaN.

    Parameters
    ----------
    input : Tensor, shape (N, C, L) or (C, L)
        Floating-point signals, or a single one. int64 is accepted as in PyTorch, where averages lose their fraction.
    norm_type : float
        p, any number but 0.
    kernel_size : int
        How many cells a window has.
    stride : int or tuple of int, optional
        The step from one window to the next: the kernel size, unless given.
    ceil_mode : bool
        Whether a last window may reach beyond the input. Its sum is then scaled up to that of a whole window.

    Returns
    -------
    Tensor, shape (N, C, L_out) or (C, L_out)
        L_out = floor((L - kernel_size) / stride) + 1; with `ceil_mode` rounded up. Where the sum is 0, so is its gradient.

    Raises
    ------
    TypeError
        `input` is no Tensor, or is not floating-point; `ceil_mode` is neither True nor False.
    ShapeError
        `input` has another number of axes, no cells, or fewer than a window has.
    ValueError
        Arguments that fit no input.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.lp_pool1d(mt.tensor([[[3., 4., 6., 8.]]]), 2, 2)
    tensor([[[ 5., 10.]]])
    """
    return lp_pool_nd(1, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool2d(
    input: Tensor,
    norm_type: float,
    kernel_size: IntOrInts,
    stride: IntOrInts | None = None,
    ceil_mode: bool = False,
) -> Tensor:
    """Take the p-norm of each window of images (N, C, H, W) or (C, H, W), as PyTorch's `F.lp_pool2d`.

    The arguments, the formula and the errors are those of `lp_pool1d`; a tuple has one entry for the height and one for the
    width.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.lp_pool2d(mt.ones(1, 4, 4), 2, 2)
    tensor([[[2., 2.],
             [2., 2.]]])
    """
    return lp_pool_nd(2, input, norm_type, kernel_size, stride, ceil_mode)


def lp_pool3d(
    input: Tensor,
    norm_type: float,
    kernel_size: IntOrInts,
    stride: IntOrInts | None = None,
    ceil_mode: bool = False,
) -> Tensor:
    """Take the p-norm of each window of volumes (N, C, D, H, W) or (C, D, H, W), as PyTorch's `F.lp_pool3d`.

    The arguments, the formula and the errors are those of `lp_pool1d`; a tuple has one entry each for the depth, the height
    and the width.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.lp_pool3d(mt.ones(1, 4, 4, 4), 2, (4, 2, 2)).tolist()
    [[[[4.0, 4.0], [4.0, 4.0]]]]
    """
    return lp_pool_nd(3, input, norm_type, kernel_size, stride, ceil_mode)
