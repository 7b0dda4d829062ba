"""Convolution by columns: what the taps see is copied together, and one matrix product does the rest.

`lines` explains the flat form: each image is copied once to lines, on which all that a tap of the kernel sees, at every
position, is one contiguous run. The runs of all taps and channels, one below the other, are the matrix of columns. A `sweep`
makes them for a few samples at a time, or for pieces of a large one; there never is a matrix of columns for the whole batch.

With the columns of x, the product with the weight is the convolution, and that with g its weight gradient. With the columns
of g, by the adjoint plan, the product with the weight is the transposed convolution, and that with x is the weight gradient
again: so a backward pass makes both of the same columns, in one sweep.

A transposed convolution from many channels to few would gather much for little. It `spreads` instead, each step of the
convolution's the adjoint, in reverse: columns = weight.T @ g, added to lines, read as images.
"""

from __future__ import annotations

from functools import partial
from math import prod

import numpy as np

from minitensor import threads
from minitensor.dtypes import Array
from minitensor.geometry import ConvGeometry
from minitensor.kernels.numpy_.conv.grouped import images_by_group, weights_by_group
from minitensor.kernels.numpy_.conv.lines import adjoint_plan_of, plan_of
from minitensor.kernels.numpy_.conv.products import merged, multiply
from minitensor.kernels.numpy_.conv.sweep import Products, Use, WeightGrad, blocks, idle_zeros, sweep

EXACT = True  # each result is the sum as it is written

# To add a column costs so many times what copying it does.
ADDITION = 2.5


def conv(x: Array, w: Array, bias: Array | None, geometry: ConvGeometry) -> Array:
    """The convolution, with the bias added where there is one."""
    groups = geometry.groups
    plan, weight = plan_of(geometry, w.shape[1], len(w) // groups), weights_by_group(w, groups)
    weights = [weight.reshape(*weight.shape[:2], -1)]  # (group, o, c*tap)
    offsets = None if bias is None else bias.reshape(groups, -1, *(1,) * geometry.rank)  # (group, o, 1, ...)
    y = np.empty((len(x), len(w), *geometry.out_spatial), x.dtype)
    result = images_by_group(y, groups)

    def work(samples: slice) -> None:
        sweep(x[samples], plan, groups, Products(weights, result[samples], offsets))

    threads.run([partial(work, samples) for samples in threads.shares(len(x))])
    return y


def conv_transpose(g: Array, w: Array, geometry: ConvGeometry) -> Array:
    """The transposed convolution."""
    if spreads(w, geometry):
        return _spread(g, w, geometry)
    return _gather(g, None, w, geometry)[0]


def gradients(g: Array, x: Array, w: Array, geometry: ConvGeometry) -> list[Array]:
    """Both gradients: where the transposed convolution gathers, of the same columns."""
    if spreads(w, geometry):
        return [_spread(g, w, geometry), conv_weight_grad(x, g, geometry)]
    return _gather(g, x, w, geometry)


def _gather(g: Array, x: Array | None, w: Array, geometry: ConvGeometry) -> list[Array]:
    """dT/dx and, where x is given, dT/dw: of the columns of g."""
    groups = geometry.groups
    plan, weight = adjoint_plan_of(geometry, w.shape[1], len(w) // groups), weights_by_group(w, groups)
    parts = [weight[(..., *part.weight)].swapaxes(1, 2) for part in plan.parts]  # (group, c, o, *taps)
    weights = [part.reshape(*part.shape[:2], -1) for part in parts]  # (group, c, o*tap)
    x_grad = np.zeros((len(g), groups * w.shape[1], *geometry.in_spatial), g.dtype)
    result, other = images_by_group(x_grad, groups), None if x is None else images_by_group(x, groups)
    shares = threads.shares(len(g))
    totals = [[np.zeros((groups, one.shape[2], one.shape[1]), g.dtype) for one in weights] for _ in shares]

    def work(samples: slice, total: list[Array]) -> None:
        uses: list[Use] = [Products(weights, result[samples])]
        if other is not None:
            uses.append(WeightGrad(other[samples], total))
        sweep(g[samples], plan, groups, *uses)

    threads.run([partial(work, samples, total) for samples, total in zip(shares, totals, strict=True)])
    if x is None:
        return [x_grad]
    w_grad = np.zeros(weight.shape, g.dtype)  # (group, o, c, *kernel)
    for number, part in enumerate(plan.parts):
        whole = sum((total[number] for total in totals[1:]), totals[0][number])  # (group, o*tap, c)
        w_grad[(..., *part.weight)] = np.moveaxis(whole.reshape(groups, weight.shape[1], *part.kernel, -1), -1, 2)
    return [x_grad, w_grad.reshape(w.shape)]


def spreads(w: Array, geometry: ConvGeometry) -> bool:
    """Whether the transposed convolution with this weight adds columns to lines; else it gathers columns of its input.

    There are as many columns to add as its results have channels, and as many to gather as its inputs have; they are as long
    as the input, and as one phase of the results. Where no two windows overlap, nothing is added twice; the phases are many.
    """
    if all(k <= s for k, s in zip(geometry.kernel, geometry.stride, strict=True)) and max(geometry.stride) > 1:
        return True
    added, gathered = w.shape[1] * prod(geometry.out_spatial), len(w) // geometry.groups * prod(geometry.in_spatial)
    return bool(ADDITION * added * prod(geometry.stride) < gathered)


def _spread(g: Array, w: Array, geometry: ConvGeometry) -> Array:
    """The transposed convolution by the steps of `conv`, each one's adjoint, in reverse."""
    groups = geometry.groups
    plan, weight = plan_of(geometry, w.shape[1], len(w) // groups), weights_by_group(w, groups)
    weight = weight.reshape(*weight.shape[:2], -1).swapaxes(1, 2)  # (group, c*tap, o)
    x = np.zeros((len(g), groups * w.shape[1], *geometry.in_spatial), g.dtype)
    (part,) = plan.parts

    def work(samples: slice) -> None:
        for block, positions in blocks(samples, plan, groups, weight.shape[1], g.dtype):
            outputs = idle_zeros(part, images_by_group(g, groups)[block])
            lines = plan.layout.zeros(outputs.shape[2], x.shape[1], g.dtype)
            for piece in part.pieces(positions):
                columns = part.columns(lines, groups, piece)
                multiply(weight, merged(outputs[..., part.at(piece)]), merged(columns))
                part.scatter_add(columns, lines, piece)
            plan.layout.read(lines, x[block])

    threads.run([partial(work, samples) for samples in threads.shares(len(g))])
    return x


def conv_weight_grad(x: Array, g: Array, geometry: ConvGeometry) -> Array:
    """The weight's gradient, from the columns of x."""
    groups, channels, out_channels = geometry.groups, x.shape[1] // geometry.groups, g.shape[1] // geometry.groups
    plan, shares = plan_of(geometry, channels, out_channels), threads.shares(len(x))
    totals = [np.zeros((groups, channels * prod(geometry.kernel), out_channels), x.dtype) for _ in shares]

    def work(samples: slice, total: Array) -> None:
        sweep(x[samples], plan, groups, WeightGrad(images_by_group(g, groups)[samples], [total]))

    threads.run([partial(work, samples, total) for samples, total in zip(shares, totals, strict=True)])
    whole = sum(totals[1:], totals[0])  # (group, c*tap, o)
    return np.ascontiguousarray(whole.swapaxes(1, 2)).reshape(g.shape[1], channels, *geometry.kernel)
