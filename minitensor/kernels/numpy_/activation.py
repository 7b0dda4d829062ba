"""What stands between the layers, element by element: formulas that overflow nowhere, each in few walks over the array.

float16 is computed in float32, integers (where they come at all) in the default dtype.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

import numpy as np

from minitensor.dtypes import Array, widened
from minitensor.kernels.numpy_.elementwise import floating, promoted
from minitensor.kernels.numpy_.erf import erf as erf_of
from minitensor.kernels.numpy_.select import select
from minitensor.kernels.quiet import quiet
from minitensor.kernels.registry import KernelFunction, kernel

GELU_SLOPE, GELU_CUBIC = 0.7978845608028654, 0.044715  # sqrt(2 / pi), and the constant of the paper
ROOT_HALF = 0.5**0.5
MISH_END = 20.0  # from here on tanh(softplus(a)) is 1 to the last bit


def in_floats(function: KernelFunction) -> KernelFunction:
    """Hand a kernel float32 or float64, and bring what it returns to the argument's dtype; without warnings."""

    @quiet
    @wraps(function)
    def compute(a: Any, **parameters: Any) -> Any:
        a = floating(a)
        return np.asarray(function(widened(a), **parameters), a.dtype)

    return compute  # type: ignore[return-value]  # functools.wraps keeps the signature


@kernel("numpy")
@in_floats
def erf(a: Array) -> Any:
    """2 / sqrt(pi) times the integral of exp(-t^2) from 0 to a."""
    return erf_of(a)


@kernel("numpy")
@in_floats
def leaky_relu(a: Array, *, slope: float) -> Any:
    """Take a, or slope * a where a is not above 0."""
    scaled = a * slope
    if 0 < slope <= 1:
        return np.maximum(a, scaled)
    return select(a > 0, a, scaled)


@kernel("numpy")
@quiet
def prelu(a: Any, slope: Any) -> Any:
    """Take a, or slope * a where a is not above 0; the slopes are broadcast."""
    a, slope = promoted(a, slope)
    return select(a > 0, a, a * slope)


@kernel("numpy")
@in_floats
def elu(a: Array, *, alpha: float, scale: float, rate: float) -> Any:
    """Compute scale * a above 0, scale * alpha * (exp(rate * a) - 1) below."""
    return select(a <= 0, np.expm1(a * rate) * (alpha * scale), a * scale)


@kernel("numpy")
@in_floats
def gelu(a: Array, *, approximate: str) -> Any:
    """Multiply a by the chance that a standard normal number is below it; 'tanh' approximates that."""
    half = a * 0.5
    if approximate == "tanh":
        return half * (1 + np.tanh(a * (GELU_SLOPE + GELU_SLOPE * GELU_CUBIC * (a * a))))
    return half * (1 + erf_of(np.asarray(a * ROOT_HALF, a.dtype)))


@kernel("numpy")
@in_floats
def silu(a: Array) -> Any:
    """Multiply a by its sigmoid."""
    return a / (1 + np.exp(-a))


@kernel("numpy")
@in_floats
def mish(a: Array) -> Any:
    """Multiply a by tanh(log(1 + e^a)), which is n / (n + 2) with n = e^a * (e^a + 2)."""
    power = np.exp(np.minimum(a, MISH_END))
    n = power * (power + 2)
    return a * (n / (n + 2))


@kernel("numpy")
@in_floats
def softplus(a: Array, *, beta: float, threshold: float) -> Any:
    """log(1 + exp(beta * a)) / beta, and a itself where beta * a is above the threshold."""
    scaled = a * beta
    soft = np.maximum(scaled, 0) + np.log1p(np.exp(-np.abs(scaled)))
    return select(scaled > threshold, a, np.divide(soft, beta))


@kernel("numpy")
@in_floats
def logsigmoid(a: Array) -> Any:
    """The logarithm of the sigmoid of a."""
    return np.minimum(a, 0) - np.log1p(np.exp(-np.abs(a)))


@kernel("numpy")
def hardtanh(a: Any, *, low: float, high: float) -> Any:
    """Bring a into [low, high]; of integers, the bounds without their decimals."""
    least, most = (np.asarray(bound).astype(a.dtype) for bound in (low, high))
    return np.minimum(np.maximum(a, least), most)


@kernel("numpy")
@in_floats
def hardswish(a: Array) -> Any:
    """Multiply a by a sixth of a + 3, brought into [0, 6]."""
    return a * (np.minimum(np.maximum(a + 3, 0), 6) / 6)
