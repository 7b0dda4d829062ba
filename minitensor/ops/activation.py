"""The primitives that stand between the layers, and their rules.

Each is one step of the tape that keeps its argument alone: the rule works the rest out again. Where a derivative jumps, the
rule answers as PyTorch's, and so does its derivative: the comments name the kink. A nan compares with nothing, so the rules
ask for the side on which the gradient is *cut*.
"""

from __future__ import annotations

import math
from typing import Any

from minitensor.ops.elementwise import (
    add,
    bitwise_or,
    clamp,
    exp,
    ge,
    gt,
    le,
    lt,
    mul,
    sigmoid,
    sub,
    tanh,
    where,
    widened,
)
from minitensor.primitive import Primitive, defvjp

erf = Primitive("erf")
leaky_relu = Primitive("leaky_relu", label=lambda p: f"leaky_relu {p['slope']}")
prelu = Primitive("prelu", broadcasts=True)
elu = Primitive("elu")
gelu = Primitive("gelu", label=lambda p: "gelu" if p["approximate"] == "none" else f"gelu {p['approximate']}")
silu = Primitive("silu")
mish = Primitive("mish")
softplus = Primitive("softplus")
logsigmoid = Primitive("logsigmoid")
hardtanh = Primitive("hardtanh", label=lambda p: f"hardtanh [{p['low']}, {p['high']}]")
hardswish = Primitive("hardswish")

GELU_SLOPE, GELU_CUBIC = math.sqrt(2 / math.pi), 0.044715
MISH_END = 20.0


def _gaussian(a: Any, height: float, rate: float) -> Any:
    """Compute height * exp(-rate * a^2)."""
    return mul(exp(mul(mul(a, a), -rate)), height)


def _elu(v: Any, a: Any, alpha: float, scale: float, rate: float) -> Any:
    """At 0 as below it; the second derivative there is 0."""
    below = mul(v, mul(exp(where(lt(a, 0), mul(a, rate), 0)), alpha * scale * rate))
    return where(le(a, 0), below, mul(v, scale))


def _gelu(v: Any, a: Any, approximate: str) -> Any:
    """V * (Phi(a) + a * Phi'(a)), Phi being the normal distribution or its approximation."""
    a = widened(a)
    if approximate == "none":
        below = mul(add(erf(mul(a, math.sqrt(0.5))), 1), 0.5)
        return v * (below + a * _gaussian(a, 1 / math.sqrt(2 * math.pi), 0.5))
    squared = mul(a, a)
    t = tanh(a * add(mul(squared, GELU_SLOPE * GELU_CUBIC), GELU_SLOPE))
    steep = sub(1, t * t) * add(mul(squared, 3 * GELU_SLOPE * GELU_CUBIC), GELU_SLOPE)
    return v * mul(add(t, 1) + a * steep, 0.5)


def _silu(v: Any, a: Any) -> Any:
    s = sigmoid(a)
    return v * (s * add(a * sub(1, s), 1))


def _mish(v: Any, a: Any) -> Any:
    """With w = e^a and n = w * (w + 2) the tangent is n / (n + 2), and its derivative 4 * w * (w + 1) / (n + 2)^2."""
    a = widened(a)
    w = exp(clamp(a, low=None, high=MISH_END))
    n = w * add(w, 2)
    most = add(n, 2)
    return v * (n / most + a * (mul(w * add(w, 1), 4) / (most * most)))


def _softplus(v: Any, a: Any, beta: float, threshold: float) -> Any:
    """At the threshold as below it; the second derivative there is 0."""
    scaled = mul(a, beta)
    return where(gt(scaled, threshold), v, v * sigmoid(where(ge(scaled, threshold), threshold, scaled)))


def _hardswish(v: Any, a: Any) -> Any:
    """At the bounds as outside of them."""
    return v * where(le(a, -3), 0, where(lt(a, 3), add(mul(a, 1 / 3), 0.5), 1))


defvjp(erf, {"a": "dA = dY * 2 / sqrt(pi) * exp(-A^2)"}, a=lambda v, a: v * _gaussian(a, 2 / math.sqrt(math.pi), 1))
defvjp(leaky_relu, {"a": "dA = dY, times the slope where A <= 0"}, a=lambda v, a, slope: where(gt(a, 0), v, mul(v, slope)))
defvjp(
    prelu,
    {"a": "dA = dY, times the slope where A <= 0", "slope": "dslope = dY * A where A <= 0"},
    a=lambda v, a, slope: where(gt(a, 0), v, v * slope),
    slope=lambda v, a: where(gt(a, 0), 0, v * a),
)
defvjp(elu, {"a": "dA = dY * scale, below 0 * alpha * rate * exp(rate * A)"}, a=_elu)
defvjp(gelu, {"a": "dA = dY * (Phi(A) + A * Phi'(A))"}, a=_gelu)
defvjp(silu, {"a": "dA = dY * S * (1 + A * (1 - S)), S = sigmoid A"}, a=_silu)
defvjp(mish, {"a": "dA = dY * (T + A * T'), T = tanh(softplus A)"}, a=_mish)
defvjp(softplus, {"a": "dA = dY * sigmoid(beta * A)"}, a=_softplus)
defvjp(logsigmoid, {"a": "dA = dY * sigmoid(-A)"}, a=lambda v, a: v * sigmoid(-a))
defvjp(
    hardtanh,
    {"a": "dA = dY where low < A < high"},
    a=lambda v, a, low, high: where(bitwise_or(le(a, low), ge(a, high)), 0, v),  # at the bounds as outside
)
defvjp(hardswish, {"a": "dA = dY * (A / 3 + 1 / 2) where -3 < A < 3, dY above, 0 below"}, a=_hardswish)
