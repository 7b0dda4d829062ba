"""The convolution layers: `Conv1d` to `ConvTranspose3d`, as PyTorch's layers of these names.

Layers of one kind differ by their rank: `conv_nd` has the one implementation. What they compute is told in
`minitensor.nn.functional.conv`, and why their gradients are each other in `minitensor.ops.conv`.
"""

from __future__ import annotations

from minitensor.nn.conv_nd import ConvNd, ConvTransposeNd


class Conv1d(ConvNd):
    """Convolution over signals (N, in_channels, L), as PyTorch's `Conv1d`.

    out(n, o) = bias(o) + sum over c of weight(o, c) * input(n, c), where * is the cross-correlation: see `Conv2d`, which has
    the arguments and the errors.

    - input (N, in_channels, L) or (in_channels, L); output (N, out_channels, L_out) or (out_channels, L_out), with
      L_out = floor((L + 2*padding - dilation*(kernel_size-1) - 1) / stride + 1)
    - weight (out_channels, in_channels/groups, kL); bias (out_channels,)

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Conv1d(16, 33, 3, stride=2)(mt.randn(20, 16, 50)).shape
    (20, 33, 24)
    """

    rank = 1


class Conv2d(ConvNd):
    """Convolution over images (N, in_channels, H, W), as PyTorch's `Conv2d`.

    out(n, o) = bias(o) + sum over c of weight(o, c) * input(n, c), where * is the cross-correlation: the kernel slides over
    the image and is not flipped. c runs over the channels of o's group.

    - input (N, in_channels, H, W) or (in_channels, H, W); output (N, out_channels, H_out, W_out) or
      (out_channels, H_out, W_out), with
      H_out = floor((H + 2*padding[0] - dilation[0]*(kernel_size[0]-1) - 1) / stride[0] + 1), and W_out likewise
    - weight (out_channels, in_channels/groups, kH, kW); bias (out_channels,); both are drawn from U(-sqrt(k), sqrt(k)),
      k = groups / (in_channels * kH * kW)

    float16 is summed in float32.

    Parameters
    ----------
    in_channels, out_channels : int
        How many channels the input and the output have.
    kernel_size : int or tuple of int
        The kernel's height and width.
    stride, dilation : int or tuple of int
        The steps from one output to the next, and from one tap of the kernel to the next.
    padding : int, tuple of int, 'same' or 'valid'
        How many cells are added on both sides. 'same' keeps the size, for stride 1: dilation*(kernel_size-1) cells, half of
        them (rounded down) before. 'valid' is none.
    groups : int
        Into how many parts the channels fall that know nothing of each other; with as many as `in_channels` the convolution
        is depthwise.
    bias : bool
        Whether a number is added to each output channel.
    padding_mode : {'zeros', 'reflect', 'replicate', 'circular'}
        What the padding holds: see `pad`.
    device, dtype : optional
        "cpu"; the parameters' dtype, the default one unless given.
    conv_mode : {'cross_correlation', 'convolution'}
        'convolution' flips the kernel, as the mathematical convolution does.
    compute_mode : {'default', 'float32'}
        Kept and shown; both sum float16 in float32.

    Raises
    ------
    ValueError
        An argument that fits no input, when the layer is built.
    ShapeError, TypeError
        An input that does not fit the layer, when it is called: see `conv1d`.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.Conv2d(16, 33, (3, 5), stride=(2, 1), padding=(4, 2), dilation=(3, 1))
    >>> layer
    Conv2d(16, 33, kernel_size=(3, 5), stride=(2, 1), padding=(4, 2), dilation=(3, 1))
    >>> layer(mt.randn(20, 16, 50, 100)).shape
    (20, 33, 26, 100)
    """

    rank = 2


class Conv3d(ConvNd):
    """Convolution over volumes (N, in_channels, D, H, W), as PyTorch's `Conv3d`.

    out(n, o) = bias(o) + sum over c of weight(o, c) * input(n, c), where * is the cross-correlation: see `Conv2d`, which has
    the arguments and the errors.

    - input (N, in_channels, D, H, W) or (in_channels, D, H, W); output (N, out_channels, D_out, H_out, W_out) or
      (out_channels, D_out, H_out, W_out), each size as in `Conv2d`
    - weight (out_channels, in_channels/groups, kD, kH, kW); bias (out_channels,)

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Conv3d(2, 4, (1, 3, 3), padding="same")(mt.randn(2, 2, 5, 6, 7)).shape
    (2, 4, 5, 6, 7)
    """

    rank = 3


class ConvTranspose1d(ConvTransposeNd):
    """Transposed convolution over signals (N, in_channels, L), as PyTorch's `ConvTranspose1d`.

    With the same weight array it is the adjoint of `Conv1d`: see `ConvTranspose2d`, which has the arguments and the errors.

    - input (N, in_channels, L) or (in_channels, L); output (N, out_channels, L_out) or (out_channels, L_out), with
      L_out = (L - 1)*stride - 2*padding + dilation*(kernel_size-1) + output_padding + 1
    - weight (in_channels, out_channels/groups, kL); bias (out_channels,)

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.ConvTranspose1d(8, 4, 4, stride=2, padding=1)(mt.randn(20, 8, 25)).shape
    (20, 4, 50)
    """

    rank = 1


class ConvTranspose2d(ConvTransposeNd):
    """Transposed convolution over images (N, in_channels, H, W), as PyTorch's `ConvTranspose2d`.

    Each cell of the input spreads the kernel over the output, at a distance of `stride` from its neighbour's. With the same
    weight array it is the adjoint of `Conv2d`, and so the gradient of one with respect to its input.

    - input (N, in_channels, H, W) or (in_channels, H, W); output (N, out_channels, H_out, W_out) or
      (out_channels, H_out, W_out), with H_out = (H - 1)*stride[0] - 2*padding[0] + dilation[0]*(kernel_size[0]-1) +
      output_padding[0] + 1, and W_out likewise
    - weight (in_channels, out_channels/groups, kH, kW); bias (out_channels,); both are drawn from U(-sqrt(k), sqrt(k)),
      k = groups / (out_channels * kH * kW)

    Parameters
    ----------
    in_channels, out_channels, kernel_size, groups, bias, device, dtype
        As in `Conv2d`.
    stride, dilation : int or tuple of int
        The steps in the output from one input cell to the next, and from one tap of the kernel to the next.
    padding : int or tuple of int
        How many cells are cut off on both sides of the output.
    output_padding : int or tuple of int
        How many cells the output has more at its end, less than the stride or the dilation. A convolution with a stride maps
        several sizes to one; this chooses among them, and so does `output_size` in a call.
    padding_mode : {'zeros'}
        There is no other.

    Raises
    ------
    ValueError
        An argument that fits no input, when the layer is built.
    ShapeError, TypeError
        An input that does not fit the layer, when it is called: see `conv_transpose1d`.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.randn(1, 16, 12, 12)
    >>> down = mt.nn.Conv2d(16, 16, 3, stride=2, padding=1)
    >>> up = mt.nn.ConvTranspose2d(16, 16, 3, stride=2, padding=1)
    >>> up(down(x)).shape, up(down(x), output_size=x.shape).shape
    ((1, 16, 11, 11), (1, 16, 12, 12))
    """

    rank = 2


class ConvTranspose3d(ConvTransposeNd):
    """Transposed convolution over volumes (N, in_channels, D, H, W), as PyTorch's `ConvTranspose3d`.

    With the same weight array it is the adjoint of `Conv3d`: see `ConvTranspose2d`, which has the arguments and the errors.

    - input (N, in_channels, D, H, W) or (in_channels, D, H, W); output (N, out_channels, D_out, H_out, W_out) or
      (out_channels, D_out, H_out, W_out), each size as in `ConvTranspose2d`
    - weight (in_channels, out_channels/groups, kD, kH, kW); bias (out_channels,)

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.ConvTranspose3d(4, 2, (3, 5, 2), stride=(3, 2, 2), padding=(0, 4, 2))(mt.randn(1, 4, 10, 10, 10)).shape
    (1, 2, 30, 15, 16)
    """

    rank = 3
