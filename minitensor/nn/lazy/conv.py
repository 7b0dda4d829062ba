"""The lazy convolutions and transposed convolutions, which differ by their rank."""

from __future__ import annotations

from typing import Any

from numpy.typing import DTypeLike

from minitensor.errors import ShapeError
from minitensor.geometry import IntOrInts, Padding
from minitensor.nn.conv import Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from minitensor.nn.conv_nd import ConvNd, ConvTransposeNd, _ConvNd
from minitensor.nn.functional.checks import check_operands
from minitensor.nn.functional.spatial import check_axes
from minitensor.nn.lazy.base import Lazy
from minitensor.nn.uninitialized import UninitializedParameter
from minitensor.tensor import Tensor


class _LazyConv(Lazy, _ConvNd):
    """A convolution or transposed convolution of any rank that learns in_channels."""

    least_channels = 0

    def _make_parameters(self, bias: bool, device: Any, dtype: DTypeLike | None) -> None:
        self.weight = UninitializedParameter(device=device, dtype=dtype)
        self.bias = UninitializedParameter(device=device, dtype=dtype) if bias else None

    def initialize_parameters(self, input: Tensor) -> None:
        """Learn in_channels from the channels of `input`."""
        name = type(self).__name__
        check_operands(name, input, weight=self.weight)
        check_axes(input, self.rank, name)
        channels = input.shape[-self.rank - 1]
        if channels == 0 or channels % self.groups:
            raise ShapeError(
                f"{name}: groups must divide the channels of the input, got groups={self.groups} and {channels} channels"
            )
        if not self.has_uninitialized_params():
            self.in_channels = self.weight.shape[0] if self.transposed else self.weight.shape[1] * self.groups
            return
        self.in_channels = channels
        self._materialize(weight=self._weight_shape(), bias=(self.out_channels,))
        self.reset_parameters()


class _LazyConvNd(_LazyConv, ConvNd):
    """Convolution of any rank that learns in_channels."""

    def __init__(
        self,
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
        super().__init__(
            0,
            out_channels,
            kernel_size,
            stride,
            padding,
            dilation,
            groups,
            bias,
            padding_mode,
            device,
            dtype,
            conv_mode=conv_mode,
            compute_mode=compute_mode,
        )


class _LazyConvTransposeNd(_LazyConv, ConvTransposeNd):
    """Transposed convolution of any rank that learns in_channels."""

    def __init__(
        self,
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
        super().__init__(
            0,
            out_channels,
            kernel_size,
            stride,
            padding,
            output_padding,
            groups,
            bias,
            dilation,
            padding_mode,
            device,
            dtype,
        )


class LazyConv1d(_LazyConvNd, Conv1d):
    """A `Conv1d` that learns in_channels from its first input, (N, C, L) or (C, L), as PyTorch's `nn.LazyConv1d`.

    y = bias + sum over c of weight[c] * x[c], where * is the cross-correlation. The arguments are those of `Conv1d` from
    out_channels on.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.LazyConv1d(4, 3)
    >>> layer(mt.ones(2, 5, 9)).shape, layer
    ((2, 4, 7), Conv1d(5, 4, kernel_size=(3,), stride=(1,)))
    """

    cls_to_become = Conv1d


class LazyConv2d(_LazyConvNd, Conv2d):
    """A `Conv2d` that learns in_channels from its first input, (N, C, H, W) or (C, H, W), as PyTorch's `nn.LazyConv2d`.

    y = bias + sum over c of weight[c] * x[c], where * is the cross-correlation. The arguments are those of `Conv2d` from
    out_channels on.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.LazyConv2d(4, 3)
    >>> layer(mt.ones(2, 5, 9, 9)).shape, layer
    ((2, 4, 7, 7), Conv2d(5, 4, kernel_size=(3, 3), stride=(1, 1)))
    """

    cls_to_become = Conv2d


class LazyConv3d(_LazyConvNd, Conv3d):
    """A `Conv3d` that learns in_channels from its first input, as PyTorch's `nn.LazyConv3d`.

    The first input is (N, C, D, H, W) or (C, D, H, W).

    y = bias + sum over c of weight[c] * x[c], where * is the cross-correlation. The arguments are those of `Conv3d` from
    out_channels on.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.LazyConv3d(4, 3)(mt.ones(2, 5, 4, 4, 4)).shape
    (2, 4, 2, 2, 2)
    """

    cls_to_become = Conv3d


class LazyConvTranspose1d(_LazyConvTransposeNd, ConvTranspose1d):
    """A `ConvTranspose1d` that learns in_channels, as PyTorch's `nn.LazyConvTranspose1d`.

    y = bias + the adjoint of the cross-correlation with the weight, of x. The first input is (N, C, L) or (C, L); the
    arguments are those of `ConvTranspose1d` from out_channels on.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.LazyConvTranspose1d(4, 3)(mt.ones(2, 5, 9)).shape
    (2, 4, 11)
    """

    cls_to_become = ConvTranspose1d


class LazyConvTranspose2d(_LazyConvTransposeNd, ConvTranspose2d):
    """A `ConvTranspose2d` that learns in_channels, as PyTorch's `nn.LazyConvTranspose2d`.

    y = bias + the adjoint of the cross-correlation with the weight, of x. The first input is (N, C, H, W) or (C, H, W); the
    arguments are those of `ConvTranspose2d` from out_channels on.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.LazyConvTranspose2d(4, 3)(mt.ones(2, 5, 9, 9)).shape
    (2, 4, 11, 11)
    """

    cls_to_become = ConvTranspose2d


class LazyConvTranspose3d(_LazyConvTransposeNd, ConvTranspose3d):
    """A `ConvTranspose3d` that learns in_channels, as PyTorch's `nn.LazyConvTranspose3d`.

    y = bias + the adjoint of the cross-correlation with the weight, of x. The first input is (N, C, D, H, W) or (C, D, H,
    W); the arguments are those of `ConvTranspose3d` from out_channels on.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.LazyConvTranspose3d(4, 3)(mt.ones(2, 5, 2, 2, 2)).shape
    (2, 4, 4, 4, 4)
    """

    cls_to_become = ConvTranspose3d
