"""Convolution and transposed convolution of any rank: check the arguments, work out the geometry, call the primitive."""

from __future__ import annotations

from minitensor.errors import ShapeError, shape_table, spatial_axes
from minitensor.geometry import ConvGeometry, IntOrInts, Padding, int_of, output_padding_for
from minitensor.nn.functional.checks import check_operands
from minitensor.nn.functional.padding import pad_with_copies
from minitensor.nn.functional.spatial import (
    check_axes,
    check_floating,
    check_tensor,
    input_axes,
    with_batch,
    without_batch,
)
from minitensor.ops import conv as ops
from minitensor.ops.elementwise import add
from minitensor.ops.shape import reshape
from minitensor.tensor import Tensor


def conv_nd(
    rank: int,
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: IntOrInts,
    padding: Padding,
    dilation: IntOrInts,
    groups: int,
    padding_mode: str = "zeros",
) -> Tensor:
    """Convolve over `rank` spatial axes: `conv1d`, `conv2d` and `conv3d` in one.

    `padding_mode` is what the padding holds: zeros, or what `pad` makes of the input in the modes 'reflect', 'replicate' and
    'circular'.
    """
    operation = f"conv{rank}d"
    check_conv(input, weight, bias, groups, rank, operation)
    geometry = ConvGeometry.from_conv(
        input.shape[-rank:],
        weight.shape[2:],
        stride=stride,
        padding=padding,
        dilation=dilation,
        groups=groups,
        operation=operation,
    )
    if padding_mode != "zeros":
        input = pad_with_copies(input, tuple(zip(geometry.pad_lo, geometry.pad_hi, strict=True)), padding_mode, operation)
        none = (0,) * rank
        geometry = geometry._replace(in_spatial=input.shape[-rank:], pad_lo=none, pad_hi=none)
    batch = with_batch(input, rank)
    if bias is None:
        return without_batch(ops.conv(batch, weight, geometry=geometry), input)
    return without_batch(ops.conv_bias(batch, weight, bias, geometry=geometry), input)


def conv_transpose_nd(
    rank: int,
    input: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: IntOrInts,
    padding: Padding,
    output_padding: IntOrInts,
    groups: int,
    dilation: IntOrInts,
    output_size: IntOrInts | None = None,
) -> Tensor:
    """Convolve transposed over `rank` spatial axes: `conv_transpose1d`, `conv_transpose2d` and `conv_transpose3d` in one.

    `output_size`, with or without the axes N and C, takes the place of `output_padding` where it is given.
    """
    operation = f"conv_transpose{rank}d"
    check_conv(input, weight, bias, groups, rank, operation, transposed=True)
    in_spatial, kernel = input.shape[-rank:], weight.shape[2:]
    if output_size is not None:
        output_padding = output_padding_for(
            _spatial_sizes(output_size, rank, input.ndim, operation),
            in_spatial,
            kernel,
            stride=stride,
            padding=padding,
            dilation=dilation,
            operation=operation,
        )
    geometry = ConvGeometry.from_transpose(
        in_spatial,
        kernel,
        stride=stride,
        padding=padding,
        output_padding=output_padding,
        dilation=dilation,
        groups=groups,
        operation=operation,
    )
    output = ops.conv_transpose(with_batch(input, rank), weight, geometry=geometry)
    if bias is not None:
        output = add(output, reshape(bias, shape=(-1, *(1,) * rank)))  # (out, 1, ...)
    return without_batch(output, input)


def _spatial_sizes(output_size: IntOrInts, rank: int, ndim: int, operation: str) -> IntOrInts:
    """Take the spatial sizes from `output_size`, which may name those of all `ndim` axes."""
    if isinstance(output_size, int) or len(output_size) == rank:
        return output_size
    if len(output_size) != ndim:
        spatial, whole = ", ".join(spatial_axes(rank)), ", ".join(input_axes(rank, ndim))
        raise ValueError(f"{operation}: output_size must be ({spatial}) or ({whole}), got {output_size!r}")
    return output_size[-rank:]


def check_conv(
    input: Tensor, weight: Tensor, bias: Tensor | None, groups: int, rank: int, operation: str, *, transposed: bool = False
) -> None:
    """Raise an error in words where the input, weight and bias of a convolution do not fit each other.

    The weight is (out, in/groups, *kernel); a transposed convolution's is (in, out/groups, *kernel).
    """
    check_tensor(input, "input", operation)
    check_tensor(weight, "weight", operation)
    check_axes(input, rank, operation)
    front = ("in", "out/groups") if transposed else ("out", "in/groups")
    weight_axes = (*front, *(f"k{axis}" for axis in spatial_axes(rank)))
    if weight.ndim != rank + 2:
        raise ShapeError(f"{operation}: the weight must be ({', '.join(weight_axes)}), got the shape {weight.shape}")
    groups = int_of(groups, "groups", operation, 1)
    first, second = weight.shape[:2]
    channels, out_channels = (first, second * groups) if transposed else (second * groups, first)
    given = input.shape[-rank - 1]
    permute = _channels_last(input, channels, rank)
    check_floating(input, "input", operation, permute)
    check_operands(operation, input, weight=weight, bias=bias)

    problem = hint = ""
    if first % groups:
        problem = f"groups={groups} does not divide the weight's {first} {'input' if transposed else 'output'} channels"
    elif not first or not second:
        problem = "the weight has no channels"
    elif given != channels:
        each = f", {second} in each of {groups} groups" if groups > 1 and not transposed else ""
        problem = f"the input has {given} channels, the weight expects {channels}{each}"
        if permute:
            hint = f"\n  This looks like channels-last data: try x{permute}"
        elif channels == 1 and input.ndim == rank + 1:
            hint = "\n  This was read as one sample: for a batch of samples of one channel try x.unsqueeze(1)"
    elif bias is not None and bias.shape != (out_channels,):
        problem = f"the bias must have the shape ({out_channels},), one entry for each output channel, got {bias.shape}"
    if problem:
        table = shape_table(("input", input_axes(rank, input.ndim), input.shape), ("weight", weight_axes, weight.shape))
        raise ShapeError(f"{operation}: {problem}\n{table}{hint}")


def _channels_last(input: Tensor, channels: int, rank: int) -> str:
    """What would bring the channels to the front, where the input has them last: ".permute(0, 3, 1, 2)" for images."""
    front = input.ndim - rank - 1  # the axis that the channels belong on
    if input.shape[front] == channels or input.shape[-1] != channels:
        return ""
    order = (*range(front), input.ndim - 1, *range(front, input.ndim - 1))
    return f".permute({', '.join(map(str, order))})"
