"""The max pooling layers, and those that lead back from them, as PyTorch's layers of these names.

Layers of one kind differ by their rank. What they compute is in `minitensor.nn.functional.pool`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from minitensor.geometry import IntOrInts, tuple_of, windows_of
from minitensor.nn.functional.pool.checks import check_flag
from minitensor.nn.functional.pool.max import max_pool_nd
from minitensor.nn.functional.pool.unpool import max_unpool_nd
from minitensor.nn.module import Module
from minitensor.tensor import Tensor


class _MaxPoolNd(Module):
    """Max pooling of any rank."""

    rank: ClassVar[int]

    def __init__(
        self,
        kernel_size: IntOrInts,
        stride: IntOrInts | None = None,
        padding: IntOrInts = 0,
        dilation: IntOrInts = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        windows_of(kernel_size, stride, padding, dilation, self.rank, type(self).__name__)
        check_flag(ceil_mode, "ceil_mode", type(self).__name__)
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
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


class _MaxUnpoolNd(Module):
    """Max unpooling of any rank."""

    rank: ClassVar[int]

    def __init__(self, kernel_size: IntOrInts, stride: IntOrInts | None = None, padding: IntOrInts = 0) -> None:
        name, rank = type(self).__name__, self.rank
        self.kernel_size = tuple_of(kernel_size, rank, "kernel_size", name, 1)
        self.stride = self.kernel_size if stride is None else tuple_of(stride, rank, "stride", name, 1)
        self.padding = tuple_of(padding, rank, "padding", name, 0)

    def forward(self, input: Tensor, indices: Tensor, output_size: Sequence[int] | None = None) -> Tensor:
        """Put the values back to their places, in an output of the usual or the given size."""
        return max_unpool_nd(self.rank, input, indices, self.kernel_size, self.stride, self.padding, output_size)

    def extra_repr(self) -> str:
        """The windows."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class MaxUnpool1d(_MaxUnpoolNd):
    """Values of a max pooling of signals put back to their places, 0 elsewhere, as PyTorch's `MaxUnpool1d`.

    Input and indices (N, C, L) or (C, L); output the same with L_out. The arguments, the formula and the
    errors are those of `max_unpool1d`; bad arguments are refused when the layer is built, with a ValueError.

    Examples
    --------
    >>> import minitensor as mt
    >>> y, indices = mt.nn.MaxPool1d(2, return_indices=True)(mt.tensor([[[1., 5., 2., 3.]]]))
    >>> mt.nn.MaxUnpool1d(2)(y, indices)
    tensor([[[0., 5., 0., 3.]]])
    """

    rank = 1


class MaxUnpool2d(_MaxUnpoolNd):
    """Values of a max pooling of images put back to their places, 0 elsewhere, as PyTorch's `MaxUnpool2d`.

    Input and indices (N, C, H, W) or (C, H, W); output the same with H_out, W_out. The arguments, the formula and the
    errors are those of `max_unpool2d`; bad arguments are refused when the layer is built, with a ValueError.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.MaxUnpool2d(2)
    >>> layer
    MaxUnpool2d(kernel_size=(2, 2), stride=(2, 2), padding=(0, 0))
    >>> y, indices = mt.nn.MaxPool2d(2, return_indices=True)(mt.randn(8, 16, 7, 6))
    >>> layer(y, indices, output_size=(7, 6)).shape
    (8, 16, 7, 6)
    """

    rank = 2


class MaxUnpool3d(_MaxUnpoolNd):
    """Values of a max pooling of volumes put back to their places, 0 elsewhere, as PyTorch's `MaxUnpool3d`.

    Input and indices (N, C, D, H, W) or (C, D, H, W); output the same with D_out, H_out, W_out. The arguments, the formula
    and the errors are those of `max_unpool3d`; bad arguments are refused when the layer is built, with a ValueError.

    Examples
    --------
    >>> import minitensor as mt
    >>> y, indices = mt.nn.MaxPool3d(2, return_indices=True)(mt.randn(8, 3, 4, 6, 8))
    >>> mt.nn.MaxUnpool3d(2)(y, indices).shape
    (8, 3, 4, 6, 8)
    """

    rank = 3
