"""The samples of `ops.linalg`."""

from __future__ import annotations

import numpy as np

from minitensor.testing.samples.registry import Sample, Shape, away, calls, samples_for


@samples_for("matmul")
def _matmul(rng: np.random.Generator) -> list[Sample]:
    draw = away(rng)
    shapes: list[tuple[Shape, Shape]] = [
        ((2, 3), (3, 4)),
        ((2, 2, 3), (3, 2)),
        ((2, 1, 2, 3), (3, 3, 1)),
        ((2, 0), (0, 3)),
        ((0, 2), (2, 3)),
    ]
    return calls([*[(draw(a), draw(b)) for a, b in shapes], (draw((3, 2)).T, draw((3, 2))[::-1])])


@samples_for("einsum")
def _einsum(rng: np.random.Generator) -> list[Sample]:
    draw = away(rng)
    cases: list[tuple[str, list[Shape]]] = [
        ("ij,jk->ik", [(2, 3), (3, 2)]),
        ("ij->ji", [(2, 3)]),
        ("ij->i", [(2, 3)]),
        ("ij->", [(2, 3)]),
        ("i,i,i->i", [(3,)] * 3),
        ("bij,bjk,k->bi", [(2, 2, 3), (2, 3, 2), (2,)]),
        ("i,j->ij", [(2,), (3,)]),
        (",i->i", [(), (3,)]),
        ("ij,k->k", [(2, 3), (2,)]),
    ]
    return [Sample(tuple(draw(shape) for shape in shapes), {"equation": equation}) for equation, shapes in cases]
