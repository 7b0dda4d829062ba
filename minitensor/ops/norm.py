"""The primitives of normalisation, and their rules.

A channel's mean and variance depend on every cell of it, and so does the gradient. Standardizing, y = (x - mean) * r with
r = 1 / sqrt(variance + eps), has the derivative

    J = r * (1 - (one one^T + y y^T) / m)

over the channel's m cells: what is constant or along y itself is taken out. J is symmetric, so `standardize_grad`, which is
J times g, is its own adjoint. The rules use nothing that a kernel worked out on the way: they begin with x again, so the
gradient of a gradient is right, too. The fused gradients, of first order alone, may use the mean and the variance that the
kernel left in `statistics`.
"""

from __future__ import annotations

import math
from typing import Any

from minitensor.ops.elementwise import add, div, mul, sqrt, sub
from minitensor.ops.reduce import mean, sum
from minitensor.ops.shape import reshape
from minitensor.primitive import Primitive, defvjp

standardize = Primitive("standardize")
standardize_grad = Primitive("standardize_grad")
batch_norm = Primitive("batch_norm")
scale_channels = Primitive("scale_channels")


def _over(x: Any) -> tuple[int, ...]:
    """The axes that a channel's statistics go over: all but its own."""
    return (0, *range(2, x.ndim))


def _beside(numbers: Any, x: Any) -> Any:
    """A number for each channel, in the shape (1, c, 1, ...)."""
    return reshape(numbers, shape=(1, x.shape[1], *(1,) * (x.ndim - 2)))


def _second(v: Any, g: Any, x: Any, eps: float) -> Any:
    """The gradient of v^T J(x) g = r * (a^T b - (y^T a) (y^T b) / m), a and b being v and g less their means, for x."""
    over, m = _over(x), math.prod(x.shape[axis] for axis in _over(x))

    def dot(one: Any, other: Any) -> Any:
        return sum(mul(one, other), axis=over, keepdims=True)

    def apart(one: Any) -> Any:
        return sub(one, mean(one, axis=over, keepdims=True))

    a, b, c = apart(v), apart(g), apart(x)
    r = div(1.0, sqrt(add(mean(mul(c, c), axis=over, keepdims=True), eps)))
    y = mul(c, r)
    s, t = dot(y, a), dot(y, b)
    along = sub(dot(a, b), mul(mul(s, t), 3 / max(m, 1)))
    return mul(mul(mul(r, r), -1 / max(m, 1)), add(mul(y, along), add(mul(a, t), mul(b, s))))


def _deviation(variance: Any, eps: float) -> Any:
    return sqrt(add(variance, eps))


defvjp(
    standardize,
    {"x": "dX = (dY - mean dY - Y * mean(dY * Y)) / sqrt(var X + eps)"},
    x=lambda v, x, eps: standardize_grad(v, x, eps=eps),
)
defvjp(
    standardize_grad,
    {"g": "dG = (dY - mean dY - Z * mean(dY * Z)) / sqrt(var X + eps), Z = standardize X", "x": "dX = d(dY . J(X) G) / dX"},
    g=lambda v, x, eps: standardize_grad(v, x, eps=eps),
    x=_second,
)
defvjp(
    batch_norm,
    {"x": "dX = standardize_grad(dY * w)", "weight": "dw = sum dY * standardize X", "bias": "db = sum dY"},
    x=lambda v, x, weight, eps: standardize_grad(mul(v, _beside(weight, x)), x, eps=eps),
    weight=lambda v, x, eps: sum(mul(v, standardize(x, eps=eps)), axis=_over(x), keepdims=False),
    bias=lambda v: sum(v, axis=_over(v), keepdims=False),
)


def _of_variance(v: Any, x: Any, mean: Any, variance: Any, weight: Any, eps: float) -> Any:
    total = sum(mul(v, sub(x, _beside(mean, x))), axis=_over(x), keepdims=False)
    return mul(mul(total, weight), div(-0.5, mul(add(variance, eps), _deviation(variance, eps))))


def _of_weight(v: Any, x: Any, mean: Any, variance: Any, eps: float) -> Any:
    total = sum(mul(v, sub(x, _beside(mean, x))), axis=_over(x), keepdims=False)
    return div(total, _deviation(variance, eps))


defvjp(
    scale_channels,
    {
        "x": "dX = dY * w / sqrt(var + eps)",
        "mean": "dmean = -sum dY * w / sqrt(var + eps)",
        "variance": "dvar = -sum dY * (X - mean) * w / 2 / (var + eps)^1.5",
        "weight": "dw = sum dY * (X - mean) / sqrt(var + eps)",
        "bias": "db = sum dY",
    },
    x=lambda v, variance, weight, eps: mul(v, _beside(div(weight, _deviation(variance, eps)), v)),
    mean=lambda v, variance, weight, eps: mul(
        sum(v, axis=_over(v), keepdims=False), -div(weight, _deviation(variance, eps))
    ),
    variance=_of_variance,
    weight=_of_weight,
    bias=lambda v: sum(v, axis=_over(v), keepdims=False),
)
