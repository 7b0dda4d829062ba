"""Pooling in NumPy: for each tap of the window, the cells that it meets in all windows are one slice of the input.

`slices.inside` finds the windows where a tap lies in the input and the cells that it meets there: padding is never stored.
A sum over windows is a sum along one axis after the other, kH + kW slices instead of kH * kW, and so is a maximum. To find
where it lies takes all kH * kW: it is the first cell that equals it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from minitensor.dtypes import Array, widened
from minitensor.geometry import Ints, PoolGeometry
from minitensor.kernels.numpy_.slices import At, dot, inside, steps_of
from minitensor.kernels.registry import kernel


@kernel("numpy")
def pool_argmax(x: Array, *, geometry: PoolGeometry) -> Array:
    """Where each window's maximum lies, as an index into the flattened spatial axes (n, c, *out_spatial).

    The first of equal cells is taken. A NaN wins over every number, and a later NaN over an earlier, as in PyTorch's
    `max_pool2d` with `return_indices`.
    """
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


def window_max(x: Array, geometry: PoolGeometry) -> Array:
    """The maximum of each window's cells; NaN if one of them is."""
    lowest = -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min
    for axis in range(geometry.rank):
        before, x = x, np.full(along(x.shape, axis, geometry.out_spatial), lowest, x.dtype)
        for windows, cells in taps_along(geometry, axis):
            np.maximum(x[windows], before[cells], out=x[windows])
    return x


@kernel("numpy")
@np.errstate(all="ignore")
def pool_sum(x: Array, *, geometry: PoolGeometry) -> Array:
    """The sum of each window's cells; padding counts as 0. float16 is summed in float32."""
    y = widened(x)
    for axis in range(geometry.rank):
        before, y = y, np.zeros(along(y.shape, axis, geometry.out_spatial), y.dtype)
        for windows, cells in taps_along(geometry, axis):
            y[windows] += before[cells]
    return y.astype(x.dtype, copy=False)


@kernel("numpy")
@np.errstate(all="ignore")
def pool_spread(g: Array, *, geometry: PoolGeometry) -> Array:
    """Add each window's value to each of its cells: the adjoint of `pool_sum`."""
    x = widened(g)
    for axis in reversed(range(geometry.rank)):
        before, x = x, np.zeros(along(x.shape, axis, geometry.in_spatial), x.dtype)
        for windows, cells in taps_along(geometry, axis):
            x[cells] += before[windows]
    return x.astype(g.dtype, copy=False)


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
