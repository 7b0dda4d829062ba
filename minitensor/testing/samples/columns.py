"""The samples of `ops.columns`: the geometries of the convolutions, whose columns they are."""

from __future__ import annotations

import numpy as np

from minitensor.testing.samples.conv import CONVOLUTIONS
from minitensor.testing.samples.registry import Sample, away, samples_for


@samples_for("im2col")
def _im2col(rng: np.random.Generator) -> list[Sample]:
    return [Sample((away(rng)((n, c, *geometry.in_spatial)),), {"geometry": geometry}) for n, c, _, geometry in CONVOLUTIONS]


@samples_for("col2im")
def _col2im(rng: np.random.Generator) -> list[Sample]:
    return [
        Sample((away(rng)((n, c, *geometry.kernel, *geometry.out_spatial)),), {"geometry": geometry})
        for n, c, _, geometry in CONVOLUTIONS
    ]
