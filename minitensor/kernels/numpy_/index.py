"""What reads elements by their place, and writes them there.

Where places come more than once, each element is added in its turn: `np.add.at`. Along one line, with one place for each
element, that takes a sixth of the time that it takes along several axes, so the places are counted in line first.
"""

from __future__ import annotations

from itertools import pairwise
from math import prod
from typing import Any

import numpy as np

from minitensor.dtypes import Array, accumulation_dtype, int64
from minitensor.kernels.numpy_.slices import steps_of
from minitensor.kernels.registry import kernel

# An index of long runs of neighbours, as that of a padding, is added run by run: twenty times as fast as cell by cell on
# (64, 32, 28, 28). With fewer than four cells a run it is not worth it.
SHORT_RUNS = 1 / 4

# An index of another kind is looked up in an array of all places, which pays where that is at most so many times as large.
FEW_PLACES = 8


@kernel("numpy")
def getitem(a: Any, *, index: Any) -> Any:
    """a[index], with NumPy's indices of every kind: a view where they are slices and integers."""
    part = a[index]
    if isinstance(part, np.ndarray):
        return part
    return a[(*index, ...) if isinstance(index, tuple) else (index, ...)]  # a view of the cell, where NumPy copies it


@kernel("numpy")
def putitem(a: Any, value: Any, *, index: Any) -> Array:
    """Copy a with a[index] = value done."""
    out = np.array(a)
    out[index] = value
    return out


@kernel("numpy")
def additem(g: Any, *, index: Any, shape: tuple[int, ...]) -> Array:
    """Zeros of `shape` to which g is added at the index: the adjoint of `getitem`."""
    if is_basic(index):
        out = np.zeros(shape, g.dtype)
        out[index] = g
        return out
    if prod(shape) <= FEW_PLACES * g.size:
        return _added(g, shape, np.arange(prod(shape)).reshape(shape)[index])
    out = np.zeros(shape, accumulation_dtype(g.dtype))
    np.add.at(out, index, g)
    return out.astype(g.dtype, copy=False)


def is_basic(index: Any) -> bool:
    """Whether an index is of slices, integers, None and Ellipsis alone, and so names no cell twice."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        part is None
        or part is Ellipsis
        or isinstance(part, slice)
        or (isinstance(part, (int, np.integer)) and not isinstance(part, bool))
        for part in parts
    )


@kernel("numpy")
def take(a: Any, *, index: Array, axis: int) -> Any:
    """The slices of an axis that the index names, in its order."""
    return np.take(a, index, axis)


@kernel("numpy")
def index_add(g: Any, *, index: Array, axis: int, length: int) -> Array:
    """Add each slice of g to the place along the axis that the index names: the adjoint of `take`."""
    before, shape = (slice(None),) * axis, (*g.shape[:axis], length, *g.shape[axis + index.ndim :])
    places = _from_start(index, length).reshape(-1)
    breaks = [0, *(np.flatnonzero(np.diff(places) != 1) + 1), index.size]
    if len(breaks) > SHORT_RUNS * index.size:
        rows, cells = np.arange(prod(shape[:axis])), np.arange(prod(shape[axis + 1 :]))
        return _added(g, shape, np.add.outer(np.add.outer(rows * length, places) * len(cells), cells))  # (row, place, cell)
    g = g.reshape(*shape[:axis], -1, *shape[axis + 1 :])
    out = np.zeros(shape, accumulation_dtype(g.dtype))
    for begin, end in pairwise(breaks):
        if begin < end:
            first = places[begin]
            out[(*before, slice(first, first + end - begin))] += g[(*before, slice(begin, end))]
    return out.astype(g.dtype, copy=False)


@kernel("numpy")
def gather(a: Any, index: Any, *, axis: int) -> Any:
    """y[..., i, ...] = a[..., index[..., i, ...], ...] along an axis."""
    return a[_places(index, axis)]


@kernel("numpy")
def nonzero(a: Any) -> Array:
    """The places of the elements that are not 0, a row each."""
    return np.argwhere(a).astype(int64, copy=False)


@kernel("numpy")
def scatter_add(g: Any, index: Any, *, axis: int, shape: tuple[int, ...]) -> Array:
    """Zeros of `shape` to which g is added where `gather` would read: its adjoint."""
    if index.shape[axis] == 1:  # no place comes twice
        out = np.zeros(shape, g.dtype)
        out[_places(index, axis)] = g
        return out
    return _added(g, shape, places_in_line(_from_start(index, shape[axis]), axis, shape))


def _added(v: Array, shape: tuple[int, ...], places: Any) -> Array:
    """Zeros to which v is added at places counted in line, which may come more than once; float16 is summed in float32."""
    out = np.zeros(prod(shape), accumulation_dtype(v.dtype))
    np.add.at(out, places.reshape(-1), v.reshape(-1).astype(out.dtype, copy=False))
    return out.reshape(shape).astype(v.dtype, copy=False)


def _from_start(index: Array, length: int) -> Array:
    """The index with what counts from the end of the axis counted from its start.

    Raises
    ------
    IndexError
        It names a place that the axis does not have.
    """
    if not index.size:
        return index
    least, most = int(index.min()), int(index.max())
    if least < -length or most >= length:
        raise IndexError(f"the index {most if most >= length else least} is out of range for an axis of {length}")
    return index if least >= 0 else np.where(index < 0, index + length, index)


def places_in_line(index: Array, axis: int, shape: tuple[int, ...]) -> Array:
    """Where the cells that `gather` reads stand when an array of that shape is laid out in one line."""
    steps = steps_of(shape)
    places = np.multiply(index, steps[axis], dtype=np.int64)
    for one, (length, step) in enumerate(zip(index.shape, steps, strict=True)):
        if one != axis and length > 1:
            places += (step * np.arange(length)).reshape(-1, *(1,) * (index.ndim - 1 - one))  # (length, 1, ...)
    return np.asarray(places)


def _places(index: Array, axis: int) -> tuple[Array, ...]:
    """The full index of every cell that `gather` reads: the cell's own, but for one axis."""
    lengths = index.shape
    own = [
        np.arange(length).reshape(-1, *(1,) * (len(lengths) - 1 - one)) for one, length in enumerate(lengths)
    ]  # (length, 1, ...)
    return (*own[:axis], index, *own[axis + 1 :])
