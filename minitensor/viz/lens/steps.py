"""The steps of a gradient as plain data: what stands in each grid after each step, and what is ringed there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from math import prod
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from minitensor.viz.lens.case import Case, Numbers

Index = tuple[int, ...]
WAYS = ("gather", "scatter", "weight")


class Grid(NamedTuple):
    """One array of a step.

    Attributes
    ----------
    title : str
        What it is.
    numbers : numpy.ndarray, shape (planes, height, width)
        NaN where nothing is yet.
    rings : dict
        By (plane, row, column), the kernel's tap that the cell meets.
    zeros : numpy.ndarray of bool, of the same shape
        Which cells are no numbers of an array, but zeros between and around them.
    """

    title: str
    numbers: Numbers
    rings: dict[Index, int]
    zeros: NDArray[np.bool_]


class Step(NamedTuple):
    """What is seen after one step: the grids beside each other, and a line below them."""

    grids: tuple[Grid, ...]
    words: str


def steps_of(case: Case, way: str) -> Iterator[Step]:
    """The steps of a gradient: dX by "gather" or "scatter", dW by "weight".

    The last step's last grid is the end of the gradient: for several samples and channels, the planes that it was about.
    """
    geometry = _Geometry(case)
    return {"gather": _gather, "scatter": _scatter, "weight": _weight}[way](geometry)


def count_of(case: Case, way: str) -> int:
    """How many steps there are."""
    geometry = _Geometry(case)
    if way == "gather" and geometry.folded:
        return int(geometry.x.shape[0] * geometry.x.shape[1] * prod(geometry.padded))
    return int({"gather": geometry.x, "scatter": geometry.dy, "weight": geometry.w}[way].size)


class _Geometry:
    """A case's arrays and settings, and which cells meet: large[s*p + d*k - before] and small[p] by the tap k."""

    def __init__(self, case: Case) -> None:
        given = case.given
        self.transposed, self.mode = bool(given["transposed"]), str(given["paddingMode"])
        self.groups, self.kernel = int(given["groups"]), tuple(given["kernel"])
        self.stride, self.dilation = tuple(given["stride"]), tuple(given["dilation"])
        self.low, self.high = (tuple(pair[side] for pair in given["padding"]) for side in (0, 1))
        self.x, self.w, self.dy = (cast("Numbers", case.arrays[name]) for name in ("X", "W", "dY"))  # only b can be missing
        self.small, self.large = (self.x, self.dy) if self.transposed else (self.dy, self.x)
        self.folded = self.mode != "zeros"
        sizes = zip(self.large.shape[2:], self.low, self.high, strict=True)
        self.padded = tuple(size + low + high for size, low, high in sizes)
        self.per_small = self.small.shape[1] // self.groups
        self.per_large = self.large.shape[1] // self.groups

    def home(self, padded: Index) -> Index | None:
        """The cell of the large side that a place of the padded one holds; None for a zero."""
        found = []
        for place, low, length in zip(padded, self.low, self.large.shape[2:], strict=True):
            at = place - low
            if self.mode == "replicate":
                at = min(max(at, 0), length - 1)
            elif self.mode == "circular":
                at %= length
            elif self.mode == "reflect":
                at = -at if at < 0 else 2 * (length - 1) - at if at >= length else at
            if not 0 <= at < length:
                return None
            found.append(at)
        return tuple(found)

    def padded_place(self, window: Index, tap: Index) -> Index:
        """Where a window reads with a tap, in the padded large side."""
        axes = zip(window, tap, self.stride, self.dilation, strict=True)
        return tuple(stride * p + dilation * k for p, k, stride, dilation in axes)

    def taps(self) -> Iterator[tuple[int, Index]]:
        """Each tap with its number."""
        return enumerate(product(*map(range, self.kernel)))

    def planes(self, array: Numbers, sample: int, channels: range) -> Numbers:
        """Planes of an array, of some channels of a sample: (channels * depth, height, width)."""
        chosen = array[sample, channels.start : channels.stop]
        return chosen.reshape(-1, *((1, *chosen.shape[1:])[-2:] if chosen.ndim == 2 else chosen.shape[-2:]))

    def cell(self, shape: Index, place: Index, channel: int = 0) -> Index:
        """The (plane, row, column) of a place in planes of the spatial `shape`."""
        shape, place = ((1,) * (3 - len(shape)) + shape), ((0,) * (3 - len(place)) + place)
        return channel * shape[0] + place[0], place[1], place[2]


def _scatter(g: _Geometry) -> Iterator[Step]:
    done = np.zeros_like(g.x)
    for n, channel, *at in product(*map(range, g.dy.shape)):
        group = channel // (g.per_large if g.transposed else g.per_small)
        into = range(group * g.per_small, (group + 1) * g.per_small) if g.transposed else _range(group, g.per_large)
        touched: dict[Index, int] = {}
        kernel: list[Numbers] = []
        for number, source in enumerate(into):
            first, second = (source, channel % g.per_large) if g.transposed else (channel, number)
            kernel.append(g.w[first, second])
            for tap, k in g.taps():
                for place in _partners(g, tuple(at), k):
                    done[(n, source, *place)] += g.dy[(n, channel, *at)] * g.w[(first, second, *k)]
                    touched[g.cell(g.x.shape[2:], place, number)] = tap
        value = g.dy[(n, channel, *at)]
        arriving = g.planes(g.dy, n, range(channel, channel + 1))
        grids = (
            _plain("dY", arriving, {g.cell(g.dy.shape[2:], tuple(at)): -1}),
            _plain("W", _stack(kernel), _all_taps(g, len(kernel))),
            _plain("dX", g.planes(done, n, into).copy(), touched),
        )
        yield Step(
            grids,
            f"{_name('dY', (n, channel, *at))} = {value:.4g} adds itself times W to {_count(len(touched), 'cell')} of dX",
        )


def _partners(g: _Geometry, at: Index, tap: Index) -> Iterator[Index]:
    """The cells of X that meet a cell of dY by a tap."""
    if not g.transposed:
        home = g.home(g.padded_place(at, tap))
        if home is not None:
            yield home
        return
    steps = [place + low - dilation * k for place, low, dilation, k in zip(at, g.low, g.dilation, tap, strict=True)]
    sizes = zip(steps, g.stride, g.small.shape[2:], strict=True)
    if all(step >= 0 and step % stride == 0 and step // stride < size for step, stride, size in sizes):
        yield tuple(step // stride for step, stride in zip(steps, g.stride, strict=True))


def _gather(g: _Geometry) -> Iterator[Step]:
    size, held, window, sliding = _stage(g)
    done = np.full_like(g.x, np.nan)
    places = g.padded if g.folded else g.x.shape[2:]
    for n, channel, *at in product(*map(range, (*g.x.shape[:2], *places))):
        group = channel // (g.per_small if g.transposed else g.per_large)
        sources = _range(group, g.per_large if g.transposed else g.per_small)
        stage, zeros = np.zeros((len(sources), *size)), np.ones((len(sources), *size), bool)
        kernel, rings, total, met = [], {}, 0.0, 0
        for number, source in enumerate(sources):
            for place in product(*map(range, size)):
                there = held(place)
                if there is not None:
                    stage[(number, *place)], zeros[(number, *place)] = g.dy[(n, source, *there)], False
            first, second = (channel, number) if g.transposed else (source, channel % g.per_large)
            kernel.append(sliding(g.w[first, second]))
            for tap, k in g.taps():
                place = window(tuple(at), k)
                rings[g.cell(size, place, number)] = tap
                total += stage[(number, *place)] * g.w[(first, second, *k)]
                met += not zeros[(number, *place)]
        home = g.home(tuple(at)) if g.folded else tuple(at)
        if home is not None:
            into = (n, channel, *home)
            done[into] = total + (0 if np.isnan(done[into]) else done[into])
        shown = {g.cell(g.x.shape[2:], home): -1} if home is not None else {}
        title = "dY, padded" if g.transposed else "dY, spread and padded"
        cell = _name("dX", (n, channel, *(home or at)))
        words = f"{cell}: {_count(met, 'product')} with dY, {len(rings) - met} with zeros"
        taps = _all_taps(g, len(kernel), flipped=not g.transposed)
        grids = (
            Grid(title, _stack(list(stage)), rings, _stack(list(zeros)).astype(bool)),
            _plain("the kernel" if g.transposed else "the flipped kernel", _stack(kernel), taps),
            _plain("dX", g.planes(done, n, range(channel, channel + 1)).copy(), shown),
        )
        yield Step(grids, words)


_Stage = tuple[Index, Callable[[Index], "Index | None"], Callable[[Index, Index], Index], Callable[[Numbers], Numbers]]


def _stage(g: _Geometry) -> _Stage:
    """The kernel's stage: its size, the cell of dY in a place, where a tap lies for a cell; the kernel as it slides."""
    if g.transposed:
        reach = tuple(
            (p - 1) * s + d * (k - 1) + 1
            for p, s, d, k in zip(g.small.shape[2:], g.stride, g.dilation, g.kernel, strict=True)
        )
        sizes = tuple(max(one, padded) for one, padded in zip(reach, g.padded, strict=True))
        return sizes, g.home, g.padded_place, lambda kernel: kernel
    low = (0,) * len(g.low) if g.folded else g.low
    target = g.padded if g.folded else g.x.shape[2:]
    before = tuple(d * (k - 1) - one for d, k, one in zip(g.dilation, g.kernel, low, strict=True))
    size = tuple(length + d * (k - 1) for length, d, k in zip(target, g.dilation, g.kernel, strict=True))

    def held(place: Index) -> Index | None:
        steps = [at - one for at, one in zip(place, before, strict=True)]
        axes = zip(steps, g.stride, g.small.shape[2:], strict=True)
        inside = all(step >= 0 and step % stride == 0 and step // stride < length for step, stride, length in axes)
        return tuple(step // stride for step, stride in zip(steps, g.stride, strict=True)) if inside else None

    def window(at: Index, tap: Index) -> Index:
        return tuple(q + d * (k - 1 - one) for q, d, k, one in zip(at, g.dilation, g.kernel, tap, strict=True))

    return size, held, window, lambda kernel: np.flip(kernel)


def _weight(g: _Geometry) -> Iterator[Step]:
    done = np.full_like(g.w, np.nan)
    names = ("dY", "X") if g.transposed else ("X", "dY")
    for first, second, *k in product(*map(range, g.w.shape)):
        channel = first // g.per_small * g.per_large + second
        large, small, rings, total = [], [], {}, 0.0
        for n in range(g.x.shape[0]):
            values, zeros = np.zeros(g.padded), np.ones(g.padded, bool)
            for place in product(*map(range, g.padded)):
                home = g.home(place)
                if home is not None:
                    values[place], zeros[place] = g.large[(n, channel, *home)], False
            for window in product(*map(range, g.small.shape[2:])):
                place = g.padded_place(window, tuple(k))
                rings[g.cell(g.padded, place, n)] = int(np.ravel_multi_index(tuple(k), g.kernel))
                total += values[place] * g.small[(n, first, *window)]
            large.append((values, zeros))
            small.append(g.small[n, first])
        done[(first, second, *k)] = total
        stage = Grid(
            f"{names[0]}, padded", _stack([one for one, _ in large]), rings, _stack([zero for _, zero in large]).astype(bool)
        )
        tap = int(np.ravel_multi_index(tuple(k), g.kernel))
        filled = _plain("dW", _stack([done[first, second].copy()]), {g.cell(g.kernel, tuple(k)): tap})
        apart = "x".join(map(str, g.stride))
        words = f"{_name('dW', (first, second, *k))} = {total:.4g}: {names[1]} lies on {names[0]}, {apart} apart"
        yield Step((stage, _plain(names[1], _stack(small), {}), filled), words)


def _range(group: int, count: int) -> range:
    return range(group * count, (group + 1) * count)


def _plain(title: str, numbers: Numbers, rings: dict[Index, int]) -> Grid:
    return Grid(title, numbers, rings, np.zeros(numbers.shape, bool))


def _stack(arrays: list[Numbers]) -> Numbers:
    """Arrays of one to three axes as planes."""
    return np.concatenate([array.reshape((-1, *((1, 1, *array.shape)[-2:]))) for array in arrays])


def _all_taps(g: _Geometry, count: int, *, flipped: bool = False) -> dict[Index, int]:
    last = prod(g.kernel) - 1
    return {g.cell(g.kernel, k, number): last - tap if flipped else tap for number in range(count) for tap, k in g.taps()}


def _name(name: str, index: Index) -> str:
    return f"{name}[{', '.join(map(str, index))}]"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
