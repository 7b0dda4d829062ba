"""The average pooling layers, as PyTorch's layers of these names; they differ by their rank."""

from __future__ import annotations

from typing import ClassVar

from minitensor.geometry import IntOrInts, windows_of
from minitensor.nn.functional.pool.average import avg_pool_nd, check_divisor
from minitensor.nn.functional.pool.checks import check_flag
from minitensor.nn.module import Module
from minitensor.tensor import Tensor


class _AvgPoolNd(Module):
    """Average pooling of any rank."""

    rank: ClassVar[int]

    def __init__(
        self,
        kernel_size: IntOrInts,
        stride: IntOrInts | None = None,
        padding: IntOrInts = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        name = type(self).__name__
        windows_of(kernel_size, stride, padding, 1, self.rank, name)
        check_flag(ceil_mode, "ceil_mode", name)
        check_flag(count_include_pad, "count_include_pad", name)
        check_divisor(divisor_override, name)
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
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
        self.kernel_size, self.stride, _, self.padding = windows_of(kernel_size, stride, padding, 1, 1, "AvgPool1d")


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
