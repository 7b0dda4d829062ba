"""Convolution by columns: what the taps see is copied together, and one matrix product does the rest.

`lines` explains the flat form: each image is copied once to lines, on which all that a tap of the kernel sees, at every
position, is one contiguous run. The runs of all taps and channels, one below the other, are the matrix of columns. A sweep
goes over the samples a few at a time, or over pieces of a large one, so that lines and columns stay in the processor's
cache, in memory
that is kept from call to call; there never is a matrix of columns for the whole batch. What is done with columns:

    result (o, position)  =  weight (o, c*tap) @ columns (c*tap, position)        `Products`
    grad (c*tap, o)      +=  columns (c*tap, position) @ other (position, o)      `WeightGrad`

With the columns of x the first is the convolution, and the second, with g for the other, its weight gradient. With the
columns of g, by the adjoint plan, the first is the transposed convolution, and the second, with x for the other, is the
weight gradient again: so a backward pass makes both of the same columns, in one sweep.

A transposed convolution from many channels to few would gather much for little. It `spread`s instead, each step of the
convolution's the adjoint, in reverse: columns = weight.T @ g, added to lines, read as images.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import prod
from typing import Protocol

import numpy as np

from minitensor import threads
from minitensor.dtypes import Array, DType
from minitensor.geometry import ConvGeometry
from minitensor.kernels.numpy_.conv.lines import Part, Plan, adjoint_plan_of, plan_of
from minitensor.kernels.numpy_.conv.products import add_products, merged, multiply

# The columns of one matrix product. They are written once and read once, so they should stay in the cache (here 1 MB of
# second level, 32 MB of third); but BLAS is slow on small products.
COLUMN_BYTES = 2**22
# Where channels are many, no fewer positions than this are multiplied at once: (8, 512, 7, 7) with (512, 512, 3, 3) took
# 35.6 ms with 64 of them, 26.0 with 256, 24.9 with 512.
LEAST_POSITIONS = 512
# A transposed convolution to so many times fewer channels spreads: to add a column costs more than twice what to copy one
# does.
MOST_NARROWING = 2.5


def conv(x: Array, w: Array, bias: Array | None, geometry: ConvGeometry) -> Array:
    """The convolution, with the bias added where there is one."""
    groups = geometry.groups
    plan, weight = plan_of(geometry, w.shape[1], len(w) // groups), _by_group(w, groups)
    weights = [weight.reshape(*weight.shape[:2], -1)]  # (group, o, c*tap)
    offsets = None if bias is None else bias.reshape(groups, -1, *(1,) * geometry.rank)  # (group, o, 1, ...)
    y = np.empty((len(x), len(w), *geometry.out_spatial), x.dtype)
    result = _grouped(y, groups)

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
    plan, weight = adjoint_plan_of(geometry, w.shape[1], len(w) // groups), _by_group(w, groups)
    parts = [weight[(..., *part.weight)].swapaxes(1, 2) for part in plan.parts]  # (group, c, o, *taps)
    weights = [part.reshape(*part.shape[:2], -1) for part in parts]  # (group, c, o*tap)
    x_grad = np.zeros((len(g), groups * w.shape[1], *geometry.in_spatial), g.dtype)
    result, other = _grouped(x_grad, groups), None if x is None else _grouped(x, groups)
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
    """Whether the transposed convolution with this weight adds columns to lines; else it gathers columns of its input."""
    return bool(len(w) // geometry.groups > MOST_NARROWING * w.shape[1])


def _spread(g: Array, w: Array, geometry: ConvGeometry) -> Array:
    """The transposed convolution by the steps of `conv`, each one's adjoint, in reverse."""
    groups = geometry.groups
    plan, weight = plan_of(geometry, w.shape[1], len(w) // groups), _by_group(w, groups)
    weight = weight.reshape(*weight.shape[:2], -1).swapaxes(1, 2)  # (group, c*tap, o)
    x = np.zeros((len(g), groups * w.shape[1], *geometry.in_spatial), g.dtype)
    (part,) = plan.parts

    def work(samples: slice) -> None:
        for block, positions in _blocks(samples, plan, groups, weight.shape[1], g.dtype):
            outputs = _idle_zeros(part, _grouped(g, groups)[block])
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
        sweep(x[samples], plan, groups, WeightGrad(_grouped(g, groups)[samples], [total]))

    threads.run([partial(work, samples, total) for samples, total in zip(shares, totals, strict=True)])
    whole = sum(totals[1:], totals[0])  # (group, c*tap, o)
    return np.ascontiguousarray(whole.swapaxes(1, 2)).reshape(g.shape[1], channels, *geometry.kernel)


class Use(Protocol):
    """What is done with the columns of each part of a plan."""

    def begin(self, number: int, part: Part, block: slice) -> None:
        """Prepare for the columns of a part, for some samples."""

    def take(self, columns: Array, at: slice) -> None:
        """Use columns (group, c*tap, n, position), which are for these positions of the run."""

    def end(self) -> None:
        """All columns of the part have been there, for these samples."""


class Products:
    """The result (n, group, o, *spatial) of products: weight (group, o, c*tap) @ columns, for each part.

    Where a part is the whole result, without idle positions, products are written to their place; else they are copied
    there.
    """

    def __init__(self, weights: list[Array], result: Array, bias: Array | None = None) -> None:
        self.weights, self.result, self.bias = weights, result, bias

    def begin(self, number: int, part: Part, block: slice) -> None:
        """Find where the products of this part go."""
        self.weight, self.part = self.weights[number], part
        target = self.result[block]
        self.in_place = part.rows == part.out == target.shape[3:]
        self.target = target[(..., *part.cells)]
        groups, channels = self.weight.shape[:2]
        if self.in_place:
            self.outputs = np.moveaxis(target.reshape(*target.shape[:3], -1), 0, 2)  # (group, o, n, position)
        else:
            self.outputs = part.outputs("outputs", groups, channels, len(target), self.weight.dtype)

    def take(self, columns: Array, at: slice) -> None:
        """Multiply columns by the weight."""
        outputs = self.outputs[..., at]
        if not self.in_place:
            columns, outputs = merged(columns), merged(outputs)
        multiply(self.weight, columns, outputs)

    def end(self) -> None:
        """Bring what is not there yet to the result."""
        source = self.target if self.in_place else self.part.positions(self.outputs)
        if self.bias is not None:
            np.add(source, self.bias, out=self.target)
        elif not self.in_place:
            self.target[...] = source


class WeightGrad:
    """The sums of columns @ other for each part: grads (group, c*tap, o), added to; the other is (n, group, o, *spatial)."""

    def __init__(self, other: Array, grads: list[Array]) -> None:
        self.other, self.grads = other, grads

    def begin(self, number: int, part: Part, block: slice) -> None:
        """Line up what the columns of this part are multiplied with."""
        self.grad = self.grads[number]
        other = self.other[(block, ..., *part.cells)]
        # Where a product for each sample makes less than a copy of the other has, the other is read where it is.
        self.in_place = part.rows == part.out == self.other.shape[3:] and self.grad.shape[1] <= prod(part.out)
        if self.in_place:
            self.outputs = np.moveaxis(other.reshape(*other.shape[:3], -1), 0, 2)  # (group, o, n, position)
        else:
            self.outputs = _idle_zeros(part, other)

    def take(self, columns: Array, at: slice) -> None:
        """Add the products of columns and the other."""
        outputs = self.outputs[..., at]
        if not self.in_place:
            columns, outputs = merged(columns), merged(outputs)
        add_products(columns, outputs, self.grad)

    def end(self) -> None:
        """Every product has been added."""


def sweep(image: Array, plan: Plan, groups: int, *uses: Use) -> None:
    """Make the columns of images (n, c, *spatial) by a plan, part by part, for each use of them."""
    longest = max((prod(part.kernel) for part in plan.parts), default=1) * image.shape[1] // groups
    for block, positions in _blocks(slice(0, len(image)), plan, groups, longest, image.dtype):
        lines = plan.layout.write(image[block])
        for number, part in enumerate(plan.parts):
            for use in uses:
                use.begin(number, part, block)
            for piece in part.pieces(positions):
                columns = part.gather(lines, groups, piece)
                for use in uses:
                    use.take(columns, part.at(piece))
            for use in uses:
                use.end()


def _blocks(samples: slice, plan: Plan, groups: int, length: int, dtype: DType) -> Iterator[tuple[slice, int]]:
    """How the work is divided: samples whose columns of that length are within the budget, and a piece's most positions."""
    positions = max(COLUMN_BYTES // (groups * length * dtype.itemsize), LEAST_POSITIONS)
    step = max(positions // max((prod(part.run) for part in plan.parts), default=1), 1)
    for start in range(samples.start, samples.stop, step):
        yield slice(start, min(start + step, samples.stop)), positions


def _idle_zeros(part: Part, other: Array) -> Array:
    """Outputs (group, o, n, position) with the other (n, group, o, *out) in them, and zeros at the idle positions."""
    outputs = part.outputs("other", other.shape[1], other.shape[2], other.shape[0], other.dtype)
    if part.rows != part.out:
        outputs.fill(0)
    part.positions(outputs)[...] = other
    return outputs


def _by_group(w: Array, groups: int) -> Array:
    """Weights (group*o, c, *kernel) as (group, o, c, *kernel)."""
    return w.reshape(groups, len(w) // groups, *w.shape[1:])


def _grouped(images: Array, groups: int) -> Array:
    """Images (n, group*c, *spatial) as (n, group, c, *spatial)."""
    return images.reshape(len(images), groups, images.shape[1] // groups, *images.shape[2:])
