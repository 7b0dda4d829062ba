"""Resizing an axis is a linear map: which cells the map mixes, and with what weights.

Position p of the result stands over the place x(p) of the input. With scale = in / out, or 1 / scale_factor where that is
given, either all cells have the same width, or, with `align_corners`, the outermost centres stay in their places:

    x(p) = scale * (p + 1/2) - 1/2          x(p) = p * (in - 1) / (out - 1)

There the result mixes the cells i around with the weights w(i - x(p)):

    linear      w(d) = 1 - |d|                                  the cells on both sides
    cubic       Keys' polynomials of |d| with a = -3/4          two cells on both sides
    lanczos     w(d) = sinc(d) * sinc(d / 3)                    three cells on both sides

What lies beyond an end counts as the cell at the end. With `antialias`, where there are fewer cells than before, w is
stretched to the width of a new cell, so that no cell is missed; what lies beyond the ends is left out, and the weights are
divided by their sum; cubic has a = -1/2 then.

References
----------
R. G. Keys, "Cubic convolution interpolation for digital image processing", 1981; PyTorch's `F.interpolate`, whose roundings
it follows where they show.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from minitensor.dtypes import Array


class AxisMap:
    """A linear map along one axis: y[p] = sum over t of weights[t, p] * x[cells[t, p]].

    Parameters
    ----------
    length : int
        How many cells x has.
    cells : ndarray of int64, axes (t, p)
        Which cells are mixed.
    weights : ndarray of float64, axes (t, p), or None
        What they are multiplied with; None for 1.

    Examples
    --------
    >>> halves = AxisMap(3, np.array([[0, 1], [1, 2]]), np.full((2, 2), 0.5))
    >>> halves.matrix()
    array([[0.5, 0.5, 0. ],
           [0. , 0.5, 0.5]])
    >>> halves.transposed.matrix()
    array([[0.5, 0. ],
           [0.5, 0.5],
           [0. , 0.5]])
    """

    __slots__ = ("_transposed", "cells", "length", "weights")

    def __init__(self, length: int, cells: Array, weights: Array | None = None) -> None:
        self.length = length
        self.cells = cells
        self.weights = weights
        self._transposed: AxisMap | None = None

    @property
    def transposed(self) -> AxisMap:
        """The adjoint: each cell of x mixes the positions that it went into."""
        if self._transposed is None:
            self._transposed = self._transpose()
            self._transposed._transposed = self
        return self._transposed

    def matrix(self) -> Array:
        """The map as a matrix, axes (p, i)."""
        matrix = np.zeros((self.cells.shape[1], self.length))
        weights = np.ones(self.cells.shape) if self.weights is None else self.weights
        np.add.at(matrix, (np.broadcast_to(np.arange(len(matrix)), self.cells.shape), self.cells), weights)
        return matrix

    def _transpose(self) -> AxisMap:
        taps, out = self.cells.shape
        cells = self.cells.T.reshape(-1)  # (p, t), so that a cell's positions come in their order
        weights = np.ones(cells.shape) if self.weights is None else self.weights.T.reshape(-1)
        used = np.flatnonzero(weights)
        order = used[np.argsort(cells[used], kind="stable")]
        cells, weights, positions = cells[order], weights[order], order // taps
        counts = np.bincount(cells, minlength=self.length)
        first = np.cumsum(counts) - counts
        rank = np.arange(len(cells)) - first[cells]  # each entry's number among those of its cell
        shape = (max(int(counts.max(initial=0)), 1), self.length)
        mixed, by = np.zeros(shape, np.int64), np.zeros(shape)
        mixed[rank, cells], by[rank, cells] = positions, weights
        return AxisMap(out, mixed, None if (by == 1).all() else by)


@lru_cache(maxsize=256)
def axis_map(mode: str, size: int, out: int, scale_factor: float | None, align_corners: bool, antialias: bool) -> AxisMap:
    """The map that brings an axis of `size` cells to `out`.

    Parameters
    ----------
    mode : {'nearest', 'nearest-exact', 'linear', 'cubic', 'lanczos'}
        How cells are mixed; lanczos only with `antialias`.
    size, out : int
        The lengths before and after, both 1 or more.
    scale_factor : float or None
        What takes the place of out / size in the positions.
    align_corners : bool
        Whether the outermost cells keep their places.
    antialias : bool
        Whether the weights cover all cells when shrinking.

    Examples
    --------
    >>> axis_map("linear", 2, 4, None, False, False).matrix()
    array([[1.  , 0.  ],
           [0.75, 0.25],
           [0.25, 0.75],
           [0.  , 1.  ]])
    """
    if mode.startswith("nearest"):
        return AxisMap(size, _nearest(size, out, scale_factor, mode == "nearest-exact"))
    if size == out and (antialias or mode == "linear"):  # whatever the scale factor is
        return AxisMap(size, np.arange(size)[None])
    if align_corners:
        scale = (size - 1) / (out - 1) if out > 1 else 0.0
    else:
        scale = 1 / scale_factor if scale_factor else size / out
    reach, weight, stretched = WEIGHTS[mode]
    if antialias:
        return _antialiased(reach, stretched, size, out, scale)
    x = scale * np.arange(out) if align_corners else scale * (np.arange(out) + 0.5) - 0.5
    cells = np.floor(x) + np.arange(1 - reach, reach + 1)[:, None]  # (t, p)
    return AxisMap(size, np.clip(cells, 0, size - 1).astype(np.int64), weight(cells - x))


def _nearest(size: int, out: int, scale_factor: float | None, exact: bool) -> Array:
    """For each position the cell that it stands over, or, not exact, the one below its left end; in float32, as PyTorch."""
    positions = np.arange(out)
    if not exact and out in (size, 2 * size):  # whatever the scale factor is
        return (positions // (out // size))[None]
    scale = np.float32(1 / scale_factor) if scale_factor else np.float32(size) / np.float32(out)
    places = (positions + 0.5) * np.float64(scale) if exact else positions.astype(np.float32) * scale
    return np.minimum(np.floor(places.astype(np.float32)).astype(np.int64), size - 1)[None]


def _antialiased(reach: int, weight: Weight, size: int, out: int, scale: float) -> AxisMap:
    """Weights stretched to the width of a new cell, over the cells that there are."""
    stretch = max(scale, 1.0)
    centre = scale * (np.arange(out) + 0.5)
    first = np.maximum((centre - reach * stretch + 0.5).astype(np.int64), 0)
    last = np.minimum((centre + reach * stretch + 0.5).astype(np.int64), size)
    cells = first + np.arange(max(int((last - first).max()), 1))[:, None]  # (t, p)
    weights = np.where(cells < last, weight((cells - centre + 0.5) / stretch), 0)
    return AxisMap(size, np.minimum(cells, size - 1), weights / weights.sum(axis=0))


def _linear(d: Array) -> Array:
    return np.asarray(np.maximum(1 - abs(d), 0))


def _cubic(d: Array, a: float) -> Array:
    """Keys' polynomials of |d|: up to 1, and from there up to 2."""
    d = abs(d)
    near = ((a + 2) * d - (a + 3)) * d * d + 1
    far = ((a * d - 5 * a) * d + 8 * a) * d - 4 * a
    return np.where(d <= 1, near, np.where(d < 2, far, 0))


def _lanczos(d: Array) -> Array:
    return np.where(abs(d) < 3, np.sinc(d) * np.sinc(d / 3), 0)


Weight: TypeAlias = Callable[[Array], Array]

# How far the weights reach, what they are, and what they are with antialiasing: PyTorch's cubic ones are not the same.
WEIGHTS: dict[str, tuple[int, Weight, Weight]] = {
    "linear": (1, _linear, _linear),
    "cubic": (2, lambda d: _cubic(d, -0.75), lambda d: _cubic(d, -0.5)),
    "lanczos": (3, _lanczos, _lanczos),
}
