"""The power-average pooling layers, as PyTorch's layers of these names; they differ by their rank."""

from __future__ import annotations

from typing import ClassVar

from minitensor.geometry import IntOrInts, windows_of
from minitensor.nn.functional.pool.checks import check_flag
from minitensor.nn.functional.pool.power import check_norm_type, lp_kernel_of, lp_pool_nd
from minitensor.nn.module import Module
from minitensor.tensor import Tensor


class _LPPoolNd(Module):
    """Power-average pooling of any rank."""

    rank: ClassVar[int]

    def __init__(
        self, norm_type: float, kernel_size: IntOrInts, stride: IntOrInts | None = None, ceil_mode: bool = False
    ) -> None:
        name = type(self).__name__
        check_norm_type(norm_type, name)
        windows_of(lp_kernel_of(kernel_size, self.rank, name), stride, 0, 1, self.rank, name)
        check_flag(ceil_mode, "ceil_mode", name)
        self.norm_type = norm_type
        self.kernel_size = kernel_size
        self.stride = stride
        self.ceil_mode = ceil_mode

    def forward(self, input: Tensor) -> Tensor:
        """Take the norm of each window."""
        return lp_pool_nd(self.rank, input, float(self.norm_type), self.kernel_size, self.stride, self.ceil_mode)

    def extra_repr(self) -> str:
        """The norm and the windows."""
        return (
            f"norm_type={self.norm_type}, kernel_size={self.kernel_size}, stride={self.stride}, ceil_mode={self.ceil_mode}"
        )


class LPPool1d(_LPPoolNd):
    """The p-norm of each window of signals, as PyTorch's `LPPool1d`.

    Input (N, C, L) or (C, L); output the same with L_out. The arguments, the formula and the errors are
    those of `lp_pool1d`; bad arguments are refused when the layer is built, with a ValueError.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.LPPool1d(2, 2)(mt.tensor([[[3., 4., 6., 8.]]]))
    tensor([[[ 5., 10.]]])
    """

    rank = 1


class LPPool2d(_LPPoolNd):
    """The p-norm of each window of images, as PyTorch's `LPPool2d`.

    Input (N, C, H, W) or (C, H, W); output the same with H_out, W_out. The arguments, the formula and the errors are
    those of `lp_pool2d`; bad arguments are refused when the layer is built, with a ValueError.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.LPPool2d(2, 3, stride=2)
    >>> layer
    LPPool2d(norm_type=2, kernel_size=3, stride=2, ceil_mode=False)
    >>> layer(mt.randn(8, 16, 27, 27)).shape
    (8, 16, 13, 13)
    """

    rank = 2


class LPPool3d(_LPPoolNd):
    """The p-norm of each window of volumes, as PyTorch's `LPPool3d`.

    Input (N, C, D, H, W) or (C, D, H, W); output the same with D_out, H_out, W_out. The arguments, the formula and the
    errors are those of `lp_pool3d`; bad arguments are refused when the layer is built, with a ValueError.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.LPPool3d(1.5, (1, 2, 2))(mt.rand(8, 3, 5, 6, 7)).shape
    (8, 3, 5, 3, 3)
    """

    rank = 3
