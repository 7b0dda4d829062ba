"""A sweep over images: their columns are made piece by piece, and each piece is used while it is in the processor's cache.

What is done with columns (c*tap, position):

    result (o, position)  =  weight (o, c*tap) @ columns                    `Products`
    grad (c*tap, o)      +=  columns @ other (position, o)                  `WeightGrad`

Lines and columns are workspaces, kept from call to call. At idle positions the other is zero. (Zero times infinity is not
zero: what is not finite can spread further than the formula says.)
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Protocol

import numpy as np

from minitensor.dtypes import Array, DType
from minitensor.kernels.numpy_.conv.lines import Part, Plan
from minitensor.kernels.numpy_.conv.products import add_products, merged, multiply

# The columns of one product. Of 1/2, 1, 2 and 4 MB, 4 were the best or within two in a hundred of it on nineteen shapes,
# where the cache's second level has 1 MB and its third 32; 8 were up to a third slower.
COLUMN_BYTES = 2**22
# Where channels are many, no fewer positions than this are multiplied at once: (8, 512, 7, 7) with (512, 512, 3, 3) took
# 35.6 ms with 64 of them, 26.0 with 256, 24.9 with 512.
LEAST_POSITIONS = 512


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
            self.outputs = _by_sample(target)
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
            self.outputs = _by_sample(other)
        else:
            self.outputs = idle_zeros(part, other)

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
    for block, positions in blocks(slice(0, len(image)), plan, groups, longest, image.dtype):
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


def blocks(samples: slice, plan: Plan, groups: int, length: int, dtype: DType) -> Iterator[tuple[slice, int]]:
    """How the work is divided: samples whose columns of that length are within the budget, and a piece's most positions."""
    positions = max(COLUMN_BYTES // (groups * length * dtype.itemsize), LEAST_POSITIONS)
    step = max(positions // max((prod(part.run) for part in plan.parts), default=1), 1)
    for start in range(samples.start, samples.stop, step):
        yield slice(start, min(start + step, samples.stop)), positions


def idle_zeros(part: Part, other: Array) -> Array:
    """Outputs (group, o, n, position) with the other (n, group, o, *out) in them, and zeros at the idle positions."""
    outputs = part.outputs("other", other.shape[1], other.shape[2], other.shape[0], other.dtype)
    if part.rows != part.out:
        outputs.fill(0)
    part.positions(outputs)[...] = other
    return outputs


def _by_sample(images: Array) -> Array:
    """A view of images (n, group, o, *out) as (group, o, n, position)."""
    return images.reshape(*images.shape[:3], -1).transpose(1, 2, 0, 3)
