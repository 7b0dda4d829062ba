"""Convolution with kernels of three taps on each axis, by the minimal algorithm: four multiplications in place of six.

On one axis, two outputs of a kernel w are made from a tile of four inputs d as

    y = Aᵀ [(G w) * (Bᵀ d)],     with one product for each of the four entries

    Bᵀ = ( 1  0 -1  0 )     G = (  1    0    0  )     Aᵀ = ( 1  1  1  0 )
         ( 0  1  1  0 )         ( 1/2  1/2  1/2 )          ( 0  1 -1 -1 )
         ( 0 -1  1  0 )         ( 1/2 -1/2  1/2 )
         ( 0  1  0 -1 )         (  0    0    1  )

and on several axes the matrices are applied to each axis in turn. Over channels each product is one of matrices, a product
for each of the 4^rank entries: 16 multiplications for an image's tile of 2 x 2 outputs where the direct algorithm has 36.
The tiles overlap by two inputs; they are made of the even and the odd cells of each axis, so that every step adds whole
arrays.

    conv             x -> tiles -> Bᵀ        entries @ G w                Aᵀ -> y
    conv_transpose   x <- tiles <- B         entries @ G w, transposed    A  <- g
    weight gradient  Gᵀ of entries(x), transposed, @ entries(g)

As everywhere, the transposed convolution is the adjoint of each step, in reverse. With random float32 numbers the results
are as far from the truth as those of the direct algorithm, within 1e-6 of the largest, and with small integers they are
exact. But what is not finite makes the other outputs of its tiles NaN, and numbers within a factor of four of the largest
that there are overflow.

References
----------
S. Winograd, "Arithmetic Complexity of Computations", 1980, chapter V; A. Lavin and S. Gray, "Fast Algorithms for
Convolutional Neural Networks", 2015, arXiv:1509.09308, section 4.1: F(2 x 2, 3 x 3).
"""

from __future__ import annotations

from functools import lru_cache, partial, reduce
from math import prod

import numpy as np

from minitensor import threads
from minitensor.dtypes import Array, DType
from minitensor.geometry import ConvGeometry, Ints
from minitensor.kernels.numpy_.slices import At, inside
from minitensor.kernels.numpy_.workspace import workspace

EXACT = False  # results are the sums as they are written but for rounding, where all is finite

TAPS, TILE, ENTRIES = 3, 2, 4  # of the kernel, of outputs in a tile, of products for them: on each axis
G = np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]])

# The entries of so many samples are worked on at a time as are within this: they are read again in the next step.
BLOCK_BYTES = 2**22


def conv(x: Array, w: Array, bias: Array | None, geometry: ConvGeometry) -> Array:
    """The convolution, with the bias added where there is one."""
    y = np.empty((len(x), len(w), *geometry.out_spatial), x.dtype)
    weight = _weights(w, geometry).swapaxes(2, 3)  # (entry, group, c, o)

    def work(samples: slice) -> None:
        for block in _blocks(samples, len(w) + x.shape[1], geometry, x.itemsize):
            entries = _input_entries(x[block], geometry)
            products = _products(entries, weight)
            _write_outputs(products, bias, y[block], geometry)

    threads.run([partial(work, samples) for samples in threads.shares(len(x))])
    return y


def conv_transpose(g: Array, w: Array, geometry: ConvGeometry) -> Array:
    """The transposed convolution."""
    return _gradients(g, None, w, geometry)[0]


def conv_weight_grad(x: Array, g: Array, geometry: ConvGeometry) -> Array:
    """The weight's gradient."""
    return _gradients(g, x, None, geometry)[0]


def gradients(g: Array, x: Array, w: Array, geometry: ConvGeometry) -> list[Array]:
    """Both gradients, of the same entries of g."""
    return _gradients(g, x, w, geometry)


def _gradients(g: Array, x: Array | None, w: Array | None, geometry: ConvGeometry) -> list[Array]:
    """dT/dx, where w is given, and dT/dw, where x is."""
    groups, shares = geometry.groups, threads.shares(len(g))
    grads: list[Array] = []
    if w is not None:
        weight = _weights(w, geometry)  # (entry, group, o, c)
        grads.append(np.zeros((len(g), groups * w.shape[1], *geometry.in_spatial), g.dtype))
    if x is not None:
        shape = (len(shares), ENTRIES**geometry.rank, groups, x.shape[1] // groups, g.shape[1] // groups)
        totals = np.zeros(shape, g.dtype)
    channels = g.shape[1] + (grads[0] if w is not None else x).shape[1]  # type: ignore[union-attr]  # one is given

    def work(number: int) -> None:
        for block in _blocks(shares[number], channels, geometry, g.itemsize):
            arrived = _output_entries(g[block], geometry)
            if x is not None:
                samples = block.stop - block.start
                seen = _matrices(_input_entries(x[block], geometry), groups, samples)
                totals[number] += np.matmul(seen.swapaxes(2, 3), _matrices(arrived, groups, samples))  # (entry, group, c, o)
            if w is not None:
                _read_inputs(_products(arrived, weight), grads[0][block], geometry)

    threads.run([partial(work, number) for number in range(len(shares))])
    if x is not None:
        grads.append(_weight_grad(np.add.reduce(totals), geometry))
    return grads


# Weights


def _weights(w: Array, geometry: ConvGeometry) -> Array:
    """G w on each axis: (entry, group, o, c)."""
    entries: Array = np.matmul(_kron(geometry.rank, w.dtype), w.reshape(len(w) * w.shape[1], -1).T)  # (entry, o*c)
    return entries.reshape(len(entries), geometry.groups, len(w) // geometry.groups, w.shape[1])


def _weight_grad(total: Array, geometry: ConvGeometry) -> Array:
    """Its adjoint, of (entry, group, c, o): Gᵀ on each axis."""
    entries, groups, channels, out_channels = total.shape
    ordered = total.transpose(1, 3, 2, 0).reshape(-1, entries)  # (group*o*c, entry)
    grad: Array = np.matmul(ordered, _kron(geometry.rank, total.dtype))
    return grad.reshape(groups * out_channels, channels, *geometry.kernel)


@lru_cache(maxsize=8)
def _kron(rank: int, dtype: DType) -> Array:
    """The matrix that is G on each of so many axes."""
    return reduce(np.kron, [G] * rank).astype(dtype)


# Tiles. Their arrays are (*entry, *tile, n*c), an entry and a tile for each axis: channels last, so that each step adds long
# runs.


def _input_entries(x: Array, geometry: ConvGeometry) -> Array:
    """Bᵀ on each axis, of the tiles of images (n, c, *spatial)."""
    tiles = _tiles(geometry)
    grid = _grid("inputs", [count + 1 for count in tiles], len(x) * x.shape[1], x.dtype)
    grid.fill(0)
    places, cells = _cells(geometry)
    grid[places] = _channels_last(x)[cells]
    parts = _apart(grid)
    for axis, size in enumerate(tiles):
        entries = workspace(f"entries {axis}", _changed(parts, axis, ENTRIES, size), x.dtype)
        (even, odd), (d0, d1, d2, d3) = _along(parts, axis), _along(entries, axis)
        here, there = _neighbours(parts, axis)
        np.subtract(even[here], even[there], out=d0)
        np.add(odd[here], even[there], out=d1)
        np.subtract(even[there], odd[here], out=d2)
        np.subtract(odd[here], odd[there], out=d3)
        parts = entries
    return parts


def _read_inputs(entries: Array, x: Array, geometry: ConvGeometry) -> None:
    """Its adjoint: B on each axis, of which the tiles are added to images (n, c, *spatial) of zeros."""
    tiles = _tiles(geometry)
    grid = _grid("inputs", [count + 1 for count in tiles], entries.shape[-1], x.dtype)
    for axis in reversed(range(geometry.rank)):
        parts = workspace(f"parts {axis}", _changed(entries, axis, 2, tiles[axis] + 1), x.dtype)
        (even, odd), (d0, d1, d2, d3) = _along(parts, axis), _along(entries, axis)
        here, there = _neighbours(parts, axis)
        last = (*here[:-1], slice(tiles[axis], None))
        even[last], odd[last] = 0, 0
        even[here] = d0
        np.subtract(d1, d2, out=odd[here])
        odd[here] += d3
        even[there] += d1
        even[there] += d2
        even[there] -= d0
        odd[there] -= d3
        entries = parts
    _even_and_odd(grid)[...] = entries
    places, cells = _cells(geometry)
    _channels_last(x, copy=False)[cells] = grid[places]


def _write_outputs(products: Array, bias: Array | None, y: Array, geometry: ConvGeometry) -> None:
    """Aᵀ on each axis, of which the tiles, with the bias added, are copied to images y (n, o, *out_spatial)."""
    grid = _grid("outputs", _tiles(geometry), products.shape[-1], y.dtype)
    for axis, size in enumerate(_tiles(geometry)):
        outputs = workspace(f"outputs {axis}", _changed(products, axis, TILE, size), y.dtype)
        (y0, y1), (p0, p1, p2, p3) = _along(outputs, axis), _along(products, axis)
        np.add(p1, p2, out=y0)
        np.add(y0, p0, out=y0)
        np.subtract(p1, p2, out=y1)
        np.subtract(y1, p3, out=y1)
        products = outputs
    _even_and_odd(grid)[...] = products
    if bias is not None:
        np.add(grid, np.tile(bias, len(y)), out=grid)
    _channels_last(y, copy=False)[...] = grid[tuple(slice(size) for size in geometry.out_spatial)]


def _output_entries(g: Array, geometry: ConvGeometry) -> Array:
    """Its adjoint: A on each axis, of the tiles of images (n, o, *out_spatial)."""
    grid = _grid("outputs", _tiles(geometry), len(g) * g.shape[1], g.dtype)
    if any(size % TILE for size in geometry.out_spatial):
        grid.fill(0)
    grid[tuple(slice(size) for size in geometry.out_spatial)] = _channels_last(g)
    outputs = _apart(grid)
    for axis, size in enumerate(_tiles(geometry)):
        entries = workspace(f"arrived {axis}", _changed(outputs, axis, ENTRIES, size), g.dtype)
        (g0, g1), (p0, p1, p2, p3) = _along(outputs, axis), _along(entries, axis)
        p0[...] = g0
        np.add(g0, g1, out=p1)
        np.subtract(g0, g1, out=p2)
        np.negative(g1, out=p3)
        outputs = entries
    return outputs


def _products(entries: Array, weight: Array) -> Array:
    """The entries multiplied by weights (entry, group, c, o)."""
    groups, channels, out_channels = weight.shape[1:]
    samples = entries.shape[-1] // (groups * channels)
    products = workspace("products", (*entries.shape[:-1], samples * groups * out_channels), entries.dtype)
    np.matmul(_matrices(entries, groups, samples), weight, out=_matrices(products, groups, samples))
    return products


def _matrices(entries: Array, groups: int, samples: int) -> Array:
    """A view of entries as (entry, group, tile*n, c)."""
    rank, channels = entries.ndim // 2, entries.shape[-1] // samples
    rows = prod(entries.shape[rank:-1]) * samples
    return entries.reshape(ENTRIES**rank, rows, groups, channels // groups).swapaxes(1, 2)


def _tiles(geometry: ConvGeometry) -> Ints:
    """The tiles on each axis."""
    return tuple(-(-size // TILE) for size in geometry.out_spatial)


def _grid(role: str, tiles: Ints | list[int], channels: int, dtype: DType) -> Array:
    """Images of so many tiles, and so of twice as many cells, on each axis, channels last: (*cell, n*c)."""
    # Rows that stand a large power of two apart share few lines of the cache.
    padded = workspace(role, (*(TILE * count for count in tiles), channels + 16), dtype)
    return padded[..., :channels]


def _even_and_odd(grid: Array) -> Array:
    """A view of a grid as (*parity, *tile, n*c)."""
    rank = grid.ndim - 1
    split = grid.reshape(*(part for size in grid.shape[:-1] for part in (size // 2, 2)), grid.shape[-1])
    return split.transpose(*range(1, 2 * rank, 2), *range(0, 2 * rank, 2), 2 * rank)


def _apart(grid: Array) -> Array:
    """A copy of a grid as (*parity, *tile, n*c): there each step finds longer runs."""
    view = _even_and_odd(grid)
    parts = workspace("apart", view.shape, grid.dtype)
    parts[...] = view
    return parts


def _channels_last(images: Array, *, copy: bool = True) -> Array:
    """A view of images (n, c, *spatial) as (*spatial, n*c), or of a copy where that is read faster."""
    rows = images.reshape(-1, prod(images.shape[2:]))  # (n*c, cell)
    if copy and rows.shape[1] % 128 == 0:  # as above: with 1024 cells, 0.7 ns for each instead of 2.9
        spaced = workspace("spaced", (len(rows), rows.shape[1] + 16), rows.dtype)[:, :-16]
        spaced[...] = rows
        rows = spaced
    return np.moveaxis(rows.reshape(len(rows), *images.shape[2:]), 0, -1)


def _changed(array: Array, axis: int, entries: int, tiles: int) -> Ints:
    """The array's shape with other numbers of entries and tiles on an axis."""
    shape, rank = list(array.shape), array.ndim // 2
    shape[axis], shape[rank + axis] = entries, tiles
    return tuple(shape)


def _along(array: Array, axis: int) -> list[Array]:
    """Views of each entry on an axis."""
    return list(np.moveaxis(array, axis, 0))


def _neighbours(parts: Array, axis: int) -> tuple[At, At]:
    """The indices of all places on an axis but the last, and but the first, of an array without that axis of parities."""
    before = (slice(None),) * (parts.ndim // 2 - 1 + axis)
    return (*before, slice(0, -1)), (*before, slice(1, None))


def _cells(geometry: ConvGeometry) -> tuple[At, At]:
    """The places where cells stand among those that tiles have, and which cells these are."""
    axes = zip(geometry.pad_lo, geometry.in_spatial, _tiles(geometry), strict=True)
    held = [inside(-lo, 1, size, TILE * (count + 1)) for lo, size, count in axes]
    return tuple(places for places, _ in held), tuple(cells for _, cells in held)


def entries_of(geometry: ConvGeometry) -> int:
    """How many entries the tiles of one channel have."""
    return int(ENTRIES**geometry.rank * prod(_tiles(geometry)))


def _blocks(samples: slice, channels: int, geometry: ConvGeometry, item: int) -> list[slice]:
    """Slices of the samples whose entries, of all these channels, are within the budget."""
    step = max(BLOCK_BYTES // max(entries_of(geometry) * channels * item, 1), 1)
    return [slice(start, min(start + step, samples.stop)) for start in range(samples.start, samples.stop, step)]
