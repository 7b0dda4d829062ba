"""Resizing along an axis: a linear map, whose gradient is the transposed map."""

from __future__ import annotations

from minitensor.primitive import Primitive, defvjp

resample = Primitive("resample", label=lambda p: f"resample {p['mapping'].length} to {p['mapping'].cells.shape[1]}")

defvjp(
    resample,
    {"x": "dX = resample(dY), transposed"},
    x=lambda v, axis, mapping: resample(v, axis=axis, mapping=mapping.transposed),
)
