"""Pooling: a maximum is a choice of places, an average is a sum that its adjoint spreads again.

A maximum is linear around almost every input: it reads one cell of each window, and which one does not change. So its
gradient is linear in what arrives, the places it goes to are without a derivative, and reading at them again is the
gradient's own gradient.

Which cells were the largest is found by comparing with the result. So `max_pool` keeps its result, where others work out
indices in the forward pass and keep them. The price: the result may not be written to in place before the backward pass.
"""

from __future__ import annotations

from math import prod
from typing import Any

from minitensor.geometry import PoolGeometry
from minitensor.ops.index import gather
from minitensor.ops.shape import reshape
from minitensor.primitive import Primitive, defvjp


def _label(name: str) -> Any:
    return lambda parameters: f"{name} {'x'.join(map(str, parameters['geometry'].kernel))}"


# Not differentiable: it returns the place of each window's largest element, which `read_at` then reads.
pool_argmax = Primitive("pool_argmax", label=_label("pool_argmax"))

max_pool = Primitive("max_pool", label=_label("max_pool"))
max_pool_spread = Primitive("max_pool_spread", label=_label("max_pool_spread"))
pool_sum = Primitive("pool_sum", label=_label("pool_sum"))
pool_spread = Primitive("pool_spread", label=_label("pool_spread"))

# Its own adjoint: see `adaptive_windows`.
adaptive_sum = Primitive(
    "adaptive_sum", label=lambda parameters: f"adaptive_sum to {'x'.join(map(str, parameters['spatial']))}"
)


def read_at(x: Any, indices: Any) -> Any:
    """Read the cells of each image at places counted in line over its spatial axes."""
    lines = reshape(x, shape=(*x.shape[:2], prod(x.shape[2:])))  # (n, c, cells)
    places = reshape(indices, shape=(*x.shape[:2], prod(indices.shape[2:])))  # (n, c, windows)
    return reshape(gather(lines, places, axis=2), shape=indices.shape)


def _at_maxima(v: Any, x: Any, geometry: PoolGeometry) -> Any:
    return read_at(v, pool_argmax(x, geometry=geometry))


defvjp(
    max_pool,
    {"x": "dX = dY where each window has its maximum"},
    x=lambda v, x, y, geometry: max_pool_spread(v, x, y, geometry=geometry),
)
defvjp(
    max_pool_spread,
    {"g": "dG = dY where each window has its maximum"},
    g=_at_maxima,
    x=None,
    highest=None,
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
