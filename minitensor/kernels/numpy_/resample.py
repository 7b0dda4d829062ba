"""Resizing along an axis: for each of the cells that a position mixes, one copy of the axis in another order."""

from __future__ import annotations

import numpy as np

from minitensor.dtypes import Array, accumulation_dtype
from minitensor.geometry import AxisMap
from minitensor.kernels.quiet import quiet
from minitensor.kernels.registry import kernel


@kernel("numpy")
@quiet
def resample(x: Array, *, axis: int, mapping: AxisMap) -> Array:
    """y[..., p, ...] = sum over t of weights[t, p] * x[..., cells[t, p], ...]; float16 is summed in float32."""
    if mapping.weights is None and len(mapping.cells) == 1:
        return np.asarray(np.take(x, mapping.cells[0], axis))
    dtype = accumulation_dtype(x.dtype)
    y = None
    for t, cells in enumerate(mapping.cells):
        term = np.take(x, cells, axis).astype(dtype, copy=False)
        if mapping.weights is not None:
            weights = mapping.weights[t].astype(dtype).reshape(-1, *(1,) * (x.ndim - 1 - axis))  # (p, 1, ...)
            np.multiply(term, weights, out=term)
        y = term if y is None else np.add(y, term, out=y)
    return np.asarray(y).astype(x.dtype, copy=False)
