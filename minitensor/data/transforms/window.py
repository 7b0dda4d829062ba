"""A window of an array that goes on beyond its edges: padding, cropping and shifting are this one function."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minitensor.dtypes import Array


def window(array: Array, starts: Sequence[int], sizes: Sequence[int], mode: str = "constant", fill: Any = 0) -> Array:
    """Copy the cells from `starts` on, so many as `sizes` says, along the last axes.

    Parameters
    ----------
    array : ndarray
        Axes (C, *spatial).
    starts, sizes : sequence of int
        One for each spatial axis. The window may begin before the first cell (a negative start) and end after the last.
    mode : {'constant', 'edge', 'reflect', 'symmetric', 'wrap'}
        What lies beyond the edges, named as in `numpy.pad`.
    fill : number or ndarray
        What lies there with 'constant'; one that broadcasts with (C, *spatial).

    Returns
    -------
    ndarray
        Axes (C, *sizes), new memory.

    Examples
    --------
    >>> import numpy as np
    >>> line = np.array([[1, 2, 3, 4]])
    >>> window(line, [-2], [5]), window(line, [-2], [5], "reflect"), window(line, [1], [2])
    (array([[0, 0, 1, 2, 3]]), array([[3, 2, 1, 2, 3]]), array([[2, 3]]))
    """
    source, target, leaves = [slice(None)], [slice(None)], False
    for start, size, length in zip(starts, sizes, array.shape[1:], strict=True):
        end = start + size
        if start < 0 or end > length:
            leaves = True
        source.append(slice(max(start, 0), max(end, 0)))  # what of the window lies in the array,
        target.append(slice(max(-start, 0), min(size, max(length - start, 0))))  # and where in the window that is
    if not leaves:
        return array[tuple(source)].copy()
    if mode == "constant":
        result = np.empty((array.shape[0], *sizes), array.dtype)
        result[...] = fill
        result[tuple(target)] = array[tuple(source)]
        return result
    for axis, (start, size, length) in enumerate(zip(starts, sizes, array.shape[1:], strict=True), 1):
        if start != 0 or size != length:
            array = array.take(cells(start, start + size, length, mode), axis=axis)
    return array


def cells(start: int, end: int, length: int, mode: str) -> Array:
    """Which of `length` cells stand at the places start, …, end - 1 of an axis that goes on at its edges as `mode` says."""
    places = np.arange(start, end)
    if mode == "edge":
        return places.clip(0, length - 1)
    if mode == "wrap":
        return places % length
    if mode == "symmetric":  # there and back again, each cell at a turn twice
        places %= 2 * length
        return np.minimum(places, 2 * length - 1 - places)
    last = length - 1  # reflect: there and back again, the cells at a turn once
    return last - np.abs(places % max(2 * last, 1) - last)
