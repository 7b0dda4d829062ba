"""The samples of `ops.embedding`: rows more than once, none, and rows whose gradient is scaled.

A factor multiplies the gradient and not the value, so what is differentiated here has none but 1.
"""

from __future__ import annotations

import numpy as np

from minitensor.testing.samples.registry import Sample, away, calls, samples_for


@samples_for("embedding")
def _embedding(rng: np.random.Generator) -> list[Sample]:
    draw = away(rng)
    places = [np.array([0, 2, 0]), np.array([[1], [1]]), np.array(2), np.zeros((0, 3), np.int64)]
    plain = [sample for index in places for sample in calls([draw((3, 2))], index=index, factor=None)]
    return [*plain, *calls([draw((2, 3)).T], index=np.array([1, 2, 1]), factor=np.ones((3, 1)))]
