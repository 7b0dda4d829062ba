"""The primitive that looks rows up in a table, and its rule."""

from __future__ import annotations

from typing import Any

from minitensor.ops.elementwise import mul
from minitensor.ops.index import index_add
from minitensor.primitive import Primitive, defvjp

embedding = Primitive("embedding")


def _weight(v: Any, weight_shape: tuple[int, ...], index: Any, factor: Any) -> Any:
    return index_add(v if factor is None else mul(v, factor), index=index, axis=0, length=weight_shape[0])


defvjp(embedding, {"weight": "dW[index] += dY, times a factor for each row"}, weight=_weight)
