"""Convolution and its two adjoints in NumPy: lines, columns, and one matrix product.

`lines` explains the flat form: each image is copied once to a line, on which all that a tap of the kernel sees, at every
position, is one contiguous run. The runs of all taps and channels, one below the other, are the matrix of columns, and

    outputs (o, positions)  =  weight (o, c*k) @ columns (c*k, positions)

is the convolution. Long contiguous runs are copied fast. It is done for a few samples at a time, or for pieces of one large
sample, so that lines and columns stay in the processor's cache, in memory that is kept from call to call; there never is a
matrix of columns for the whole batch. Each step is a linear map, and the transposed convolution is literally their adjoints
in reverse, from the right to the left:

    conv            write: images -> lines    gather: lines -> columns         outputs = weight @ columns
    conv_transpose  read: lines -> images     scatter_add: columns -> lines    columns = weight.T @ outputs

The weight's gradient meets both in the middle: outputs @ columns.T, summed over pieces and samples. A gradient is zero at
idle positions. (Zero times infinity is not zero: what is not finite can spread further than the formula says.)
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import numpy as np

from minitensor.dtypes import Array, DType, accumulation_dtype
from minitensor.geometry import ConvGeometry
from minitensor.kernels.numpy_.lines import Plan, plan_of
from minitensor.kernels.numpy_.workspace import workspace
from minitensor.kernels.registry import kernel

# The columns of one matrix product. They are written once and read once, so they should stay in the cache (here 1 MB of
# second level, 32 MB of third); but BLAS is slow on small products. Of 1/4, 1/2, 1, 2 and 4 MB, 2 were the best or within
# a tenth of it on most of eleven shapes: (32, 32, 28, 28) with (64, 32, 3, 3) took 17.2, 15.3, 14.0, 12.8 and 13.0 ms.
COLUMN_BYTES = 2 * 2**20
# Where channels are many, no fewer positions than this are multiplied at once: (8, 512, 7, 7) with (512, 512, 3, 3) took
# 35.6 ms with 64 of them, 26.0 with 256, 24.9 with 512.
LEAST_POSITIONS = 512


@kernel("numpy")
@np.errstate(all="ignore")
def conv(x: Array, w: Array, *, geometry: ConvGeometry) -> Array:
    """dT/dg: y[n,o,p] = sum over c, k of x[n,c,i] * w[o,c,k]."""
    plan = plan_of(geometry)
    dtype, working = dtypes(x, w)
    weight = weight_matrices(w, plan, working)
    y = np.empty((len(x), len(w), *geometry.out_spatial), dtype)
    for block, pieces in blocks(len(x), plan, w, working):
        lines = plan.write(x[block], working)
        outputs = plan.outputs(len(lines), len(w), working)
        for piece in pieces:
            columns = plan.gather(lines, piece)
            np.matmul(weight, column_matrices(columns), out=output_matrices(outputs, piece))
        y[block] = plan.positions(outputs)
    return y


@kernel("numpy")
@np.errstate(all="ignore")
def conv_transpose(g: Array, w: Array, *, geometry: ConvGeometry) -> Array:
    """dT/dx: x[n,c,i] = sum over o and the p, k that meet at i of g[n,o,p] * w[o,c,k]."""
    plan = plan_of(geometry)
    dtype, working = dtypes(g, w)
    weight = weight_matrices(w, plan, working).swapaxes(1, 2)  # (group, c*k, o)
    channels = w.shape[1] * geometry.groups
    x = np.zeros((len(g), channels, *geometry.in_spatial), dtype)
    for block, pieces in blocks(len(g), plan, w, working):
        outputs = idle_zeros(g[block], plan, working)
        lines = plan.zeros(outputs.shape[2], channels, working)
        for piece in pieces:
            columns = plan.columns(lines, piece)
            # NumPy's product of a column and a row is slow (depthwise: 27 ms instead of 11), their broadcast product is not.
            multiply = np.matmul if weight.shape[2] > 1 else np.multiply
            multiply(weight, output_matrices(outputs, piece), out=column_matrices(columns))
            plan.scatter_add(columns, lines, piece)
        plan.read(lines, x[block])
    return x


@kernel("numpy")
@np.errstate(all="ignore")
def conv_weight_grad(x: Array, g: Array, *, geometry: ConvGeometry) -> Array:
    """dT/dw: w[o,c,k] = sum over n, p of g[n,o,p] * x[n,c,i]."""
    plan = plan_of(geometry)
    dtype, working = dtypes(x, g)
    w = np.zeros((g.shape[1], x.shape[1] // geometry.groups, *geometry.kernel), working)
    weight = weight_matrices(w, plan, working)  # a view of w
    term = workspace("weight", weight.shape, working)
    for block, pieces in blocks(len(x), plan, w, working):
        lines = plan.write(x[block], working)
        outputs = idle_zeros(g[block], plan, working)
        for piece in pieces:
            columns = plan.gather(lines, piece)
            np.matmul(output_matrices(outputs, piece), column_matrices(columns).swapaxes(1, 2), out=term)
            np.add(weight, term, out=weight)
    return w.astype(dtype, copy=False)


def dtypes(*operands: Array) -> tuple[DType, DType]:
    """The result's dtype and the one to compute in: float16 is summed in float32."""
    dtype = np.result_type(*operands)
    return dtype, accumulation_dtype(dtype)


def blocks(samples: int, plan: Plan, w: Array, dtype: DType) -> Iterator[tuple[slice, list[slice]]]:
    """How the work is divided: slices of the samples, with the pieces of a run that their columns are made for.

    As many whole samples as have their columns within the budget, or one sample in equal pieces.
    """
    positions = max(COLUMN_BYTES // (plan.groups * prod(w.shape[1:]) * dtype.itemsize), LEAST_POSITIONS)
    first, whole = plan.run[0], prod(plan.run)
    width = -(-first // -(-whole // positions))
    pieces = [slice(start, min(start + width, first)) for start in range(0, first, width)]
    step = max(positions // whole, 1)
    for start in range(0, samples, step):
        yield slice(start, min(start + step, samples)), pieces


def weight_matrices(w: Array, plan: Plan, dtype: DType) -> Array:
    """Weights (group*o, c, *kernel) as matrices (group, o, c*k): a view, where w is contiguous and of that dtype."""
    return np.ascontiguousarray(w, dtype).reshape(plan.groups, len(w) // plan.groups, -1)


def column_matrices(columns: Array) -> Array:
    """Columns (group, c, tap, n, *piece) as matrices (group, c*tap, n*piece)."""
    groups, channels, taps = columns.shape[:3]
    return columns.reshape(groups, channels * taps, -1)


def output_matrices(outputs: Array, piece: slice) -> Array:
    """A piece of outputs (group, o, n, *run) as matrices (group, o, n*piece): it is the whole run, or n is 1."""
    groups, channels = outputs.shape[:2]
    return outputs[:, :, :, piece].reshape(groups, channels, -1)


def idle_zeros(g: Array, plan: Plan, dtype: DType) -> Array:
    """Outputs (group, o, n, *run) with g (n, o, *out_spatial) in them, and zeros at the idle positions."""
    outputs = plan.outputs(g.shape[0], g.shape[1], dtype)
    outputs.fill(0)
    plan.positions(outputs)[...] = g
    return outputs
