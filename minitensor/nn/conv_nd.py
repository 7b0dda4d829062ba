"""The convolution layers of any rank: their checks, their parameters and their calls."""

from __future__ import annotations

from math import prod, sqrt
from typing import Any, ClassVar

from numpy.typing import DTypeLike

from minitensor.creation import empty
from minitensor.geometry import IntOrInts, Ints, Padding, int_of, output_padding_of, padding_pairs, tuple_of
from minitensor.nn import init
from minitensor.nn.functional.conv_nd import conv_nd, conv_transpose_nd
from minitensor.nn.module import Module
from minitensor.nn.parameter import Parameter
from minitensor.ops.shape import flip
from minitensor.tensor import Tensor


class _ConvNd(Module):
    """What convolutions and transposed ones share: the checks, the parameters, and how they print."""

    rank: ClassVar[int]
    transposed: ClassVar[bool]
    least_channels: ClassVar[int] = 1  # of a lazy layer, which has yet to see them, 0

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: IntOrInts,
        stride: IntOrInts,
        padding: Padding,
        dilation: IntOrInts,
        output_padding: IntOrInts,
        groups: int,
        bias: bool,
        padding_mode: str,
        device: Any,
        dtype: DTypeLike | None,
    ) -> None:
        name, rank = type(self).__name__, self.rank
        self.in_channels = int_of(in_channels, "in_channels", name, self.least_channels)
        self.out_channels = int_of(out_channels, "out_channels", name, 1)
        self.groups = int_of(groups, "groups", name, 1)
        if self.in_channels % self.groups or self.out_channels % self.groups:
            raise ValueError(
                f"{name}: groups must divide in_channels and out_channels, "
                f"got groups={groups}, in_channels={in_channels}, out_channels={out_channels}"
            )
        self.kernel_size = tuple_of(kernel_size, rank, "kernel_size", name, 1)
        self.stride = tuple_of(stride, rank, "stride", name, 1)
        self.dilation = tuple_of(dilation, rank, "dilation", name, 1)
        self.padding: str | Ints
        if isinstance(padding, str) and not self.transposed:
            padding_pairs(padding, self.kernel_size, self.stride, self.dilation, name)
            self.padding = padding
        else:
            self.padding = tuple_of(padding, rank, "padding", name, 0)
        self.output_padding = output_padding_of(output_padding, self.stride, self.dilation, name)
        self.padding_mode = _one_of(padding_mode, ("zeros", "reflect", "replicate", "circular"), "padding_mode", name)

        self._make_parameters(bias, device, dtype)

    def _make_parameters(self, bias: bool, device: Any, dtype: DTypeLike | None) -> None:
        self.weight = Parameter(empty(self._weight_shape(), device=device, dtype=dtype))
        self.bias = Parameter(empty(self.out_channels, device=device, dtype=dtype)) if bias else None
        self.reset_parameters()

    def _weight_shape(self) -> Ints:
        sizes = self.out_channels, self.in_channels
        first, second = reversed(sizes) if self.transposed else sizes
        return first, second // self.groups, *self.kernel_size

    def reset_parameters(self) -> None:
        """Draw the weight, then the bias, from U(-sqrt(k), sqrt(k)).

        1/k is the size of the weight without its first axis: in*prod(kernel)/groups, for a transposed layer
        out*prod(kernel)/groups.
        """
        bound = 1 / sqrt(prod(self.weight.shape[1:]))
        init.uniform_(self.weight, -bound, bound)
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound)

    def extra_repr(self) -> str:
        """The channels, the kernel and the stride, and what else is not the default."""
        none, one = (0,) * self.rank, (1,) * self.rank
        words = [f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"]
        words += self._unusual(padding=none, dilation=one, output_padding=none, groups=1)
        words += ["bias=False"] if self.bias is None else []
        return ", ".join(words + self._unusual(padding_mode="zeros"))

    def _unusual(self, **defaults: Any) -> list[str]:
        """Those attributes that are not the default, as they were given."""
        return [f"{name}={getattr(self, name)}" for name, default in defaults.items() if getattr(self, name) != default]


class ConvNd(_ConvNd):
    """Convolution of any rank."""

    transposed = False

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: IntOrInts,
        stride: IntOrInts = 1,
        padding: Padding = 0,
        dilation: IntOrInts = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: DTypeLike | None = None,
        *,
        conv_mode: str = "cross_correlation",
        compute_mode: str = "default",
    ) -> None:
        name = type(self).__name__
        self.conv_mode = _one_of(conv_mode, ("cross_correlation", "convolution"), "conv_mode", name)
        self.compute_mode = _one_of(compute_mode, ("default", "float32"), "compute_mode", name)
        super().__init__(
            in_channels, out_channels, kernel_size, stride, padding, dilation, 0, groups, bias, padding_mode, device, dtype
        )

    def forward(self, input: Tensor) -> Tensor:
        """Convolve `input`, (N, in_channels, *spatial) or (in_channels, *spatial)."""
        weight: Tensor = self.weight
        if self.conv_mode == "convolution":
            weight = flip(weight, axis=tuple(range(2, weight.ndim)))
        return conv_nd(
            self.rank, input, weight, self.bias, self.stride, self.padding, self.dilation, self.groups, self.padding_mode
        )

    def extra_repr(self) -> str:
        """The channels, the kernel and the stride, and what else is not the default."""
        unusual = self._unusual(conv_mode="cross_correlation", compute_mode="default")
        return ", ".join([super().extra_repr(), *unusual])


class ConvTransposeNd(_ConvNd):
    """Transposed convolution of any rank."""

    transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: IntOrInts,
        stride: IntOrInts = 1,
        padding: IntOrInts = 0,
        output_padding: IntOrInts = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: IntOrInts = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        if padding_mode != "zeros":
            raise ValueError(
                f"{type(self).__name__}: padding_mode must be 'zeros', got {padding_mode!r}: "
                "the padding of a transposed convolution cuts cells off its output"
            )
        super().__init__(
            in_channels,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            output_padding,
            groups,
            bias,
            padding_mode,
            device,
            dtype,
        )

    def forward(self, input: Tensor, output_size: IntOrInts | None = None) -> Tensor:
        """Convolve `input` transposed.

        Parameters
        ----------
        input : Tensor, shape (N, in_channels, *spatial) or (in_channels, *spatial)
            What is spread over the output.
        output_size : int or tuple of int, optional
            The output's sizes, those of the spatial axes or of all, in the place of `output_padding`: at least the sizes
            without it, at most stride - 1 more.

        Raises
        ------
        ShapeError
            `output_size` is out of range: the range is stated.
        """
        return conv_transpose_nd(
            self.rank,
            input,
            self.weight,
            self.bias,
            self.stride,
            self.padding,
            self.output_padding,
            self.groups,
            self.dilation,
            output_size,
        )


def _one_of(value: str, choices: tuple[str, ...], argument: str, name: str) -> str:
    if value not in choices:
        raise ValueError(f"{name}: {argument} must be one of {', '.join(map(repr, choices))}, got {value!r}")
    return value
