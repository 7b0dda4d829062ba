"""Pooling: a maximum is a choice of places, an average is a sum that its adjoint spreads again."""

from __future__ import annotations

from typing import Any

from minitensor.primitive import Primitive, defvjp


def _label(name: str) -> Any:
    return lambda parameters: f"{name} {'x'.join(map(str, parameters['geometry'].kernel))}"


# Not differentiable: it returns the place of each window's largest element, which `gather` then reads.
pool_argmax = Primitive("pool_argmax", label=_label("pool_argmax"))

pool_sum = Primitive("pool_sum", label=_label("pool_sum"))
pool_spread = Primitive("pool_spread", label=_label("pool_spread"))

# Its own adjoint: see `adaptive_windows`.
adaptive_sum = Primitive(
    "adaptive_sum", label=lambda parameters: f"adaptive_sum to {'x'.join(map(str, parameters['spatial']))}"
)

defvjp(
    pool_sum,
    {"x": "dX = pool_spread(dY)"},
    x=lambda v, geometry: pool_spread(v, geometry=geometry),
)
defvjp(
    pool_spread,
    {"g": "dG = pool_sum(dY)"},
    g=lambda v, geometry: pool_sum(v, geometry=geometry),
)
defvjp(
    adaptive_sum,
    {"x": "dX = adaptive_sum(dY), to X's size"},
    x=lambda v, x_shape: adaptive_sum(v, spatial=x_shape[2:]),
)
