"""Pooling in NumPy: for each tap of the window, the cells that it meets in all windows are one slice of the input.

`slices.inside` finds the windows where a tap lies in the input and the cells that it meets there: padding is never stored.
A sum over windows is a sum along one axis after the other, kH + kW slices instead of kH * kW, and so is a maximum. To find
where it lies takes all kH * kW: it is the first cell that equals it. So a maximum is worked out without an index, and only
its gradient asks where it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod

import numpy as np

from minitensor.dtypes import Array, widened
from minitensor.geometry import Ints, PoolGeometry, adaptive_windows
from minitensor.kernels.numpy_.index import scatter_add
from minitensor.kernels.numpy_.reduce import accurate_sum
from minitensor.kernels.numpy_.select import WORDS
from minitensor.kernels.numpy_.slices import At, dot, inside, steps_of
from minitensor.kernels.quiet import quiet
from minitensor.kernels.registry import kernel

# With so many cells in a window, and each cell in one window, it is faster to lay the windows' cells in line.
MANY_TAPS = 64

# From so many cells on NumPy reduces tiles along an axis, beginning anew for every one, sooner than slices are combined.
LONG = 32


@kernel("numpy")
def pool_argmax(x: Array, *, geometry: PoolGeometry) -> Array:
    """Where each window's maximum lies, as an index into the flattened spatial axes (n, c, *out_spatial).

    The first of equal cells is taken. A NaN wins over every number, and a later NaN over an earlier, as in PyTorch's
    `max_pool2d` with `return_indices`.
    """
    if prod(geometry.kernel) > MANY_TAPS and _is_tiling(geometry):
        return _argmax_of_tiles(x, geometry)
    highest = window_max(x, geometry)
    index = np.zeros(highest.shape, np.int64)
    steps = steps_of(geometry.in_spatial)
    # The cell is (stride*p - pad) + dilation*k on every axis: first the tap's share is written, then the window's is added.
    tap_steps = [step * d for step, d in zip(steps, geometry.dilation, strict=True)]
    met = [(dot(tap_steps, k), *slices) for k, slices in zip(np.ndindex(geometry.kernel), taps(geometry), strict=True)]
    for share, windows, cells in reversed(met):  # the first of equals is written last
        np.copyto(index[windows], share, where=x[cells] == highest[windows])
    if np.isnan(highest).any():
        for share, windows, cells in met:
            np.copyto(index[windows], share, where=np.isnan(x[cells]))
    for axis, step in enumerate(steps):
        starts = step * np.array(geometry.starts(axis), np.int64)
        index += starts.reshape(-1, *[1] * (geometry.rank - 1 - axis))  # (..., window along axis, 1, ..., 1)
    return index


def _is_tiling(geometry: PoolGeometry) -> bool:
    """Whether the windows lie side by side and are all of the input."""
    tiles = tuple(k * out for k, out in zip(geometry.kernel, geometry.out_spatial, strict=True))
    side_by_side = geometry.stride == geometry.kernel and max(geometry.dilation) == 1 and not any(geometry.pad)
    return side_by_side and tiles == geometry.in_spatial


def _argmax_of_tiles(x: Array, geometry: PoolGeometry) -> Array:
    """`pool_argmax` where each cell lies in one window: the cells of a window become one line."""
    rank, out = geometry.rank, geometry.out_spatial
    split = [size for pair in zip(out, geometry.kernel, strict=True) for size in pair]
    tiles = x.reshape(*x.shape[:2], *split)  # (n, c, out, kernel, out, kernel, ...)
    axes = (0, 1, *range(2, 2 + 2 * rank, 2), *range(3, 3 + 2 * rank, 2))
    lines = tiles.transpose(axes).reshape(*x.shape[:2], *out, prod(geometry.kernel))  # (n, c, *out, tap)
    tap = lines.argmax(-1)
    nan = np.isnan(np.take_along_axis(lines, tap[..., None], -1)).any(-1)
    if nan.any():  # NumPy's is the first NaN
        tap[nan] = lines.shape[-1] - 1 - np.isnan(lines[nan])[..., ::-1].argmax(-1)
    starts = np.indices(out).reshape(rank, *[1] * 2, *out)  # (axis, 1, 1, *out)
    taps = np.unravel_index(tap, geometry.kernel)
    places = tuple(k * window + at for k, window, at in zip(geometry.kernel, starts, taps, strict=True))
    index: Array = np.ravel_multi_index(places, geometry.in_spatial).astype(np.int64, copy=False)
    return index


def window_max(x: Array, geometry: PoolGeometry) -> Array:
    """The maximum of each window's cells; NaN if one of them is.

    The last axis comes first: its cells are read where they are next to each other, and half of the array or less is left.
    """
    lowest = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    for axis in reversed(range(geometry.rank)):
        x = _along_windows(x, geometry, axis, np.maximum, lowest)
    return x


def _along_windows(x: Array, geometry: PoolGeometry, axis: int, ufunc: np.ufunc, nothing: float) -> Array:
    """The maximum or the sum of each window's cells along one axis; `nothing` is that of no cells."""
    out, size = geometry.out_spatial[axis], geometry.kernel[axis]
    if size > LONG and _is_tiling(geometry):
        tiles = x.reshape(*x.shape[: axis + 2], out, size, *x.shape[axis + 3 :])  # (..., window, cell, ...)
        reduced: Array = ufunc.reduce(tiles, axis=axis + 3) if ufunc is np.maximum else accurate_sum(tiles, (axis + 3,))
        return reduced.reshape(along(x.shape, axis, geometry.out_spatial))
    taps = sorted(taps_along(geometry, axis), key=lambda tap: not _in_all_windows(tap, geometry, axis))
    whole = [cells for windows, cells in taps[:2] if _in_all_windows((windows, cells), geometry, axis)]
    y: Array
    if len(whole) == 2:
        y = ufunc(x[whole[0]], x[whole[1]])
    elif whole:
        y = x[whole[0]].copy()
    else:
        y = np.full(along(x.shape, axis, geometry.out_spatial), nothing, x.dtype)
    for windows, cells in taps[len(whole) :]:
        ufunc(y[windows], x[cells], out=y[windows])
    return y


def _in_all_windows(tap: tuple[At, At], geometry: PoolGeometry, axis: int) -> bool:
    """Whether the tap meets a cell in every window along an axis."""
    windows = tap[0][-1]
    return bool(windows.stop - windows.start == geometry.out_spatial[axis])


@kernel("numpy")
def max_pool(x: Array, *, geometry: PoolGeometry) -> Array:
    """The maximum of each window's cells (n, c, *out_spatial); NaN if one of them is. Padding is never the largest."""
    return window_max(x, geometry)


@kernel("numpy")
@quiet
def max_pool_spread(g: Array, x: Array, highest: Array, *, geometry: PoolGeometry) -> Array:
    """Add each window's value to the cell of x that is its maximum, `highest`: the first of equals, but the last NaN.

    float16 is summed in float32.
    """
    if np.isnan(highest).any() or (prod(geometry.kernel) > MANY_TAPS and _is_tiling(geometry)):
        return _spread_to(pool_argmax(x, geometry=geometry), g, x.shape)
    wide = widened(g)
    left = np.array(wide, order="C").view(WORDS[wide.dtype.itemsize])  # of each window, until its cell is found
    spread = (np.empty if _is_tiling(geometry) else np.zeros)(x.shape, wide.dtype)
    apart = all(_lie_apart(geometry, axis) for axis in range(geometry.rank))
    *others, last = taps(geometry)
    rest = left[last[0]].shape == left.shape  # the last tap is in every window: it has what no other has
    for windows, cells in others if rest else (*others, last):
        # The bits of a float times 0 or 1, both as integers: that keeps inf and NaN, or makes them 0.
        share = (x[cells] == highest[windows]).view(np.int8).astype(left.dtype)
        share *= left[windows]
        left[windows] -= share
        _put(share, spread, cells, apart)
    if rest:
        _put(left, spread, last[1], apart)
    return spread.astype(g.dtype, copy=False)


def _put(share: Array, spread: Array, cells: At, alone: bool) -> None:
    """Write the bits of floats to cells where nothing else goes, or add them."""
    if alone:
        spread.view(share.dtype)[cells] = share
    else:
        spread[cells] += share.view(spread.dtype)


def _spread_to(index: Array, g: Array, shape: Ints) -> Array:
    """Add each window's value to the cell that an index names."""
    lines, places = (*shape[:2], prod(shape[2:])), index.reshape(*shape[:2], -1)  # (n, c, cells), (n, c, windows)
    spread: Array = scatter_add(g.reshape(places.shape), places, axis=2, shape=lines).reshape(shape)
    return spread


def _lie_apart(geometry: PoolGeometry, axis: int) -> bool:
    """Whether no cell along an axis lies in two windows."""
    size, stride, dilation = geometry.kernel[axis], geometry.stride[axis], geometry.dilation[axis]
    return len({dilation * tap % stride for tap in range(size)}) == size


@kernel("numpy")
@quiet
def pool_sum(x: Array, *, geometry: PoolGeometry) -> Array:
    """The sum of each window's cells; padding counts as 0. float16 is summed in float32."""
    y = widened(x)
    for axis in reversed(range(geometry.rank)):
        y = _along_windows(y, geometry, axis, np.add, 0)
    return y.astype(x.dtype, copy=False)


@kernel("numpy")
@quiet
def pool_spread(g: Array, *, geometry: PoolGeometry) -> Array:
    """Add each window's value to each of its cells: the adjoint of `pool_sum`."""
    x = widened(g)
    for axis in range(geometry.rank):
        before, shape = x, along(x.shape, axis, geometry.in_spatial)
        apart = _lie_apart(geometry, axis)
        x = (np.empty if _is_tiling(geometry) else np.zeros)(shape, x.dtype)
        for windows, cells in taps_along(geometry, axis):
            if apart:
                x[cells] = before[windows]
            else:
                x[cells] += before[windows]
    return x.astype(g.dtype, copy=False)


@kernel("numpy")
@quiet
def adaptive_sum(x: Array, *, spatial: Ints) -> Array:
    """The sums over the windows that share each spatial axis, `spatial` in number; float16 is summed in float32."""
    y = widened(x)
    for axis in reversed(range(2, x.ndim)):
        if spatial[axis - 2] != y.shape[axis]:
            y = _adaptive_sum_along(y, axis, spatial[axis - 2])
    return y.astype(x.dtype, copy=y is x)


def _adaptive_sum_along(y: Array, axis: int, out: int) -> Array:
    """The sums over the windows along one axis."""
    before, size, after = y.shape[:axis], y.shape[axis], y.shape[axis + 1 :]
    if out == 0 or size == 0:
        return np.zeros((*before, out, *after), y.dtype)
    if size % out == 0:
        tiles = y.reshape(*before, out, size // out, *after)  # (..., window, cell, ...)
        return accurate_sum(tiles, (axis + 1,)).squeeze(axis + 1)
    if out % size == 0:  # each cell is several windows' only one
        return np.repeat(y, out // size, axis)
    begin, end = adaptive_windows(size, out)
    total = np.take(y, begin, axis)
    for tap in range(1, int((end - begin).max())):
        longer = np.flatnonzero(begin + tap < end)  # the windows that have so many cells
        at = longer if len(longer) < out else slice(None)
        total[(slice(None),) * axis + (at,)] += np.take(y, begin[longer] + tap, axis)
    return total


def along(shape: Ints, axis: int, spatial: Ints) -> Ints:
    """`shape` with the size that spatial axis number `axis` has in `spatial`."""
    return (*shape[: axis + 2], spatial[axis], *shape[axis + 3 :])


def taps_along(geometry: PoolGeometry, axis: int) -> Iterator[tuple[At, At]]:
    """For each tap along spatial axis number `axis`, the windows where it meets a cell, and these cells."""
    before = (slice(None),) * (axis + 2)
    for tap in range(geometry.kernel[axis]):
        offset = geometry.dilation[axis] * tap - geometry.pad[axis]
        windows, cells = inside(offset, geometry.stride[axis], geometry.in_spatial[axis], geometry.out_spatial[axis])
        yield (*before, windows), (*before, cells)


def taps(geometry: PoolGeometry) -> Iterator[tuple[At, At]]:
    """For each tap in scan order, the windows where it meets a cell, and these cells."""
    for pairs in product(*(taps_along(geometry, axis) for axis in range(geometry.rank))):
        yield (..., *(windows[-1] for windows, _ in pairs)), (..., *(cells[-1] for _, cells in pairs))
