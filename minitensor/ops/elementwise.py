"""The primitives that work element by element, and their rules.

v is the gradient that arrives at the result y. The arguments are broadcast together; the tape sums a gradient back to its
argument's shape. Where a derivative does not exist (|a| at 0, equal operands of a maximum) the rule answers as PyTorch's. A
number in a rule meets a primitive, not an operator: NumPy 1 would make float64 of it and an array without axes.
"""

from __future__ import annotations

import math
from typing import Any

from minitensor.dtypes import accumulation_dtype
from minitensor.primitive import Primitive, defvjp
from minitensor.tape import adjust

LOG_2, LOG_10 = math.log(2), math.log(10)

add = Primitive("add", broadcasts=True)
sub = Primitive("sub", broadcasts=True)
mul = Primitive("mul", broadcasts=True)
div = Primitive("div", broadcasts=True)
pow = Primitive("pow", broadcasts=True)
remainder = Primitive("remainder", broadcasts=True)
fmod = Primitive("fmod", broadcasts=True)
atan2 = Primitive("atan2", broadcasts=True)
hypot = Primitive("hypot", broadcasts=True)
logaddexp = Primitive("logaddexp", broadcasts=True)
maximum = Primitive("maximum", broadcasts=True)
minimum = Primitive("minimum", broadcasts=True)
where = Primitive("where", broadcasts=True)

neg = Primitive("neg")
abs = Primitive("abs")
exp = Primitive("exp")
exp2 = Primitive("exp2")
expm1 = Primitive("expm1")
log = Primitive("log")
log2 = Primitive("log2")
log10 = Primitive("log10")
log1p = Primitive("log1p")
sqrt = Primitive("sqrt")
sin = Primitive("sin")
cos = Primitive("cos")
tan = Primitive("tan")
asin = Primitive("asin")
acos = Primitive("acos")
atan = Primitive("atan")
sinh = Primitive("sinh")
cosh = Primitive("cosh")
tanh = Primitive("tanh")
asinh = Primitive("asinh")
acosh = Primitive("acosh")
atanh = Primitive("atanh")
sigmoid = Primitive("sigmoid")
relu = Primitive("relu")
clamp = Primitive("clamp", label=lambda p: f"clamp [{p['low']}, {p['high']}]")
clone = Primitive("clone")
cast = Primitive("cast", label=lambda p: f"to {p['dtype']}")

# Their derivative is 0 wherever there is one.
sign = Primitive("sign")
floor = Primitive("floor")
ceil = Primitive("ceil")
trunc = Primitive("trunc")
round = Primitive("round")
floor_divide = Primitive("floor_divide", broadcasts=True)

# Not differentiable: the answer is a truth value or an integer.
eq = Primitive("eq", broadcasts=True)
ne = Primitive("ne", broadcasts=True)
lt = Primitive("lt", broadcasts=True)
le = Primitive("le", broadcasts=True)
gt = Primitive("gt", broadcasts=True)
ge = Primitive("ge", broadcasts=True)
bitwise_and = Primitive("bitwise_and", broadcasts=True)
bitwise_or = Primitive("bitwise_or", broadcasts=True)
bitwise_xor = Primitive("bitwise_xor", broadcasts=True)
bitwise_not = Primitive("bitwise_not")
isnan = Primitive("isnan")
isinf = Primitive("isinf")
isfinite = Primitive("isfinite")


defvjp(add, {"a": "dA = dY", "b": "dB = dY"}, a=lambda v: v, b=lambda v: v)
defvjp(sub, {"a": "dA = dY", "b": "dB = -dY"}, a=lambda v: v, b=lambda v: -v)
defvjp(mul, {"a": "dA = dY * B", "b": "dB = dY * A"}, a=lambda v, b: v * b, b=lambda v, a: v * a)
defvjp(div, {"a": "dA = dY / B", "b": "dB = -dY * Y / B"}, a=lambda v, b: v / b, b=lambda v, b, y: -v * y / b)


def _pow_base(v: Any, a: Any, b: Any) -> Any:
    """The gradient v * b * a^(b-1), and 0 where b is 0: a^0 does not depend on a, not even at a = 0."""
    flat = eq(b, 0)
    if not hasattr(b, "dtype"):  # a Python number stays one
        return where(flat, 0, mul(mul(v, b), pow(a, b - 1 if b != 0 else 0)))
    return where(flat, 0, mul(mul(v, b), pow(a, where(flat, 0, sub(b, 1)))))


def _pow_exponent(v: Any, a: Any, b: Any, y: Any) -> Any:
    """The gradient v * y * log(a), and 0 at a = 0 for exponents that are not negative, where y is constant."""
    flat = bitwise_and(eq(a, 0), ge(b, 0))
    base = where(False, v, a)  # in v's dtype, where a is a Python number
    return where(flat, 0, mul(v * y, log(where(flat, 1, base))))


defvjp(pow, {"a": "dA = dY * B * A^(B-1)", "b": "dB = dY * Y * log A"}, a=_pow_base, b=_pow_exponent)
defvjp(
    remainder,
    {"a": "dA = dY", "b": "dB = -dY * floor(A / B)"},
    a=lambda v: v,
    b=lambda v, a, b: -v * floor(div(a, b)),
)
defvjp(
    fmod,
    {"a": "dA = dY", "b": "dB = -dY * trunc(A / B)"},
    a=lambda v: v,
    b=lambda v, a, b: -v * trunc(div(a, b)),
)


def _squares(a: Any, b: Any) -> Any:
    return add(mul(a, a), mul(b, b))


defvjp(
    atan2,
    {"a": "dA = dY * B / (A^2 + B^2)", "b": "dB = -dY * A / (A^2 + B^2)"},
    a=lambda v, a, b: mul(v, div(b, _squares(a, b))),
    b=lambda v, a, b: mul(-v, div(a, _squares(a, b))),
)
defvjp(
    hypot,
    {"a": "dA = dY * A / Y", "b": "dB = dY * B / Y"},
    a=lambda v, a, y: mul(v, div(a, y)),
    b=lambda v, b, y: mul(v, div(b, y)),
)
defvjp(
    logaddexp,
    {"a": "dA = dY * sigmoid(A - B)", "b": "dB = dY * sigmoid(B - A)"},
    a=lambda v, a, b: mul(v, sigmoid(sub(a, b))),
    b=lambda v, a, b: mul(v, sigmoid(sub(b, a))),
)

# Two equal operands share the gradient; beside a nan, to which nothing compares, each has all of it.
defvjp(
    maximum,
    {"a": "dA = dY where A > B", "b": "dB = dY where B > A"},
    a=lambda v, a, b: where(lt(a, b), 0, where(eq(a, b), mul(v, 0.5), v)),
    b=lambda v, a, b: where(lt(b, a), 0, where(eq(a, b), mul(v, 0.5), v)),
)
defvjp(
    minimum,
    {"a": "dA = dY where A < B", "b": "dB = dY where B < A"},
    a=lambda v, a, b: where(gt(a, b), 0, where(eq(a, b), mul(v, 0.5), v)),
    b=lambda v, a, b: where(gt(b, a), 0, where(eq(a, b), mul(v, 0.5), v)),
)
defvjp(
    where,
    {"a": "dA = dY where the condition holds", "b": "dB = dY elsewhere"},
    condition=None,
    a=lambda v, condition: where(condition, v, 0),
    b=lambda v, condition: where(condition, 0, v),
)

defvjp(neg, {"a": "dA = -dY"}, a=lambda v: -v)
defvjp(abs, {"a": "dA = dY * sign A"}, a=lambda v, a: v * sign(a))
defvjp(exp, {"a": "dA = dY * Y"}, a=lambda v, y: v * y)
defvjp(expm1, {"a": "dA = dY * (Y + 1)"}, a=lambda v, y: mul(v, add(y, 1)))
defvjp(exp2, {"a": "dA = dY * Y * log 2"}, a=lambda v, y: mul(v * y, LOG_2))
defvjp(log, {"a": "dA = dY / A"}, a=lambda v, a: div(v, a))
defvjp(log2, {"a": "dA = dY / (A log 2)"}, a=lambda v, a: div(v, mul(a, LOG_2)))
defvjp(log10, {"a": "dA = dY / (A log 10)"}, a=lambda v, a: div(v, mul(a, LOG_10)))
defvjp(log1p, {"a": "dA = dY / (1 + A)"}, a=lambda v, a: div(v, add(a, 1)))
defvjp(sqrt, {"a": "dA = dY / (2 Y)"}, a=lambda v, y: div(v, mul(y, 2)))
defvjp(sin, {"a": "dA = dY * cos A"}, a=lambda v, a: v * cos(a))
defvjp(cos, {"a": "dA = -dY * sin A"}, a=lambda v, a: -v * sin(a))
defvjp(tan, {"a": "dA = dY * (1 + Y^2)"}, a=lambda v, y: mul(v, add(mul(y, y), 1)))
defvjp(asin, {"a": "dA = dY / sqrt(1 - A^2)"}, a=lambda v, a: div(v, sqrt(sub(1, mul(a, a)))))
defvjp(acos, {"a": "dA = -dY / sqrt(1 - A^2)"}, a=lambda v, a: div(-v, sqrt(sub(1, mul(a, a)))))
defvjp(atan, {"a": "dA = dY / (1 + A^2)"}, a=lambda v, a: div(v, add(mul(a, a), 1)))
defvjp(sinh, {"a": "dA = dY * cosh A"}, a=lambda v, a: v * cosh(a))
defvjp(cosh, {"a": "dA = dY * sinh A"}, a=lambda v, a: v * sinh(a))
defvjp(tanh, {"a": "dA = dY * (1 - Y^2)"}, a=lambda v, y: mul(v, sub(1, mul(y, y))))
defvjp(asinh, {"a": "dA = dY / sqrt(A^2 + 1)"}, a=lambda v, a: div(v, sqrt(add(mul(a, a), 1))))
defvjp(acosh, {"a": "dA = dY / sqrt(A^2 - 1)"}, a=lambda v, a: div(v, sqrt(sub(mul(a, a), 1))))
defvjp(atanh, {"a": "dA = dY / (1 - A^2)"}, a=lambda v, a: div(v, sub(1, mul(a, a))))
defvjp(sigmoid, {"a": "dA = dY * Y * (1 - Y)"}, a=lambda v, y: mul(v * y, sub(1, y)))
defvjp(relu, {"a": "dA = dY where Y > 0"}, a=lambda v, y: where(le(y, 0), 0, v))
defvjp(clone, {"a": "dA = dY"}, a=lambda v: v)
defvjp(cast, {"a": "dA = dY, in A's dtype"}, a=lambda v: v)


def _clamp(v: Any, a: Any, low: float | None, high: float | None) -> Any:
    """V inside the bounds and on them, 0 outside."""
    inside = v if low is None else where(ge(a, low), v, 0)
    return inside if high is None else where(le(a, high), inside, 0)


defvjp(clamp, {"a": "dA = dY where low <= A <= high"}, a=_clamp)


def _nothing(v: Any) -> Any:
    """Zeros: v * 0 would be nan where v is infinite."""
    return where(False, v, 0)


for flat in (sign, floor, ceil, trunc, round):
    defvjp(flat, {"a": "dA = 0"}, a=_nothing)
defvjp(floor_divide, {"a": "dA = 0", "b": "dB = 0"}, a=_nothing, b=_nothing)


def widened(a: Any) -> Any:
    """Bring float16 to float32, in which it is summed; others stay."""
    dtype = accumulation_dtype(a.dtype)
    return a if a.dtype == dtype else cast(a, dtype=dtype)


adjust.cast = cast
