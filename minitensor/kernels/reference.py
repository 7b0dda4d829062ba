"""The engine "reference": the formulas as loops that anyone can check, slow and without tricks.

Convolution's three primitives are the derivatives of one trilinear form,

    T(g, x, w) = sum over n, o, c, p, k of  g[n,o,p] * x[n,c,i] * w[o,c,k],   i = stride*p + dilation*k - pad_lo,

where c runs over the channels of o's group, p over the output positions, k over the kernel's taps, and x is 0 outside its
bounds. Each kernel below leaves one of the three arrays out of the product and sums the other two into its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any, TypeAlias

import numpy as np

from minitensor.dtypes import Array, DType, accumulation_dtype
from minitensor.geometry import AxisMap, ConvGeometry, Ints, PoolGeometry, adaptive_windows
from minitensor.kernels.registry import kernel

At: TypeAlias = tuple[Any, ...]  # of the ellipsis and ints: an index


def terms(geometry: ConvGeometry, out_channels: int, channels: int) -> Iterator[tuple[slice, slice, At, At, At]]:
    """The terms of T: a group's slices of o and of c, and the p, k and i that meet, each as an index (..., *position).

    `out_channels` and `channels` are those of all groups together.
    """
    out_size, size = out_channels // geometry.groups, channels // geometry.groups
    for group in range(geometry.groups):
        o = slice(group * out_size, (group + 1) * out_size)
        c = slice(group * size, (group + 1) * size)
        for p in np.ndindex(geometry.out_spatial):
            for k, i in cells(p, geometry.kernel, geometry.stride, geometry.dilation, geometry.pad_lo, geometry.in_spatial):
                yield o, c, (..., *p), (..., *k), (..., *i)


def cells(p: Ints, kernel: Ints, stride: Ints, dilation: Ints, pad: Ints, in_spatial: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Each tap k and the cell i = stride*p + dilation*k - pad that it meets, where that lies in the input."""
    for k in np.ndindex(kernel):
        i = tuple(s * at + d * tap - lo for s, at, d, tap, lo in zip(stride, p, dilation, k, pad, strict=True))
        if all(0 <= at < size for at, size in zip(i, in_spatial, strict=True)):
            yield k, i


def sums(shape: Ints, *operands: Array) -> tuple[Array, DType]:
    """The zeros that a kernel sums into, and its result's dtype: float16 is summed in float32."""
    dtype = np.result_type(*operands)
    return np.zeros(shape, accumulation_dtype(dtype)), dtype


@kernel("reference")
@np.errstate(all="ignore")
def conv(x: Array, w: Array, *, geometry: ConvGeometry) -> Array:
    """dT/dg: y[n,o,p] = sum over c, k of x[n,c,i] * w[o,c,k]."""
    y, dtype = sums((len(x), len(w), *geometry.out_spatial), x, w)
    x, w = x.astype(y.dtype), w.astype(y.dtype)
    for o, c, p, k, i in terms(geometry, len(w), x.shape[1]):
        y[:, o][p] += x[:, c][i] @ w[o][k].T  # (n, o) += (n, c) @ (c, o)
    return y.astype(dtype)


@kernel("reference")
@np.errstate(all="ignore")
def conv_bias(x: Array, w: Array, b: Array, *, geometry: ConvGeometry) -> Array:
    """y[n,o,p] = b[o] + sum over c, k of x[n,c,i] * w[o,c,k]; of float16 the whole sum is formed in float32."""
    dtype = np.result_type(x, w, b)
    x, w, b = (array.astype(accumulation_dtype(dtype)) for array in (x, w, b))
    y = conv(x, w, geometry=geometry)
    for o in range(len(b)):
        y[:, o] += b[o]
    return y.astype(dtype)


@kernel("reference")
@np.errstate(all="ignore")
def conv_transpose(g: Array, w: Array, *, geometry: ConvGeometry) -> Array:
    """dT/dx: x[n,c,i] = sum over o and the p, k that meet at i of g[n,o,p] * w[o,c,k]."""
    x, dtype = sums((len(g), w.shape[1] * geometry.groups, *geometry.in_spatial), g, w)
    g, w = g.astype(x.dtype), w.astype(x.dtype)
    for o, c, p, k, i in terms(geometry, len(w), x.shape[1]):
        x[:, c][i] += g[:, o][p] @ w[o][k]  # (n, c) += (n, o) @ (o, c)
    return x.astype(dtype)


@kernel("reference")
@np.errstate(all="ignore")
def conv_weight_grad(x: Array, g: Array, *, geometry: ConvGeometry) -> Array:
    """dT/dw: w[o,c,k] = sum over n, p of g[n,o,p] * x[n,c,i]."""
    w, dtype = sums((g.shape[1], x.shape[1] // geometry.groups, *geometry.kernel), x, g)
    x, g = x.astype(w.dtype), g.astype(w.dtype)
    for o, c, p, k, i in terms(geometry, len(w), x.shape[1]):
        w[o][k] += g[:, o][p].T @ x[:, c][i]  # (o, c) += (o, n) @ (n, c)
    return w.astype(dtype)


@kernel("reference")
@np.errstate(all="ignore")
def linear(x: Array, weight: Array, bias: Array) -> Array:
    """y[n,o] = bias[o] + sum over i of x[n,i] * weight[o,i]; of float16 the whole sum is formed in float32."""
    y, dtype = sums((len(x), len(weight)), x, weight)
    for n, o in np.ndindex(y.shape):
        y[n, o] = bias[o] + (x[n].astype(y.dtype) * weight[o].astype(y.dtype)).sum()
    return y.astype(dtype)


@kernel("reference")
def im2col(x: Array, *, geometry: ConvGeometry) -> Array:
    """What each tap sees at each position (n, c, *kernel, *out_spatial): x[n,c,i], and 0 in the padding."""
    columns = np.zeros((*x.shape[:2], *geometry.kernel, *geometry.out_spatial), x.dtype)
    for _, _, (_, *p), (_, *k), i in terms(geometry._replace(groups=1), 1, 1):
        columns[(..., *k, *p)] = x[i]
    return columns


@kernel("reference")
@np.errstate(all="ignore")
def col2im(g: Array, *, geometry: ConvGeometry) -> Array:
    """Add g[n,c,k,p] to the cell that tap k meets at position p: the adjoint of `im2col`."""
    x, dtype = sums((*g.shape[:2], *geometry.in_spatial), g)
    for _, _, (_, *p), (_, *k), i in terms(geometry._replace(groups=1), 1, 1):
        x[i] += g[(..., *k, *p)]
    return x.astype(dtype)


@kernel("reference")
@np.errstate(all="ignore")
def resample(x: Array, *, axis: int, mapping: AxisMap) -> Array:
    """The matrix of the map, times the axis."""
    y = np.tensordot(x.astype(accumulation_dtype(x.dtype)), mapping.matrix(), (axis, 1))  # (..., p)
    return np.moveaxis(y, -1, axis).astype(x.dtype)


def windows(geometry: PoolGeometry) -> Iterator[tuple[At, list[At]]]:
    """Each window's position and the cells that it reads, in scan order, each as an index (..., *position)."""
    for p in np.ndindex(geometry.out_spatial):
        found = cells(p, geometry.kernel, geometry.stride, geometry.dilation, geometry.pad, geometry.in_spatial)
        yield (..., *p), [(..., *i) for _, i in found]


@kernel("reference")
def pool_argmax(x: Array, *, geometry: PoolGeometry) -> Array:
    """Where each window's maximum lies in the flattened spatial axes: the first of equals, but the last NaN."""
    best = np.empty((*x.shape[:2], *geometry.out_spatial), np.int64)
    for p, inside in windows(geometry):
        for n, c in product(range(x.shape[0]), range(x.shape[1])):
            image = x[n, c]
            winner = inside[0]
            for i in inside[1:]:
                if image[i] > image[winner] or np.isnan(image[i]):
                    winner = i
            best[n, c][p] = np.ravel_multi_index(winner[1:], geometry.in_spatial)
    return best


@kernel("reference")
def max_pool(x: Array, *, geometry: PoolGeometry) -> Array:
    """The cell of each window that `pool_argmax` names."""
    index = pool_argmax(x, geometry=geometry)
    y = np.empty(index.shape, x.dtype)
    for at in np.ndindex(index.shape):
        y[at] = x[at[:2]].flat[index[at]]
    return y


@kernel("reference")
@np.errstate(all="ignore")
def max_pool_spread(g: Array, x: Array, highest: Array, *, geometry: PoolGeometry) -> Array:  # noqa: ARG001 (a way to find it)
    """Add each window's value to the cell that `pool_argmax` names."""
    index = pool_argmax(x, geometry=geometry)
    spread, dtype = sums(x.shape, g)
    for at in np.ndindex(index.shape):
        spread[at[:2]].flat[index[at]] += g[at]
    return spread.astype(dtype)


@kernel("reference")
@np.errstate(all="ignore")
def pool_sum(x: Array, *, geometry: PoolGeometry) -> Array:
    """The sum of each window's cells; padding counts as 0."""
    y, dtype = sums((*x.shape[:2], *geometry.out_spatial), x)
    for p, inside in windows(geometry):
        for i in inside:
            y[p] += x[i]
    return y.astype(dtype)


@kernel("reference")
@np.errstate(all="ignore")
def pool_spread(g: Array, *, geometry: PoolGeometry) -> Array:
    """Add each window's value to each of its cells: the adjoint of `pool_sum`."""
    x, dtype = sums((*g.shape[:2], *geometry.in_spatial), g)
    for p, inside in windows(geometry):
        for i in inside:
            x[i] += g[p]
    return x.astype(dtype)


@kernel("reference")
@np.errstate(all="ignore")
def adaptive_sum(x: Array, *, spatial: Ints) -> Array:
    """The sums over the windows that share each spatial axis, `spatial` in number."""
    y, dtype = sums((*x.shape[:2], *spatial), x)
    shared = [adaptive_windows(size, out) for size, out in zip(x.shape[2:], spatial, strict=True)]
    for p in np.ndindex(spatial):
        place: At = (..., *p)
        for i in product(*[range(begin[at], end[at]) for (begin, end), at in zip(shared, p, strict=True)]):
            cell: At = (..., *i)
            y[place] += x[cell]
    return y.astype(dtype)


@kernel("reference")
@np.errstate(all="ignore")
def standardize(x: Array, *, eps: float, statistics: Array | None = None) -> Array:
    """(x - mean) / sqrt(variance + eps) for each channel, whose mean and variance are written to `statistics` (2, c)."""
    y, dtype = sums(x.shape, x)
    for c in range(x.shape[1]):
        values = x[:, c].astype(y.dtype)  # (n, *spatial)
        count = max(values.size, 1)
        mean = values.sum() / count
        variance = ((values - mean) ** 2).sum() / count
        y[:, c] = (values - mean) / np.sqrt(variance + eps)
        if statistics is not None:
            statistics[:, c] = mean, variance
    return y.astype(dtype)


@kernel("reference")
@np.errstate(all="ignore")
def batch_norm(x: Array, weight: Array, bias: Array, *, eps: float, statistics: Array | None = None) -> Array:
    """A standardized channel, times its weight, plus its bias."""
    y = standardize(x.astype(accumulation_dtype(x.dtype)), eps=eps, statistics=statistics)
    for c in range(x.shape[1]):
        y[:, c] = y[:, c] * weight[c] + bias[c]
    return y.astype(x.dtype)


@kernel("reference")
@np.errstate(all="ignore")
def cross_entropy(a: Array, *, index: Array, axis: int, divisor: int) -> Array:
    """The sum of log(sum(exp(a))) - a[label] over all rows, over the divisor; the largest is taken off both."""
    total, dtype = sums((), a)
    for row, label in zip(rows(a.astype(total.dtype), axis), rows(index, axis), strict=True):
        below = row - row.max()
        total += np.log(np.exp(below).sum()) - below[label[0]]
    return np.asarray(total / np.asarray(divisor, total.dtype), dtype)


@kernel("reference")
@np.errstate(all="ignore")
def cross_entropy_grad(a: Array, *, index: Array, axis: int, divisor: int) -> Array:
    """softmax(a), less 1 at the label, over the divisor."""
    gradient, dtype = sums(a.shape, a)
    for out, row, label in zip(rows(gradient, axis), rows(a, axis), rows(index, axis), strict=True):
        powers = np.exp((row - row.max()).astype(gradient.dtype))
        out[:] = powers / powers.sum() / np.asarray(divisor, gradient.dtype)
        out[label[0]] -= np.asarray(1 / divisor, gradient.dtype)
    return gradient.astype(dtype)


def rows(a: Array, axis: int) -> Iterator[Array]:
    """The lines along an axis, as views."""
    moved = np.moveaxis(a, axis, -1)  # (..., c)
    for place in np.ndindex(moved.shape[:-1]):
        yield moved[place]
