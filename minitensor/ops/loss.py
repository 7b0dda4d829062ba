"""The primitives of the losses, and their rules."""

from __future__ import annotations

from typing import Any

from minitensor.ops.elementwise import clamp, div, log, log1p, mul, sub, widened
from minitensor.ops.reduce import softmax, sum
from minitensor.primitive import Primitive, defvjp

binary_cross_entropy = Primitive("binary_cross_entropy")
cross_entropy = Primitive("cross_entropy")
cross_entropy_grad = Primitive("cross_entropy_grad")

LEAST_DIVISOR = 1e-12


def _prediction(v: Any, a: Any, target: Any) -> Any:
    """V * (a - t) / (a * (1 - a)): not the logarithms but the divisor is bounded, as PyTorch's."""
    a, target = widened(a), widened(target)
    return v * div(a - target, clamp(mul(a, sub(1, a)), low=LEAST_DIVISOR, high=None))


defvjp(
    binary_cross_entropy,
    {"a": "dA = dY * (A - T) / (A * (1 - A))", "target": "dT = dY * (log(1 - A) - log A)"},
    a=_prediction,
    target=lambda v, a: v * (log1p(-a) - log(a)),
)


def _curvature(v: Any, a: Any, axis: int, divisor: int) -> Any:
    """The softmax's derivative, over the divisor: S * (V - sum(S * V)); the labels are gone."""
    s = softmax(a, axis=axis)
    return div(s * (v - sum(s * v, axis=(axis,), keepdims=True)), divisor)


defvjp(
    cross_entropy,
    {"a": "dA = dY * (softmax A - onehot labels) / divisor"},
    a=lambda v, a, index, axis, divisor: v * cross_entropy_grad(a, index=index, axis=axis, divisor=divisor),
)
defvjp(cross_entropy_grad, {"a": "dA = S * (dY - sum(S * dY)) / divisor, S = softmax A"}, a=_curvature)
