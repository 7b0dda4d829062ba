"""The samples of `ops.index`: NumPy's indices of every kind."""

from __future__ import annotations

from typing import Any

import numpy as np

from minitensor.testing.samples.registry import Sample, Shape, away, calls, samples_for, shaped

INDICES: list[tuple[Shape, Any]] = [
    ((4,), 1),
    ((4,), -1),
    ((2, 3), 0),
    ((2, 3), (1, 2)),
    ((4,), slice(1, 3)),
    ((5,), slice(None, None, -2)),
    ((2, 3, 4), (..., 1)),
    ((2, 3), (slice(None), None, slice(0, 2))),
    ((2, 3), ...),
    ((), ()),
    ((), None),
    ((0, 3), slice(None)),
    ((4,), slice(3, 1)),
    ((4,), np.array([0, 2, 2, -1])),
    ((3, 4), (np.array([0, 1]), np.array([3, 3]))),
    ((3, 4), (slice(None), np.array([[1, 0], [1, 3]]))),
    ((3,), np.array([True, False, True])),
    ((2, 2), np.array([[True, False], [True, True]])),
    ((2, 3, 2), (np.array([0, 0]), slice(None), 1)),
    ((3, 4), (2, np.array([1, 1]))),
    ((3,), np.zeros(0, np.int64)),
]


def _region(shape: Shape, index: Any) -> Shape:
    region: Shape = np.zeros(shape)[index].shape
    return region


@samples_for("getitem")
def _getitem(rng: np.random.Generator) -> list[Sample]:
    return [
        *shaped(away(rng), "index", INDICES),
        Sample((away(rng)((4, 3))[::-1].T,), {"index": (slice(1, 3), np.array([0, 3]))}),
    ]


@samples_for("additem")
def _additem(rng: np.random.Generator) -> list[Sample]:
    return [Sample((away(rng)(_region(shape, index)),), {"index": index, "shape": shape}) for shape, index in INDICES]


@samples_for("putitem")
def _putitem(rng: np.random.Generator) -> list[Sample]:
    draw = away(rng)
    whole = [(shape, index, _region(shape, index)) for shape, index in INDICES if not _repeats(shape, index)]
    spread: list[tuple[Shape, Any, Shape]] = [
        ((2, 3), 0, ()),
        ((3, 2), slice(0, 2), (2,)),
        ((2, 3), ..., (1, 3)),
        ((3,), slice(1, 3), (1, 1)),
    ]
    return [Sample((draw(shape), draw(value)), {"index": index}) for shape, index, value in [*whole, *spread]]


def _repeats(shape: Shape, index: Any) -> bool:
    """Whether an index names a cell twice: of two values written there, which one stays is not said."""
    places = np.arange(np.prod(shape)).reshape(shape)[index]
    return bool(np.unique(places).size < places.size)


TAKEN: list[tuple[Shape, int, list[int]]] = [
    ((4,), 0, [0, 2, 2]),
    ((2, 3), 1, [2, 0]),
    ((3, 2, 2), 1, [1, 1, 0]),
    ((3,), 0, []),
    ((2, 0), 0, [1]),
]


@samples_for("take")
def _take(rng: np.random.Generator) -> list[Sample]:
    return [Sample((away(rng)(shape),), {"index": np.array(index, np.int64), "axis": axis}) for shape, axis, index in TAKEN]


@samples_for("index_add")
def _index_add(rng: np.random.Generator) -> list[Sample]:
    found = []
    for shape, axis, index in TAKEN:
        v = away(rng)((*shape[:axis], len(index), *shape[axis + 1 :]))
        found.append(Sample((v,), {"index": np.array(index, np.int64), "axis": axis, "length": shape[axis]}))
    return found


GATHERED: list[tuple[Shape, int, Shape]] = [
    ((4,), 0, (6,)),
    ((2, 3), 1, (2, 2)),
    ((2, 3), 0, (1, 2)),
    ((3, 2, 2), 1, (3, 4, 1)),
    ((2, 3), 1, (2, 0)),
    ((3, 0), 1, (3, 0)),
    ((2, 3, 0), 1, (2, 2, 0)),
]


@samples_for("gather")
def _gather(rng: np.random.Generator) -> list[Sample]:
    return [
        Sample((away(rng)(shape), rng.integers(0, max(shape[axis], 1), index)), {"axis": axis})
        for shape, axis, index in GATHERED
    ]


@samples_for("nonzero")
def _nonzero(rng: np.random.Generator) -> list[Sample]:
    return calls([rng.integers(0, 2, shape) for shape in ((), (4,), (2, 3), (0, 2))] + [away(rng)((3,))])


@samples_for("scatter_add")
def _scatter_add(rng: np.random.Generator) -> list[Sample]:
    return [
        Sample((away(rng)(index), rng.integers(0, max(shape[axis], 1), index)), {"axis": axis, "shape": shape})
        for shape, axis, index in GATHERED
    ]
