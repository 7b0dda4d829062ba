"""The samples of `ops.norm`: features, signals and images, of one sample and of several, some cells not side by side."""

from __future__ import annotations

import numpy as np

from minitensor.dtypes import Array
from minitensor.testing.samples.registry import Draw, Sample, away, distinct, samples_for


def _inputs(rng: np.random.Generator) -> list[Array]:
    draw = distinct(rng, -2.0, 2.0)
    return [draw((4, 3)), draw((5, 2, 3)), draw((1, 2, 40)), draw((2, 2, 2, 3)).transpose(0, 1, 3, 2), draw((0, 2, 3))]


def _vector(draw: Draw, x: Array) -> Array:
    return draw((x.shape[1],))


@samples_for("standardize")
def _standardize(rng: np.random.Generator) -> list[Sample]:
    found = [Sample((x,), {"eps": 0.1, "statistics": np.empty((2, x.shape[1]))}) for x in _inputs(rng)]
    return [*found, Sample((distinct(rng)((3, 2)),), {"eps": 1.0})]


@samples_for("standardize_grad")
def _standardize_grad(rng: np.random.Generator) -> list[Sample]:
    return [Sample((away(rng)(x.shape), x), {"eps": 0.1}) for x in _inputs(rng)]


@samples_for("batch_norm")
def _batch_norm(rng: np.random.Generator) -> list[Sample]:
    draw = away(rng)
    calls = [(x, _vector(draw, x), _vector(draw, x)) for x in _inputs(rng)]
    found = [Sample(call, {"eps": 0.1, "statistics": np.empty((2, call[0].shape[1]))}) for call in calls]
    return [*found, Sample(calls[0], {"eps": 1.0})]


@samples_for("scale_channels")
def _scale_channels(rng: np.random.Generator) -> list[Sample]:
    draw, positive = away(rng), distinct(rng, 0.5, 2.0)
    return [
        Sample((x, _vector(draw, x), _vector(positive, x), _vector(draw, x), _vector(draw, x)), {"eps": 0.1})
        for x in _inputs(rng)
    ]
