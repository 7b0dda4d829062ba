"""The field of a tensor's cells along one axis of the input."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from minitensor.dtypes import Array
from minitensor.geometry import Ints


class Field(NamedTuple):
    """What the cells of a tensor read along one axis of the input.

    Attributes
    ----------
    axes : tuple of int
        The tensor's axes along which cells read different parts of the input: one for what a convolution made of an image,
        none where every cell reads the same.
    start, stride, size : int
        Cell p reads `size` cells from start + stride*p on: the hull of what it reads, beyond the input's border too.
    seen : tuple of int
        The first and the last cell of the input that any cell of the tensor reads.
    uneven : str
        Why the cells do not follow one another along one axis, where they don't. The stride is 0 then, and the field that of
        all cells together, unless there is an `order`.
    order : ndarray or None
        For each cell of the tensor which p it is, where they were only moved: they may be put back in line.
    copies : bool
        Whether padding with copies lets cells near the border read from elsewhere.

    Examples
    --------
    >>> field = Field((2,), start=-1, stride=2, size=5, seen=(0, 9))
    >>> field.at(0), field.at(3), field.is_cut(0), field.is_cut(3)
    ((0, 3), (5, 9), True, False)
    """

    axes: Ints
    start: int
    stride: int
    size: int
    seen: tuple[int, int]
    uneven: str = ""
    order: Array | None = None
    copies: bool = False

    def at(self, position: int) -> tuple[int, int]:
        """The first and the last cell of the field of a cell, as far as anything is read there; (0, -1) for none."""
        first = self.start + self.stride * position
        first, last = max(first, self.seen[0]), min(first + self.size - 1, self.seen[1])
        return (first, last) if first <= last else (0, -1)

    def is_cut(self, position: int) -> bool:
        """Whether the field of a cell reaches beyond what is read of the input."""
        first = self.start + self.stride * position
        return first < self.seen[0] or first + self.size - 1 > self.seen[1]

    def windows(self, lo: int, stride: int, reach: int) -> Field:
        """The field of windows that begin at -lo, `stride` apart, and reach over so many cells beyond their first."""
        start, size = self.start - lo * self.stride, self.size + reach * self.stride
        return self._replace(start=start, stride=self.stride * stride, size=size)

    def hull(self, shape: Ints) -> Field:
        """The field of all the cells together, of a tensor of this shape."""
        if not self.stride:
            return self
        low, high = (0, shape[self.axes[0]] - 1) if self.order is None else (int(self.order.min()), int(self.order.max()))
        size = self.size + (high - low) * self.stride
        return self._replace(start=self.start + low * self.stride, stride=0, size=size, order=None)

    def contracted(self, shape: Ints, axes: Iterable[int], kept: bool = True) -> Field:
        """The field of what reads these axes as a whole; where they are not kept, those behind them move up."""
        axes = {axis % len(shape) for axis in axes}
        field = self if axes.isdisjoint(self.axes) else self.hull(shape)
        left = [axis for axis in field.axes if axis not in axes]
        order = field.order
        if order is not None:  # it does not change along them
            order = order[tuple(slice(0, 1) if axis in axes else slice(None) for axis in range(order.ndim))]
        if not kept:
            left = [axis - sum(one < axis for one in axes) for axis in left]
            order = None if order is None else order.squeeze(tuple(axes))
        return field._replace(axes=tuple(left), order=order, uneven=field.uneven if left else "")
