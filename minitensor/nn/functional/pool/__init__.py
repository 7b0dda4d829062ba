"""Pooling: the largest cell of each window, the average of its cells, or their norm; and the way back.

The 1d, 2d and 3d functions of a family differ by their rank: the function that ends in `_nd` has the one implementation.
"""

from minitensor.nn.functional.pool.adaptive import (
    adaptive_avg_pool1d,
    adaptive_avg_pool2d,
    adaptive_avg_pool3d,
    adaptive_max_pool1d,
    adaptive_max_pool2d,
    adaptive_max_pool3d,
)
from minitensor.nn.functional.pool.average import avg_pool1d, avg_pool2d, avg_pool3d
from minitensor.nn.functional.pool.max import max_pool1d, max_pool2d, max_pool3d
from minitensor.nn.functional.pool.power import lp_pool1d, lp_pool2d, lp_pool3d
from minitensor.nn.functional.pool.unpool import max_unpool1d, max_unpool2d, max_unpool3d
from minitensor.nn.functional.pool.with_indices import (
    adaptive_max_pool1d_with_indices,
    adaptive_max_pool2d_with_indices,
    adaptive_max_pool3d_with_indices,
    max_pool1d_with_indices,
    max_pool2d_with_indices,
    max_pool3d_with_indices,
)

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
    "adaptive_max_pool1d",
    "adaptive_max_pool1d_with_indices",
    "adaptive_max_pool2d",
    "adaptive_max_pool2d_with_indices",
    "adaptive_max_pool3d",
    "adaptive_max_pool3d_with_indices",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "lp_pool1d",
    "lp_pool2d",
    "lp_pool3d",
    "max_pool1d",
    "max_pool1d_with_indices",
    "max_pool2d",
    "max_pool2d_with_indices",
    "max_pool3d",
    "max_pool3d_with_indices",
    "max_unpool1d",
    "max_unpool2d",
    "max_unpool3d",
]
