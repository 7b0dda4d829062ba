"""The primitive of the affine map of rows, and its rules: products with what was beside each factor."""

from __future__ import annotations

from typing import Any

from minitensor.ops.linalg import matmul
from minitensor.ops.reduce import sum
from minitensor.ops.shape import permute
from minitensor.primitive import Primitive, defvjp

linear = Primitive("linear")


def _weight(v: Any, x: Any) -> Any:
    return matmul(permute(v, axes=(1, 0)), x)  # (out, n) @ (n, in): in the weight's own order in memory


defvjp(
    linear,
    {"x": "dX = dY @ W", "weight": "dW = dY^T @ X", "bias": "db = sum of dY's rows"},
    x=lambda v, weight: matmul(v, weight),
    weight=_weight,
    bias=lambda v: sum(v, axis=(0,), keepdims=False),
)
