"""Hypothesis strategies for the geometries of convolution and pooling, and for arrays of integers that fit them.

They are biased to what convolutions written by hand get wrong: strides that do not divide, unequal padding, padding beyond
the kernel, dilation, groups, axes of size 1, empty batches, arrays that are not contiguous. All values are small integers in
float64, on which sums and products are exact: what must be equal can be compared with no tolerance.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from hypothesis import strategies as st

from minitensor.dtypes import Array
from minitensor.geometry import ConvGeometry, Ints, PoolGeometry

Draw: TypeAlias = Callable[[st.SearchStrategy[Any]], Any]

# By the rank: the most positions, and the most taps, along an axis. The reference's loops are slow.
MOST = {1: (6, 5), 2: (4, 3), 3: (2, 3)}


class ConvCase(NamedTuple):
    """A geometry, and arrays that fit it."""

    geometry: ConvGeometry
    x: Array  # (n, c, *in_spatial)
    w: Array  # (o, c/groups, *kernel)
    g: Array  # (n, o, *out_spatial)


class PoolCase(NamedTuple):
    """A geometry, and arrays that fit it."""

    geometry: PoolGeometry
    x: Array  # (n, c, *in_spatial)
    g: Array  # (n, c, *out_spatial)


def ints(draw: Draw, rank: int, low: int, high: int) -> Ints:
    """One int for each axis."""
    return tuple(draw(st.integers(low, high)) for _ in range(rank))


@st.composite
def conv_geometries(draw: Draw, ranks: tuple[int, ...] = (1, 2, 3)) -> ConvGeometry:
    """What `ConvGeometry.from_conv` answers; on most axes the stride leaves a remainder, where it can."""
    rank = draw(st.sampled_from(ranks))
    most_positions, most_taps = MOST[rank]
    positions, kernel = ints(draw, rank, 1, most_positions), ints(draw, rank, 1, most_taps)
    stride, dilation = ints(draw, rank, 1, 4), ints(draw, rank, 1, 3)
    padding = tuple(zip(ints(draw, rank, 0, 4), ints(draw, rank, 0, 4), strict=True))
    in_spatial = []
    for p, k, s, d, (lo, hi) in zip(positions, kernel, stride, dilation, padding, strict=True):
        remainder = draw(st.integers(0, s - 1))
        in_spatial.append(max((p - 1) * s + d * (k - 1) + 1 + remainder - lo - hi, 1))
    groups = draw(st.integers(1, 3))
    return ConvGeometry.from_conv(
        tuple(in_spatial), kernel, stride=stride, padding=padding, dilation=dilation, groups=groups
    )


@st.composite
def transposed_geometries(draw: Draw, ranks: tuple[int, ...] = (1, 2, 3)) -> ConvGeometry:
    """What `ConvGeometry.from_transpose` answers, with output_padding below the stride or the dilation."""
    rank = draw(st.sampled_from(ranks))
    most_positions, most_taps = MOST[rank]
    positions, kernel = ints(draw, rank, 1, most_positions), ints(draw, rank, 1, most_taps)
    stride, dilation = ints(draw, rank, 1, 4), ints(draw, rank, 1, 3)
    output_padding = tuple(draw(st.integers(0, max(s, d) - 1)) for s, d in zip(stride, dilation, strict=True))
    padding = []
    for p, k, s, d, more in zip(positions, kernel, stride, dilation, output_padding, strict=True):
        spare = (p - 1) * s + d * (k - 1) + more  # one cell must be left
        lo = draw(st.integers(0, min(spare, 4)))
        padding.append((lo, draw(st.integers(0, min(spare - lo, 4)))))
    return ConvGeometry.from_transpose(
        positions,
        kernel,
        stride=stride,
        padding=padding,
        output_padding=output_padding,
        dilation=dilation,
        groups=draw(st.integers(1, 3)),
    )


def geometries(ranks: tuple[int, ...] = (1, 2, 3)) -> st.SearchStrategy[ConvGeometry]:
    """A geometry of either kind."""
    return st.one_of(conv_geometries(ranks), transposed_geometries(ranks))


@st.composite
def pool_geometries(draw: Draw, ranks: tuple[int, ...] = (1, 2, 3), most_dilation: int = 3) -> PoolGeometry:
    """What `PoolGeometry.from_pool` answers. With a dilation, padding is left out where a window might read nothing else."""
    rank = draw(st.sampled_from(ranks))
    most_positions, most_taps = MOST[rank]
    positions, kernel = ints(draw, rank, 1, most_positions), ints(draw, rank, 1, most_taps)
    stride, dilation = ints(draw, rank, 1, 4), ints(draw, rank, 1, most_dilation)
    in_spatial, padding = [], []
    for p, k, s, d in zip(positions, kernel, stride, dilation, strict=True):
        extent = d * (k - 1) + 1
        pad = draw(st.integers(0, k // 2))
        size = max((p - 1) * s + extent + draw(st.integers(0, s - 1)) - 2 * pad, 1)
        in_spatial.append(size + 2 * pad if size < d else size)
        padding.append(0 if size < d else pad)
    ceil_mode = draw(st.booleans())
    return PoolGeometry.from_pool(
        tuple(in_spatial), kernel, stride=stride, padding=tuple(padding), dilation=dilation, ceil_mode=ceil_mode
    )


def integers(draw: Draw, shape: Ints, high: int = 3) -> Array:
    """An array of integers from -high to high in float64, in one of five layouts of its memory."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    values = rng.integers(-high, high + 1, shape).astype(np.float64)
    layout = draw(st.sampled_from(("contiguous", "channels last", "Fortran", "every other", "reversed")))
    if layout == "channels last":
        return np.moveaxis(np.moveaxis(values, 1, -1).copy(), -1, 1)
    if layout == "Fortran":
        return np.asfortranarray(values)
    if layout == "every other":
        wide = np.full((*shape[:-1], 2 * shape[-1]), np.nan)
        wide[..., ::2] = values
        return wide[..., ::2]
    if layout == "reversed":
        return values[..., ::-1]
    return values


@st.composite
def conv_cases(draw: Draw, ranks: tuple[int, ...] = (1, 2, 3), most_samples: int = 3) -> ConvCase:
    """A geometry of either kind and arrays for it; a single channel of each group makes it depthwise."""
    geometry = draw(geometries(ranks))
    samples, channels, out_channels = draw(st.integers(0, most_samples)), draw(st.integers(1, 2)), draw(st.integers(1, 3))
    return ConvCase(
        geometry,
        integers(draw, (samples, geometry.groups * channels, *geometry.in_spatial)),
        integers(draw, (geometry.groups * out_channels, channels, *geometry.kernel)),
        integers(draw, (samples, geometry.groups * out_channels, *geometry.out_spatial)),
    )


@st.composite
def pool_cases(draw: Draw, ranks: tuple[int, ...] = (1, 2, 3)) -> PoolCase:
    """A geometry and arrays for it, with many ties."""
    geometry = draw(pool_geometries(ranks))
    batch = (draw(st.integers(0, 2)), draw(st.integers(1, 2)))
    x, g = integers(draw, (*batch, *geometry.in_spatial), 2), integers(draw, (*batch, *geometry.out_spatial), 2)
    return PoolCase(geometry, x, g)
