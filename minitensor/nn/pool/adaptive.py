"""The adaptive pooling layers, as PyTorch's layers of these names; they differ by their rank."""

from __future__ import annotations

from typing import Any, ClassVar

from minitensor.nn.functional.pool.adaptive_nd import Sizes, adaptive_avg_pool_nd, adaptive_max_pool_nd, adaptive_sizes
from minitensor.nn.module import Module
from minitensor.tensor import Tensor


class _AdaptivePoolNd(Module):
    """What adaptive poolings share: the output's size, and how they print."""

    rank: ClassVar[int]

    def __init__(self, output_size: Sizes) -> None:
        adaptive_sizes(output_size, self.rank, type(self).__name__)
        self.output_size = output_size

    def extra_repr(self) -> str:
        """The output's size."""
        return f"output_size={self.output_size}"


class _AdaptiveMaxPoolNd(_AdaptivePoolNd):
    """Adaptive max pooling of any rank."""

    def __init__(self, output_size: Sizes, return_indices: bool = False) -> None:
        super().__init__(output_size)
        self.return_indices = return_indices

    def forward(self, input: Tensor) -> Any:
        """Take the largest cells; with `return_indices`, a tuple of them and their places."""
        return adaptive_max_pool_nd(self.rank, input, self.output_size, self.return_indices)


class _AdaptiveAvgPoolNd(_AdaptivePoolNd):
    """Adaptive average pooling of any rank."""

    def forward(self, input: Tensor) -> Tensor:
        """Average to the output's size."""
        return adaptive_avg_pool_nd(self.rank, input, self.output_size)


class AdaptiveMaxPool1d(_AdaptiveMaxPoolNd):
    """The largest cells of signals (N, C, L) or (C, L), as PyTorch's `AdaptiveMaxPool1d`: see `adaptive_max_pool1d`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.AdaptiveMaxPool1d(2)(mt.tensor([[[1., 5., 3.]]]))
    tensor([[[5., 5.]]])
    """

    rank = 1


class AdaptiveMaxPool2d(_AdaptiveMaxPoolNd):
    """The largest cells of images (N, C, H, W) or (C, H, W), as PyTorch's `AdaptiveMaxPool2d`: see `adaptive_max_pool2d`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.AdaptiveMaxPool2d((1, None))(mt.randn(8, 16, 7, 5)).shape
    (8, 16, 1, 5)
    """

    rank = 2


class AdaptiveMaxPool3d(_AdaptiveMaxPoolNd):
    """The largest cells of volumes (N, C, D, H, W), as PyTorch's `AdaptiveMaxPool3d`: see `adaptive_max_pool3d`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.AdaptiveMaxPool3d(1)(mt.randn(2, 3, 6, 7, 8)).shape
    (2, 3, 1, 1, 1)
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
