"""The samples of `ops.loss`."""

from __future__ import annotations

import numpy as np

from minitensor.testing.samples.registry import Sample, away, calls, distinct, layouts, samples_for


@samples_for("binary_cross_entropy")
def _probabilities(rng: np.random.Generator) -> list[Sample]:
    pairs = zip(layouts(distinct(rng, 0.1, 0.9)), layouts(away(rng)), strict=True)
    return calls(list(pairs))
