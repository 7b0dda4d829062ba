"""Which algorithm computes a convolution: a choice by its geometry and its channels, made in this one place.

`tests/benchmarks/conv_algorithms.py` times the algorithms against each other where they meet.
"""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import Protocol

from minitensor.dtypes import Array
from minitensor.geometry import ConvGeometry
from minitensor.kernels.numpy_.conv import direct, pointwise, spectrum, winograd
from minitensor.kernels.numpy_.conv.lines import COPY, PRODUCT

# Tiles save multiplications and cost additions. Where in * out / (in + out) channels are so many, by the number of axes,
# they always pay: from 64 in and out in images, 32 in volumes. Where they are half as many or so, while a sample's entries
# stay in the cache. On one axis they save too little; and the entries of the weight take as long as is saved on so many
# positions.
MANY_TILED, LEAST_TILED = {2: 32, 3: 16}, {2: 20, 3: 10}
MOST_ENTRIES, LEAST_POSITIONS = 2**20, 512
# What transforms take in nanoseconds, beside `lines.PRODUCT` and `lines.COPY`: of each cell of a channel, and for each
# position and product of channels. Measured on float32 signals of 4096 cells.
TRANSFORM, SPECTRAL_PRODUCT = 2.5, 0.08
# Transforms round, sums of products of small integers are exact: transforms have to be so many times as fast, and are left
# alone with few taps.
SPECTRAL_GAIN, LEAST_SPECTRAL = 1.5, 32


class Algorithm(Protocol):
    """The convolution and its two adjoints, on arrays of one floating dtype.

    Attributes
    ----------
    EXACT : bool
        Whether each result is the sum as it is written: exact where sums are, and not finite where they are.
    """

    EXACT: bool

    def conv(self, x: Array, w: Array, bias: Array | None, geometry: ConvGeometry) -> Array:
        """dT/dg, with the bias added where there is one."""

    def conv_transpose(self, g: Array, w: Array, geometry: ConvGeometry) -> Array:
        """dT/dx."""

    def conv_weight_grad(self, x: Array, g: Array, geometry: ConvGeometry) -> Array:
        """dT/dw."""

    def gradients(self, g: Array, x: Array, w: Array, geometry: ConvGeometry) -> list[Array]:
        """Both dT/dx and dT/dw."""


@lru_cache(maxsize=512)
def algorithm(geometry: ConvGeometry, channels: int, out_channels: int, samples: int) -> Algorithm:
    """The algorithm for a geometry, and for so many channels in and out of each group and so many samples."""
    if max(geometry.stride) > 1 or max(geometry.dilation) > 1:
        return direct
    if max(geometry.kernel) == 1 and geometry.in_spatial == geometry.out_spatial:
        return pointwise
    if tiles_pay(geometry, channels, out_channels, samples):
        return winograd
    if geometry.rank == 1 and transforms_pay(geometry, channels, out_channels, samples):
        return spectrum
    return direct


def tiles_pay(geometry: ConvGeometry, channels: int, out_channels: int, samples: int) -> bool:
    """Whether a convolution of single steps is faster by tiles of the minimal algorithm."""
    rank, positions = geometry.rank, samples * prod(geometry.out_spatial)
    if rank not in LEAST_TILED or set(geometry.kernel) != {winograd.TAPS} or positions < LEAST_POSITIONS:
        return False
    many = channels * out_channels / (channels + out_channels)
    entries = winograd.entries_of(geometry) * geometry.groups * (channels + out_channels)
    return many >= MANY_TILED[rank] or (many >= LEAST_TILED[rank] and entries <= MOST_ENTRIES)


def transforms_pay(geometry: ConvGeometry, channels: int, out_channels: int, samples: int) -> bool:
    """Whether a long kernel's convolution in single steps is faster by transforms."""
    (taps,), products, positions = geometry.kernel, channels * out_channels, samples * geometry.out_spatial[0]
    if taps < LEAST_SPECTRAL or geometry.out_spatial[0] < taps:
        return False
    directly = (PRODUCT * products + COPY * channels) * taps * positions
    cells = (channels + out_channels) * positions + products * spectrum.transform_length(taps, geometry.out_spatial[0])
    return directly > SPECTRAL_GAIN * (TRANSFORM * cells + SPECTRAL_PRODUCT * products * positions)
