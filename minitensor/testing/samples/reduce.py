"""The samples of `ops.reduce`: every choice of axes, kept or not, empty ones too."""

from __future__ import annotations

from typing import Any

import numpy as np

from minitensor.testing.samples.registry import Draw, Sample, Shape, away, calls, distinct, samples_for

REDUCED: list[tuple[Shape, tuple[int, ...]]] = [
    ((), ()),
    ((4,), (0,)),
    ((2, 3, 2), (1,)),
    ((2, 3, 2), (0, 2)),
    ((2, 3), (0, 1)),
    ((0, 3), (1,)),
]


def _reduced(draw: Draw, *more: tuple[Shape, tuple[int, ...]]) -> list[Sample]:
    found = [Sample((draw(shape),), {"axis": axis, "keepdims": False}) for shape, axis in [*REDUCED, *more]]
    found += [Sample((draw(shape),), {"axis": axis, "keepdims": True}) for shape, axis in REDUCED]
    return [*found, Sample((draw((3, 2)).T[:, ::-1],), {"axis": (0,), "keepdims": False})]


@samples_for("sum", "mean", "logsumexp")
def _sums(rng: np.random.Generator) -> list[Sample]:
    return _reduced(away(rng), ((2, 0, 3), (1,)), ((0,), (0,)))


@samples_for("prod")
def _prod(rng: np.random.Generator) -> list[Sample]:
    zeros = np.array([[0.0, 1.3, -0.7], [0.0, 0.0, 1.3], [0.4, 0.7, -1.2]])
    return (
        _reduced(away(rng), ((2, 0, 3), (1,)))
        + calls([zeros], axis=(1,), keepdims=False)
        + calls([zeros], axis=(0, 1), keepdims=True)
    )


@samples_for("amax", "amin")
def _extremes(rng: np.random.Generator) -> list[Sample]:
    return _reduced(distinct(rng, -2.0, 2.0))


@samples_for("any", "all")
def _truths(rng: np.random.Generator) -> list[Sample]:
    return _reduced(lambda shape: np.asarray(rng.random(shape) < 0.5), ((2, 0, 3), (1,)))


ALONG: list[tuple[Shape, int]] = [((4,), 0), ((2, 3), 0), ((2, 3, 2), 1), ((3, 0), 0), ((3, 0), 1)]


def _along(draw: Draw, axes: list[tuple[Shape, int]], **parameters: Any) -> list[Sample]:
    found = [Sample((draw(shape),), {"axis": axis, **parameters}) for shape, axis in axes]
    return [*found, Sample((draw((3, 2)).T[::-1],), {"axis": 1, **parameters})]


@samples_for("cumsum", "softmax", "log_softmax")
def _scans(rng: np.random.Generator) -> list[Sample]:
    return _along(away(rng), ALONG)


@samples_for("cumprod")
def _products(rng: np.random.Generator) -> list[Sample]:
    zeros = np.array([[0.0, 1.3, -0.7], [0.4, 0.0, 0.0], [0.4, 0.7, -1.2]])
    return _along(away(rng), ALONG) + calls([zeros], axis=0) + calls([zeros], axis=1)


@samples_for("argcummax", "argcummin")
def _records(rng: np.random.Generator) -> list[Sample]:
    return _along(away(rng), ALONG) + calls([np.array([1.0, np.nan, 2.0, np.nan])], axis=0)


@samples_for("argmax", "argmin")
def _places(rng: np.random.Generator) -> list[Sample]:
    return _along(away(rng), ALONG[:4], keepdims=False) + _along(away(rng), ALONG[:4], keepdims=True)


@samples_for("argsort")
def _orders(rng: np.random.Generator) -> list[Sample]:
    return _along(away(rng), ALONG, descending=False) + _along(away(rng), ALONG, descending=True)
