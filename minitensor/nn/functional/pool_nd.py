"""Pooling of any rank.

Where the largest cells lie is found as integers, without a gradient; reading them there is the primitive `gather`, which has
one. An average is the primitive `pool_sum`, divided by how many cells count. Adaptive pooling is, along each axis, a product
with a matrix of averages. So gradients of every order come from the primitives.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from minitensor.dtypes import Array, DType
from minitensor.errors import spatial_axes
from minitensor.geometry import IntOrInts, PoolGeometry, int_of, refuse_empty
from minitensor.nn.functional.spatial import check_axes, check_floating, check_tensor, with_batch, without_batch
from minitensor.ops.elementwise import cast, div, widened
from minitensor.ops.index import gather
from minitensor.ops.linalg import matmul
from minitensor.ops.pool import pool_argmax, pool_sum
from minitensor.ops.reduce import mean
from minitensor.ops.shape import reshape
from minitensor.tensor import Tensor


def max_pool_nd(
    rank: int,
    input: Tensor,
    kernel_size: IntOrInts,
    stride: IntOrInts | None,
    padding: IntOrInts,
    dilation: IntOrInts,
    ceil_mode: bool,
    return_indices: bool,
) -> Any:
    """Take the largest cell of each window: `max_pool1d`, `max_pool2d` and `max_pool3d` in one."""
    operation = f"max_pool{rank}d"
    check_tensor(input, "input", operation)
    check_axes(input, rank, operation)
    if input.dtype.kind == "b":
        check_floating(input, "input", operation)
    geometry = PoolGeometry.from_pool(
        input.shape[-rank:],
        kernel_size,
        stride=stride,
        padding=padding,
        dilation=dilation,
        ceil_mode=ceil_mode,
        operation=operation,
    )
    x = with_batch(input, rank)
    indices = pool_argmax(x, geometry=geometry)  # (n, c, *out_spatial)
    lines = reshape(x, shape=(*x.shape[:2], prod(geometry.in_spatial)))  # (n, c, cells)
    places = reshape(indices, shape=(*x.shape[:2], prod(geometry.out_spatial)))  # (n, c, windows)
    output = without_batch(reshape(gather(lines, places, axis=2), shape=indices.shape), input)
    return (output, without_batch(indices, input)) if return_indices else output


def avg_pool_nd(
    rank: int,
    input: Tensor,
    kernel_size: IntOrInts,
    stride: IntOrInts | None,
    padding: IntOrInts,
    ceil_mode: bool,
    count_include_pad: bool,
    divisor_override: int | None = None,
) -> Tensor:
    """Average the cells of each window: `avg_pool1d`, `avg_pool2d` and `avg_pool3d` in one."""
    operation = f"avg_pool{rank}d"
    check_tensor(input, "input", operation)
    check_axes(input, rank, operation)
    check_floating(input, "input", operation)
    geometry = PoolGeometry.from_pool(
        input.shape[-rank:], kernel_size, stride=stride, padding=padding, ceil_mode=ceil_mode, operation=operation
    )
    x = widened(with_batch(input, rank))
    counts: Any = geometry.counts(count_include_pad).astype(x.dtype)
    if divisor_override is not None:
        counts = int_of(divisor_override, "divisor_override", operation, 1)
    average = div(pool_sum(x, geometry=geometry), counts)
    return without_batch(_narrowed(average, input), input)


def adaptive_avg_pool_nd(rank: int, input: Tensor, output_size: int | Sequence[int | None] | None) -> Tensor:
    """Average to a given size: `adaptive_avg_pool1d`, `adaptive_avg_pool2d` and `adaptive_avg_pool3d` in one."""
    operation = f"adaptive_avg_pool{rank}d"
    check_tensor(input, "input", operation)
    check_axes(input, rank, operation)
    check_floating(input, "input", operation)
    in_spatial = input.shape[-rank:]
    refuse_empty(in_spatial, operation)
    sizes = adaptive_sizes(output_size, rank, operation)
    out_spatial = tuple(size if wanted is None else wanted for size, wanted in zip(in_spatial, sizes, strict=True))
    x = widened(with_batch(input, rank))
    whole = tuple(axis for axis, size in enumerate(out_spatial, 2) if size == 1)
    if whole:
        x = mean(x, axis=whole, keepdims=True)
    for axis, size in enumerate(out_spatial, 2):
        if size != x.shape[axis]:
            x = _averaged_along(x, axis, size)
    return without_batch(_narrowed(x, input), input)


def adaptive_sizes(output_size: int | Sequence[int | None] | None, rank: int, operation: str) -> tuple[int | None, ...]:
    """Bring `output_size` to one entry for each spatial axis, an int of 1 or more or None.

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
    return tuple(None if entry is None else int_of(entry, "output_size", operation, 1) for entry in entries)


def averaging_matrix(size: int, out: int, dtype: DType) -> Array:
    """Make the matrix that averages `size` cells to `out`: its row p has the cells floor(p*size/out) : ceil((p+1)*size/out).

    Examples
    --------
    >>> averaging_matrix(3, 2, np.dtype("float32"))
    array([[0.5, 0.5, 0. ],
           [0. , 0.5, 0.5]], dtype=float32)
    """
    cells, rows = np.arange(size), np.arange(out)[:, None]
    inside = (rows * size // out <= cells) & (cells < -(-(rows + 1) * size // out))  # (out, size)
    matrix: Array = (inside / inside.sum(axis=1, keepdims=True)).astype(dtype)
    return matrix


def _averaged_along(x: Tensor, axis: int, out: int) -> Tensor:
    """Average one axis of x to `out` cells."""
    before, size, after = x.shape[:axis], x.shape[axis], x.shape[axis + 1 :]
    matrix = averaging_matrix(size, out, x.dtype)
    if after:
        averages = matmul(matrix, reshape(x, shape=(prod(before), size, prod(after))))  # (before, out, after)
    else:
        averages = matmul(reshape(x, shape=(prod(before), size)), matrix.T)  # (before, out)
    return reshape(averages, shape=(*before, out, *after))


def _narrowed(average: Tensor, input: Tensor) -> Tensor:
    """Bring an average back to the input's dtype."""
    return average if average.dtype == input.dtype else cast(average, dtype=input.dtype)
