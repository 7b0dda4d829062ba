"""The primitives with their rules, by family. To add an operation: a kernel in `kernels`, a primitive and its rules here."""

from minitensor.ops import (
    activation,
    columns,
    conv,
    elementwise,
    embedding,
    index,
    linalg,
    loss,
    norm,
    pool,
    reduce,
    resample,
    shape,
)

__all__ = [
    "activation",
    "columns",
    "conv",
    "elementwise",
    "embedding",
    "index",
    "linalg",
    "loss",
    "norm",
    "pool",
    "reduce",
    "resample",
    "shape",
]
