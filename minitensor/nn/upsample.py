"""Resizing, as modules."""

from __future__ import annotations

from collections.abc import Sequence

from minitensor.geometry import IntOrInts
from minitensor.nn import functional as F
from minitensor.nn.functional.resize import check_mode, check_sizes
from minitensor.nn.module import Module
from minitensor.tensor import Tensor


class Upsample(Module):
    """Resize signals, images or volumes (N, C, *spatial), as PyTorch's `Upsample`: see `F.interpolate`.

    Parameters
    ----------
    size, scale_factor, mode, align_corners, recompute_scale_factor
        As in `F.interpolate`.

    Raises
    ------
    TypeError, ValueError
        An unknown mode, an option that is not the mode's; both or neither of a size and a factor, or one that is not
        above 0.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.Upsample(scale_factor=2, mode="bilinear")
    >>> layer
    Upsample(scale_factor=2.0, mode='bilinear')
    >>> layer(mt.ones(8, 3, 5, 6)).shape
    (8, 3, 10, 12)
    """

    def __init__(
        self,
        size: IntOrInts | None = None,
        scale_factor: float | Sequence[float] | None = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
    ) -> None:
        name = type(self).__name__
        check_mode(name, mode, align_corners)
        check_sizes(name, size, scale_factor)
        self.size = size
        self.scale_factor = _floats(scale_factor)
        self.mode = mode
        self.align_corners = align_corners
        self.recompute_scale_factor = recompute_scale_factor

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.interpolate`."""
        return F.interpolate(input, self.size, self.scale_factor, self.mode, self.align_corners, self.recompute_scale_factor)

    def extra_repr(self) -> str:
        """The size or the factor, and the mode."""
        of = f"size={self.size!r}" if self.scale_factor is None else f"scale_factor={self.scale_factor!r}"
        return f"{of}, mode={self.mode!r}"


class UpsamplingNearest2d(Upsample):
    """Resize images (N, C, H, W) by copying cells, as PyTorch's `UpsamplingNearest2d`: `Upsample` with mode='nearest'.

    Parameters
    ----------
    size, scale_factor
        As in `F.interpolate`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.UpsamplingNearest2d(scale_factor=2)(mt.tensor([[[[1.0, 2.0]]]]))
    tensor([[[[1., 1., 2., 2.],
              [1., 1., 2., 2.]]]])
    """

    def __init__(self, size: IntOrInts | None = None, scale_factor: float | Sequence[float] | None = None) -> None:
        super().__init__(size, scale_factor, mode="nearest")


class UpsamplingBilinear2d(Upsample):
    """Resize images (N, C, H, W) linearly, corners staying in place, as PyTorch's `UpsamplingBilinear2d`.

    It is `Upsample` with mode='bilinear' and align_corners=True.

    Parameters
    ----------
    size, scale_factor
        As in `F.interpolate`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.UpsamplingBilinear2d(size=(1, 3))(mt.tensor([[[[1.0, 2.0]]]]))
    tensor([[[[1.0000, 1.5000, 2.0000]]]])
    """

    def __init__(self, size: IntOrInts | None = None, scale_factor: float | Sequence[float] | None = None) -> None:
        super().__init__(size, scale_factor, mode="bilinear", align_corners=True)


def _floats(factor: float | Sequence[float] | None) -> float | tuple[float, ...] | None:
    """A factor, or one for each axis, as floats."""
    if isinstance(factor, (tuple, list)):
        return tuple(map(float, factor))
    return None if factor is None else float(factor)  # type: ignore[arg-type]  # a sequence is a tuple or a list
