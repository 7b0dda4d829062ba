"""The geometry of a convolution: every size that its three primitives need, worked out once.

Output position p and kernel tap k meet at the input cell ``i = stride*p + dilation*k - pad_lo``, on each axis for itself.
The three primitives are the derivatives of one trilinear form, a sum over the (p, k, i) that meet, so they share one
`ConvGeometry`: nobody guesses a size that the forward pass knew.
"""

from __future__ import annotations

from typing import NamedTuple

from minitensor.errors import ShapeError, shape_table, spatial_axes
from minitensor.geometry.arguments import (
    IntOrInts,
    Ints,
    Padding,
    Pairs,
    dilated,
    int_of,
    output_padding_of,
    padding_pairs,
    tuple_of,
)


class ConvGeometry(NamedTuple):
    """Which cell of the input each output position and each kernel tap meet at, on every spatial axis.

    Both `in_spatial` and `out_spatial` are the truth: neither need be what a formula makes of the other.

    Attributes
    ----------
    in_spatial : tuple of int
        The sizes of the convolution's input (the output of a transposed one), outermost axis first.
    kernel : tuple of int
        The kernel's sizes.
    out_spatial : tuple of int
        The sizes of the convolution's output (the input of a transposed one).
    stride, dilation : tuple of int
        The steps from one position, and from one tap, to the next.
    pad_lo, pad_hi : tuple of int
        How many zeros stand before and after the input.
    groups : int
        The number of groups: channels of different groups are not connected.

    Examples
    --------
    >>> ConvGeometry.from_conv((17, 8), (5, 3), stride=(3, 1), padding=(2, 1)).out_spatial
    (6, 8)
    """

    in_spatial: Ints
    kernel: Ints
    out_spatial: Ints
    stride: Ints
    dilation: Ints
    pad_lo: Ints
    pad_hi: Ints
    groups: int

    @classmethod
    def from_conv(
        cls,
        in_spatial: Ints,
        kernel: IntOrInts,
        *,
        stride: IntOrInts = 1,
        padding: Padding = 0,
        dilation: IntOrInts = 1,
        groups: int = 1,
        operation: str = "conv",
    ) -> ConvGeometry:
        """The geometry of a convolution over an input of the sizes `in_spatial`.

        On each axis, out = floor((in + before + after - dilation*(kernel-1) - 1) / stride) + 1.

        Parameters
        ----------
        in_spatial : tuple of int
            The input's sizes, outermost axis first.
        kernel, stride, dilation : int or tuple of int
            An int stands for every axis.
        padding : int, tuple or str
            As `padding_pairs` takes it: ints, pairs (before, after), ``'same'`` or ``'valid'``.
        groups : int
            Kept as it is; whether it divides the channels is for those to check who know the channels.
        operation : str
            The name of the calling operation, for error messages.

        Raises
        ------
        ValueError
            An argument that fits no input: see `tuple_of` and `padding_pairs`.
        ShapeError
            The input has no cells, or is smaller than one window.

        Examples
        --------
        >>> ConvGeometry.from_conv((8,), 3, padding="same").out_spatial
        (8,)
        """
        rank = len(in_spatial)
        kernel, stride, dilation = _windows(rank, kernel, stride, dilation, operation)
        pairs = padding_pairs(padding, kernel, stride, dilation, operation)
        groups = int_of(groups, "groups", operation, 1)
        padded = tuple(size + lo + hi for size, (lo, hi) in zip(in_spatial, pairs, strict=True))
        extent = dilated(kernel, dilation)
        refuse_empty(in_spatial, operation)
        if any(e > size for e, size in zip(extent, padded, strict=True)):
            axes = spatial_axes(rank)
            table = shape_table(("input", axes, in_spatial), ("kernel", axes, kernel), ("dilation", axes, dilation))
            raise ShapeError(
                f"{operation}: the dilated kernel {extent} is larger than the padded input {padded}\n{table}\n"
                f"  Use a smaller kernel or dilation, or more padding"
            )
        out_spatial = tuple((size - e) // s + 1 for size, e, s in zip(padded, extent, stride, strict=True))
        pad_lo, pad_hi = _sides(pairs)
        return cls(tuple(in_spatial), kernel, out_spatial, stride, dilation, pad_lo, pad_hi, groups)

    @classmethod
    def from_transpose(
        cls,
        in_spatial: Ints,
        kernel: IntOrInts,
        *,
        stride: IntOrInts = 1,
        padding: Padding = 0,
        output_padding: IntOrInts = 0,
        dilation: IntOrInts = 1,
        groups: int = 1,
        operation: str = "conv_transpose",
    ) -> ConvGeometry:
        """The geometry of the convolution whose adjoint takes an input of the sizes `in_spatial`.

        The transposed layer's input is the convolution's output, so `in_spatial` becomes `out_spatial`, and on each axis
        in = (out-1)*stride - before - after + dilation*(kernel-1) + output_padding + 1 is the transposed layer's output.

        Parameters
        ----------
        in_spatial : tuple of int
            The sizes of the transposed layer's input.
        kernel, stride, dilation : int or tuple of int
            An int stands for every axis.
        padding : int or tuple
            How much is cut off the output: ints, or pairs (before, after).
        output_padding : int or tuple of int
            Further cells at the output's end, below the stride or the dilation.
        groups : int
            Kept as it is.
        operation : str
            The name of the calling operation, for error messages.

        Raises
        ------
        ValueError
            An argument that fits no input.
        ShapeError
            The input has no cells, or the output would have none.

        Examples
        --------
        >>> ConvGeometry.from_transpose((4,), 3, stride=2, output_padding=1).in_spatial
        (10,)
        """
        rank = len(in_spatial)
        kernel, stride, dilation = _windows(rank, kernel, stride, dilation, operation)
        pairs = _transposed_padding(padding, kernel, stride, dilation, operation)
        output_padding = output_padding_of(output_padding, stride, dilation, operation)
        groups = int_of(groups, "groups", operation, 1)
        pad_lo, pad_hi = _sides(pairs)
        refuse_empty(in_spatial, operation)
        smallest = _transposed_sizes(in_spatial, kernel, stride, dilation, pad_lo, pad_hi)
        sizes = tuple(size + extra for size, extra in zip(smallest, output_padding, strict=True))
        if any(size < 1 for size in sizes):
            axes = spatial_axes(rank)
            table = shape_table(("input", axes, in_spatial), ("kernel", axes, kernel), ("padding", axes, pad_lo))
            raise ShapeError(
                f"{operation}: the output would have the sizes {sizes}, below 1\n{table}\n"
                f"  Padding cuts cells off a transposed output: use less of it"
            )
        return cls(sizes, kernel, tuple(in_spatial), stride, dilation, pad_lo, pad_hi, groups)

    @property
    def rank(self) -> int:
        """How many spatial axes there are."""
        return len(self.in_spatial)

    def label(self, name: str) -> str:
        """A few words for a picture: `name`, with the rank in its braces, the kernel, and what is not 1.

        Examples
        --------
        >>> ConvGeometry.from_conv((9, 9), 5, stride=2).label("conv{}d")
        'conv2d 5x5 /2'
        """
        said = [f"{name.format(self.rank)} {_crossed(self.kernel)}"]
        if set(self.stride) != {1}:
            same = len(set(self.stride)) == 1
            said.append(f"/{self.stride[0] if same else _crossed(self.stride)}")
        said += [f"dilation {_crossed(self.dilation)}"] if set(self.dilation) != {1} else []
        said += [f"groups {self.groups}"] if self.groups != 1 else []
        return " ".join(said)

    @property
    def unread_at_end(self) -> Ints:
        """How many cells at the input's end lie behind the last window: their gradient is 0.

        For a convolution, max(0, (in + before + after - dilation*(kernel-1) - 1) mod stride - after). Gaps between taps and
        between windows are not counted.

        Examples
        --------
        >>> ConvGeometry.from_conv((8,), 3, stride=3).unread_at_end
        (2,)
        """
        extent = dilated(self.kernel, self.dilation)
        axes = zip(self.in_spatial, self.out_spatial, self.stride, self.pad_lo, extent, strict=True)
        ends = ((size, (out - 1) * s - lo + e) for size, out, s, lo, e in axes)
        return tuple(size - min(max(end, 0), size) for size, end in ends)

    @property
    def naive_transposed_size(self) -> Ints:
        """What the transposed convolution's formula makes of `out_spatial`, without output_padding."""
        return _transposed_sizes(self.out_spatial, self.kernel, self.stride, self.dilation, self.pad_lo, self.pad_hi)

    @property
    def output_padding(self) -> Ints:
        """What brings the transposed convolution's formula to `in_spatial`.

        Examples
        --------
        >>> geometry = ConvGeometry.from_conv((17,), 5, stride=3, padding=2)
        >>> geometry.naive_transposed_size, geometry.output_padding
        ((16,), (1,))
        """
        return tuple(size - naive for size, naive in zip(self.in_spatial, self.naive_transposed_size, strict=True))


def output_padding_for(
    output_size: IntOrInts,
    in_spatial: Ints,
    kernel: IntOrInts,
    *,
    stride: IntOrInts = 1,
    padding: Padding = 0,
    dilation: IntOrInts = 1,
    operation: str = "conv_transpose",
) -> Ints:
    """The output_padding with which a transposed convolution returns the sizes `output_size`.

    The smallest sizes are those without output_padding. On each axis there can be up to stride - 1 more cells: the
    convolution maps all of these sizes to `in_spatial`.

    Parameters
    ----------
    output_size : int or tuple of int
        The wanted sizes of the spatial axes.
    in_spatial, kernel, stride, padding, dilation, operation
        As in `ConvGeometry.from_transpose`.

    Raises
    ------
    ShapeError
        `output_size` is out of range: the range is stated.

    Examples
    --------
    >>> output_padding_for((8,), (4,), 3, stride=2, padding=1)
    (1,)
    """
    rank = len(in_spatial)
    kernel, stride, dilation = _windows(rank, kernel, stride, dilation, operation)
    pad_lo, pad_hi = _sides(_transposed_padding(padding, kernel, stride, dilation, operation))
    wanted = tuple_of(output_size, rank, "output_size", operation, 1)
    smallest = _transposed_sizes(in_spatial, kernel, stride, dilation, pad_lo, pad_hi)
    largest = tuple(size + s - 1 for size, s in zip(smallest, stride, strict=True))
    if any(not low <= size <= high for low, size, high in zip(smallest, wanted, largest, strict=True)):
        axes = spatial_axes(rank)
        table = shape_table(("input", axes, in_spatial), ("kernel", axes, kernel), ("stride", axes, stride))
        raise ShapeError(f"{operation}: output_size must be from {smallest} to {largest}, got {wanted}\n{table}")
    return tuple(size - low for size, low in zip(wanted, smallest, strict=True))


def refuse_empty(in_spatial: Ints, operation: str) -> None:
    """Raise a ShapeError where a spatial axis of the input has no cells."""
    if 0 in in_spatial:
        axes = spatial_axes(len(in_spatial))
        table = shape_table(("input", axes, in_spatial))
        raise ShapeError(f"{operation}: the input has no cells along {axes[in_spatial.index(0)]}\n{table}")


def _crossed(sizes: Ints) -> str:
    return "x".join(map(str, sizes))


def _windows(rank: int, kernel: object, stride: object, dilation: object, operation: str) -> tuple[Ints, Ints, Ints]:
    return (
        tuple_of(kernel, rank, "kernel_size", operation, 1),
        tuple_of(stride, rank, "stride", operation, 1),
        tuple_of(dilation, rank, "dilation", operation, 1),
    )


def _sides(pairs: Pairs) -> tuple[Ints, Ints]:
    return tuple(lo for lo, _ in pairs), tuple(hi for _, hi in pairs)


def _transposed_padding(padding: object, kernel: Ints, stride: Ints, dilation: Ints, operation: str) -> Pairs:
    if isinstance(padding, str):
        raise ValueError(f"{operation}: padding must be an int or a tuple, got {padding!r}")
    return padding_pairs(padding, kernel, stride, dilation, operation)


def _transposed_sizes(out: Ints, kernel: Ints, stride: Ints, dilation: Ints, pad_lo: Ints, pad_hi: Ints) -> Ints:
    axes = zip(out, dilated(kernel, dilation), stride, pad_lo, pad_hi, strict=True)
    return tuple((size - 1) * s - lo - hi + e for size, e, s, lo, hi in axes)
