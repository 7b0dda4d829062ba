"""Small arguments for every primitive, for whatever walks the registry: gradients, dtypes, memory, pictures.

`samples(name)` returns calls of one primitive that cover its parameters, on float64 arrays (integers or booleans where
it takes nothing else) that are the same at every run. Where a derivative jumps, the arrays keep away: nothing lies within
0.05 of a kink, so that finite differences step over none. Among them are arrays without axes, with an empty axis, and with
strides other than row by row. A new primitive joins with `samples_for`.
"""

from minitensor.testing.samples import (
    activation,
    columns,
    conv,
    elementwise,
    embedding,
    index,
    linalg,
    linear,
    loss,
    norm,
    pool,
    reduce,
    resample,
    shape,
)
from minitensor.testing.samples.registry import Sample, samples, samples_for

__all__ = [
    "Sample",
    "activation",
    "columns",
    "conv",
    "elementwise",
    "embedding",
    "index",
    "linalg",
    "linear",
    "loss",
    "norm",
    "pool",
    "reduce",
    "resample",
    "samples",
    "samples_for",
    "shape",
]
