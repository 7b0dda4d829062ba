"""The samples of `ops.loss`."""

from __future__ import annotations

import numpy as np

from minitensor.testing.samples.registry import Sample, away, calls, distinct, layouts, samples_for


@samples_for("binary_cross_entropy")
def _probabilities(rng: np.random.Generator) -> list[Sample]:
    pairs = zip(layouts(distinct(rng, 0.1, 0.9)), layouts(away(rng)), strict=True)
    return calls(list(pairs))


@samples_for("cross_entropy", "cross_entropy_grad")
def _logits(rng: np.random.Generator) -> list[Sample]:
    found = []
    for shape, axis in [((4, 3), 1), ((3,), 0), ((2, 3, 2), 1), ((1, 1), 1), ((0, 3), 1)]:
        index = rng.integers(0, shape[axis], (*shape[:axis], 1, *shape[axis + 1 :]))
        found += [Sample((away(rng)(shape),), {"index": index, "axis": axis, "divisor": divisor}) for divisor in (1, 4)]
    return found
