"""Pooling: the largest cell of each window, or the average of its cells; as PyTorch's functions of these names.

The 1d, 2d and 3d functions differ by their rank: `pool_nd` has the one implementation of each family.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minitensor.geometry import IntOrInts
from minitensor.nn.functional.pool_nd import adaptive_avg_pool_nd, avg_pool_nd, max_pool_nd
from minitensor.tensor import Tensor


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

    The gradient goes to the first of equal cells. A window's NaN is its maximum.

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
        `input` is no Tensor, or of truth values.
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


def adaptive_avg_pool1d(input: Tensor, output_size: int | Sequence[int | None]) -> Tensor:
    """Average signals (N, C, L) or (C, L) down to `output_size` cells, as PyTorch's `F.adaptive_avg_pool1d`.

    y[n, c, p] = mean of x[n, c, floor(p*L/L_out) : ceil((p+1)*L/L_out)]

    Parameters
    ----------
    input : Tensor, shape (N, C, L) or (C, L)
        Floating-point signals, or a single one.
    output_size : int or tuple of int
        L_out; None stands for the input's own length.

    Raises
    ------
    TypeError, ShapeError, ValueError
        As `avg_pool1d`.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.adaptive_avg_pool1d(mt.tensor([[[1., 5., 3.]]]), 2)
    tensor([[[3., 4.]]])
    """
    return adaptive_avg_pool_nd(1, input, output_size)


def adaptive_avg_pool2d(input: Tensor, output_size: int | Sequence[int | None] | None) -> Tensor:
    """Average images (N, C, H, W) or (C, H, W) down to (H_out, W_out) cells, as PyTorch's `F.adaptive_avg_pool2d`.

    `output_size` is an int for both, or (H_out, W_out), where None stands for the input's own size. Each axis is averaged as
    in `adaptive_avg_pool1d`, which has the formula and the errors.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.adaptive_avg_pool2d(mt.ones(8, 16, 7, 5), (1, None)).shape
    (8, 16, 1, 5)
    """
    return adaptive_avg_pool_nd(2, input, output_size)


def adaptive_avg_pool3d(input: Tensor, output_size: int | Sequence[int | None] | None) -> Tensor:
    """Average volumes (N, C, D, H, W) or (C, D, H, W) to (D_out, H_out, W_out), as PyTorch's `F.adaptive_avg_pool3d`.

    `output_size` is an int for all, or (D_out, H_out, W_out), where None stands for the input's own size. Each axis is
    averaged as in `adaptive_avg_pool1d`, which has the formula and the errors.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.adaptive_avg_pool3d(mt.ones(2, 3, 6, 7, 8), 2).shape
    (2, 3, 2, 2, 2)
    """
    return adaptive_avg_pool_nd(3, input, output_size)
