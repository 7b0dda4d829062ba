"""The columns of a convolution as an array of their own: the cells that a tap meets are one slice of the input."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from minitensor.dtypes import Array, accumulation_dtype
from minitensor.geometry import ConvGeometry
from minitensor.kernels.numpy_.slices import At, inside
from minitensor.kernels.quiet import quiet
from minitensor.kernels.registry import kernel


@kernel("numpy")
def im2col(x: Array, *, geometry: ConvGeometry) -> Array:
    """What each tap sees at each position (n, c, *kernel, *out_spatial): x[n,c,i], and 0 in the padding."""
    columns = np.zeros((*x.shape[:2], *geometry.kernel, *geometry.out_spatial), x.dtype)
    for positions, cells in taps(geometry):
        columns[positions] = x[cells]
    return columns


@kernel("numpy")
@quiet
def col2im(g: Array, *, geometry: ConvGeometry) -> Array:
    """Add g[n,c,k,p] to the cell that tap k meets at position p: the adjoint of `im2col`. float16 is summed in float32."""
    x = np.zeros((*g.shape[:2], *geometry.in_spatial), accumulation_dtype(g.dtype))
    for positions, cells in taps(geometry):
        x[cells] += g[positions]
    return x.astype(g.dtype, copy=False)


def taps(geometry: ConvGeometry) -> Iterator[tuple[At, At]]:
    """For each tap of the kernel, the positions where it meets a cell, as an index of the columns, and these cells."""
    axes = zip(geometry.pad_lo, geometry.dilation, geometry.stride, geometry.in_spatial, geometry.out_spatial, strict=True)
    met = [
        [inside(d * tap - lo, s, size, out) for tap in range(k)]
        for k, (lo, d, s, size, out) in zip(geometry.kernel, axes, strict=True)
    ]  # for each axis and tap, the positions and the cells
    for k, pairs in zip(np.ndindex(geometry.kernel), product(*met), strict=True):
        yield (..., *k, *(positions for positions, _ in pairs)), (..., *(cells for _, cells in pairs))
