"""The samples of `ops.shape`."""

from __future__ import annotations

import numpy as np

from minitensor.testing.samples.registry import Sample, Shape, away, calls, layouts, samples_for, shaped


@samples_for("alias")
def _alias(rng: np.random.Generator) -> list[Sample]:
    return calls(layouts(away(rng)))


@samples_for("reshape")
def _reshape(rng: np.random.Generator) -> list[Sample]:
    cases = [((2, 3), (3, 2)), ((2, 3), (6,)), ((), (1, 1)), ((1,), ()), ((0, 3), (3, 0, 2)), ((2, 2, 3), (2, 1, 6))]
    return [*shaped(away(rng), "shape", cases), Sample((away(rng)((3, 2)).T,), {"shape": (6,)})]


@samples_for("permute")
def _permute(rng: np.random.Generator) -> list[Sample]:
    return shaped(away(rng), "axes", [((2, 3), (1, 0)), ((2, 3, 4), (2, 0, 1)), ((), ()), ((3,), (0,)), ((0, 2), (1, 0))])


@samples_for("broadcast_to")
def _broadcast_to(rng: np.random.Generator) -> list[Sample]:
    cases = [
        ((3,), (2, 3)),
        ((2, 1), (2, 3)),
        ((), (2, 2)),
        ((2, 3), (2, 3)),
        ((1, 3), (0, 3)),
        ((1, 2, 1), (3, 4, 2, 2)),
        ((), ()),
    ]
    return shaped(away(rng), "shape", cases)


@samples_for("sum_to")
def _sum_to(rng: np.random.Generator) -> list[Sample]:
    cases = [
        ((2, 3), (3,)),
        ((2, 3), (2, 1)),
        ((2, 2), ()),
        ((2, 3), (2, 3)),
        ((0, 3), (1, 3)),
        ((3, 4, 2, 2), (1, 2, 1)),
        ((), ()),
    ]
    return shaped(away(rng), "shape", cases)


@samples_for("flip")
def _flip(rng: np.random.Generator) -> list[Sample]:
    return shaped(away(rng), "axis", [((3,), (0,)), ((2, 3), (1,)), ((2, 3, 2), (0, 2)), ((0, 2), (1,)), ((), ())])


DIAGONALS: list[tuple[Shape, int, tuple[int, int]]] = [
    ((3, 3), 0, (0, 1)),
    ((2, 3), 1, (0, 1)),
    ((3, 2), -1, (1, 0)),
    ((2, 3, 4), 0, (2, 0)),
    ((2, 3), 5, (0, 1)),
    ((0, 3), 0, (0, 1)),
]


@samples_for("diagonal")
def _diagonal(rng: np.random.Generator) -> list[Sample]:
    return [Sample((away(rng)(shape),), {"offset": offset, "axes": axes}) for shape, offset, axes in DIAGONALS]


@samples_for("embed_diagonal")
def _embed_diagonal(rng: np.random.Generator) -> list[Sample]:
    return [
        Sample((away(rng)(np.zeros(shape).diagonal(offset, *axes).shape),), {"offset": offset, "axes": axes, "shape": shape})
        for shape, offset, axes in DIAGONALS
    ]


@samples_for("cat")
def _cat(rng: np.random.Generator) -> list[Sample]:
    draw = away(rng)
    cases: list[tuple[list[Shape], int]] = [
        ([(2, 3), (1, 3)], 0),
        ([(2, 1), (2, 2), (2, 0)], 1),
        ([(3,)], 0),
        ([(0, 2), (0, 2)], 0),
    ]
    return [Sample(tuple(draw(shape) for shape in shapes), {"axis": axis}) for shapes, axis in cases]


@samples_for("pad")
def _pad(rng: np.random.Generator) -> list[Sample]:
    widths = [
        ((3,), ((1, 2),)),
        ((2, 3), ((0, 1), (2, 0))),
        ((3, 4), ((-1, 0), (1, -2))),
        ((0, 2), ((1, 0), (0, 0))),
        ((), ()),
    ]
    return shaped(away(rng), "widths", widths) + calls([away(rng)((2, 3))], widths=((0, 0), (1, 1)), value=2.5)
