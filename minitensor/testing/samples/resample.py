"""The samples of `ops.resample`: larger, smaller, and with cells that are not read at all."""

from __future__ import annotations

import numpy as np

from minitensor.geometry import axis_map
from minitensor.testing.samples.registry import Sample, away, samples_for


@samples_for("resample")
def _resample(rng: np.random.Generator) -> list[Sample]:
    draw = away(rng)
    cases = [
        ((3,), 0, axis_map("linear", 3, 5, None, False, False)),
        ((2, 4, 3), 1, axis_map("linear", 4, 3, None, True, False)),
        ((2, 5), 1, axis_map("nearest", 5, 2, None, False, False)),
        ((2, 2), 0, axis_map("nearest", 2, 4, None, False, False)),
        ((1, 4), 1, axis_map("cubic", 4, 6, 1.6, False, False)),
        ((6, 2), 0, axis_map("cubic", 6, 2, None, False, True)),
        ((0, 3), 1, axis_map("linear", 3, 2, None, False, False)),
    ]
    return [Sample((draw(shape),), {"axis": axis, "mapping": mapping}) for shape, axis, mapping in cases]
