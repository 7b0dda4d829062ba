"""The samples of `ops.pool`."""

from __future__ import annotations

import numpy as np

from minitensor.geometry import PoolGeometry
from minitensor.kernels.numpy_.pool import window_max
from minitensor.testing.samples.registry import Sample, away, distinct, samples_for

POOLS = [
    PoolGeometry.from_pool((6,), 2),
    PoolGeometry.from_pool((5, 4), (3, 2), stride=(2, 1), padding=(1, 0), ceil_mode=True),
    PoolGeometry.from_pool((7,), 2, stride=1, dilation=3),
    PoolGeometry.from_pool((2, 3, 2), 2, stride=1),
]


@samples_for("pool_sum", "pool_argmax")
def _pool(rng: np.random.Generator) -> list[Sample]:
    return [Sample((away(rng)((2, 1, *geometry.in_spatial)),), {"geometry": geometry}) for geometry in POOLS]


@samples_for("max_pool")
def _max_pool(rng: np.random.Generator) -> list[Sample]:
    return [Sample((distinct(rng)((2, 1, *geometry.in_spatial)),), {"geometry": geometry}) for geometry in POOLS]


@samples_for("max_pool_spread")
def _max_pool_spread(rng: np.random.Generator) -> list[Sample]:
    found = []
    for geometry in POOLS:
        x = distinct(rng)((2, 1, *geometry.in_spatial))
        highest = window_max(x, geometry)
        found.append(Sample((away(rng)(highest.shape), x, highest), {"geometry": geometry}))
    return found


@samples_for("pool_spread")
def _pool_spread(rng: np.random.Generator) -> list[Sample]:
    return [Sample((away(rng)((2, 1, *geometry.out_spatial)),), {"geometry": geometry}) for geometry in POOLS]


@samples_for("adaptive_sum")
def _adaptive_sum(rng: np.random.Generator) -> list[Sample]:
    sizes = [((5,), (2,)), ((3,), (7,)), ((6, 4), (3, 1)), ((4, 5), (6, 5)), ((2, 3, 4), (3, 2, 2)), ((3, 2), (0, 2))]
    return [Sample((away(rng)((2, 1, *size)),), {"spatial": out}) for size, out in sizes]
