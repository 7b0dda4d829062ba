"""Convolution of each channel with a kernel of its own: a multiplication and an addition for each tap.

The images stand on lines (see `lines`), so that what a tap sees is one run of a line. It is done for a few images at a time,
which stay in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import prod

import numpy as np

from minitensor import threads
from minitensor.dtypes import Array, DType
from minitensor.geometry import ConvGeometry
from minitensor.kernels.numpy_.conv.lines import Layout, Part, Plan, adjoint_plan_of, plan_of
from minitensor.kernels.numpy_.slices import At
from minitensor.kernels.numpy_.workspace import workspace

# The lines that are worked on at a time.
BLOCK_BYTES = 2**20


def conv(x: Array, w: Array, bias: Array | None, geometry: ConvGeometry) -> Array:
    """The convolution, with the bias added where there is one."""
    y = np.empty((*x.shape[:2], *geometry.out_spatial), x.dtype)
    _correlate(x, w, y, plan_of(geometry, 1, 0))
    if bias is not None:
        np.add(y, bias.reshape(-1, *(1,) * geometry.rank), out=y)  # (c, 1, ...)
    return y


def conv_transpose(g: Array, w: Array, geometry: ConvGeometry) -> Array:
    """The transposed convolution."""
    x = np.zeros((*g.shape[:2], *geometry.in_spatial), g.dtype)
    _correlate(g, w, x, adjoint_plan_of(geometry, 0, 1))
    return x


def conv_weight_grad(x: Array, g: Array, geometry: ConvGeometry) -> Array:
    """The weight's gradient: for each channel and each tap a scalar product."""
    plan = plan_of(geometry, 1, 0)
    (part,) = plan.parts
    grad = np.zeros((x.shape[1], *geometry.kernel), x.dtype)

    def work(channels: slice) -> None:
        for samples, some in _blocks(slice(0, len(x)), channels, plan.layout, x.dtype):
            lines = plan.layout.write(x[samples, some])
            outputs = _outputs("other", part, lines)
            if part.rows != part.out:
                outputs.fill(0)
            part.positions(outputs)[:, 0] = g[samples, some]
            for tap, run in _runs(part, lines):
                products = np.matmul(run[..., None, :], outputs[0][..., None])  # (c, n, 1, 1)
                grad[(some, *tap)] += np.add.reduce(products[..., 0, 0], axis=1)

    threads.run([partial(work, channels) for channels in threads.shares(x.shape[1])])
    return grad[:, None]


def gradients(g: Array, x: Array, w: Array, geometry: ConvGeometry) -> list[Array]:
    """Both gradients: they have nothing in common."""
    return [conv_transpose(g, w, geometry), conv_weight_grad(x, g, geometry)]


def _correlate(image: Array, w: Array, result: Array, plan: Plan) -> None:
    """For each part of the plan, write the sum over the taps of what they see, times their weight, to its cells."""

    def work(samples: slice) -> None:
        for block, channels in _blocks(samples, slice(0, image.shape[1]), plan.layout, image.dtype):
            lines = plan.layout.write(image[block, channels])
            for part in plan.parts:
                outputs, term = _outputs("outputs", part, lines), _outputs("other", part, lines)
                weight = w[channels, 0][(slice(None), *part.weight)]  # (c, *tap)
                for number, (tap, run) in enumerate(_runs(part, lines)):
                    target = term if number else outputs
                    np.multiply(run, weight[(slice(None), *tap)][:, None, None], out=target[0])
                    if number:
                        np.add(outputs, term, out=outputs)
                result[(block, channels, *part.cells)] = part.positions(outputs)[:, 0]

    threads.run([partial(work, samples) for samples in threads.shares(len(image))])


def _runs(part: Part, lines: Array) -> Iterator[tuple[At, Array]]:
    """Each tap, and the runs (c, n, position) that it sees."""
    for taps in part.taps:
        runs = part.runs(lines, taps, 1, slice(0, part.run[0]))[0]  # (c, *tap, n, position)
        numbers = [range(size)[at] for size, at in zip(part.kernel, taps.at, strict=True)]
        for place in np.ndindex(taps.counts):
            yield tuple(number[at] for number, at in zip(numbers, place, strict=True)), runs[(slice(None), *place)]


def _outputs(role: str, part: Part, lines: Array) -> Array:
    """Outputs (1, c, n, position) of any content."""
    return workspace(role, (1, lines.shape[1], lines.shape[0], prod(part.run)), lines.dtype)


def _blocks(samples: slice, channels: slice, layout: Layout, dtype: DType) -> Iterator[tuple[slice, slice]]:
    """Slices of the samples and of the channels whose lines are within the budget."""
    images = max(BLOCK_BYTES // (len(layout.lines) * prod(layout.shape) * dtype.itemsize), 1)
    wide = min(images, channels.stop - channels.start)
    for first in range(samples.start, samples.stop, images // wide):
        for start in range(channels.start, channels.stop, wide):
            yield slice(first, min(first + images // wide, samples.stop)), slice(start, min(start + wide, channels.stop))
