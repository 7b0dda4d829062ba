"""Convolution's flat form: an image as lines, of which all that a tap of the kernel sees is a shifted run.

Write the padded image row after row as one line. The cell that tap (i, j) meets at output position (p, q) then stands at

    (p + i) * width + (q + j)  =  (p * width + q)  +  (i * width + j),

a place that depends on the position alone, shifted by an offset that depends on the tap alone. So what a tap sees, at every
position, is one contiguous *run* of the line. Positions q beyond the output's last column come along in it; they are *idle*,
and left out when the output is copied from its run.

A stride s splits each axis into *phases* first: phase r holds the cells q*s + r, and the cell s*p + d*i that tap i meets is
number p + (d*i // s) of phase d*i mod s. Each phase is a line, and the taps see runs again. Dilation only moves the offsets,
and a further axis only adds a term. One copy per phase pads, splits and lines up at once; what no tap uses is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from math import prod
from typing import NamedTuple

import numpy as np

from minitensor.dtypes import Array, DType
from minitensor.geometry import ConvGeometry, Ints
from minitensor.kernels.numpy_.slices import At, dot, inside, steps_of
from minitensor.kernels.numpy_.workspace import workspace

# Flat runs are copied fast, idle positions are multiplied in vain: this many times the output's positions a run may have.
# A weight (64, 32, 3, 3) on (64, 32, 8, 8), a run of 1.22, took 3.2 ms flat and 4.3 not, backward; forward there is no
# difference. (512, 512, 3, 3) on (8, 512, 7, 7), a run of 1.24, took 24.6 ms flat and 20.7 not.
MOST_IDLE = 1.25


class Plan(NamedTuple):
    """Where the cells of one geometry's images stand on lines.

    A line is flat, of one axis, unless so many positions are idle that it pays to leave them out of the runs: then line and
    run keep the image's axes. Below, `*line` and `*run` stand for the axes of either kind.

    Attributes
    ----------
    groups : int
        The geometry's groups.
    out_spatial : tuple of int
        The output's sizes.
    rows : tuple of int
        The sizes of one phase as an image: out + (dilation*(kernel-1) // stride) on each axis.
    line, run : tuple of int
        The shape of one phase as a line, and of the part of it that a tap sees.
    steps : tuple of int
        How far apart neighbouring positions are on a flattened run, on each axis of the output.
    phases : tuple of (slices, slices)
        For each phase, which of its rows hold cells of the image, and which cells these are.
    taps : tuple of (int, tuple of int)
        For each tap of the kernel, its phase and where on the line its run begins.
    """

    groups: int
    out_spatial: Ints
    rows: Ints
    line: Ints
    run: Ints
    steps: Ints
    phases: tuple[tuple[At, At], ...]
    taps: tuple[tuple[int, Ints], ...]

    def zeros(self, samples: int, channels: int, dtype: DType) -> Array:
        """Lines (n, c, phase, *line) of zeros."""
        lines = workspace("lines", (samples, channels, len(self.phases), *self.line), dtype)
        lines.fill(0)
        return lines

    def write(self, x: Array, dtype: DType) -> Array:
        """Copy images x (n, c, *in_spatial) to lines (n, c, phase, *line), with zeros where x has no cells."""
        lines = self.zeros(x.shape[0], x.shape[1], dtype)
        images = lines.reshape(*lines.shape[:3], *self.rows)
        for phase, (rows, cells) in enumerate(self.phases):
            images[(..., phase, *rows)] = x[(..., *cells)]
        return lines

    def read(self, lines: Array, x: Array) -> None:
        """Copy lines (n, c, phase, *line) to the cells of x (n, c, *in_spatial) that they hold: the adjoint of `write`."""
        images = lines.reshape(*lines.shape[:3], *self.rows)
        for phase, (rows, cells) in enumerate(self.phases):
            x[(..., *cells)] = images[(..., phase, *rows)]

    def columns(self, lines: Array, piece: slice) -> Array:
        """Columns (group, c, tap, n, *piece) of any content: a piece is cut from a run along its first axis."""
        samples, channels = lines.shape[:2]
        shape = (self.groups, channels // self.groups, len(self.taps), samples, piece.stop - piece.start, *self.run[1:])
        return workspace("columns", shape, lines.dtype)

    def gather(self, lines: Array, piece: slice) -> Array:
        """Copy a piece of each tap's run to columns (group, c, tap, n, *piece)."""
        columns = self.columns(lines, piece)
        for tap, run in enumerate(self._runs(lines, piece)):
            columns[:, :, tap] = run
        return columns

    def scatter_add(self, columns: Array, lines: Array, piece: slice) -> None:
        """Add columns (group, c, tap, n, *piece) to the places that `gather` copies them from: its adjoint."""
        for tap, run in enumerate(self._runs(lines, piece)):
            np.add(run, columns[:, :, tap], out=run)

    def _runs(self, lines: Array, piece: slice) -> Iterator[Array]:
        """A view of a piece of each tap's run (group, c, n, *piece)."""
        grouped = lines.reshape(len(lines), self.groups, -1, *lines.shape[2:])  # (n, group, c, phase, *line)
        grouped = np.moveaxis(grouped, 0, 3)  # (group, c, phase, n, *line)
        for phase, (first, *others) in self.taps:
            start, stop = first + piece.start, first + piece.stop
            rest = [slice(other, other + size) for other, size in zip(others, self.run[1:], strict=True)]
            at: At = (slice(None), slice(None), phase, slice(None), slice(start, stop), *rest)
            yield grouped[at]

    def outputs(self, samples: int, channels: int, dtype: DType) -> Array:
        """Outputs (group, o, n, *run) of any content."""
        return workspace("outputs", (self.groups, channels // self.groups, samples, *self.run), dtype)

    def positions(self, outputs: Array) -> Array:
        """A view of the positions (n, o, *out_spatial) of outputs (group, o, n, *run), without the idle ones."""
        samples, channels, size = outputs.shape[2], outputs.shape[0] * outputs.shape[1], prod(self.run)
        strides = tuple(outputs.itemsize * step for step in (size, samples * size, *self.steps))
        return np.ndarray((samples, channels, *self.out_spatial), outputs.dtype, outputs, 0, strides)


@lru_cache(maxsize=512)
def plan_of(geometry: ConvGeometry) -> Plan:
    """Where the cells of `geometry` stand on lines."""
    stride, out_spatial = geometry.stride, geometry.out_spatial
    axes = tuple(zip(geometry.kernel, stride, geometry.dilation, strict=True))
    rows = tuple(out + d * (k - 1) // s for out, (k, s, d) in zip(out_spatial, axes, strict=True))
    used = product(*(sorted({d * tap % s for tap in range(k)}) for k, s, d in axes))
    phases = {phase: number for number, phase in enumerate(used)}
    # Each tap, on every axis: the phase that it reads, and the shift of its run.
    places = list(product(*([(d * tap % s, d * tap // s) for tap in range(k)] for k, s, d in axes)))
    taps = [(phases[tuple(r for r, _ in place)], tuple(shift for _, shift in place)) for place in places]

    held = tuple(held_by(phase, rows, geometry) for phase in phases)
    steps = steps_of(rows)
    line, run = (prod(rows),), (1 + dot(steps, [out - 1 for out in out_spatial]),)  # from the first position to the last
    if run[0] > MOST_IDLE * prod(out_spatial):
        return Plan(geometry.groups, out_spatial, rows, rows, out_spatial, steps_of(out_spatial), held, tuple(taps))
    flat = tuple((phase, (dot(steps, shift),)) for phase, shift in taps)
    return Plan(geometry.groups, out_spatial, rows, line, run, steps, held, flat)


def held_by(phase: Ints, rows: Ints, geometry: ConvGeometry) -> tuple[At, At]:
    """Which rows of a phase hold cells of the image, and which cells these are."""
    axes = zip(phase, geometry.pad_lo, geometry.stride, geometry.in_spatial, rows, strict=True)
    slices = [inside(r - lo, s, size, count) for r, lo, s, size, count in axes]
    return tuple(held for held, _ in slices), tuple(cells for _, cells in slices)
