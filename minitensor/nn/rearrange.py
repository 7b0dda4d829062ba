"""Moving cells between axes, as modules."""

from __future__ import annotations

from collections.abc import Sequence

from minitensor.geometry import int_of
from minitensor.nn import functional as F
from minitensor.nn.module import Module
from minitensor.tensor import Tensor


class PixelShuffle(Module):
    """Images (*, C*r*r, H, W) made larger, (*, C, H*r, W*r), as PyTorch's `PixelShuffle`: see `F.pixel_shuffle`.

    Parameters
    ----------
    upscale_factor : int
        r; a ValueError, where it is not 1 or more.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.PixelShuffle(2)
    >>> layer
    PixelShuffle(upscale_factor=2)
    >>> layer(mt.ones(8, 12, 5, 6)).shape
    (8, 3, 10, 12)
    """

    def __init__(self, upscale_factor: int) -> None:
        self.upscale_factor = int_of(upscale_factor, "upscale_factor", type(self).__name__, 1)

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.pixel_shuffle`."""
        return F.pixel_shuffle(input, self.upscale_factor)

    def extra_repr(self) -> str:
        """The factor."""
        return f"upscale_factor={self.upscale_factor}"


class PixelUnshuffle(Module):
    """Images (*, C, H*r, W*r) made smaller, (*, C*r*r, H, W), as PyTorch's `PixelUnshuffle`: see `F.pixel_unshuffle`.

    Parameters
    ----------
    downscale_factor : int
        r; a ValueError, where it is not 1 or more.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.PixelUnshuffle(2)(mt.ones(8, 3, 10, 12)).shape
    (8, 12, 5, 6)
    """

    def __init__(self, downscale_factor: int) -> None:
        self.downscale_factor = int_of(downscale_factor, "downscale_factor", type(self).__name__, 1)

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.pixel_unshuffle`."""
        return F.pixel_unshuffle(input, self.downscale_factor)

    def extra_repr(self) -> str:
        """The factor."""
        return f"downscale_factor={self.downscale_factor}"


class ChannelShuffle(Module):
    """The channels (N, C, *) of all groups in turn, as PyTorch's `ChannelShuffle`: see `F.channel_shuffle`.

    Parameters
    ----------
    groups : int
        How many groups there are; a ValueError, where it is not 1 or more.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.ChannelShuffle(2)(mt.arange(4).reshape(1, 4, 1)).flatten()
    tensor([0, 2, 1, 3])
    """

    def __init__(self, groups: int) -> None:
        self.groups = int_of(groups, "groups", type(self).__name__, 1)

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.channel_shuffle`."""
        return F.channel_shuffle(input, self.groups)

    def extra_repr(self) -> str:
        """The groups."""
        return f"groups={self.groups}"


class Unflatten(Module):
    """Make several axes of one, as PyTorch's `Unflatten`.

    Parameters
    ----------
    dim : int
        The axis.
    unflattened_size : tuple of int
        The lengths of the new axes, one or more; one may be -1, and is worked out.

    Raises
    ------
    TypeError, ValueError
        When the layer is built: `unflattened_size` is no tuple of ints, or has none.
    ShapeError, IndexError
        When it is called: the new axes do not hold the old one, or there is no such axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.Unflatten(1, (3, -1))
    >>> layer
    Unflatten(dim=1, unflattened_size=(3, -1))
    >>> layer(mt.ones(8, 12)).shape
    (8, 3, 4)
    """

    def __init__(self, dim: int, unflattened_size: Sequence[int]) -> None:
        if not isinstance(unflattened_size, (tuple, list)) or not all(type(size) is int for size in unflattened_size):
            raise TypeError(f"Unflatten: unflattened_size must be a tuple of ints, got {unflattened_size!r}")
        if not unflattened_size:
            raise ValueError("Unflatten: unflattened_size needs one length at least, got none")
        self.dim = dim
        self.unflattened_size = unflattened_size

    def forward(self, input: Tensor) -> Tensor:
        """Map (..., a*b, ...) to (..., a, b, ...)."""
        return input.unflatten(self.dim, self.unflattened_size)

    def extra_repr(self) -> str:
        """The axis, and the new ones."""
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"
