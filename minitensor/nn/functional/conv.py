"""Convolution and transposed convolution: `conv1d` to `conv_transpose3d`, as PyTorch's functions of these names.

They differ by their rank: `conv_nd` has the one implementation. What the primitives compute, and why the gradients of each
are the others, is told in `minitensor.ops.conv`.
"""

from __future__ import annotations

from minitensor.geometry import IntOrInts, Padding
from minitensor.nn.functional.conv_nd import conv_nd, conv_transpose_nd
from minitensor.tensor import Tensor


def conv1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: IntOrInts = 1,
    padding: Padding = 0,
    dilation: IntOrInts = 1,
    groups: int = 1,
) -> Tensor:
    """Slide a kernel over signals, as PyTorch's `F.conv1d`.

    y[n, o, p] = bias[o] + sum over c, k of x[n, c, stride*p + dilation*k - padding] * weight[o, c, k]

    c runs over the channels of o's group, and x is 0 outside its bounds. The kernel is not flipped.

    Parameters
    ----------
    input : Tensor, shape (N, C, L) or (C, L)
        Floating-point signals, or a single one.
    weight : Tensor, shape (out, C/groups, kL)
        The kernels, in the input's dtype.
    bias : Tensor, shape (out,), optional
        What is added to each output channel.
    stride, dilation : int or tuple of int
        The steps from one output to the next, and from one tap of the kernel to the next.
    padding : int, tuple of int, 'same' or 'valid'
        How many zeros stand on both sides. 'same' keeps the length, for stride 1: dilation*(kL-1) zeros, half of them
        (rounded down) before; 'valid' is none. A pair (before, after) in an entry's place says it for each side.
    groups : int
        The number of groups: channels of different groups are not connected.

    Returns
    -------
    Tensor, shape (N, out, L_out) or (out, L_out)
        L_out = floor((L + 2*padding - dilation*(kL-1) - 1) / stride) + 1. Long kernels go through the Fourier transform,
        whose rounding errors are in proportion to the largest value in a whole block of the signal: see `docs/speed.md`.

    Raises
    ------
    TypeError
        An operand is no Tensor, is not floating-point, or has another dtype than the input.
    ShapeError
        The shapes do not fit each other, or the dilated kernel is larger than the padded input.
    ValueError
        Stride, padding, dilation or groups that fit no input.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.conv1d(mt.tensor([[[1., 2., 4., 8.]]]), mt.tensor([[[-1., 1.]]]))
    tensor([[[1., 2., 4.]]])
    """
    return conv_nd(1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: IntOrInts = 1,
    padding: Padding = 0,
    dilation: IntOrInts = 1,
    groups: int = 1,
) -> Tensor:
    """Slide a kernel over images, as PyTorch's `F.conv2d`.

    y[n, o, p] = bias[o] + sum over c, k of x[n, c, stride*p + dilation*k - padding] * weight[o, c, k]

    with p and k of one entry for the height and one for the width. The kernel is not flipped.

    Parameters
    ----------
    input : Tensor, shape (N, C, H, W) or (C, H, W)
        Floating-point images, or a single one.
    weight : Tensor, shape (out, C/groups, kH, kW)
        The kernels, in the input's dtype.
    bias : Tensor, shape (out,), optional
        What is added to each output channel.
    stride, padding, dilation, groups
        As in `conv1d`; a tuple has one entry for the height and one for the width.

    Returns
    -------
    Tensor, shape (N, out, H_out, W_out) or (out, H_out, W_out)
        Each size as L_out in `conv1d`.

    Raises
    ------
    TypeError, ShapeError, ValueError
        As `conv1d`.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.conv2d(mt.arange(25.).reshape(1, 5, 5), mt.ones(1, 1, 3, 3))
    tensor([[[ 54.,  63.,  72.],
             [ 99., 108., 117.],
             [144., 153., 162.]]])
    """
    return conv_nd(2, input, weight, bias, stride, padding, dilation, groups)


def conv3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: IntOrInts = 1,
    padding: Padding = 0,
    dilation: IntOrInts = 1,
    groups: int = 1,
) -> Tensor:
    """Slide a kernel over volumes, as PyTorch's `F.conv3d`.

    y[n, o, p] = bias[o] + sum over c, k of x[n, c, stride*p + dilation*k - padding] * weight[o, c, k]

    with p and k of one entry each for the depth, the height and the width. The kernel is not flipped.

    Parameters
    ----------
    input : Tensor, shape (N, C, D, H, W) or (C, D, H, W)
        Floating-point volumes, or a single one.
    weight : Tensor, shape (out, C/groups, kD, kH, kW)
        The kernels, in the input's dtype.
    bias : Tensor, shape (out,), optional
        What is added to each output channel.
    stride, padding, dilation, groups
        As in `conv1d`; a tuple has one entry each for the depth, the height and the width.

    Returns
    -------
    Tensor, shape (N, out, D_out, H_out, W_out) or (out, D_out, H_out, W_out)
        Each size as L_out in `conv1d`.

    Raises
    ------
    TypeError, ShapeError, ValueError
        As `conv1d`.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.conv3d(mt.ones(1, 1, 8, 8, 8), mt.ones(2, 1, 3, 3, 3), stride=(1, 2, 2), padding=1).shape
    (1, 2, 8, 4, 4)
    """
    return conv_nd(3, input, weight, bias, stride, padding, dilation, groups)


def conv_transpose1d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: IntOrInts = 1,
    padding: IntOrInts = 0,
    output_padding: IntOrInts = 0,
    groups: int = 1,
    dilation: IntOrInts = 1,
) -> Tensor:
    """Spread a kernel from every cell of signals, as PyTorch's `F.conv_transpose1d`: the adjoint of `conv1d`.

    y[n, o, stride*p + dilation*k - padding] = bias[o] + sum over all c, p, k that meet there of x[n, c, p] * weight[c, o, k]

    With the same weight array it is what `conv1d` passes back to its input: there the weight's first axis is the outputs'.

    Parameters
    ----------
    input : Tensor, shape (N, C, L) or (C, L)
        Floating-point signals, or a single one.
    weight : Tensor, shape (C, out/groups, kL)
        The kernels, in the input's dtype.
    bias : Tensor, shape (out,), optional
        What is added to each output channel.
    stride, dilation : int or tuple of int
        The steps in the output from one input cell to the next, and from one tap of the kernel to the next.
    padding : int or tuple of int
        How many cells are cut off on both sides of the output.
    output_padding : int or tuple of int
        How many cells the output has more at its end, less than the stride or the dilation: a convolution with a stride maps
        several lengths to one, and this chooses among them.
    groups : int
        The number of groups: channels of different groups are not connected.

    Returns
    -------
    Tensor, shape (N, out, L_out) or (out, L_out)
        L_out = (L - 1)*stride - 2*padding + dilation*(kL-1) + output_padding + 1.

    Raises
    ------
    TypeError
        An operand is no Tensor, is not floating-point, or has another dtype than the input.
    ShapeError
        The shapes do not fit each other, or the output would have no cells.
    ValueError
        Stride, padding, output_padding, dilation or groups that fit no input.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.conv_transpose1d(mt.tensor([[0., 1., 2.]]), mt.ones(1, 2, 3))
    tensor([[0., 1., 3., 3., 2.],
            [0., 1., 3., 3., 2.]])
    """
    return conv_transpose_nd(1, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose2d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: IntOrInts = 1,
    padding: IntOrInts = 0,
    output_padding: IntOrInts = 0,
    groups: int = 1,
    dilation: IntOrInts = 1,
) -> Tensor:
    """Spread a kernel from every cell of images, as PyTorch's `F.conv_transpose2d`: the adjoint of `conv2d`.

    Parameters
    ----------
    input : Tensor, shape (N, C, H, W) or (C, H, W)
        Floating-point images, or a single one.
    weight : Tensor, shape (C, out/groups, kH, kW)
        The kernels, in the input's dtype.
    bias : Tensor, shape (out,), optional
        What is added to each output channel.
    stride, padding, output_padding, groups, dilation
        As in `conv_transpose1d`, which has the formula; a tuple has one entry for the height and one for the width.

    Returns
    -------
    Tensor, shape (N, out, H_out, W_out) or (out, H_out, W_out)
        Each size as L_out in `conv_transpose1d`.

    Raises
    ------
    TypeError, ShapeError, ValueError
        As `conv_transpose1d`.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.conv_transpose2d(mt.tensor([[[1., 2.]]]), mt.ones(1, 1, 2, 2), stride=2)
    tensor([[[1., 1., 2., 2.],
             [1., 1., 2., 2.]]])
    """
    return conv_transpose_nd(2, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose3d(
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    stride: IntOrInts = 1,
    padding: IntOrInts = 0,
    output_padding: IntOrInts = 0,
    groups: int = 1,
    dilation: IntOrInts = 1,
) -> Tensor:
    """Spread a kernel from every cell of volumes, as PyTorch's `F.conv_transpose3d`: the adjoint of `conv3d`.

    Parameters
    ----------
    input : Tensor, shape (N, C, D, H, W) or (C, D, H, W)
        Floating-point volumes, or a single one.
    weight : Tensor, shape (C, out/groups, kD, kH, kW)
        The kernels, in the input's dtype.
    bias : Tensor, shape (out,), optional
        What is added to each output channel.
    stride, padding, output_padding, groups, dilation
        As in `conv_transpose1d`, which has the formula; a tuple has one entry each for the depth, the height and the width.

    Returns
    -------
    Tensor, shape (N, out, D_out, H_out, W_out) or (out, D_out, H_out, W_out)
        Each size as L_out in `conv_transpose1d`.

    Raises
    ------
    TypeError, ShapeError, ValueError
        As `conv_transpose1d`.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.conv_transpose3d(mt.ones(1, 2, 4, 4, 4), mt.ones(2, 1, 3, 3, 3), stride=2, padding=1, output_padding=1).shape
    (1, 1, 8, 8, 8)
    """
    return conv_transpose_nd(3, input, weight, bias, stride, padding, output_padding, groups, dilation)
