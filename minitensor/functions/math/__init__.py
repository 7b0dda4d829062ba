"""What works element by element, under PyTorch's names: arithmetic, functions, rounding, comparison."""

from minitensor.functions.math.arithmetic import add, div, floor_divide, fmod, mul, remainder, sub
from minitensor.functions.math.bits import bitwise_and, bitwise_not, bitwise_or, bitwise_xor
from minitensor.functions.math.bounds import clamp, clamp_max, clamp_min, fmax, fmin, maximum, minimum, relu
from minitensor.functions.math.combination import addcdiv, addcmul, lerp, where
from minitensor.functions.math.comparison import eq, ge, gt, le, lt, ne
from minitensor.functions.math.exponential import exp, exp2, expm1, log, log1p, log2, log10, logaddexp, xlogy
from minitensor.functions.math.hyperbolic import acosh, asinh, atanh, cosh, sinh, tanh
from minitensor.functions.math.logic import (
    isfinite,
    isinf,
    isnan,
    isneginf,
    isposinf,
    logical_and,
    logical_not,
    logical_or,
    logical_xor,
    nan_to_num,
)
from minitensor.functions.math.logistic import logit, sigmoid
from minitensor.functions.math.powers import pow, reciprocal, rsqrt, sqrt, square
from minitensor.functions.math.rounding import abs, ceil, floor, frac, neg, round, sign, trunc
from minitensor.functions.math.special import erf
from minitensor.functions.math.trigonometry import acos, asin, atan, atan2, cos, deg2rad, hypot, rad2deg, sin, tan

# PyTorch's other names
absolute, negative, fix, clip = abs, neg, trunc, clamp
subtract, multiply, divide, true_divide = sub, mul, div, div
arcsin, arccos, arctan, arctan2 = asin, acos, atan, atan2
arcsinh, arccosh, arctanh = asinh, acosh, atanh
not_equal, less, less_equal, greater, greater_equal = ne, lt, le, gt, ge

__all__ = [
    "abs", "absolute", "acos", "acosh", "add", "addcdiv", "addcmul", "arccos", "arccosh", "arcsin", "arcsinh", "arctan",
    "arctan2", "arctanh", "asin", "asinh", "atan", "atan2", "atanh", "bitwise_and", "bitwise_not", "bitwise_or",
    "bitwise_xor", "ceil", "clamp", "clamp_max", "clamp_min", "clip", "cos", "cosh", "deg2rad", "div", "divide", "eq",
    "erf", "exp", "exp2", "expm1", "fix", "floor", "floor_divide", "fmax", "fmin", "fmod", "frac", "ge", "greater",
    "greater_equal", "gt", "hypot", "isfinite", "isinf", "isnan", "isneginf", "isposinf", "le", "lerp", "less",
    "less_equal", "log", "log10", "log1p", "log2", "logaddexp", "logical_and", "logical_not", "logical_or", "logical_xor",
    "logit", "lt", "maximum", "minimum", "mul", "multiply", "nan_to_num", "ne", "neg", "negative", "not_equal", "pow",
    "rad2deg", "reciprocal", "relu", "remainder", "round", "rsqrt", "sigmoid", "sign", "sin", "sinh", "sqrt", "square",
    "sub", "subtract", "tan", "tanh", "true_divide", "trunc", "where", "xlogy",
]  # fmt: skip
