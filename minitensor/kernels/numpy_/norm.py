"""Normalisation of channels in NumPy: few walks over the array, each in place where that memory is new.

An array (n, c, *spatial) is read as (n, c, s). Two kinds of steps make up everything here. A sum over a channel is a sum of
products along its lines of s neighbours, which BLAS forms, and a small sum over the samples. And a number for each channel
is combined with every cell: see `beside`.

The mean and the variance are wanted twice: here, and by whoever keeps running ones. So a kernel writes them to the array
`statistics`, where one is given: the one thing among its arguments that it changes.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from minitensor.dtypes import Array, widened
from minitensor.kernels.numpy_.reduce import accurate_sum
from minitensor.kernels.quiet import quiet
from minitensor.kernels.registry import gradients, kernel

# Lines from so many cells on are multiplied by BLAS: below, its call costs more than an array of products.
SHORT = 32
# Up to so many cells BLAS adds products as exactly as pairwise sums do (4.4e-8), and on one thread.
LONG = 4096
# From so many samples on a number for each channel is laid out beside every cell.
MANY_SAMPLES = 4


def in_lines(x: Array) -> Array:
    """Read (n, c, *spatial) as (n, c, s)."""
    return x.reshape(*x.shape[:2], prod(x.shape[2:]))


def beside(numbers: Array, x: Array) -> Array:
    """A number for each channel, in a shape that goes with x (n, c, s).

    NumPy works with one number and a line of s cells at half of the speed of two lines (171 us on (32, 32, 1024), against
    98), so the number is repeated along the line where several samples share it.
    """
    column = np.asarray(numbers, x.dtype)[:, None]  # (c, 1)
    return np.ascontiguousarray(np.broadcast_to(column, x.shape[1:])) if len(x) >= MANY_SAMPLES else column


def sum_channels(x: Array) -> Array:
    """The sum of each channel of (n, c, s)."""
    return accurate_sum(x, (0, 2)).reshape(-1)


def sum_products(a: Array, b: Array) -> Array:
    """The sum of a * b in each channel of (n, c, s)."""
    length = a.shape[2]
    if length < SHORT:
        return sum_channels(a * b)
    total: Any = 0
    for begin in range(0, length, LONG):
        piece = (..., slice(begin, begin + LONG))
        total = total + np.matmul(a[piece][:, :, None, :], b[piece][:, :, :, None])  # (n, c, 1, s) @ (n, c, s, 1)
    return accurate_sum(total, (0,)).reshape(-1)


def centered(x: Array, statistics: Array | None) -> tuple[Array, Array, Array]:
    """The differences of (n, c, s) from the mean of each channel, in memory of their own, that mean, and the variance.

    `statistics` (2, c) is written to.
    """
    count = max(len(x) * x.shape[2], 1)
    mean = sum_channels(x) / np.asarray(count, x.dtype)
    apart = x - beside(mean, x)
    variance = sum_products(apart, apart) / np.asarray(count, x.dtype)
    if statistics is not None:
        statistics[0], statistics[1] = mean, variance
    return apart, mean, variance


@kernel("numpy")
@quiet
def standardize(x: Array, *, eps: float, statistics: Array | None = None) -> Array:
    """Bring each channel of (n, c, *spatial) to mean 0 and variance 1: (x - mean) / sqrt(variance + eps).

    The mean and the variance, over all samples and cells of the channel, are written to `statistics` (2, c).
    """
    apart, _, variance = centered(in_lines(widened(x)), statistics)
    apart *= beside(1 / np.sqrt(variance + eps), apart)
    return apart.reshape(x.shape).astype(x.dtype, copy=False)


@kernel("numpy")
@quiet
def standardize_grad(g: Array, x: Array, *, eps: float) -> Array:
    """What g, the gradient of a standardized x, is for x: (g - mean(g) - y * mean(g * y)) / sqrt(variance + eps)."""
    apart, _, variance = centered(in_lines(widened(x)), None)
    dx, _, _ = _gradients(in_lines(widened(g)), apart, 1 / np.sqrt(variance + eps), 1.0)
    return dx.reshape(x.shape).astype(g.dtype, copy=False)


@kernel("numpy")
@quiet
def batch_norm(x: Array, weight: Array, bias: Array, *, eps: float, statistics: Array | None = None) -> Array:
    """Standardize each channel, times a weight (c,), plus a bias (c,).

    The mean and the variance are written to `statistics` (2, c).
    """
    y, _, variance = centered(in_lines(widened(x)), statistics)
    y *= beside(weight / np.sqrt(variance + eps), y)
    y += beside(bias, y)
    return y.reshape(x.shape).astype(x.dtype, copy=False)


@gradients("numpy")
@quiet
def batch_norm_(
    v: Array, x: Array, weight: Array, *, wanted: tuple[bool, ...], eps: float, statistics: Array | None
) -> tuple[Array | None, ...]:
    """The gradients of the input, the weight and the bias, of two sums."""
    wide = in_lines(widened(x))
    if statistics is None:
        apart, _, variance = centered(wide, None)
    else:
        apart, variance = wide - beside(statistics[0], wide), np.asarray(statistics[1], wide.dtype)
    dx, dweight, dbias = _gradients(in_lines(widened(v)), apart, 1 / np.sqrt(variance + eps), weight)
    answers = dx.reshape(x.shape), dweight, dbias
    return tuple([answer if asked else None for answer, asked in zip(answers, wanted, strict=True)])


def _gradients(v: Array, apart: Array, scale: Array, weight: Any) -> tuple[Array, Array, Array]:
    """From the differences from the mean, which are written over, and 1 / sqrt(variance + eps): all three gradients."""
    dbias = sum_channels(v)
    dweight = sum_products(v, apart) * scale
    count = np.asarray(max(len(v) * v.shape[2], 1), v.dtype)
    apart *= beside(dweight * scale / count, v)
    apart += beside(dbias / count, v)
    np.subtract(v, apart, out=apart)
    apart *= beside(weight * scale, v)
    return apart, dweight, dbias


@kernel("numpy")
@quiet
def scale_channels(x: Array, mean: Array, variance: Array, weight: Array, bias: Array, *, eps: float) -> Array:
    """Bring each channel from a mean (c,) and a variance (c,) to a weight (c,) and a bias (c,).

    y = (x - mean) / sqrt(variance + eps) * weight + bias
    """
    wide = in_lines(widened(x))
    y = wide - beside(mean, wide)
    y *= beside(weight / np.sqrt(widened(variance) + eps), y)
    y += beside(bias, y)
    return y.reshape(x.shape).astype(x.dtype, copy=False)
