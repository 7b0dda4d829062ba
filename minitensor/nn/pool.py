"""The pooling layers: `MaxPool1d` to `AdaptiveAvgPool3d`, as PyTorch's layers of these names.

Layers of one kind differ by their rank. What they compute is in `minitensor.nn.functional.pool`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from minitensor.geometry import IntOrInts, int_of, pool_padding_of, tuple_of
from minitensor.nn.functional.pool_nd import adaptive_avg_pool_nd, adaptive_sizes, avg_pool_nd, max_pool_nd
from minitensor.nn.module import Module
from minitensor.tensor import Tensor


class _PoolNd(Module):
    """What the poolings with windows share: the checks."""

    rank: ClassVar[int]

    def _set_windows(self, kernel_size: IntOrInts, stride: IntOrInts | None, padding: IntOrInts) -> None:
        """Check the windows' arguments and keep them as they were given."""
        name, rank = type(self).__name__, self.rank
        kernel = tuple_of(kernel_size, rank, "kernel_size", name, 1)
        tuple_of(kernel if stride is None else stride, rank, "stride", name, 1)
        pool_padding_of(padding, kernel, name)
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding


class _MaxPoolNd(_PoolNd):
    """Max pooling of any rank."""

    def __init__(
        self,
        kernel_size: IntOrInts,
        stride: IntOrInts | None = None,
        padding: IntOrInts = 0,
        dilation: IntOrInts = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        self._set_windows(kernel_size, stride, padding)
        tuple_of(dilation, self.rank, "dilation", type(self).__name__, 1)
        self.dilation = dilation
        self.return_indices = return_indices
        self.ceil_mode = ceil_mode

    def forward(self, input: Tensor) -> Any:
        """Take the largest cell of each window; with `return_indices`, a tuple of them and their places."""
        return max_pool_nd(
            self.rank, input, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode, self.return_indices
        )

    def extra_repr(self) -> str:
        """The windows."""
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}, ceil_mode={self.ceil_mode}"
        )


class _AvgPoolNd(_PoolNd):
    """Average pooling of any rank."""

    def __init__(
        self,
        kernel_size: IntOrInts,
        stride: IntOrInts | None = None,
        padding: IntOrInts = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        self._set_windows(kernel_size, stride, padding)
        if divisor_override is not None:
            int_of(divisor_override, "divisor_override", type(self).__name__, 1)
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad
        self.divisor_override = divisor_override

    def forward(self, input: Tensor) -> Tensor:
        """Average the cells of each window."""
        return avg_pool_nd(
            self.rank,
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.ceil_mode,
            self.count_include_pad,
            self.divisor_override,
        )

    def extra_repr(self) -> str:
        """The windows."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class _AdaptiveAvgPoolNd(Module):
    """Adaptive average pooling of any rank."""

    rank: ClassVar[int]

    def __init__(self, output_size: int | Sequence[int | None] | None) -> None:
        adaptive_sizes(output_size, self.rank, type(self).__name__)
        self.output_size = output_size

    def forward(self, input: Tensor) -> Tensor:
        """Average to the output's size."""
        return adaptive_avg_pool_nd(self.rank, input, self.output_size)

    def extra_repr(self) -> str:
        """The output's size."""
        return f"output_size={self.output_size}"


class MaxPool1d(_MaxPoolNd):
    """The largest cell of each window of signals, as PyTorch's `MaxPool1d`.

    Input (N, C, L) or (C, L); output (N, C, L_out) or (C, L_out). The arguments, the formula and the errors are those of
    `max_pool1d`; bad arguments are refused when the layer is built, with a ValueError.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.MaxPool1d(2)(mt.tensor([[[1., 5., 2., 3.]]]))
    tensor([[[5., 3.]]])
    """

    rank = 1


class MaxPool2d(_MaxPoolNd):
    """The largest cell of each window of images, as PyTorch's `MaxPool2d`.

    Input (N, C, H, W) or (C, H, W); output (N, C, H_out, W_out) or (C, H_out, W_out). The arguments, the formula and the
    errors are those of `max_pool2d`; bad arguments are refused when the layer is built, with a ValueError.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.MaxPool2d(3, stride=2, padding=1)
    >>> layer
    MaxPool2d(kernel_size=3, stride=2, padding=1, dilation=1, ceil_mode=False)
    >>> layer(mt.randn(8, 16, 28, 28)).shape
    (8, 16, 14, 14)
    """

    rank = 2


class MaxPool3d(_MaxPoolNd):
    """The largest cell of each window of volumes, as PyTorch's `MaxPool3d`.

    Input (N, C, D, H, W) or (C, D, H, W); output the same with D_out, H_out, W_out. The arguments, the formula and the
    errors are those of `max_pool3d`; bad arguments are refused when the layer is built, with a ValueError.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.MaxPool3d((1, 2, 2))(mt.randn(8, 3, 5, 6, 7)).shape
    (8, 3, 5, 3, 3)
    """

    rank = 3


class AvgPool1d(_AvgPoolNd):
    """The average of each window of signals, as PyTorch's `AvgPool1d`.

    Input (N, C, L) or (C, L); output (N, C, L_out) or (C, L_out). The arguments, the formula and the errors are those of
    `avg_pool1d`; bad arguments are refused when the layer is built, with a ValueError.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.AvgPool1d(2)(mt.tensor([[[1., 5., 2., 4.]]]))
    tensor([[[3., 3.]]])
    """

    rank = 1

    def __init__(
        self,
        kernel_size: IntOrInts,
        stride: IntOrInts | None = None,
        padding: IntOrInts = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__(kernel_size, stride, padding, ceil_mode, count_include_pad)
        # As PyTorch's: this one layer keeps its sizes as tuples.
        self.kernel_size = tuple_of(self.kernel_size, 1, "kernel_size", "AvgPool1d", 1)
        self.stride = tuple_of(self.stride, 1, "stride", "AvgPool1d", 1)
        self.padding = tuple_of(self.padding, 1, "padding", "AvgPool1d", 0)


class AvgPool2d(_AvgPoolNd):
    """The average of each window of images, as PyTorch's `AvgPool2d`.

    Input (N, C, H, W) or (C, H, W); output (N, C, H_out, W_out) or (C, H_out, W_out). The arguments, the formula and the
    errors are those of `avg_pool2d`; bad arguments are refused when the layer is built, with a ValueError.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.AvgPool2d(2)
    >>> layer
    AvgPool2d(kernel_size=2, stride=2, padding=0)
    >>> layer(mt.randn(8, 16, 28, 28)).shape
    (8, 16, 14, 14)
    """

    rank = 2


class AvgPool3d(_AvgPoolNd):
    """The average of each window of volumes, as PyTorch's `AvgPool3d`.

    Input (N, C, D, H, W) or (C, D, H, W); output the same with D_out, H_out, W_out. The arguments, the formula and the
    errors are those of `avg_pool3d`; bad arguments are refused when the layer is built, with a ValueError.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.AvgPool3d(3, stride=1, padding=1)(mt.randn(8, 3, 5, 6, 7)).shape
    (8, 3, 5, 6, 7)
    """

    rank = 3


class AdaptiveAvgPool1d(_AdaptiveAvgPoolNd):
    """Signals (N, C, L) or (C, L) averaged to a length, as PyTorch's `AdaptiveAvgPool1d`: see `adaptive_avg_pool1d`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.AdaptiveAvgPool1d(2)(mt.tensor([[[1., 5., 3.]]]))
    tensor([[[3., 4.]]])
    """

    rank = 1


class AdaptiveAvgPool2d(_AdaptiveAvgPoolNd):
    """Images (N, C, H, W) or (C, H, W) averaged to a size, as PyTorch's `AdaptiveAvgPool2d`: see `adaptive_avg_pool2d`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.AdaptiveAvgPool2d((1, None))(mt.randn(8, 16, 7, 5)).shape
    (8, 16, 1, 5)
    """

    rank = 2


class AdaptiveAvgPool3d(_AdaptiveAvgPoolNd):
    """Volumes (N, C, D, H, W) averaged to a size, as PyTorch's `AdaptiveAvgPool3d`: see `adaptive_avg_pool3d`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.AdaptiveAvgPool3d(1)(mt.randn(2, 3, 6, 7, 8)).shape
    (2, 3, 1, 1, 1)
    """

    rank = 3
