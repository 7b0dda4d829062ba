"""The primitives of the losses, and their rules."""

from __future__ import annotations

from typing import Any

from minitensor.ops.elementwise import clamp, div, log, log1p, mul, sub, widened
from minitensor.primitive import Primitive, defvjp

binary_cross_entropy = Primitive("binary_cross_entropy")

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
