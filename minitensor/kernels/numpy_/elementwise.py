"""Arithmetic and functions, element by element: NumPy's, with PyTorch's promotion and without warnings.

The result of a division by zero or of the logarithm of a negative number is inf or nan, as in every framework; whoever wants
to know where it came from asks `detect_anomaly`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy import asarray, ndarray

from minitensor.dtypes import Array, DType, as_dtype, bool_, get_default_dtype, in_dtype, result_type, widened
from minitensor.errors import ShapeError, shape_table
from minitensor.kernels.numpy_.select import FEW, select
from minitensor.kernels.quiet import quiet, silence
from minitensor.kernels.registry import add_kernel, kernel

NUMBERS = (float, int)


def promoted(a: Any, b: Any) -> tuple[Any, Any]:
    """Both operands as arrays of the dtype in which they are computed together."""
    if type(a) is ndarray:
        if type(b) is ndarray:
            if a.dtype is b.dtype:
                return a, b
        elif type(b) in NUMBERS and a.dtype.kind == "f":
            return a, asarray(b, a.dtype)
    elif type(b) is ndarray and type(a) in NUMBERS and b.dtype.kind == "f":
        return asarray(a, b.dtype), b
    dtype = as_dtype(result_type(a, b))
    return in_dtype(a, dtype), in_dtype(b, dtype)


def floating(a: Any) -> Array:
    """The operand in a floating dtype: integers and booleans take the default one."""
    array = np.asarray(a)
    return array if array.dtype.kind == "f" else array.astype(get_default_dtype())


def _conflict(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, int, int] | None:
    """The last axis, counted from the end, along which two shapes do not broadcast, and its two lengths."""
    for back, (n, m) in enumerate(zip(reversed(first), reversed(second), strict=False), 1):
        if n != m and 1 not in (n, m):
            return -back, n, m
    return None


def _mismatch(name: str, first: tuple[int, ...], second: tuple[int, ...], axis: int, n: int, m: int) -> ShapeError:
    return ShapeError(
        f"{name}: the shapes do not broadcast together: axis {axis} is {n} long in the first and {m} in the second\n"
        + shape_table(("first", _back(first), first), ("second", _back(second), second))
    )


def _back(shape: tuple[int, ...]) -> list[str]:
    """The axes counted from the end, as broadcasting counts them."""
    return [str(axis) for axis in range(-len(shape), 0)]


def _binary(
    name: str, ufunc: Callable[..., Any], doc: str, prepare: Callable[[Any, Any], tuple[Any, Any]] = promoted
) -> None:
    def compute(a: Any, b: Any) -> Any:
        silent = silence()
        if type(a) is not ndarray or type(b) is not ndarray or a.dtype is not b.dtype or a.dtype.kind != "f":
            a, b = silent.run(prepare, a, b)
        try:
            return silent.run(ufunc, a, b)
        except ValueError:
            if conflict := _conflict(a.shape, b.shape):
                raise _mismatch(name, a.shape, b.shape, *conflict) from None
            raise

    compute.__doc__ = doc
    add_kernel(name, compute)


def _unary(name: str, ufunc: Callable[..., Any], doc: str, prepare: Callable[[Any], Array] = np.asarray) -> None:
    def compute(a: Any) -> Any:
        return ufunc(prepare(a))

    def quietly(a: Any) -> Any:
        return silence().run(compute, a)

    quietly.__doc__ = doc
    add_kernel(name, quietly)


def _as_floats(a: Any, b: Any) -> tuple[Any, Any]:
    a, b = promoted(a, b)
    return (a, b) if a.dtype.kind == "f" else (floating(a), floating(b))


def _power(a: Array, b: Array) -> Any:
    return a | ~b if a.dtype.kind == "b" else np.power(a, b)  # of booleans NumPy makes int8


def _by_no_zero(name: str, ufunc: Callable[..., Any]) -> Callable[..., Any]:
    """Division of integers, of which NumPy makes 0 where the divisor is 0."""

    def divide(a: Array, b: Array) -> Any:
        if a.dtype.kind != "f" and (b == 0).any():
            raise ZeroDivisionError(f"{name}: an integer is divided by zero")
        return ufunc(a, b)

    return divide


def _sign(a: Array) -> Any:
    return a.copy() if a.dtype.kind == "b" else np.subtract(a > 0, a < 0, dtype=a.dtype)  # of nan, as PyTorch, 0


def _of_numbers(name: str, ufunc: Callable[..., Any]) -> Callable[..., Any]:
    """What is done to numbers, not to booleans alone: PyTorch refuses them too."""

    def compute(*arrays: Array) -> Any:
        if arrays[0].dtype.kind == "b":
            raise TypeError(f"{name}: booleans are no numbers: convert first, for example with .long(), or use ~, & and |")
        return ufunc(*arrays)

    return compute


def _two_numbers(a: Any, b: Any) -> tuple[Any, Any]:
    """Two operands of a difference: as in PyTorch, neither is of booleans."""
    for one in (a, b):
        if type(one) is bool or getattr(one, "dtype", None) is bool_:
            raise TypeError("sub: booleans are no numbers: convert first, for example with .long(), or use ~ and ^")
    return promoted(a, b)


def _of_floats(name: str, ufunc: Callable[..., Any]) -> Callable[..., Any]:
    """Rounding, which leaves integers as they are."""
    return _of_numbers(name, lambda a: ufunc(a) if a.dtype.kind == "f" else a.copy())


_binary("add", np.add, "a + b")
_binary("sub", np.subtract, "a - b", _two_numbers)
_binary("mul", np.multiply, "a * b")
_binary("div", np.true_divide, "a / b; of two integers, in the default dtype", _as_floats)
_binary("pow", _power, "a to the power of b")
_binary("floor_divide", _by_no_zero("floor_divide", np.floor_divide), "a / b, rounded down")
_binary(
    "remainder",
    _of_numbers("remainder", _by_no_zero("remainder", np.remainder)),
    "What is left of a / b rounded down; it has b's sign",
)
_binary(
    "fmod",
    _of_numbers("fmod", _by_no_zero("fmod", np.fmod)),
    "What is left of a / b without its decimals; it has a's sign",
)
_binary("maximum", np.maximum, "The larger of a and b; nan where either is")
_binary("minimum", np.minimum, "The smaller of a and b; nan where either is")
_binary("atan2", np.arctan2, "The angle of the point (b, a), from -pi to pi", _as_floats)
_binary("hypot", np.hypot, "The square root of a^2 + b^2, which does not overflow", _as_floats)
_binary("logaddexp", np.logaddexp, "log(exp(a) + exp(b)), which does not overflow", _as_floats)
_binary("eq", np.equal, "Whether a = b")
_binary("ne", np.not_equal, "Whether a and b differ")
_binary("lt", np.less, "Whether a < b")
_binary("le", np.less_equal, "Whether a <= b")
_binary("gt", np.greater, "Whether a > b")
_binary("ge", np.greater_equal, "Whether a >= b")
_binary("bitwise_and", np.bitwise_and, "a & b, bit by bit; of booleans: both")
_binary("bitwise_or", np.bitwise_or, "a | b, bit by bit; of booleans: either")
_binary("bitwise_xor", np.bitwise_xor, "a ^ b, bit by bit; of booleans: one of the two")

_unary("neg", _of_numbers("neg", np.negative), "-a")
_unary("bitwise_not", np.invert, "Every bit of a inverted; of a boolean: not a")
_unary("abs", _of_numbers("abs", np.abs), "The absolute value of a")
_unary("sign", _sign, "-1, 0 or 1; 0 of nan")
_unary("floor", _of_floats("floor", np.floor), "a, rounded down")
_unary("ceil", _of_floats("ceil", np.ceil), "a, rounded up")
_unary("trunc", _of_floats("trunc", np.trunc), "a without its decimals")
_unary("isnan", np.isnan, "Whether a is not a number")
_unary("isinf", np.isinf, "Whether a is infinite")
_unary("isfinite", np.isfinite, "Whether a is a finite number")
_unary("exp", np.exp, "e to the power of a", floating)
_unary("expm1", np.expm1, "exp(a) - 1, exact for small a", floating)
_unary("log", np.log, "The natural logarithm of a", floating)
_unary("log1p", np.log1p, "log(1 + a), exact for small a", floating)
_unary("sqrt", np.sqrt, "The square root of a", floating)
_unary("sin", np.sin, "The sine of a", floating)
_unary("cos", np.cos, "The cosine of a", floating)
_unary("tan", np.tan, "The tangent of a", floating)
_unary("tanh", np.tanh, "The hyperbolic tangent of a", floating)
_unary("exp2", np.exp2, "2 to the power of a", floating)
_unary("log2", np.log2, "The logarithm of a to the base 2", floating)
_unary("log10", np.log10, "The logarithm of a to the base 10", floating)
_unary("asin", np.arcsin, "The angle whose sine is a", floating)
_unary("acos", np.arccos, "The angle whose cosine is a", floating)
_unary("atan", np.arctan, "The angle whose tangent is a", floating)
_unary("sinh", np.sinh, "The hyperbolic sine of a", floating)
_unary("cosh", np.cosh, "The hyperbolic cosine of a", floating)
_unary("asinh", np.arcsinh, "The number whose hyperbolic sine is a", floating)
_unary("acosh", np.arccosh, "The number from 0 on whose hyperbolic cosine is a", floating)
_unary("atanh", np.arctanh, "The number whose hyperbolic tangent is a", floating)


@kernel("numpy")
def round_(a: Any, *, decimals: int = 0) -> Any:
    """Round a; halves go to the even neighbour."""
    return _of_numbers("round", np.round)(np.asarray(a), decimals)


@kernel("numpy")
@quiet
def sigmoid(a: Any) -> Any:
    """1 / (1 + exp(-a)): 0 where exp overflows."""
    a = floating(a)
    return np.asarray(1 / (1 + np.exp(-widened(a))), a.dtype)


@kernel("numpy")
def relu(a: Any) -> Any:
    """Compute the larger of a and 0."""
    if a.dtype.kind == "b":
        raise TypeError("relu: booleans are no numbers: convert first, for example with .float()")
    zero = np.zeros((), a.dtype)
    # With one number beside an array NumPy's maximum goes cell by cell; clip, from NumPy 2 on, takes a third of the time.
    return np.maximum(a, zero) if a.size <= FEW or a.dtype.kind != "f" else a.clip(zero, np.asarray(np.inf, a.dtype))


@kernel("numpy")
@quiet
def clamp(a: Any, *, low: float | None, high: float | None) -> Any:
    """Bring a into [low, high]."""
    bounds = [bound for bound in (low, high) if bound is not None]
    a = np.asarray(a, result_type(a, *bounds))
    if low is not None:
        a = np.maximum(a, in_dtype(low, a.dtype))
    return a if high is None else np.minimum(a, in_dtype(high, a.dtype))


@kernel("numpy")
@quiet
def where(condition: Any, a: Any, b: Any) -> Any:
    """Take a where the condition holds, b elsewhere."""
    a, b = promoted(a, b)
    mask = np.asarray(condition, bool)
    try:
        return select(mask, a, b)
    except ValueError:
        raise ShapeError(
            "where: the shapes do not broadcast together\n"
            + shape_table(
                *[(name, _back(one.shape), one.shape) for name, one in (("condition", mask), ("first", a), ("second", b))]
            )
        ) from None


@kernel("numpy")
@quiet
def cast(a: Any, *, dtype: DType) -> Any:
    """Convert to another dtype."""
    return np.asarray(a).astype(dtype)


@kernel("numpy")
def clone(a: Any) -> Array:
    """Copy into memory of its own."""
    return np.array(a, order="C")
