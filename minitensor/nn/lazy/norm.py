"""The lazy normalising layers, which differ by the axes that they accept."""

from __future__ import annotations

from typing import Any

from numpy.typing import DTypeLike

from minitensor.errors import ShapeError
from minitensor.nn.functional.checks import check_operands
from minitensor.nn.lazy.base import Lazy
from minitensor.nn.norm import (
    BatchNorm1d,
    BatchNorm2d,
    BatchNorm3d,
    InstanceNorm1d,
    InstanceNorm2d,
    InstanceNorm3d,
)
from minitensor.nn.norm.channels import ChannelNorm
from minitensor.nn.uninitialized import UninitializedBuffer, UninitializedParameter
from minitensor.tensor import Tensor


class _LazyNorm(Lazy, ChannelNorm):
    """A normalisation of channels that learns num_features."""

    def __init__(
        self,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: DTypeLike | None = None,
        *,
        bias: bool = True,
    ) -> None:
        super().__init__(1, eps, momentum, affine, track_running_stats, device, dtype, bias=bias)
        self.num_features = 0
        if self.weight is not None:
            self.weight = UninitializedParameter(device=device, dtype=dtype)
        if self.bias is not None:
            self.bias = UninitializedParameter(device=device, dtype=dtype)
        if track_running_stats:
            self.running_mean = UninitializedBuffer(device=device, dtype=dtype)
            self.running_var = UninitializedBuffer(device=device, dtype=dtype)

    def initialize_parameters(self, input: Tensor) -> None:
        """Learn num_features from the channels of `input`."""
        name = type(self).__name__
        self._check_axes(input)
        check_operands(name, input, weight=self.weight, running_mean=self.running_mean)
        axes = next(axes for axes in self.accepted if len(axes) == input.ndim)
        channels = input.shape[axes.index("C")]
        if channels == 0:
            raise ShapeError(f"{name}: the input needs one channel at least, got the shape {input.shape}")
        held = next((one for one in (self.weight, self.running_mean) if one is not None), None)
        if held is not None and not self.has_uninitialized_params():
            self.num_features = held.shape[0]
            return
        self.num_features = channels
        self._materialize(weight=(channels,), bias=(channels,), running_mean=(channels,), running_var=(channels,))
        self.reset_parameters()


class LazyBatchNorm1d(_LazyNorm, BatchNorm1d):
    """A `BatchNorm1d` that learns num_features from its first input, as PyTorch's `nn.LazyBatchNorm1d`.

    y = (x - mean) / sqrt(variance + eps) * weight + bias. The input is (N, C) or (N, C, L), the output the same; the
    arguments are those of `BatchNorm1d` from eps on.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.LazyBatchNorm1d()
    >>> layer(mt.ones(2, 5, 3)).shape, layer.num_features
    ((2, 5, 3), 5)
    """

    cls_to_become = BatchNorm1d


class LazyBatchNorm2d(_LazyNorm, BatchNorm2d):
    """A `BatchNorm2d` that learns num_features from its first input, as PyTorch's `nn.LazyBatchNorm2d`.

    y = (x - mean) / sqrt(variance + eps) * weight + bias. The input is (N, C, H, W), the output the same; the arguments are
    those of `BatchNorm2d` from eps on.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.LazyBatchNorm2d()
    >>> layer(mt.ones(2, 5, 3, 3)).shape, layer.num_features
    ((2, 5, 3, 3), 5)
    """

    cls_to_become = BatchNorm2d


class LazyBatchNorm3d(_LazyNorm, BatchNorm3d):
    """A `BatchNorm3d` that learns num_features from its first input, as PyTorch's `nn.LazyBatchNorm3d`.

    y = (x - mean) / sqrt(variance + eps) * weight + bias. The input is (N, C, D, H, W), the output the same; the arguments
    are those of `BatchNorm3d` from eps on.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.LazyBatchNorm3d()
    >>> layer(mt.ones(2, 5, 3, 3, 3)).shape, layer.num_features
    ((2, 5, 3, 3, 3), 5)
    """

    cls_to_become = BatchNorm3d


class LazyInstanceNorm1d(_LazyNorm, InstanceNorm1d):
    """An `InstanceNorm1d` that learns num_features from its first input, as PyTorch's `nn.LazyInstanceNorm1d`.

    y = (x - mean) / sqrt(variance + eps) * weight + bias. The input is (N, C, L) or (C, L), the output the same; the
    arguments are those of `InstanceNorm1d` from eps on, but affine and track_running_stats, which are True.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.LazyInstanceNorm1d()
    >>> layer(mt.ones(2, 5, 3)).shape, layer.num_features
    ((2, 5, 3), 5)
    """

    cls_to_become = InstanceNorm1d


class LazyInstanceNorm2d(_LazyNorm, InstanceNorm2d):
    """An `InstanceNorm2d` that learns num_features from its first input, as PyTorch's `nn.LazyInstanceNorm2d`.

    y = (x - mean) / sqrt(variance + eps) * weight + bias. The input is (N, C, H, W) or (C, H, W), the output the same; the
    arguments are those of `InstanceNorm2d` from eps on, but affine and track_running_stats, which are True.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.LazyInstanceNorm2d()
    >>> layer(mt.ones(2, 5, 3, 3)).shape, layer.num_features
    ((2, 5, 3, 3), 5)
    """

    cls_to_become = InstanceNorm2d


class LazyInstanceNorm3d(_LazyNorm, InstanceNorm3d):
    """An `InstanceNorm3d` that learns num_features from its first input, as PyTorch's `nn.LazyInstanceNorm3d`.

    y = (x - mean) / sqrt(variance + eps) * weight + bias. The input is (N, C, D, H, W) or (C, D, H, W), the output the same;
    the arguments are those of `InstanceNorm3d` from eps on, but affine and track_running_stats, which are True.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.LazyInstanceNorm3d()
    >>> layer(mt.ones(2, 5, 3, 3, 3)).shape, layer.num_features
    ((2, 5, 3, 3, 3), 5)
    """

    cls_to_become = InstanceNorm3d
