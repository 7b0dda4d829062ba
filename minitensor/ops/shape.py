"""The primitives that move elements and compute nothing, each with its adjoint for a rule."""

from __future__ import annotations

from typing import Any

from minitensor.primitive import Primitive, defvjp
from minitensor.tape import adjust

reshape = Primitive("reshape", views=True, label=lambda p: f"reshape {p['shape']}")
permute = Primitive("permute", views=True, label=lambda p: f"permute {p['axes']}")
alias = Primitive("alias", views=True)
broadcast_to = Primitive("broadcast_to", views=True, label=lambda p: f"broadcast to {p['shape']}")
sum_to = Primitive("sum_to", label=lambda p: f"sum to {p['shape']}")
flip = Primitive("flip", label=lambda p: f"flip {p['axis']}")
diagonal = Primitive("diagonal", views=True, label=lambda p: f"diagonal {p['offset']} of the axes {p['axes']}")
embed_diagonal = Primitive("embed_diagonal", label=lambda p: f"on the diagonal {p['offset']} of the axes {p['axes']}")
cat = Primitive("cat", label=lambda p: f"cat along {p['axis']}")
pad = Primitive("pad", label=lambda p: f"pad {p['widths']}")


def _back_in_order(axes: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(range(len(axes)), key=axes.__getitem__))


def _own_part(v: Any, position: int, shapes: tuple[tuple[int, ...], ...], axis: int) -> Any:
    begin = sum(shape[axis] for shape in shapes[:position])
    return v[(slice(None),) * axis + (slice(begin, begin + shapes[position][axis]),)]


defvjp(reshape, {"a": "dA = dY, reshaped back"}, a=lambda v, a_shape: reshape(v, shape=a_shape))
defvjp(permute, {"a": "dA = dY, permuted back"}, a=lambda v, axes: permute(v, axes=_back_in_order(axes)))
defvjp(alias, {"a": "dA = dY"}, a=lambda v: v)
defvjp(broadcast_to, {"a": "dA = dY, summed over the copies"}, a=lambda v, a_shape: sum_to(v, shape=a_shape))
defvjp(sum_to, {"a": "dA = dY, repeated"}, a=lambda v, a_shape: broadcast_to(v, shape=a_shape))
defvjp(flip, {"a": "dA = dY, flipped"}, a=lambda v, axis: flip(v, axis=axis))
defvjp(
    diagonal,
    {"a": "dA = dY on the diagonal"},
    a=lambda v, a_shape, offset, axes: embed_diagonal(v, offset=offset, axes=axes, shape=a_shape),
)
defvjp(
    embed_diagonal,
    {"g": "dG = the diagonal of dY"},
    g=lambda v, offset, axes: diagonal(v, offset=offset, axes=axes),
)
defvjp(cat, {"arrays": "dA = its part of dY"}, arrays=_own_part)
defvjp(
    pad,
    {"a": "dA = dY without the padding"},
    a=lambda v, widths: pad(v, widths=tuple((-lo, -hi) for lo, hi in widths)),
)

adjust.sum_to = sum_to
