"""Adaptive pooling: the output's size is given, and the windows are made to fit.

Along an axis of L cells, window p of L_out has the cells floor(p*L/L_out) : ceil((p+1)*L/L_out): see `adaptive_windows`. An
average is the primitive `adaptive_sum` over how many cells a window has; of one window, it is a `mean`. For a maximum the
cells of each window are laid side by side, as many for each: where the largest lies is then found as in a common pooling.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any, TypeAlias

import numpy as np

from minitensor.creation import from_numpy
from minitensor.dtypes import Array
from minitensor.errors import spatial_axes
from minitensor.geometry import Ints, PoolGeometry, adaptive_windows, int_of, refuse_empty
from minitensor.nn.functional.pool.checks import check_input, in_dtype
from minitensor.nn.functional.spatial import check_axes, check_floating, check_tensor, with_batch, without_batch
from minitensor.ops.elementwise import div, widened
from minitensor.ops.index import take
from minitensor.ops.pool import adaptive_sum, pool_argmax, read_at
from minitensor.ops.reduce import mean
from minitensor.tensor import Tensor

Sizes: TypeAlias = int | Sequence[int | None]


def adaptive_max_pool_nd(rank: int, input: Tensor, output_size: Sizes, return_indices: bool) -> Any:
    """Take the largest cells: `adaptive_max_pool1d`, `adaptive_max_pool2d` and `adaptive_max_pool3d` in one."""
    operation = f"adaptive_max_pool{rank}d"
    check_input(input, rank, operation)
    check_floating(input, "input", operation)
    out_spatial = _out_spatial(input, rank, output_size, operation)
    x = with_batch(input, rank)
    indices = from_numpy(_adaptive_argmax(x.numpy(), out_spatial))
    output = without_batch(read_at(x, indices), input)
    return (output, without_batch(indices, input)) if return_indices else output


def adaptive_avg_pool_nd(rank: int, input: Tensor, output_size: Sizes) -> Tensor:
    """Average to a given size: `adaptive_avg_pool1d`, `adaptive_avg_pool2d` and `adaptive_avg_pool3d` in one."""
    operation = f"adaptive_avg_pool{rank}d"
    check_tensor(input, "input", operation)
    check_axes(input, rank, operation)
    check_floating(input, "input", operation)
    refuse_empty(input.shape[-rank:], operation)
    out_spatial = _out_spatial(input, rank, output_size, operation)
    if out_spatial == (1,) * rank:
        everywhere = tuple(range(input.ndim - rank, input.ndim))
        return in_dtype(mean(widened(input), axis=everywhere, keepdims=True), input.dtype)
    total = adaptive_sum(widened(with_batch(input, rank)), spatial=out_spatial)
    average = div(total, _counts(input.shape[-rank:], out_spatial).astype(total.dtype))
    return without_batch(in_dtype(average, input.dtype), input)


def _counts(in_spatial: Ints, out_spatial: Ints) -> Array:
    """How many cells each window has (*out_spatial)."""
    lengths = []
    for size, out in zip(in_spatial, out_spatial, strict=True):
        begin, end = adaptive_windows(size, out)
        lengths.append(end - begin)
    counts: Array = reduce(np.multiply.outer, lengths)
    return counts


def adaptive_sizes(output_size: Sizes, rank: int, operation: str) -> tuple[int | None, ...]:
    """Bring `output_size` to one entry for each spatial axis: an int of 0 or more or, in a tuple for 2-D and 3-D, None.

    Raises
    ------
    ValueError
        An entry is neither, or there is not one for each spatial axis.

    Examples
    --------
    >>> adaptive_sizes((7, None), 2, "adaptive_avg_pool2d")
    (7, None)
    """
    entries = tuple(output_size) if isinstance(output_size, (tuple, list)) else (output_size,) * rank
    if len(entries) != rank:
        axes = ", ".join(spatial_axes(rank))
        raise ValueError(f"{operation}: output_size needs one entry per spatial axis, ({axes}), got {output_size!r}")
    open_axes = rank > 1 and isinstance(output_size, (tuple, list))
    return tuple(None if entry is None and open_axes else int_of(entry, "output_size", operation, 0) for entry in entries)


def _adaptive_argmax(x: Array, out_spatial: Ints) -> Array:
    """Where each window's maximum lies, counted in line over the spatial axes (n, c, *out_spatial)."""
    if 0 in out_spatial:
        return np.zeros((*x.shape[:2], *out_spatial), np.int64)
    in_spatial = x.shape[2:]
    cells = [_cells_of(size, out) for size, out in zip(in_spatial, out_spatial, strict=True)]
    for axis, places in enumerate(cells, 2):
        if places.size != x.shape[axis]:  # else each cell lies in one window, and they are in order already
            x = take(x, index=places.reshape(-1), axis=axis)
    tiles = PoolGeometry.from_pool(x.shape[2:], tuple(places.shape[1] for places in cells))
    found = np.unravel_index(pool_argmax(x, geometry=tiles), x.shape[2:])
    read = tuple(places.reshape(-1)[at] for places, at in zip(cells, found, strict=True))
    index: Array = np.ravel_multi_index(read, in_spatial)
    return index


def _cells_of(size: int, out: int) -> Array:
    """The cells of each of `out` windows over `size` cells; one that is shorter than others has its last cell again."""
    begin, end = adaptive_windows(size, out)
    longest = int((end - begin).max())
    cells: Array = np.minimum(begin[:, None] + np.arange(longest), end[:, None] - 1)  # (out, longest)
    return cells


def _out_spatial(input: Tensor, rank: int, output_size: Sizes, operation: str) -> Ints:
    """The output's sizes."""
    sizes = adaptive_sizes(output_size, rank, operation)
    return tuple(size if wanted is None else wanted for size, wanted in zip(input.shape[-rank:], sizes, strict=True))
