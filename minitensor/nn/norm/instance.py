"""Instance normalisation of signals, images and volumes: the three differ by the axes that they accept."""

from __future__ import annotations

import warnings
from typing import Any

from numpy.typing import DTypeLike

from minitensor.errors import ShapeError, shape_table
from minitensor.nn import functional as F
from minitensor.nn.norm.channels import ChannelNorm
from minitensor.ops.shape import reshape
from minitensor.tensor import Tensor


class _InstanceNorm(ChannelNorm):
    """Instance normalisation: with each sample's statistics, or in evaluation with the running ones if they are tracked."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        device: Any = None,
        dtype: DTypeLike | None = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias=bias)

    def forward(self, input: Tensor) -> Tensor:
        """Normalise, and in training move tracked statistics towards the samples': see `F.instance_norm`."""
        self._check_axes(input)
        whole = max(self.accepted, key=len)
        batched = input.ndim == len(whole)
        self._check_channels(input, whole if batched else whole[1:])
        output = F.instance_norm(
            input if batched else reshape(input, shape=(1, *input.shape)),
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or not self.track_running_stats,
            0.0 if self.momentum is None else self.momentum,
            self.eps,
        )
        return output if batched else reshape(output, shape=input.shape)

    def _check_channels(self, input: Tensor, axes: tuple[str, ...]) -> None:
        """Refuse another number of channels; without parameters and buffers it does no harm, and is only warned about."""
        name, channels = type(self).__name__, input.shape[axes.index("C")]
        if channels == self.num_features:
            return
        words = f"{name}: the layer is for {self.num_features} channels, the input has {channels}"
        if self.affine or self.running_mean is not None:
            raise ShapeError(f"{words}\n{shape_table(('input', axes, input.shape))}")
        warnings.warn(f"{words}: num_features is not used, since there are no parameters", stacklevel=4)


class InstanceNorm1d(_InstanceNorm):
    """Normalise the channels of each signal of (N, C, L) or (C, L), as PyTorch's `InstanceNorm1d`: see `F.instance_norm`.

    The parameters are those of `ChannelNorm`; a weight and a bias, and running statistics, are there only if asked for. The
    running statistics do not move where the momentum is None.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.InstanceNorm1d(2, eps=1e-9)(mt.tensor([[1., 3.], [10., 30.]])).tolist()
    [[-1.0, 1.0], [-1.0, 1.0]]
    """

    accepted = (("C", "L"), ("N", "C", "L"))


class InstanceNorm2d(_InstanceNorm):
    """Normalise the channels of each image of (N, C, H, W) or (C, H, W), as PyTorch's `InstanceNorm2d`.

    See `InstanceNorm1d`.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.InstanceNorm2d(16, affine=True)
    >>> layer
    InstanceNorm2d(16, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=False)
    >>> layer(mt.randn(8, 16, 28, 28)).shape
    (8, 16, 28, 28)
    """

    accepted = (("C", "H", "W"), ("N", "C", "H", "W"))


class InstanceNorm3d(_InstanceNorm):
    """Normalise the channels of each volume of (N, C, D, H, W) or (C, D, H, W), as PyTorch's `InstanceNorm3d`.

    See `InstanceNorm1d`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.InstanceNorm3d(3)(mt.randn(2, 3, 4, 5, 6)).shape
    (2, 3, 4, 5, 6)
    """

    accepted = (("C", "D", "H", "W"), ("N", "C", "D", "H", "W"))
