"""Average pooling: the sum over each window, by the primitive `pool_sum`, divided by how many cells count."""

from __future__ import annotations

from typing import Any

from minitensor.dtypes import float64, int64
from minitensor.errors import ShapeError, shape_table, spatial_axes
from minitensor.geometry import IntOrInts, PoolGeometry
from minitensor.nn.functional.pool.checks import check_flag, check_input, in_dtype
from minitensor.nn.functional.spatial import check_floating, with_batch, without_batch
from minitensor.ops.elementwise import cast, div, trunc, widened
from minitensor.ops.pool import pool_sum
from minitensor.tensor import Tensor


def avg_pool_nd(
    rank: int,
    input: Tensor,
    kernel_size: IntOrInts,
    stride: IntOrInts | None,
    padding: IntOrInts,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None = None,
) -> Tensor:
    """Average the cells of each window: `avg_pool1d`, `avg_pool2d` and `avg_pool3d` in one."""
    operation = f"avg_pool{rank}d"
    check_input(input, rank, operation)
    if input.dtype != int64:
        check_floating(input, "input", operation)
    check_flag(ceil_mode, "ceil_mode", operation)
    check_flag(count_include_pad, "count_include_pad", operation)
    check_divisor(divisor_override, operation)
    geometry = PoolGeometry.from_pool(
        input.shape[-rank:], kernel_size, stride=stride, padding=padding, ceil_mode=ceil_mode, operation=operation
    )
    check_volume(geometry, operation)
    total = pool_sum(widened(with_batch(input, rank)), geometry=geometry)
    counts: Any = geometry.counts(count_include_pad) if divisor_override is None else divisor_override
    return without_batch(in_dtype(quotient(total, counts), input.dtype), input)


def quotient(total: Tensor, counts: Any) -> Tensor:
    """Sums over counts: of integers without the fraction, as PyTorch has it."""
    if total.dtype == int64:
        return cast(trunc(div(cast(total, dtype=float64), counts)), dtype=int64)
    return div(total, counts if isinstance(counts, int) else counts.astype(total.dtype))


def check_volume(geometry: PoolGeometry, operation: str) -> None:
    """Raise a ShapeError where a window is larger than a volume without its padding: in 3-D alone, as PyTorch has it."""
    if geometry.rank == 3 and any(k > size for k, size in zip(geometry.kernel, geometry.in_spatial, strict=True)):
        axes = spatial_axes(3)
        table = shape_table(("input", axes, geometry.in_spatial), ("kernel", axes, geometry.kernel))
        raise ShapeError(
            f"{operation}: the kernel {geometry.kernel} is larger than the input {geometry.in_spatial}\n{table}"
        )


def check_divisor(divisor_override: int | None, operation: str) -> None:
    """Raise a ValueError where `divisor_override` is given and is no whole number but 0."""
    if divisor_override is None:
        return
    if isinstance(divisor_override, bool) or not hasattr(divisor_override, "__index__") or divisor_override == 0:
        raise ValueError(f"{operation}: divisor_override must be an int other than 0, got {divisor_override!r}")


def avg_pool1d(
    input: Tensor,
    kernel_size: IntOrInts,
    stride: IntOrInts | None = None,
    padding: IntOrInts = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """Average the cells of each window of signals, as PyTorch's `F.avg_pool1d`.

    y[n, c, p] = sum over k of x[n, c, stride*p + k - padding], over how many cells count

    Parameters
    ----------
    input : Tensor, shape (N, C, L) or (C, L)
        Floating-point signals, or a single one.
    kernel_size : int or tuple of int
        How many cells a window has.
    stride : int or tuple of int, optional
        The step from one window to the next: the kernel size, unless given.
    padding : int or tuple of int
        How many zeros stand on both sides, at most half of the kernel.
    ceil_mode : bool
        Whether a last window may reach beyond the padding, as long as it begins inside; what lies beyond never counts.
    count_include_pad : bool
        Whether the zeros of the padding count.

    Returns
    -------
    Tensor, shape (N, C, L_out) or (C, L_out)
        L_out = floor((L + 2*padding - kernel_size) / stride) + 1; with `ceil_mode` rounded up.

    Raises
    ------
    TypeError
        `input` is no Tensor, or is not floating-point.
    ShapeError
        `input` has another number of axes, no cells, or fewer than a window has.
    ValueError
        Arguments that fit no input.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.avg_pool1d(mt.tensor([[[1., 5., 2., 4.]]]), 2)
    tensor([[[3., 3.]]])
    """
    return avg_pool_nd(1, input, kernel_size, stride, padding, ceil_mode, count_include_pad)


def avg_pool2d(
    input: Tensor,
    kernel_size: IntOrInts,
    stride: IntOrInts | None = None,
    padding: IntOrInts = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """Average the cells of each window of images, as PyTorch's `F.avg_pool2d`.

    Parameters
    ----------
    input : Tensor, shape (N, C, H, W) or (C, H, W)
        Floating-point images, or a single one.
    kernel_size, stride, padding, ceil_mode, count_include_pad
        As in `avg_pool1d`, which has the formula; a tuple has one entry for the height and one for the width.
    divisor_override : int, optional
        What the sums are divided by, in place of how many cells count.

    Returns
    -------
    Tensor, shape (N, C, H_out, W_out) or (C, H_out, W_out)
        Each size as L_out in `avg_pool1d`.

    Raises
    ------
    TypeError, ShapeError, ValueError
        As `avg_pool1d`.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.avg_pool2d(mt.arange(16.).reshape(1, 4, 4), 2)
    tensor([[[ 2.5000,  4.5000],
             [10.5000, 12.5000]]])
    """
    return avg_pool_nd(2, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


def avg_pool3d(
    input: Tensor,
    kernel_size: IntOrInts,
    stride: IntOrInts | None = None,
    padding: IntOrInts = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """Average the cells of each window of volumes, as PyTorch's `F.avg_pool3d`.

    Parameters
    ----------
    input : Tensor, shape (N, C, D, H, W) or (C, D, H, W)
        Floating-point volumes, or a single one.
    kernel_size, stride, padding, ceil_mode, count_include_pad
        As in `avg_pool1d`, which has the formula; a tuple has one entry each for the depth, the height and the width.
    divisor_override : int, optional
        What the sums are divided by, in place of how many cells count.

    Returns
    -------
    Tensor, shape (N, C, D_out, H_out, W_out) or (C, D_out, H_out, W_out)
        Each size as L_out in `avg_pool1d`.

    Raises
    ------
    TypeError, ShapeError, ValueError
        As `avg_pool1d`.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.avg_pool3d(mt.arange(8.).reshape(1, 2, 2, 2), 2)
    tensor([[[[3.5000]]]])
    """
    return avg_pool_nd(3, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)
