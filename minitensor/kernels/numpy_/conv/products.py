"""Matrix products in the sizes that BLAS is fastest with.

OpenBLAS multiplies small matrices as they are; larger ones it first copies into an order of its own, which pays where each
element meets many others. The matrices of a convolution with few channels are long and low, and each element meets few. So
they are cut into pieces that pass for small: 32 x 288 times 288 x 3168 ran at 91 GFLOP/s as one product and at 114 in pieces
of 64 columns, 288 x 3168 times 3168 x 32 at 87 and at 103. One call of NumPy's `matmul` multiplies all pieces.
"""

from __future__ import annotations

import numpy as np

from minitensor.dtypes import Array

# What is small to OpenBLAS: so many multiplications; where the sum is over columns, so many for each of them too.
SMALL_PRODUCT, SMALL_COLUMN = 10**6, 2**10
# Pieces have a multiple of so many columns; where the sum is over columns, at most so many of them, and no fewer rows.
WIDTH, LENGTH, HEIGHT = 64, 512, 16


def merged(matrix: Array) -> Array:
    """A view (group, row, 1, n*position) of (group, row, n, position): n is 1, or these are all positions."""
    return matrix.reshape(*matrix.shape[:2], 1, -1)


def multiply(weight: Array, columns: Array, outputs: Array) -> None:
    """Write weight (group, o, row) @ columns (group, row, n, position) to outputs (group, o, n, position)."""
    rows, positions = weight.shape[2], columns.shape[3]
    if rows == 1:  # NumPy is slow with the matrix product of a column and a row: 27 ms instead of 11
        np.multiply(weight[..., None], columns, out=outputs)
        return
    width = SMALL_PRODUCT // (weight.shape[1] * rows) // WIDTH * WIDTH
    for at, size in spans(positions, width):
        pieces, results = columns[..., at], outputs[..., at]
        pieces = pieces.reshape(*pieces.shape[:3], -1, size).transpose(0, 2, 3, 1, 4)  # (group, n, piece, row, column)
        results = results.reshape(*results.shape[:3], -1, size).transpose(0, 2, 3, 1, 4)  # (group, n, piece, o, column)
        np.matmul(weight[:, None, None], pieces, out=results)


def add_products(columns: Array, outputs: Array, total: Array) -> None:
    """Add columns (group, row, n, position) @ outputs (group, o, n, position), over n and position, to (group, row, o).

    The larger matrix stands in front, where BLAS is faster: 432 x 2048 times 2048 x 32 ran at 89 GFLOP/s, the other way
    round at 57.
    """
    (groups, rows, samples, positions), channels = columns.shape, outputs.shape[1]
    height = SMALL_COLUMN // channels
    small = height >= HEIGHT
    for across, length in spans(positions, LENGTH if small else 0):
        part = outputs[..., across].reshape(groups, channels, samples, -1, length)
        part = part.transpose(0, 2, 3, 4, 1)[:, None]  # (group, 1, n, piece, column, o)
        for down, size in spans(rows, height if small else 0):
            pieces = columns[:, down, :, across].reshape(groups, -1, size, samples, part.shape[3], length)
            terms = np.matmul(pieces.transpose(0, 1, 3, 4, 2, 5), part)  # (group, block, n, piece, row, o)
            total[:, down] += np.add.reduce(terms, axis=(2, 3)).reshape(groups, -1, channels)


def spans(count: int, size: int) -> list[tuple[slice, int]]:
    """Two slices of a range, each with the size of its pieces: whole ones of `size` (of all, where that is 0), and the rest.

    Examples
    --------
    >>> spans(150, 64)
    [(slice(0, 128, None), 64), (slice(128, 150, None), 22)]
    >>> spans(150, 0)
    [(slice(0, 150, None), 150)]
    """
    whole = count // size * size if size else count
    both = (slice(0, whole), size or count), (slice(whole, count), count - whole)
    return [(at, width) for at, width in both if at.start < at.stop]
