"""Calls of the Tensor's functions that work element by element.

Left out, as they differ on purpose:
- numbers where PyTorch takes tensors alone (`maximum(x, 0)`, `atan2(x, 1)`), which are taken here;
- integers out of a dtype's range, which are refused here and wrap in PyTorch; so no uint8 meets negative numbers;
- addcmul of integers with a value that is not whole, which PyTorch cuts off;
- clamp between a number and a tensor, which PyTorch refuses, and between booleans;
- the gradient of clamp where the bounds cross and the element is nan;
- the second derivative of hypot at (0, 0).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from torch_calls.call import Call
from torch_calls.draw import RNG, chance, distinct, pick, ties
from torch_calls.tensor_draw import anything, beside, call, floats, integers, options, shape_of, with_nan, written

# Each function of one element, with the numbers at which it is asked.
UNARY = {
    "neg": (-2, 2), "abs": (-2, 2), "sign": (-2, 2), "floor": (-2, 2), "ceil": (-2, 2), "trunc": (-2, 2), "frac": (-2, 2),
    "exp": (-2, 2), "exp2": (-2, 2), "expm1": (-2, 2), "log": (0, 3), "log2": (0, 3), "log10": (0, 3), "log1p": (-0.9, 2),
    "sqrt": (0, 3), "rsqrt": (0, 3), "square": (-2, 2), "reciprocal": (-2, 2), "sin": (-2, 2), "cos": (-2, 2), "tan": (-1, 1),
    "asin": (-1, 1), "acos": (-1, 1), "atan": (-2, 2), "sinh": (-2, 2), "cosh": (-2, 2), "tanh": (-2, 2), "asinh": (-2, 2),
    "acosh": (1, 4), "atanh": (-1, 1), "sigmoid": (-3, 3), "relu": (-2, 2), "isnan": (-2, 2), "isinf": (-2, 2),
    "isfinite": (-2, 2), "isposinf": (-2, 2), "isneginf": (-2, 2), "logical_not": (-2, 2), "absolute": (-2, 2), "arcsin": (-1, 1),
    "arctan": (-2, 2), "arccos": (-1, 1), "arcsinh": (-2, 2), "arccosh": (1, 4), "arctanh": (-1, 1), "negative": (-2, 2),
    "fix": (-2, 2), "deg2rad": (-90, 90), "rad2deg": (-2, 2), "logit": (0, 1), "bitwise_not": (-2, 2), "is_floating_point": (-2, 2), "numel": (-2, 2), "is_tensor": (-2, 2), "clone": (-2, 2),
}  # fmt: skip
SPECIAL = {"relu", "abs", "sign", "isnan", "isinf", "isfinite", "isposinf", "isneginf", "sigmoid", "tanh", "exp", "floor"}
BINARY = ("add", "sub", "mul", "div", "pow", "maximum", "minimum", "fmax", "fmin", "atan2", "hypot", "logaddexp", "fmod",
          "remainder", "floor_divide", "subtract", "multiply", "divide", "true_divide", "arctan2", "xlogy")  # fmt: skip
COMPARED = ("eq", "ne", "lt", "le", "gt", "ge", "less", "greater", "less_equal", "greater_equal", "not_equal",
            "logical_and", "logical_or", "logical_xor")  # fmt: skip
WITH_NUMBERS = ("add", "sub", "mul", "div", "pow", "fmod", "remainder", "floor_divide")
ONLY_FLOATS = ("hypot", "logaddexp")


def calls(rng: RNG) -> Iterator[Call]:
    """Yield calls without end."""
    while True:
        yield pick(
            rng, unary, unary, unary, binary, binary, binary, compared, number, number, clamp, clamp, where, combined, rounded,
            close, replaced, bits,
        )(rng)  # fmt: skip


def unary(rng: RNG) -> Call:
    """A function of one element."""
    name = pick(rng, *UNARY)
    shape, (low, high) = shape_of(rng), UNARY[name]
    x = integers(rng, shape, int(np.ceil(low)), int(high) + 1) if chance(rng, 0.15) else floats(rng, shape, low, high)
    if name in SPECIAL and x.dtype.kind == "f" and x.size and chance(rng, 0.3):
        x.reshape(-1)[rng.integers(0, x.size, 3)] = [np.nan, np.inf, 0.0]
        return call(f"mt.{name}(x)", 1, x=x)
    if chance(rng, 0.03):
        return call(f"mt.{name}({pick(rng, '[1.0, 2.0]', '3.0', 'None')})", x=x) if name != "is_tensor" else unary(rng)
    return call(f"mt.{name}(x)", x=x)


def operands(rng: RNG, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return two arrays that broadcast together, but for some."""
    shape = shape_of(rng)
    first, second = (shape, beside(rng, shape)) if chance(rng, 0.5) else (beside(rng, shape), shape)
    if name == "pow":
        return distinct(rng, *first, low=0, high=3), floats(rng, second)
    if name == "xlogy":
        return rng.integers(0, 3, first) * pick(rng, 1.0, 0.5, 1), distinct(rng, *second, low=0, high=3)
    x, y = (integers(rng, one, 0, 4) if chance(rng, 0.2) else floats(rng, one) for one in (first, second))
    if name in ("atan2", "arctan2") and x.dtype == np.uint8:
        x = x.astype(np.int64)  # whose negative wraps in PyTorch's gradient
    if name in ("remainder", "fmod", "floor_divide", "div", "divide", "true_divide") and y.dtype.kind in "iu":
        y = np.where(y == 0, 1 if chance(rng, 0.9) else 0, y).astype(y.dtype)
    if name == "floor_divide" and "b" in (x.dtype.kind, y.dtype.kind):
        return operands(rng, name)  # PyTorch divides booleans as numbers
    return x, y


def binary(rng: RNG) -> Call:
    """Arithmetic with two tensors."""
    name = pick(rng, *BINARY)
    x, y = operands(rng, name)
    if name in ("maximum", "minimum", "fmax", "fmin"):
        if chance(rng, 0.3):
            x, y = ties(rng, *x.shape), ties(rng, *y.shape)
        x, y = with_nan(rng, x, 0.3), with_nan(rng, y, 0.3)
    more = ""
    if name in ("add", "sub") and chance(rng, 0.3) and x.dtype.kind == y.dtype.kind == "f":
        more = f", alpha={pick(rng, 2, 0.5, -1)}"
    if name == "div" and chance(rng, 0.4) and "b" not in (x.dtype.kind, y.dtype.kind):
        more = f", rounding_mode={pick(rng, 'trunc', 'floor', None, 'down')!r}"
    alike = x.dtype.kind != "f" or y.dtype.kind != "f" or x.dtype == y.dtype  # else PyTorch rounds on the way
    return call(f"mt.{name}(x, y{more})", 2 if alike else int(x.ndim > 0 and y.ndim > 0), x=x, y=y)


def number(rng: RNG) -> Call:
    """Arithmetic with a tensor and a number, also as operators."""
    name = pick(rng, *WITH_NUMBERS)
    value = pick(rng, 2, 3, 0.5, 1.5, -2)
    if name == "pow":
        value = abs(value)
    if chance(rng, 0.25):
        operator = pick(rng, "+", "-", "*", "/", "**", "%", "//")
        x = floats(rng, shape_of(rng), 0.1, 2)
        return call(f"x {operator} {value}" if chance(rng, 0.5) else f"{abs(value)} {operator} x", x=x)
    x = rng.integers(1, 4, shape_of(rng)) if chance(rng, 0.2) else floats(rng, shape_of(rng), 0.1, 2)
    return call(f"mt.{name}(x, {value})", x=x)


def compared(rng: RNG) -> Call:
    """A comparison, or what truth values make together."""
    name = pick(rng, *COMPARED)
    shape = shape_of(rng)
    x, y = ties(rng, *shape), ties(rng, *beside(rng, shape))
    if chance(rng, 0.3):
        return call(
            f"mt.{name}(x, 1)" if not name.startswith("logical") else f"mt.{name}(x, y)", x=integers(rng, shape), y=y
        )
    return call(f"mt.{name}(x, y)", x=with_nan(rng, x), y=y)


def clamp(rng: RNG) -> Call:
    """Bounds as numbers and as tensors, nan among the elements."""
    name = pick(rng, "clamp", "clamp", "clip", "clamp_min", "clamp_max")
    shape = shape_of(rng)
    x = with_nan(rng, ties(rng, *shape) if chance(rng, 0.3) else floats(rng, shape), 0.3)
    low, high = sorted(rng.integers(-2, 3, 2) + pick(rng, 0, 0.25))
    if chance(rng, 0.1):
        low, high = high, low
    if chance(rng, 0.1):
        x = rng.integers(-3, 4, shape)
    if name in ("clamp_min", "clamp_max"):
        if chance(rng, 0.5):
            return call(f"mt.{name}(x, {low})", x=x)
        return call(f"mt.{name}(x, b)", x=x, b=floats(rng, beside(rng, shape)))
    if chance(rng, 0.5):
        given = pick(rng, f"{low}, {high}", f"min={low}", f"max={high}", f"None, {high}", "")
        return call(written(name, "x", given), x=x)
    bounds = {"a": floats(rng, beside(rng, shape)), "b": floats(rng, beside(rng, shape))}
    if np.isnan(x).any():
        bounds["b"] = bounds["b"] + 4
    given = pick(rng, "a, b", "min=a", "max=b")
    return call(f"mt.{name}(x, {given})", x=x, **{name: bounds[name] for name in "ab" if name in given.replace("max", "m")})


def where(rng: RNG) -> Call:
    """Elements chosen by a condition."""
    shape = shape_of(rng)
    condition = rng.random(beside(rng, shape)) < 0.5
    if chance(rng, 0.1):
        condition = condition.astype(pick(rng, np.int64, np.uint8, np.float64))
    x, y = anything(rng, shape), anything(rng, beside(rng, shape))
    kind = rng.random()
    if kind < 0.15:
        return call("mt.where(c)", c=condition)
    if kind < 0.4:
        text = pick(rng, "x, 0.5", "2.0, x", "x, 1", "1, 2", "1.5, 2", "True, x")
        return call(f"mt.where(c, {text})", c=condition, x=floats(rng, shape))
    if kind < 0.5:
        return call("x.where(c, y)", c=condition, x=x, y=y)
    return call("mt.where(c, x, y)", c=condition, x=x, y=y)


def combined(rng: RNG) -> Call:
    """Lerp, addcmul, addcdiv."""
    name, shape = pick(rng, "lerp", "addcmul", "addcdiv"), shape_of(rng)
    dtype = pick(rng, np.float64, np.float64, np.float32)
    x, y, z = (
        distinct(rng, *one, low=0.1, high=2.0, dtype=dtype) for one in (shape, beside(rng, shape), beside(rng, shape))
    )
    if chance(rng, 0.1):
        y = integers(rng, y.shape, 1)
    if name == "lerp":
        weight = pick(rng, "z", "0.25", "0.75", "2", "1.0")
        return call(f"mt.lerp(x, y, {weight})", x=x, y=y, z=z)
    value = pick(rng, "", ", value=2", ", value=-0.5") if y.dtype.kind == "f" else ""
    return call(f"mt.{name}(x, y, z{value})", x=x, y=y, z=z)


def rounded(rng: RNG) -> Call:
    """Rounding to decimals."""
    x = floats(rng, shape_of(rng)) if chance(rng, 0.9) else rng.integers(-3, 4, shape_of(rng))
    if x.dtype.kind == "i":
        return call("mt.round(x)", x=x)
    return call(pick(rng, "mt.round(x)", "mt.round(x, decimals=1)", "mt.round(x, decimals=2)"), x=x)


def close(rng: RNG) -> Call:
    """Whether tensors are the same, or nearly so."""
    shape = shape_of(rng)
    x = floats(rng, shape) if chance(rng, 0.8) else integers(rng, shape)
    y = x + (rng.random(shape) < 0.3) * pick(rng, 1e-7, 1e-3, 1) if x.dtype.kind == "f" else np.array(x)
    if x.size and x.dtype.kind == "f" and chance(rng, 0.3):
        special = [np.nan, np.inf, -np.inf]
        for array in (x, y):
            array.reshape(-1)[rng.integers(0, x.size, 3)] = rng.permutation(special)
    if chance(rng, 0.1):
        y = y.astype(np.float16)
    name = pick(rng, "isclose", "isclose", "allclose", "equal")
    more = options(rng, 0.3, rtol=pick(rng, 1e-2, 0, -1), atol=pick(rng, 1e-2, 0), equal_nan=True) if name != "equal" else ""
    return call(written(name, "x", "y", more), 0, x=x, y=y.astype(x.dtype) if y.dtype != np.float16 else y)


def bits(rng: RNG) -> Call:
    """Integers bit by bit, and whether they are some of others."""
    name, shape = pick(rng, "bitwise_and", "bitwise_or", "bitwise_xor", "isin"), shape_of(rng)
    x, y = (integers(rng, one, 0, 8) if chance(rng, 0.95) else floats(rng, one) for one in (shape, beside(rng, shape)))
    if name == "isin":
        x, y = (one.astype(np.int64) if one.dtype == np.bool_ else one for one in (x, y))  # PyTorch has none of booleans
        return call(written(name, "x", pick(rng, "y", "y", "2"), options(rng, 0.3, invert=True)), 0, x=x, y=y)
    return call(f"mt.{name}(x, {pick(rng, 'y', 'y', '3', '1.5')})", x=x, y=y)


def replaced(rng: RNG) -> Call:
    """Numbers in place of nan and infinity."""
    x = floats(rng, shape_of(rng)) if chance(rng, 0.9) else integers(rng, shape_of(rng))
    if x.size and x.dtype.kind == "f":
        x.reshape(-1)[rng.integers(0, x.size, 3)] = [np.nan, np.inf, -np.inf]
    given = options(rng, 0.4, nan=1.5, posinf=10, neginf=-3.0)
    if x.dtype == np.float64 and given.count("inf") < 2:
        x = x.astype(np.float32)  # whose largest number a recording keeps
    return call(written("nan_to_num", "x", given), x=x)
