"""Max pooling: the largest cell of each window, by the primitive `max_pool`."""

from __future__ import annotations

from typing import Any

from minitensor.geometry import IntOrInts, PoolGeometry
from minitensor.nn.functional.pool.checks import check_flag, check_input
from minitensor.nn.functional.spatial import check_floating, with_batch, without_batch
from minitensor.ops.pool import max_pool, pool_argmax
from minitensor.tensor import Tensor


def max_pool_nd(
    rank: int,
    input: Tensor,
    kernel_size: IntOrInts,
    stride: IntOrInts | None,
    padding: IntOrInts,
    dilation: IntOrInts,
    ceil_mode: bool,
    return_indices: bool,
) -> Any:
    """Take the largest cell of each window: `max_pool1d`, `max_pool2d` and `max_pool3d` in one."""
    operation = f"max_pool{rank}d"
    check_input(input, rank, operation)
    if input.dtype.kind == "b":
        check_floating(input, "input", operation)
    check_flag(ceil_mode, "ceil_mode", operation)
    geometry = PoolGeometry.from_pool(
        input.shape[-rank:],
        kernel_size,
        stride=stride,
        padding=padding,
        dilation=dilation,
        ceil_mode=ceil_mode,
        operation=operation,
    )
    x = with_batch(input, rank)
    output = without_batch(max_pool(x, geometry=geometry), input)
    return (output, without_batch(pool_argmax(x, geometry=geometry), input)) if return_indices else output


def max_pool1d(
    input: Tensor,
    kernel_size: IntOrInts,
    stride: IntOrInts | None = None,
    padding: IntOrInts = 0,
    dilation: IntOrInts = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Take the largest cell of each window of signals, as PyTorch's `F.max_pool1d`.

    y[n, c, p] = max over k of x[n, c, stride*p + dilation*k - padding]

    The gradient goes to the first of equal cells. A window's NaN is its maximum; of several, the last has the gradient.

    Parameters
    ----------
    input : Tensor, shape (N, C, L) or (C, L)
        Signals, or a single one; of any dtype but bool.
    kernel_size, dilation : int or tuple of int
        How many cells a window has, and the step from one to the next.
    stride : int or tuple of int, optional
        The step from one window to the next: the kernel size, unless given.
    padding : int or tuple of int
        How far windows reach beyond both ends, at most half of the kernel; no cell there is ever the largest.
    ceil_mode : bool
        Whether a last window may reach beyond the padding, as long as it begins inside.
    return_indices : bool
        Whether to tell the places, too.

    Returns
    -------
    Tensor, shape (N, C, L_out) or (C, L_out)
        L_out = floor((L + 2*padding - dilation*(kernel_size-1) - 1) / stride) + 1; with `ceil_mode` rounded up. With
        `return_indices`, a tuple of it and where in the flattened spatial axes each was found, in int64.

    Raises
    ------
    TypeError
        `input` is no Tensor, or of truth values; `ceil_mode` is neither True nor False.
    ShapeError
        `input` has another number of axes, no cells, or fewer than a window has.
    ValueError
        Arguments that fit no input.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.max_pool1d(mt.tensor([[[1., 5., 2., 3.]]]), 2, return_indices=True)
    (tensor([[[5., 3.]]]), tensor([[[1, 3]]]))
    """
    return max_pool_nd(1, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool2d(
    input: Tensor,
    kernel_size: IntOrInts,
    stride: IntOrInts | None = None,
    padding: IntOrInts = 0,
    dilation: IntOrInts = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Take the largest cell of each window of images, as PyTorch's `F.max_pool2d`.

    Parameters
    ----------
    input : Tensor, shape (N, C, H, W) or (C, H, W)
        Images, or a single one.
    kernel_size, stride, padding, dilation, ceil_mode, return_indices
        As in `max_pool1d`, which has the formula; a tuple has one entry for the height and one for the width.

    Returns
    -------
    Tensor, shape (N, C, H_out, W_out) or (C, H_out, W_out)
        Each size as L_out in `max_pool1d`. With `return_indices`, a tuple of it and the places h*W + w.

    Raises
    ------
    TypeError, ShapeError, ValueError
        As `max_pool1d`.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.max_pool2d(mt.arange(16.).reshape(1, 4, 4), 2)
    tensor([[[ 5.,  7.],
             [13., 15.]]])
    """
    return max_pool_nd(2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool3d(
    input: Tensor,
    kernel_size: IntOrInts,
    stride: IntOrInts | None = None,
    padding: IntOrInts = 0,
    dilation: IntOrInts = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """Take the largest cell of each window of volumes, as PyTorch's `F.max_pool3d`.

    Parameters
    ----------
    input : Tensor, shape (N, C, D, H, W) or (C, D, H, W)
        Volumes, or a single one.
    kernel_size, stride, padding, dilation, ceil_mode, return_indices
        As in `max_pool1d`, which has the formula; a tuple has one entry each for the depth, the height and the width.

    Returns
    -------
    Tensor, shape (N, C, D_out, H_out, W_out) or (C, D_out, H_out, W_out)
        Each size as L_out in `max_pool1d`. With `return_indices`, a tuple of it and the places (d*H + h)*W + w.

    Raises
    ------
    TypeError, ShapeError, ValueError
        As `max_pool1d`.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.max_pool3d(mt.arange(64.).reshape(1, 4, 4, 4), (4, 2, 2))
    tensor([[[[53., 55.],
              [61., 63.]]]])
    """
    return max_pool_nd(3, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)
