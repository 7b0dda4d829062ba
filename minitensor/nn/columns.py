"""Unfold and fold, as modules."""

from __future__ import annotations

from minitensor.geometry import IntOrInts, tuple_of
from minitensor.nn import functional as F
from minitensor.nn.functional.columns import check_windows
from minitensor.nn.module import Module
from minitensor.tensor import Tensor


class Unfold(Module):
    """The windows of images (N, C, H, W) or (C, H, W) as columns (N, C*kH*kW, L), as PyTorch's `Unfold`: see `F.unfold`.

    Parameters
    ----------
    kernel_size, dilation, padding, stride : int or tuple of int
        Of the windows, as in `F.unfold`.

    Raises
    ------
    ValueError
        They describe no windows.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.Unfold(3, padding=1)
    >>> layer
    Unfold(kernel_size=3, dilation=1, padding=1, stride=1)
    >>> layer(mt.ones(2, 3, 4, 5)).shape
    (2, 27, 20)
    """

    def __init__(
        self, kernel_size: IntOrInts, dilation: IntOrInts = 1, padding: IntOrInts = 0, stride: IntOrInts = 1
    ) -> None:
        check_windows(type(self).__name__, kernel_size, dilation, padding, stride)
        self.kernel_size = kernel_size
        self.dilation = dilation
        self.padding = padding
        self.stride = stride

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.unfold`."""
        return F.unfold(input, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        """The windows."""
        return f"kernel_size={self.kernel_size}, dilation={self.dilation}, padding={self.padding}, stride={self.stride}"


class Fold(Unfold):
    """Columns (N, C*kH*kW, L) or (C*kH*kW, L) added up to images (N, C, H, W), as PyTorch's `Fold`: see `F.fold`.

    Parameters
    ----------
    output_size : int or tuple of int
        The sizes (H, W) of the images.
    kernel_size, dilation, padding, stride : int or tuple of int
        Of the windows, as in `F.unfold`.

    Raises
    ------
    ValueError
        They describe no images, or no windows.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.Fold((4, 5), 3, padding=1)
    >>> layer
    Fold(output_size=(4, 5), kernel_size=3, dilation=1, padding=1, stride=1)
    >>> layer(mt.ones(2, 27, 20)).shape
    (2, 3, 4, 5)
    """

    def __init__(
        self,
        output_size: IntOrInts,
        kernel_size: IntOrInts,
        dilation: IntOrInts = 1,
        padding: IntOrInts = 0,
        stride: IntOrInts = 1,
    ) -> None:
        super().__init__(kernel_size, dilation, padding, stride)
        tuple_of(output_size, 2, "output_size", type(self).__name__, 1)
        self.output_size = output_size

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.fold`."""
        return F.fold(input, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        """The images and the windows."""
        return f"output_size={self.output_size}, {super().extra_repr()}"
