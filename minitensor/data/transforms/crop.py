"""Padding and cropping: the sample gets another frame, and its values stay what they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from minitensor.data.transforms.arguments import PADDING_MODES, Fill, numbers, one_of, whole_numbers
from minitensor.data.transforms.base import RandomTransform, Transform, per_channel
from minitensor.data.transforms.window import window
from minitensor.dtypes import Array
from minitensor.errors import spatial_axes
from minitensor.random import Generator

Ints: TypeAlias = "tuple[int, ...]"
Size: TypeAlias = "int | Sequence[int]"


class _Framed(Transform):
    """What cuts a window out of a sample that goes on beyond its edges."""

    fill: float | tuple[float, ...]
    padding: int | Ints | None
    padding_mode: str

    def _cut(self, array: Array, starts: Sequence[int], sizes: Sequence[int]) -> Array:
        """Copy a window, out of which only padding may stand."""
        if self.padding_mode != "constant":
            if not all(array.shape[1:]):
                self.refuse(array, f"padding_mode={self.padding_mode!r} copies cells, and there are none")
            return window(array, starts, sizes, self.padding_mode)
        return window(array, starts, sizes, fill=per_channel(self, "fill", self.fill, array))

    def _margins(self, array: Array) -> tuple[Ints, Ints]:
        """The padding before and after each spatial axis."""
        rank, padding = array.ndim - 1, self.padding
        if padding is None or isinstance(padding, int):
            return (padding or 0,) * rank, (padding or 0,) * rank
        if len(padding) == 1:
            return padding * rank, padding * rank
        if len(padding) not in (rank, 2 * rank):
            wanted = f"{rank} or {2 * rank}" if rank > 1 else "1 or 2"
            self.refuse(array, f"padding has {len(padding)} entries, an input with {_axes(rank)} takes {wanted}")
        backwards = padding[::-1]  # the last axis stands first: left comes before top
        return backwards[-rank:], backwards[:rank]

    def _size_for(self, array: Array, size: int | Ints) -> Ints:
        """The crop's size along each spatial axis."""
        rank = array.ndim - 1
        if isinstance(size, int):
            return (size,) * rank
        if len(size) == 1:
            return size * rank
        if len(size) != rank:
            self.refuse(array, f"size={size} is for {_axes(len(size))}, the input has {_axes(rank)}")
        return size

    def _refuse_larger(self, array: Array, size: Ints, padded: Ints, way_out: str) -> None:
        """Raise a ShapeError that says along which axis the crop is larger."""
        axis = next(axis for axis, (crop, length) in enumerate(zip(size, padded, strict=True)) if crop > length)
        names = spatial_axes(array.ndim - 1)
        what = "input" if padded == array.shape[1:] else "padded input"
        relation = f"the crop has {names[axis]} = {size[axis]}, the {what} {padded[axis]}"
        self.refuse(array, relation, ("crop", names, size), way_out=way_out)


class Pad(_Framed):
    """Cells around the sample, on each side of it. As torchvision's `Pad`.

    Parameters
    ----------
    padding : int or sequence of int
        One number for all sides; one for each axis, the last axis first: (left and right, top and bottom); or one for each
        side: (left, top, right, bottom). For a signal (before, after); for a volume the axis D comes after top and bottom:
        (left, top, front, right, bottom, back).
    fill : float or sequence of float
        What the cells hold with the mode 'constant'; a sequence has one value for each channel.
    padding_mode : {'constant', 'edge', 'reflect', 'symmetric'}
        `fill`; the outermost cell again and again; mirrored at the outermost cell; mirrored with the outermost cell twice.

    Raises
    ------
    TypeError, ValueError
        An argument is not of its kind.
    ShapeError
        At a call: the padding is for another number of axes, or `fill` for another number of channels.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor.data.transforms import Pad
    >>> Pad((1, 2))(mt.tensor([[1, 2, 3]]))
    tensor([[0, 1, 2, 3, 0, 0]])
    >>> Pad(1, padding_mode="reflect")(mt.tensor([[1, 2, 3]]))
    tensor([[2, 1, 2, 3, 2]])
    >>> Pad((1, 0, 0, 2))(mt.ones(3, 28, 28)).shape
    (3, 30, 29)
    """

    shown = "padding fill padding_mode"

    def __init__(self, padding: Size, fill: Fill = 0, padding_mode: str = "constant") -> None:
        self.padding = whole_numbers("Pad", "padding", padding, 0)
        self.fill = numbers("Pad", "fill", fill)
        self.padding_mode = one_of("Pad", "padding_mode", padding_mode, PADDING_MODES)

    def apply(self, array: Array) -> Array:
        """See `Transform`."""
        before, after = self._margins(array)
        sizes = [low + length + high for low, length, high in zip(before, array.shape[1:], after, strict=True)]
        return self._cut(array, [-low for low in before], sizes)


class CenterCrop(_Framed):
    """The middle of the sample. As torchvision's `CenterCrop`, which pads with 0 what is too small; here it is an error.

    Parameters
    ----------
    size : int or sequence of int
        Of the crop: along all spatial axes, or along each.

    Raises
    ------
    TypeError, ValueError
        The size is not of ints of 1 or more.
    ShapeError
        At a call: the crop is larger than the input, or has another number of axes.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor.data.transforms import CenterCrop
    >>> CenterCrop(2)(mt.arange(16).reshape(1, 4, 4))
    tensor([[[ 5,  6],
             [ 9, 10]]])
    """

    shown = "size"
    fill, padding, padding_mode = 0, None, "constant"

    def __init__(self, size: Size) -> None:
        self.size = whole_numbers("CenterCrop", "size", size, 1)

    def apply(self, array: Array) -> Array:
        """See `Transform`."""
        lengths, size = array.shape[1:], self._size_for(array, self.size)
        if any(crop > length for crop, length in zip(size, lengths, strict=True)):
            self._refuse_larger(array, size, lengths, "Give a smaller size, or enlarge the input first: Pad(padding)")
        # round, not //: where a cell is left over, torchvision has it before or after just so
        return window(array, [round((length - crop) / 2) for crop, length in zip(size, lengths, strict=True)], size)


class RandomCrop(_Framed, RandomTransform):
    """A window of the sample at a random place, after padding if wanted. As torchvision's `RandomCrop`.

    With ``RandomCrop(32, padding=4)`` an image of 32 x 32 pixels moves by up to 4 of them.

    Parameters
    ----------
    size : int or sequence of int
        Of the crop: along all spatial axes, or along each.
    padding : int or sequence of int, optional
        What is padded first, as `Pad` takes it.
    pad_if_needed : bool
        Whether an input that is still smaller than the crop is padded as far as is needed, on either side.
    fill, padding_mode
        As `Pad` takes them.
    generator : Generator or numpy.random.Generator, optional
        See `RandomTransform`.

    Raises
    ------
    TypeError, ValueError
        An argument is not of its kind.
    ShapeError
        At a call: the crop is larger than the padded input, or `size`, `padding` or `fill` does not fit its axes.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor.data.transforms import RandomCrop
    >>> crop = RandomCrop(4, padding=2, generator=mt.Generator().manual_seed(0))
    >>> crop(mt.tensor([[1, 2, 3, 4]])), crop(mt.tensor([[1, 2, 3, 4]]))
    (tensor([[3, 4, 0, 0]]), tensor([[2, 3, 4, 0]]))
    >>> crop
    RandomCrop(size=4, padding=2, pad_if_needed=False, fill=0, padding_mode='constant')
    """

    shown = "size padding pad_if_needed fill padding_mode"

    def __init__(
        self,
        size: Size,
        padding: Size | None = None,
        pad_if_needed: bool = False,
        fill: Fill = 0,
        padding_mode: str = "constant",
        *,
        generator: Generator | np.random.Generator | None = None,
    ) -> None:
        super().__init__(generator=generator)
        self.size = whole_numbers("RandomCrop", "size", size, 1)
        self.padding = None if padding is None else whole_numbers("RandomCrop", "padding", padding, 0)
        self.pad_if_needed = bool(pad_if_needed)
        self.fill = numbers("RandomCrop", "fill", fill)
        self.padding_mode = one_of("RandomCrop", "padding_mode", padding_mode, PADDING_MODES)

    def apply(self, array: Array) -> Array:
        """See `Transform`."""
        size, (before, after) = self._size_for(array, self.size), self._margins(array)
        draws = self.draws
        starts = []
        for crop, length, low, high in zip(size, array.shape[1:], before, after, strict=True):
            slack = low + length + high - crop
            if slack < 0:
                if not self.pad_if_needed:
                    padded = tuple(map(sum, zip(before, array.shape[1:], after, strict=True)))
                    self._refuse_larger(array, size, padded, "Give a smaller size, more padding, or pad_if_needed=True")
                low, slack = low - slack, -slack  # on either side as much as is missing, as torchvision
            starts.append((int(draws.integers(slack + 1)) if slack else 0) - low)
        return self._cut(array, starts, size)


def _axes(rank: int) -> str:
    """In words: '2 spatial axes (H, W)'."""
    return f"{rank} spatial {'axis' if rank == 1 else 'axes'} ({', '.join(spatial_axes(rank))})"
