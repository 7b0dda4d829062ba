"""The geometry of pooling: which windows there are, and how many cells each of them counts."""

from __future__ import annotations

from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from minitensor.errors import ShapeError, shape_table, spatial_axes
from minitensor.geometry.arguments import IntOrInts, Ints, dilated, pool_padding_of, tuple_of
from minitensor.geometry.conv import refuse_empty


class Windows(NamedTuple):
    """What the windows of a pooling are, before there is an input.

    Attributes
    ----------
    kernel, stride, dilation : tuple of int
        How many cells a window has, and the steps between windows and between the cells of one, outermost axis first.
    pad : tuple of int
        How far the first window begins before the input.
    """

    kernel: Ints
    stride: Ints
    dilation: Ints
    pad: Ints


def windows_of(
    kernel: IntOrInts, stride: IntOrInts | None, padding: IntOrInts, dilation: IntOrInts, rank: int, operation: str
) -> Windows:
    """The arguments of a pooling with one entry for each spatial axis: an int, or a tuple of one, stands for every axis.

    Parameters
    ----------
    kernel, padding, dilation : int or tuple of int
        The padding is at most half of the kernel.
    stride : int or tuple of int, optional
        The kernel, where it is not given or an empty tuple: windows side by side.
    rank : int
        The number of spatial axes.
    operation : str
        The name of the calling operation, for error messages.

    Raises
    ------
    ValueError
        An argument that fits no input: see `tuple_of` and `pool_padding_of`.

    Examples
    --------
    >>> windows_of((3,), None, 1, 1, 2, "max_pool2d")
    Windows(kernel=(3, 3), stride=(3, 3), dilation=(1, 1), pad=(1, 1))
    """
    sizes = tuple_of(_only(kernel), rank, "kernel_size", operation, 1)
    steps = sizes if stride is None or stride in ((), []) else tuple_of(_only(stride), rank, "stride", operation, 1)
    apart = tuple_of(_only(dilation), rank, "dilation", operation, 1)
    return Windows(sizes, steps, apart, pool_padding_of(_only(padding), sizes, operation))


def _only(value: IntOrInts) -> IntOrInts:
    """The entry of a tuple that has one."""
    return value[0] if isinstance(value, (tuple, list)) and len(value) == 1 else value


def adaptive_windows(size: int, out: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each of `out` windows that share an axis of `size` cells begins, and where it ends.

    Window p has the cells floor(p*size/out) : ceil((p+1)*size/out), so neighbours may share a cell. **They are their own
    adjoint**: window p has the cell i exactly where, of `size` windows that share `out` cells, window i has the cell p.

    Examples
    --------
    >>> adaptive_windows(5, 3)
    (array([0, 1, 3]), array([2, 4, 5]))
    """
    windows = np.arange(out, dtype=np.int64)
    return windows * size // max(out, 1), -(-(windows + 1) * size // max(out, 1))


class PoolGeometry(NamedTuple):
    """Which cells of the input each window of a pooling reads, on every spatial axis.

    Window p reads the cells stride*p + dilation*k - pad for each k below `kernel`, as far as they lie in the input.

    Attributes
    ----------
    in_spatial, out_spatial : tuple of int
        The input's sizes and how many windows there are, outermost axis first.
    kernel, stride, dilation : tuple of int
        How many cells a window has, and the steps between windows and between the cells of one.
    pad : tuple of int
        How far the first window begins before the input.
    ceil_mode : bool
        Whether the last window may reach beyond the padding.

    Examples
    --------
    >>> PoolGeometry.from_pool((28, 28), 2).out_spatial
    (14, 14)
    """

    in_spatial: Ints
    kernel: Ints
    out_spatial: Ints
    stride: Ints
    dilation: Ints
    pad: Ints
    ceil_mode: bool

    @classmethod
    def from_pool(
        cls,
        in_spatial: Ints,
        kernel: IntOrInts,
        *,
        stride: IntOrInts | None = None,
        padding: IntOrInts = 0,
        dilation: IntOrInts = 1,
        ceil_mode: bool = False,
        operation: str = "pool",
    ) -> PoolGeometry:
        """The geometry of a pooling over an input of the sizes `in_spatial`, as PyTorch's `max_pool2d` has it.

        On each axis, out = floor((in + 2*padding - dilation*(kernel-1) - 1) / stride) + 1. With `ceil_mode` the quotient is
        rounded up, but the last window must begin inside the input or the padding before it.

        Parameters
        ----------
        in_spatial : tuple of int
            The input's sizes, outermost axis first.
        kernel, stride, padding, dilation : int or tuple of int
            As in `windows_of`.
        ceil_mode : bool
            Whether the last window may reach beyond the padding.
        operation : str
            The name of the calling operation, for error messages.

        Raises
        ------
        ValueError
            An argument that fits no input: see `windows_of`.
        ShapeError
            The input has no cells, is smaller than one window, or a dilated window reads nothing but padding.
        """
        rank = len(in_spatial)
        kernel, stride, dilation, pad = windows_of(kernel, stride, padding, dilation, rank, operation)
        refuse_empty(in_spatial, operation)
        extent = dilated(kernel, dilation)
        padded = tuple(size + 2 * p for size, p in zip(in_spatial, pad, strict=True))
        axes = zip(in_spatial, padded, extent, stride, pad, strict=True)
        out_spatial = tuple(_windows(size, room - e, s, p, ceil_mode) for size, room, e, s, p in axes)
        if any(out < 1 for out in out_spatial):
            names = spatial_axes(rank)
            table = shape_table(("input", names, in_spatial), ("kernel", names, kernel), ("dilation", names, dilation))
            raise ShapeError(f"{operation}: the dilated kernel {extent} is larger than the padded input {padded}\n{table}")
        geometry = cls(tuple(in_spatial), kernel, out_spatial, stride, dilation, pad, ceil_mode)
        geometry._refuse_windows_of_padding(operation)
        return geometry

    @property
    def rank(self) -> int:
        """How many spatial axes there are."""
        return len(self.in_spatial)

    def starts(self, axis: int) -> range:
        """Where the windows along spatial axis number `axis` begin; below 0 is in the padding.

        Examples
        --------
        >>> list(PoolGeometry.from_pool((5,), 3, stride=2, padding=1).starts(0))
        [-1, 1, 3]
        """
        first, step = -self.pad[axis], self.stride[axis]
        return range(first, first + step * self.out_spatial[axis], step)

    def counts(self, count_include_pad: bool) -> NDArray[np.int64]:
        """By how many cells average pooling divides the sum of each window.

        Parameters
        ----------
        count_include_pad : bool
            Whether cells of the padding count. What `ceil_mode` lets a window reach beyond the padding never counts.

        Returns
        -------
        ndarray of int64, shape `out_spatial`

        Examples
        --------
        >>> geometry = PoolGeometry.from_pool((6,), 3, stride=2, padding=1, ceil_mode=True)
        >>> geometry.counts(True), geometry.counts(False)
        (array([3, 3, 3, 2]), array([2, 3, 3, 1]))
        """
        return reduce(np.multiply.outer, (self._counts_along(axis, count_include_pad) for axis in range(self.rank)))

    def _counts_along(self, axis: int, count_include_pad: bool) -> NDArray[np.int64]:
        border = self.pad[axis] if count_include_pad else 0
        starts = np.array(self.starts(axis), dtype=np.int64)
        cells = starts[:, None] + self.dilation[axis] * np.arange(self.kernel[axis], dtype=np.int64)  # (window, tap)
        counted = (cells >= -border) & (cells < self.in_spatial[axis] + border)
        counts: NDArray[np.int64] = counted.sum(axis=1, dtype=np.int64)
        return counts

    def _refuse_windows_of_padding(self, operation: str) -> None:
        """Refuse what has no maximum: only a dilation can step over the whole input."""
        for axis, name in enumerate(spatial_axes(self.rank)):
            if self.dilation[axis] > 1 and not (counts := self._counts_along(axis, False)).all():
                names = spatial_axes(self.rank)
                table = shape_table(("input", names, self.in_spatial), ("kernel", names, self.kernel))
                window = int(np.argmin(counts))
                raise ShapeError(f"{operation}: window {window} along {name} reads nothing but padding\n{table}")


def _windows(size: int, room: int, stride: int, pad: int, ceil_mode: bool) -> int:
    """How many windows there are along an axis where the first may move by `room` cells."""
    if not ceil_mode:
        return room // stride + 1
    windows = -(-room // stride) + 1
    return windows - 1 if (windows - 1) * stride >= size + pad else windows
