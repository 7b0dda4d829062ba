"""The primitives that make one number of many, and their rules: a sum's gradient is a repetition."""

from __future__ import annotations

import math
from typing import Any

from minitensor.ops.elementwise import div, eq, exp, mul, where
from minitensor.ops.shape import broadcast_to, flip, pad, permute, reshape
from minitensor.primitive import Primitive, defvjp

sum = Primitive("sum", label=lambda p: f"sum over {p['axis']}")
mean = Primitive("mean", label=lambda p: f"mean over {p['axis']}")
prod = Primitive("prod", label=lambda p: f"prod over {p['axis']}")
amax = Primitive("amax", label=lambda p: f"amax over {p['axis']}")
amin = Primitive("amin", label=lambda p: f"amin over {p['axis']}")
cumsum = Primitive("cumsum", label=lambda p: f"cumsum along {p['axis']}")
cumprod = Primitive("cumprod", label=lambda p: f"cumprod along {p['axis']}")
logsumexp = Primitive("logsumexp", label=lambda p: f"logsumexp over {p['axis']}")
softmax = Primitive("softmax", label=lambda p: f"softmax along {p['axis']}")
log_softmax = Primitive("log_softmax", label=lambda p: f"log_softmax along {p['axis']}")

# Not differentiable: the answer is a place or a truth value.
argmax = Primitive("argmax")
argmin = Primitive("argmin")
argsort = Primitive("argsort")
argcummax = Primitive("argcummax")
argcummin = Primitive("argcummin")
any = Primitive("any")
all = Primitive("all")


def _spread(v: Any, a_shape: tuple[int, ...], axis: tuple[int, ...], keepdims: bool) -> Any:
    """Repeat what belongs to the reduced array over the axes that it was reduced over."""
    return broadcast_to(_with_axes(v, a_shape, axis, keepdims), shape=a_shape)


def _with_axes(v: Any, a_shape: tuple[int, ...], axis: tuple[int, ...], keepdims: bool) -> Any:
    """Give the reduced array its axes back, with length 1."""
    kept = tuple(1 if one in axis else length for one, length in enumerate(a_shape))
    return v if keepdims else reshape(v, shape=kept)


def _mean(v: Any, a_shape: tuple[int, ...], axis: tuple[int, ...], keepdims: bool) -> Any:
    count = math.prod(a_shape[one] for one in axis)
    return _spread(mul(v, 1 / max(count, 1)), a_shape, axis, keepdims)


def _among_equals(v: Any, a: Any, y: Any, axis: tuple[int, ...], keepdims: bool) -> Any:
    """The gradient goes to the elements that are the extreme, in equal parts: where that is nan, 0 / 0 parts to each."""
    here = eq(a, _with_axes(y, a.shape, axis, keepdims))
    return div(where(here, _with_axes(v, a.shape, axis, keepdims), 0), sum(here, axis=axis, keepdims=True))


def _has_zero(a: Any) -> bool:
    return bool(any(eq(a, 0), axis=tuple(range(a.ndim)), keepdims=False))


def _prod(v: Any, a: Any, y: Any, axis: tuple[int, ...], keepdims: bool) -> Any:
    """V times the product of all other elements: a division where none is 0, and formed one by one where one is."""
    upstream = _with_axes(v, a.shape, axis, keepdims)
    if not _has_zero(a):
        return upstream * _with_axes(y, a.shape, axis, keepdims) / a
    order = (*(one for one in range(a.ndim) if one not in axis), *axis)
    shape = tuple(a.shape[one] for one in order)
    rows, length = shape[: a.ndim - len(axis)], math.prod(shape[a.ndim - len(axis) :])
    line = reshape(permute(a, axes=order), shape=(*rows, 1, length))  # (kept..., 1, reduced)
    itself = [[i == j for j in range(length)] for i in range(length)]
    others = prod(where(itself, 1, line), axis=(len(rows) + 1,), keepdims=False)  # (kept..., reduced)
    back = tuple(sorted(range(a.ndim), key=order.__getitem__))
    return upstream * permute(reshape(others, shape=shape), axes=back)


def _from_end(v: Any, axis: int) -> Any:
    """Each element and all behind it, added up."""
    return flip(cumsum(flip(v, axis=(axis,)), axis=axis), axis=(axis,))


def _cumprod(v: Any, a: Any, y: Any, axis: int) -> Any:
    """dA[k] = sum over i >= k of dY[i] * Y[i] / A[k]; where an A is 0, the products without A[k] are formed one by one."""
    if not _has_zero(a):
        return _from_end(v * y, axis) / a
    order = (*(one for one in range(a.ndim) if one != axis), axis)
    line, upstream = permute(a, axes=order), permute(v, axes=order)  # (rows..., i)
    *rows, length = line.shape
    behind = [[i > k for i in range(length)] for k in range(length)]
    from_k = [[i >= k for i in range(length)] for k in range(length)]
    others = where(behind, reshape(line, shape=(*rows, 1, length)), 1)  # (rows..., k, i)
    after = where(from_k, cumprod(others, axis=a.ndim), 0)  # the product of A from behind k to i
    before = cumprod(pad(line, widths=((0, 0),) * len(rows) + ((1, -1),), value=1.0), axis=a.ndim - 1)  # (rows..., k)
    total = sum(reshape(upstream, shape=(*rows, 1, length)) * after, axis=(a.ndim,), keepdims=False)
    return permute(before * total, axes=tuple(sorted(range(a.ndim), key=order.__getitem__)))


defvjp(sum, {"a": "dA = dY, repeated"}, a=_spread)
defvjp(mean, {"a": "dA = dY / count, repeated"}, a=_mean)
defvjp(prod, {"a": "dA = dY * the product of the others"}, a=_prod)
defvjp(amax, {"a": "dA = dY where A is the largest"}, a=_among_equals)
defvjp(amin, {"a": "dA = dY where A is the smallest"}, a=_among_equals)
defvjp(cumsum, {"a": "dA = dY, summed from the end"}, a=_from_end)
defvjp(cumprod, {"a": "dA = dY * Y, summed from the end, / A"}, a=_cumprod)
defvjp(
    softmax,
    {"a": "dA = Y * (dY - sum(Y * dY))"},
    a=lambda v, y, axis: y * (v - sum(y * v, axis=(axis,), keepdims=True)),
)
defvjp(
    log_softmax,
    {"a": "dA = dY - exp(Y) * sum dY"},
    a=lambda v, y, axis: v - exp(y) * sum(v, axis=(axis,), keepdims=True),
)
defvjp(
    logsumexp,
    {"a": "dA = dY * exp(A - Y)"},
    a=lambda v, a, y, axis, keepdims: (
        _with_axes(v, a.shape, axis, keepdims) * exp(a - _with_axes(y, a.shape, axis, keepdims))
    ),
)
