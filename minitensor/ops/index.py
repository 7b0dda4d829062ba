"""The primitives that read elements by their place, and their adjoints, which write there.

What selects (a maximum, a pooling window) is a kernel without gradient that returns places; `gather` reads them, and
has the gradient. So there is nothing in between that a second derivative could get wrong.
"""

from __future__ import annotations

from typing import Any

from minitensor.ops.shape import reshape, sum_to
from minitensor.primitive import Primitive, defvjp

getitem = Primitive("getitem", views=True, label=lambda p: f"[{describe(p['index'])}]")
putitem = Primitive("putitem", label=lambda p: f"[{describe(p['index'])}] =")
additem = Primitive("additem", label=lambda p: f"[{describe(p['index'])}] +=")
take = Primitive("take", label=lambda p: f"take along {p['axis']}")
index_add = Primitive("index_add", label=lambda p: f"index_add along {p['axis']}")
gather = Primitive("gather", label=lambda p: f"gather along {p['axis']}")
scatter_add = Primitive("scatter_add", label=lambda p: f"scatter_add along {p['axis']}")
nonzero = Primitive("nonzero")  # not differentiable: the answers are places


def describe(index: Any) -> str:
    """An index as it is written between brackets; an array as its shape."""
    parts = index if isinstance(index, tuple) else (index,)
    return ", ".join(_describe_part(part) for part in parts)


def _describe_part(part: Any) -> str:
    if part is Ellipsis:
        return "..."
    if isinstance(part, slice):
        ends = [part.start, part.stop] if part.step is None else [part.start, part.stop, part.step]
        return ":".join("" if end is None else str(end) for end in ends)
    return f"array{tuple(part.shape)}" if hasattr(part, "shape") and part.shape else str(part)


def _put_value(v: Any, value_shape: tuple[int, ...], index: Any) -> Any:
    """What arrives at the index, summed over where the value was repeated; it may have axes of length 1 in front."""
    part = getitem(v, index=index)
    part = reshape(part, shape=(1,) * (len(value_shape) - part.ndim) + part.shape)
    return part if part.shape == value_shape else sum_to(part, shape=value_shape)


defvjp(getitem, {"a": "dA[index] += dY"}, a=lambda v, a_shape, index: additem(v, index=index, shape=a_shape))
defvjp(additem, {"g": "dG = dY[index]"}, g=lambda v, index: getitem(v, index=index))
defvjp(
    putitem,
    {"a": "dA = dY, 0 at the index", "value": "dvalue = dY[index]"},
    a=lambda v, index: putitem(v, 0, index=index),
    value=_put_value,
)
defvjp(
    take,
    {"a": "dA[index] += dY"},
    a=lambda v, a_shape, index, axis: index_add(v, index=index, axis=axis, length=a_shape[axis]),
)
defvjp(index_add, {"g": "dG = dY[index]"}, g=lambda v, index, axis: take(v, index=index, axis=axis))
defvjp(
    gather,
    {"a": "dA[index] += dY"},
    a=lambda v, a_shape, index, axis: scatter_add(v, index, axis=axis, shape=a_shape),
    index=None,
)
defvjp(scatter_add, {"g": "dG = dY[index]"}, g=lambda v, index, axis: gather(v, index, axis=axis), index=None)
