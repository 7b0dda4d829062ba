"""The samples of `ops.elementwise`: each operand's layout, broadcasting, numbers on either side."""

from __future__ import annotations

import numpy as np

from minitensor.dtypes import float32, float64
from minitensor.testing.samples.registry import Sample, away, calls, distinct, layouts, pairs, samples_for, wholes


@samples_for(
    "neg", "abs", "sign", "floor", "ceil", "trunc", "relu", "sin", "cos", "exp", "exp2", "expm1", "atan", "sinh", "cosh",
    "tanh", "asinh", "sigmoid", "clone",
)  # fmt: skip
def _anywhere(rng: np.random.Generator) -> list[Sample]:
    return calls(layouts(away(rng)))


@samples_for("log", "log2", "log10", "sqrt")
def _positive(rng: np.random.Generator) -> list[Sample]:
    return calls(layouts(distinct(rng)))


@samples_for("log1p", "tan")
def _below_one(rng: np.random.Generator) -> list[Sample]:
    return calls(layouts(distinct(rng, -0.8, 1.2)))


@samples_for("asin", "acos", "atanh")
def _below_one_in_size(rng: np.random.Generator) -> list[Sample]:
    return calls(layouts(distinct(rng, -0.8, 0.8)))


@samples_for("acosh")
def _above_one(rng: np.random.Generator) -> list[Sample]:
    return calls(layouts(distinct(rng, 1.2, 3.0)))


@samples_for("isnan", "isinf", "isfinite")
def _not_finite(rng: np.random.Generator) -> list[Sample]:
    return calls([*layouts(away(rng)), np.array([np.nan, np.inf, -np.inf, 0.0])])


@samples_for("round")
def _round(rng: np.random.Generator) -> list[Sample]:
    return calls(layouts(away(rng))) + calls([away(rng)((2, 3)) + 0.03], decimals=1)


@samples_for("clamp")
def _clamp(rng: np.random.Generator) -> list[Sample]:
    arrays = layouts(away(rng))
    return calls(arrays, low=-1.0, high=2.0) + calls(arrays[:3], low=None, high=1) + calls(arrays[:3], low=-1, high=None)


@samples_for("cast")
def _cast(rng: np.random.Generator) -> list[Sample]:
    return calls(layouts(away(rng)), dtype=float64) + calls(layouts(away(rng)), dtype=float32)


@samples_for("add", "sub", "mul", "maximum", "minimum", "atan2", "hypot", "logaddexp", "eq", "ne", "lt", "le", "gt", "ge")
def _two(rng: np.random.Generator) -> list[Sample]:
    return calls(pairs(away(rng), away(rng, 0.8)))


@samples_for("div", "remainder", "fmod", "floor_divide")
def _quotient(rng: np.random.Generator) -> list[Sample]:
    return calls(pairs(away(rng), wholes(rng)))


@samples_for("pow")
def _pow(rng: np.random.Generator) -> list[Sample]:
    bases = away(rng)
    return calls(pairs(distinct(rng), away(rng))) + calls([(bases((2, 3)), exponent) for exponent in (0, 1, 2, 3.0, -1.0)])


@samples_for("where")
def _where(rng: np.random.Generator) -> list[Sample]:
    found = []
    for a, b in pairs(away(rng), away(rng, 0.8)):
        shape = np.broadcast_shapes(np.shape(a), np.shape(b))
        found.append((rng.random(shape) < 0.5, a, b))
    return calls([*found, (np.array([[True], [False]]), away(rng)((3,)), 0.0)])


@samples_for("bitwise_and", "bitwise_or", "bitwise_xor")
def _two_truths(rng: np.random.Generator) -> list[Sample]:
    drawn = [(rng.random(a) < 0.5, rng.random(b) < 0.5) for a, b in (((2, 3), (3,)), ((), ()), ((0, 3), (3,)))]
    return calls([*[(np.asarray(a), np.asarray(b)) for a, b in drawn], (rng.integers(0, 8, (2, 3)), rng.integers(0, 8, 3))])


@samples_for("bitwise_not")
def _truth(rng: np.random.Generator) -> list[Sample]:
    return calls([rng.random((2, 3)) < 0.5, np.array(True), rng.integers(-8, 8, (2, 3))[:, ::-1]])
