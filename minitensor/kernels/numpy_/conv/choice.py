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

# Tiles save multiplications and cost additions. Where in * out / (in + out) channels are so many, by the number of axes,
# they always pay: from 64 in and out in images, 32 in volumes. Where they are half as many or so, while a sample's entries
# stay in the cache. On one axis they save too little, and a sample should have so many positions.
MANY_TILED, LEAST_TILED = {2: 32, 3: 16}, {2: 20, 3: 10}
MOST_ENTRIES, LEAST_TILED_POSITIONS = 2**20, 64
# Nanoseconds for each position: of the direct algorithm for each product of channels and tap, and for each tap of an input
# channel; of transforms for each channel, in and out, and for each product of channels. Measured with float32 signals of
# 4096 cells, 8 to 64 channels, and kernels of 9 to 129 taps.
DIRECT_PRODUCT, DIRECT_COPY = 0.02, 0.06
TRANSFORM, SPECTRAL_PRODUCT = 2.5, 0.08
# Transforms round, sums of products of small integers are exact: transforms have to be so many times as fast, and are left
# alone with few taps.
SPECTRAL_GAIN, LEAST_SPECTRAL = 1.5, 32


class Algorithm(Protocol):
    """The convolution and its two adjoints, on arrays of one floating dtype."""

    def conv(self, x: Array, w: Array, bias: Array | None, geometry: ConvGeometry) -> Array:
        """dT/dg, with the bias added where there is one."""

    def conv_transpose(self, g: Array, w: Array, geometry: ConvGeometry) -> Array:
        """dT/dx."""

    def conv_weight_grad(self, x: Array, g: Array, geometry: ConvGeometry) -> Array:
        """dT/dw."""

    def gradients(self, g: Array, x: Array, w: Array, geometry: ConvGeometry) -> list[Array]:
        """Both dT/dx and dT/dw."""


@lru_cache(maxsize=512)
def algorithm(geometry: ConvGeometry, channels: int, out_channels: int) -> Algorithm:
    """The algorithm for a geometry, and for so many channels in and out in each group."""
    single_steps = max(geometry.stride) == max(geometry.dilation) == 1
    in_place = single_steps and geometry.in_spatial == geometry.out_spatial and not any(geometry.pad_lo)
    if in_place and max(geometry.kernel) == 1:
        return pointwise
    if single_steps and tiles_pay(geometry, channels, out_channels):
        return winograd
    if single_steps and geometry.rank == 1 and spectral_pays(geometry, channels, out_channels):
        return spectrum
    return direct


def tiles_pay(geometry: ConvGeometry, channels: int, out_channels: int) -> bool:
    """Whether a convolution of single steps is faster by tiles of the minimal algorithm."""
    rank, positions = geometry.rank, prod(geometry.out_spatial)
    if rank not in LEAST_TILED or set(geometry.kernel) != {winograd.TAPS} or positions < LEAST_TILED_POSITIONS:
        return False
    many = channels * out_channels / (channels + out_channels)
    entries = winograd.entries_of(geometry) * geometry.groups * (channels + out_channels)
    return many >= MANY_TILED[rank] or (many >= LEAST_TILED[rank] and entries <= MOST_ENTRIES)


def spectral_pays(geometry: ConvGeometry, channels: int, out_channels: int) -> bool:
    """Whether a long kernel's convolution is faster by transforms."""
    taps, products = geometry.kernel[0], channels * out_channels
    if taps < LEAST_SPECTRAL or geometry.out_spatial[0] < taps:
        return False
    directly = DIRECT_PRODUCT * products * taps + DIRECT_COPY * channels * taps
    by_transforms = TRANSFORM * (channels + out_channels) + SPECTRAL_PRODUCT * products
    return directly > SPECTRAL_GAIN * by_transforms
