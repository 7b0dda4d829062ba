"""Convolution's flat form: an image as a line, of which all that a tap of the kernel sees is a shifted run.

Write the padded image row after row as one line. The cell that tap (i, j) meets at output position (p, q) then stands at

    (p + i) * width + (q + j)  =  (p * width + q)  +  (i * width + j),

a place that depends on the position alone, shifted by an offset that depends on the tap alone. So what a tap sees, at every
position, is one contiguous *run* of the line. Positions q beyond the output's last column come along in it; they are *idle*,
and left out when the output is copied from its run. The zeros after a row are the zeros before the next: where a row is
padded on both sides, one side is stored.

A stride s splits each axis into *phases* first: phase r holds the cells s*q + r, and the cell s*p + d*k that tap k meets is
number p + (d*k // s) of phase d*k mod s. Each phase is a line, and the taps see runs again; those of one phase are evenly
spaced. Dilation only moves the offsets, and a further axis only adds a term. This is `plan_of`.

The adjoint is the same from the other side, `adjoint_plan_of`. The cells of phase r are met by the taps of that phase alone,

    x[s*u + r - lo]  gets  sum over these taps k of  g[u - d*k // s] * w[k],

which is a convolution of g without stride, its taps in reverse. So a transposed convolution is a small convolution for each
phase.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from math import gcd, prod
from typing import NamedTuple

import numpy as np

from minitensor.dtypes import Array, DType
from minitensor.geometry import ConvGeometry, Ints
from minitensor.kernels.numpy_.slices import At, dot, inside, steps_of
from minitensor.kernels.numpy_.workspace import workspace

# What a position costs, in nanoseconds, for each element that is copied and each that is multiplied; and what a row costs
# that is copied by itself. On (32, 6, 14, 14) with (16, 6, 5, 5), flat runs took 66 us to copy and 200 to multiply, rows 230
# and 146.
COPY, PRODUCT, ROW = 0.06, 0.02, 3.4


class Layout(NamedTuple):
    """How images stand on lines.

    Attributes
    ----------
    shape : tuple of int
        One line as an image: its places on each axis, with the zeros that are stored.
    lines : tuple of (slices, slices)
        For each line of an image, which of its places hold cells, and which cells these are.
    """

    shape: Ints
    lines: tuple[tuple[At, At], ...]

    def zeros(self, samples: int, channels: int, dtype: DType) -> Array:
        """Lines (n, c, line, *places) of zeros."""
        lines = workspace("lines", (samples, channels, len(self.lines), *self.shape), dtype)
        lines.fill(0)
        return lines

    def write(self, x: Array) -> Array:
        """Copy images x (n, c, *spatial) to lines (n, c, line, *places), with zeros where x has no cells."""
        lines = self.zeros(x.shape[0], x.shape[1], x.dtype)
        for number, (places, cells) in enumerate(self.lines):
            lines[(slice(None), slice(None), number, *places)] = x[(..., *cells)]
        return lines

    def read(self, lines: Array, x: Array) -> None:
        """Copy lines to the cells of x that they hold: the adjoint of `write`."""
        for number, (places, cells) in enumerate(self.lines):
            x[(..., *cells)] = lines[(slice(None), slice(None), number, *places)]


class Taps(NamedTuple):
    """Taps of the kernel that see one line, evenly spaced on every axis.

    Attributes
    ----------
    line : int
        The number of the line.
    at : tuple of slices
        Which they are of the taps that the columns have.
    counts : tuple of int
        How many there are on each axis.
    first : int
        Where on the line the first one's run begins.
    steps : tuple of int
        From there to where the next one's begins, on each axis.
    """

    line: int
    at: At
    counts: Ints
    first: int
    steps: Ints


class Part(NamedTuple):
    """A part of the result: which cells it is, and the columns that it is a product of.

    Attributes
    ----------
    cells : tuple of slices
        Its cells in the result.
    out : tuple of int
        How many these are on each axis.
    rows : tuple of int
        The same with the idle positions of a run.
    run, run_steps : tuple of int
        What a tap sees, as axes of the line: a single one, or those of `out` where it pays to leave idle positions out.
    weight : tuple of slices
        The taps of the kernel that it takes part in.
    kernel : tuple of int
        How many these are on each axis.
    taps : tuple of Taps
        The same, by the lines that they see.
    """

    cells: At
    out: Ints
    rows: Ints
    run: Ints
    run_steps: Ints
    weight: At
    kernel: Ints
    taps: tuple[Taps, ...]

    def gather(self, lines: Array, groups: int, piece: slice) -> Array:
        """Copy a piece of each tap's run to columns (group, c*tap, n, position): it is cut from a run's first axis."""
        columns = self.columns(lines, groups, piece)
        by_tap = self._by_tap(columns, piece)
        for taps in self.taps:
            by_tap[(slice(None), slice(None), *taps.at)] = self.runs(lines, taps, groups, piece)
        return columns

    def scatter_add(self, columns: Array, lines: Array, piece: slice) -> None:
        """Add columns (group, c*tap, n, position) to the places that `gather` copies them from: its adjoint."""
        by_tap = self._by_tap(columns, piece)
        for taps in self.taps:
            runs = self.runs(lines, taps, len(columns), piece)
            added = by_tap[(slice(None), slice(None), *taps.at)]
            for tap in np.ndindex(taps.counts):  # one after the other, since the runs of two taps overlap
                run = runs[(slice(None), slice(None), *tap)]
                np.add(run, added[(slice(None), slice(None), *tap)], out=run)

    def columns(self, lines: Array, groups: int, piece: slice) -> Array:
        """Columns (group, c*tap, n, position) of any content."""
        samples, channels = lines.shape[:2]
        positions = (piece.stop - piece.start) * prod(self.run[1:])
        return matrices("columns", groups, channels // groups * prod(self.kernel), samples, positions, lines.dtype)

    def outputs(self, role: str, groups: int, channels: int, samples: int, dtype: DType) -> Array:
        """Outputs (group, o, n, position) of any content, with the idle positions."""
        return matrices(role, groups, channels, samples, prod(self.run), dtype)

    def positions(self, outputs: Array) -> Array:
        """A view of the positions (n, group, o, *out) of outputs (group, o, n, position), without the idle ones."""
        images = outputs.reshape(*outputs.shape[:3], *self.rows).transpose(2, 0, 1, *range(3, 3 + len(self.out)))
        if self.rows == self.out:
            return images
        within: At = (..., *[slice(size) for size in self.out])
        return images[within]

    def pieces(self, positions: int) -> list[slice]:
        """The run of one sample in equal pieces of at most so many positions."""
        first, whole = self.run[0], prod(self.run)
        width = -(-first // -(-whole // positions))
        return [slice(start, min(start + width, first)) for start in range(0, first, width)]

    def at(self, piece: slice) -> slice:
        """The positions that a piece of the run is."""
        inner = prod(self.run[1:])
        return slice(piece.start * inner, piece.stop * inner)

    def runs(self, lines: Array, taps: Taps, groups: int, piece: slice) -> Array:
        """A view (group, c, *tap, n, *piece) of what taps see of lines (n, c, line, *places): it overlaps itself."""
        item, (sample, channel, line) = lines.itemsize, lines.strides[:3]
        channels = lines.shape[1] // groups
        shape = (groups, channels, *taps.counts, len(lines), piece.stop - piece.start, *self.run[1:])
        start = taps.line * line + (taps.first + piece.start * self.run_steps[0]) * item
        steps = [item * step for step in taps.steps], [item * step for step in self.run_steps]
        return np.ndarray(shape, lines.dtype, lines, start, (channel * channels, channel, *steps[0], sample, *steps[1]))

    def _by_tap(self, columns: Array, piece: slice) -> Array:
        """A view of columns as (group, c, *tap, n, *piece)."""
        groups, _, samples, _ = columns.shape
        return columns.reshape(groups, -1, *self.kernel, samples, piece.stop - piece.start, *self.run[1:])


class Plan(NamedTuple):
    """How one geometry's images stand on lines, and which columns its result is a product of, part by part."""

    layout: Layout
    parts: tuple[Part, ...]


def matrices(role: str, groups: int, rows: int, samples: int, positions: int, dtype: DType) -> Array:
    """A workspace of matrices (group, row, n, position) of which the last two axes are one contiguous line.

    BLAS is a quarter slower where rows stand a multiple of 4 KB apart, since they share few lines of the cache then:
    64 x 288 times 288 x 2048 ran at 80 GFLOP/s so, and at 100 with 64 bytes more in each row.
    """
    used = samples * positions
    length = used if used % 256 else used + 16
    return workspace(role, (groups, rows, length), dtype)[:, :, :used].reshape(groups, rows, samples, positions)


@lru_cache(maxsize=512)
def plan_of(geometry: ConvGeometry, channels: int, out_channels: int) -> Plan:
    """The convolution's own plan, for so many channels in a group: its result are the outputs, a part of all the taps."""
    axes = [_phases(*axis) for axis in _axes(geometry)]
    places = [out + max(phase.shift + phase.step * (phase.size - 1) for phase in axis)
              for axis, out in zip(axes, geometry.out_spatial, strict=True)]  # fmt: skip
    held = [
        [inside(phase.residue - lo, s, size, count) for phase in axis]
        for axis, lo, s, size, count in zip(axes, geometry.pad_lo, geometry.stride, geometry.in_spatial, places, strict=True)
    ]
    layout, steps = _laid_out(places, held, geometry.out_spatial)
    taps = tuple(
        Taps(
            number,
            tuple(phase.taps for phase in phases),
            tuple(phase.size for phase in phases),
            dot(steps, [phase.shift for phase in phases]),
            tuple(step * phase.step for step, phase in zip(steps, phases, strict=True)),
        )
        for number, phases in enumerate(product(*axes))
    )
    everything = (slice(None),) * len(steps)
    out = geometry.out_spatial
    run = _run(out, layout.shape, out_channels, channels * prod(geometry.kernel))
    return Plan(layout, (Part(everything, out, *run, everything, geometry.kernel, taps),))


@lru_cache(maxsize=512)
def adjoint_plan_of(geometry: ConvGeometry, channels: int, out_channels: int) -> Plan:
    """The transposed convolution's plan, for so many channels in a group: its result are the inputs, one part a phase."""
    axes = _cells_of_phases(geometry)
    everything = (slice(None),) * geometry.rank
    first = [
        min((u.start - phase.shift - phase.step * (phase.size - 1) for phase, u, _ in axis), default=0) for axis in axes
    ]
    last = [max((u.stop - 1 - phase.shift for phase, u, _ in axis), default=0) for axis in axes]
    lead = [max(0, -least) for least in first]
    places = [lo + max(out, most + 1) for lo, out, most in zip(lead, geometry.out_spatial, last, strict=True)]
    held = [[(slice(lo, lo + out), slice(0, out))] for lo, out in zip(lead, geometry.out_spatial, strict=True)]
    widest = [max((u.stop - u.start for _, u, _ in axis), default=0) for axis in axes]
    layout, steps = _laid_out(places, held, widest)
    parts = []
    for phases in product(*axes):
        counts = tuple(phase.size for phase, _, _ in phases)
        out = tuple(u.stop - u.start for _, u, _ in phases)
        start = [u.start - phase.shift + lo for (phase, u, _), lo in zip(phases, lead, strict=True)]
        taps = Taps(0, everything, counts, dot(steps, start),
                    tuple(-step * phase.step for step, (phase, _, _) in zip(steps, phases, strict=True)))  # fmt: skip
        cells, weight = tuple(cells for _, _, cells in phases), tuple(phase.taps for phase, _, _ in phases)
        run = _run(out, layout.shape, channels, out_channels * prod(counts))
        parts.append(Part(cells, out, *run, weight, counts, (taps,)))
    return Plan(layout, tuple(parts))


class _Phase(NamedTuple):
    """The taps on one axis that read cells of one residue: which they are, the first one's shift, the step to the next."""

    residue: int
    taps: slice
    size: int
    shift: int
    step: int


def _axes(geometry: ConvGeometry) -> list[Ints]:
    return list(zip(geometry.kernel, geometry.stride, geometry.dilation, strict=True))


def _phases(kernel: int, stride: int, dilation: int) -> list[_Phase]:
    """The phases that taps of one axis read."""
    common = gcd(stride, dilation)
    every = stride // common  # the taps of one phase are so far apart
    firsts = sorted(range(min(every, kernel)), key=lambda tap: dilation * tap % stride)
    return [
        _Phase(dilation * tap % stride, slice(tap, None, every), len(range(tap, kernel, every)), dilation * tap // stride,
               dilation // common)
        for tap in firsts
    ]  # fmt: skip


def _cells_of_phases(geometry: ConvGeometry) -> list[list[tuple[_Phase, slice, slice]]]:
    """For each axis its phases that have cells, with the numbers u whose cell s*u + r - lo lies inside, and these cells."""
    axes = [
        [(phase, *inside(phase.residue - lo, s, size, (size + lo) // s + 1)) for phase in _phases(k, s, d)]
        for (k, s, d), lo, size in zip(_axes(geometry), geometry.pad_lo, geometry.in_spatial, strict=True)
    ]
    return [[one for one in axis if one[1].start < one[1].stop] for axis in axes]


def _laid_out(places: list[int], held: list[list[tuple[slice, slice]]], widest: Sequence[int]) -> tuple[Layout, Ints]:
    """Lines of so many places on each axis, of which some hold cells, with shared zeros; and the steps along their axes.

    A row is no shorter than the `widest` row of positions.
    """
    shared = [0] + [
        min([count - out, *(min(at.start, count - at.stop) for at, _ in lines if at.start < at.stop)])
        for count, lines, out in list(zip(places, held, widest, strict=True))[1:]
    ]
    inner = tuple(count - share for count, share in zip(places, shared, strict=True))[1:]
    steps = steps_of((1, *inner))
    beyond = dot(steps[1:], [count - 1 for count in places[1:]])  # how far the last tap's run may reach behind the last row
    shape = (places[0] - (-beyond // steps[0]), *inner)
    lines = tuple((tuple(at for at, _ in one), tuple(cells for _, cells in one)) for one in product(*held))
    return Layout(shape, lines), steps


def _run(out: Ints, shape: Ints, channels: int, length: int) -> tuple[Ints, Ints, Ints]:
    """The rows, the run and the steps along its axes that are best for results of `out` positions.

    Flat runs are copied fast, but idle positions are multiplied in vain, and the result is copied from between them row by
    row. Or the columns are copied row by row, and the result is where it belongs.

    Parameters
    ----------
    out : tuple of int
        The positions on each axis.
    shape : tuple of int
        A line as an image.
    channels, length : int
        The channels of the result, and the length of a column, in one group.
    """
    flat = out[0] * prod(shape[1:])
    busy, by_row = flat / prod(out), COPY + ROW / out[-1]
    if busy * length * (COPY + PRODUCT * channels) + by_row * channels <= length * (by_row + PRODUCT * channels):
        return (out[0], *shape[1:]), (flat,), (1,)
    return out, out, steps_of(shape)
