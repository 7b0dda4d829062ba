"""The padding layers: `ConstantPad1d` to `CircularPad3d`, as PyTorch's layers of these names.

A layer is a rank and a mode; what it computes is `F.pad`, with its formula and its errors. The padding is an int for all
sides, or a tuple (left, right, top, bottom, front, back), of which signals have the first two and images the first four;
negative numbers take cells away. Another padding is refused when the layer is built: a TypeError where it is not of ints, a
ValueError where there are not two for each axis.
"""

from __future__ import annotations

from typing import Any, ClassVar

from minitensor.geometry import IntOrInts, Ints
from minitensor.nn.functional.padding import amounts_of, pad
from minitensor.nn.module import Module
from minitensor.tensor import Tensor


class _PadNd(Module):
    """Padding of any rank and mode."""

    rank: ClassVar[int]
    mode: ClassVar[str]

    def __init__(self, padding: IntOrInts) -> None:
        self.padding: Ints = _amounts_of(padding, self.rank, type(self).__name__)

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.pad`."""
        return pad(input, self.padding, self.mode)

    def extra_repr(self) -> str:
        """How many cells before and after each axis, the last axis first."""
        return f"{self.padding}"


class _ConstantPadNd(_PadNd):
    """Padding of any rank with one value."""

    mode = "constant"

    def __init__(self, padding: IntOrInts, value: float) -> None:
        super().__init__(padding)
        if not isinstance(value, (int, float)):
            raise TypeError(f"{type(self).__name__}: value must be a number, got {type(value).__name__}")
        self.value = value

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.pad` with the layer's value."""
        return pad(input, self.padding, "constant", self.value)

    def extra_repr(self) -> str:
        """How many cells, and of which value."""
        return f"padding={self.padding}, value={self.value}"


class _ZeroPadNd(_ConstantPadNd):
    """Padding of any rank with zeros."""

    def __init__(self, padding: IntOrInts) -> None:
        super().__init__(padding, 0.0)

    def extra_repr(self) -> str:
        """How many cells before and after each axis, the last axis first."""
        return f"{self.padding}"


def _amounts_of(padding: IntOrInts, rank: int, layer: str) -> Ints:
    """`padding` as two ints for each axis, the last axis first: an int stands for all."""
    entries: Any = tuple(padding) if isinstance(padding, (tuple, list)) else (padding,) * (2 * rank)
    amounts = amounts_of(entries, "padding", layer)
    if len(amounts) != 2 * rank:
        raise ValueError(
            f"{layer}: padding needs two ints for each axis, the last axis first: {2 * rank} in all, got {padding!r}"
        )
    return amounts


class ConstantPad1d(_ConstantPadNd):
    """Signals (*, L), of any other axes, with a value around them, as PyTorch's `ConstantPad1d`.

    `padding` is an int for all sides, or as in `F.pad`; `value` is a number, which the new cells hold.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.ConstantPad1d((1, 2), 9.0)
    >>> layer
    ConstantPad1d(padding=(1, 2), value=9.0)
    >>> layer(mt.tensor([[1.0, 2.0]]))
    tensor([[9., 1., 2., 9., 9.]])
    """

    rank = 1


class ConstantPad2d(_ConstantPadNd):
    """Images (*, H, W), of any other axes, with a value around them, as PyTorch's `ConstantPad2d`.

    `padding` is an int for all sides, or as in `F.pad`; `value` is a number, which the new cells hold.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.ConstantPad2d((0, 1, 1, 0), 7.0)(mt.zeros(1, 1, 2))
    tensor([[[7., 7., 7.],
             [0., 0., 7.]]])
    """

    rank = 2


class ConstantPad3d(_ConstantPadNd):
    """Volumes (*, D, H, W), of any other axes, with a value around them, as PyTorch's `ConstantPad3d`.

    `padding` is an int for all sides, or as in `F.pad`; `value` is a number, which the new cells hold.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.ConstantPad3d(1, 0.5)(mt.zeros(2, 3, 4, 5, 6)).shape
    (2, 3, 6, 7, 8)
    """

    rank = 3


class ZeroPad1d(_ZeroPadNd):
    """Signals (*, L), of any other axes, with zeros around them, as PyTorch's `ZeroPad1d`.

    `padding` is an int for all sides, or as in `F.pad`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.ZeroPad1d((2, -1))(mt.tensor([[1.0, 2.0, 3.0]]))
    tensor([[0., 0., 1., 2.]])
    """

    rank = 1


class ZeroPad2d(_ZeroPadNd):
    """Images (*, H, W), of any other axes, with zeros around them, as PyTorch's `ZeroPad2d`.

    `padding` is an int for all sides, or as in `F.pad`.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.ZeroPad2d(1)
    >>> layer
    ZeroPad2d((1, 1, 1, 1))
    >>> layer(mt.ones(1, 1, 1))
    tensor([[[0., 0., 0.],
             [0., 1., 0.],
             [0., 0., 0.]]])
    """

    rank = 2


class ZeroPad3d(_ZeroPadNd):
    """Volumes (*, D, H, W), of any other axes, with zeros around them, as PyTorch's `ZeroPad3d`.

    `padding` is an int for all sides, or as in `F.pad`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.ZeroPad3d((0, 0, 1, 1, 2, 2))(mt.ones(2, 3, 4, 5, 6)).shape
    (2, 3, 8, 7, 6)
    """

    rank = 3


class ReflectionPad1d(_PadNd):
    """Signals with the cells mirrored at the outermost one around them, as PyTorch's `ReflectionPad1d`.

    Input and output: (N, C, L) or (C, L). `padding` is an int for all sides, or as in `F.pad`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.ReflectionPad1d(2)(mt.tensor([[1.0, 2.0, 3.0]]))
    tensor([[3., 2., 1., 2., 3., 2., 1.]])
    """

    rank = 1
    mode = "reflect"


class ReflectionPad2d(_PadNd):
    """Images with the cells mirrored at the outermost one around them, as PyTorch's `ReflectionPad2d`.

    Input and output: (N, C, H, W) or (C, H, W). `padding` is an int for all sides, or as in `F.pad`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.ReflectionPad2d((1, 0, 0, 1))(mt.tensor([[[1.0, 2.0], [3.0, 4.0]]]))
    tensor([[[2., 1., 2.],
             [4., 3., 4.],
             [2., 1., 2.]]])
    """

    rank = 2
    mode = "reflect"


class ReflectionPad3d(_PadNd):
    """Volumes with the cells mirrored at the outermost one around them, as PyTorch's `ReflectionPad3d`.

    Input and output: (N, C, D, H, W) or (C, D, H, W). `padding` is an int for all sides, or as in `F.pad`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.ReflectionPad3d(1)(mt.ones(2, 3, 4, 5, 6)).shape
    (2, 3, 6, 7, 8)
    """

    rank = 3
    mode = "reflect"


class ReplicationPad1d(_PadNd):
    """Signals with the outermost cells again and again around them, as PyTorch's `ReplicationPad1d`.

    Input and output: (N, C, L) or (C, L). `padding` is an int for all sides, or as in `F.pad`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.ReplicationPad1d(2)(mt.tensor([[1.0, 2.0, 3.0]]))
    tensor([[1., 1., 1., 2., 3., 3., 3.]])
    """

    rank = 1
    mode = "replicate"


class ReplicationPad2d(_PadNd):
    """Images with the outermost cells again and again around them, as PyTorch's `ReplicationPad2d`.

    Input and output: (N, C, H, W) or (C, H, W). `padding` is an int for all sides, or as in `F.pad`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.ReplicationPad2d((1, 0, 0, 1))(mt.tensor([[[1.0, 2.0], [3.0, 4.0]]]))
    tensor([[[1., 1., 2.],
             [3., 3., 4.],
             [3., 3., 4.]]])
    """

    rank = 2
    mode = "replicate"


class ReplicationPad3d(_PadNd):
    """Volumes with the outermost cells again and again around them, as PyTorch's `ReplicationPad3d`.

    Input and output: (N, C, D, H, W) or (C, D, H, W). `padding` is an int for all sides, or as in `F.pad`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.ReplicationPad3d(1)(mt.ones(2, 3, 4, 5, 6)).shape
    (2, 3, 6, 7, 8)
    """

    rank = 3
    mode = "replicate"


class CircularPad1d(_PadNd):
    """Signals with the cells from the other end around them, as PyTorch's `CircularPad1d`.

    Input and output: (N, C, L) or (C, L). `padding` is an int for all sides, or as in `F.pad`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.CircularPad1d(2)(mt.tensor([[1.0, 2.0, 3.0]]))
    tensor([[2., 3., 1., 2., 3., 1., 2.]])
    """

    rank = 1
    mode = "circular"


class CircularPad2d(_PadNd):
    """Images with the cells from the other end around them, as PyTorch's `CircularPad2d`.

    Input and output: (N, C, H, W) or (C, H, W). `padding` is an int for all sides, or as in `F.pad`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.CircularPad2d((1, 0, 0, 1))(mt.tensor([[[1.0, 2.0], [3.0, 4.0]]]))
    tensor([[[2., 1., 2.],
             [4., 3., 4.],
             [2., 1., 2.]]])
    """

    rank = 2
    mode = "circular"


class CircularPad3d(_PadNd):
    """Volumes with the cells from the other end around them, as PyTorch's `CircularPad3d`.

    Input and output: (N, C, D, H, W) or (C, D, H, W). `padding` is an int for all sides, or as in `F.pad`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.CircularPad3d(1)(mt.ones(2, 3, 4, 5, 6)).shape
    (2, 3, 6, 7, 8)
    """

    rank = 3
    mode = "circular"
