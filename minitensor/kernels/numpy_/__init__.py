"""The engine "numpy", the default: every primitive's kernel, in NumPy alone."""

from minitensor.kernels.numpy_ import (
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
