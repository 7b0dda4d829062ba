"""The samples of `ops.linear`: rows in order and not, one and none."""

from __future__ import annotations

import numpy as np

from minitensor.testing.samples.registry import Sample, away, calls, samples_for


@samples_for("linear")
def _linear(rng: np.random.Generator) -> list[Sample]:
    draw = away(rng)
    shapes = [((4, 3), (2, 3)), ((1, 2), (3, 2)), ((0, 3), (2, 3)), ((2, 0), (3, 0))]
    found: list[tuple[np.ndarray, ...]] = [(draw(x), draw(weight), draw(weight[:1])) for x, weight in shapes]
    return calls([*found, (draw((3, 4)).T[::-1], draw((3, 2)).T, draw((4,))[::2])])
