"""NumPy's functions of arrays on Tensors: `np.sum(t)` answers with a Tensor, through which gradients flow.

The tables say, with minitensor's functions, what each of NumPy's means: their arguments have NumPy's names, order and
defaults. What has no gradient NumPy works out itself, of the arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minitensor.dtypes import get_default_dtype
from minitensor.functions import index, linalg, math, reduce, shape
from minitensor.functions.arguments import converted
from minitensor.functions.index.places import counted_from_front
from minitensor.functions.shape.broadcasting import expand
from minitensor.functions.shape.ranks import at_least
from minitensor.ops import index as index_ops


def _floats(a: Any, dtype: Any = None) -> Any:
    """What is averaged: integers and booleans in the default dtype, as NumPy would in float64."""
    return converted(a, dtype if dtype is not None or a.dtype.kind == "f" else get_default_dtype())


def _along(a: Any, axis: int | None) -> tuple[Any, int]:
    """The array and the axis; without one, all elements in one line."""
    return (shape.ravel(a), 0) if axis is None else (a, axis)


def _several(axis: Any) -> tuple[int, ...]:
    return (axis,) if hasattr(axis, "__index__") else tuple(axis)


def _one_or_all(found: list[Any]) -> Any:
    return found[0] if len(found) == 1 else tuple(found)


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """`np.linalg.norm`: of vectors, and those of matrices that need no singular values."""
    x, axes = _floats(x), tuple(range(x.ndim)) if axis is None else _several(axis)
    if ord is None or len(axes) == 1 or (len(axes) == 2 and ord == "fro"):
        return reduce.norm(x, 2 if ord in (None, "fro") else ord, axes, keepdims)
    if len(axes) != 2 or ord not in (1, -1, np.inf, -np.inf):
        raise ValueError(
            f"np.linalg.norm: of a tensor's matrices there are the norms 'fro', 1, -1, inf and -inf, not {ord!r}"
        )
    summed, compared = axes if abs(ord) == 1 else axes[::-1]
    lines = reduce.sum(math.abs(x), summed, True)
    extreme = (reduce.amax if ord > 0 else reduce.amin)(lines, compared, True)
    return extreme if keepdims else shape.squeeze(extreme, axes)


def take(a: Any, indices: Any, axis: int | None = None) -> Any:
    """`np.take`: slices at places, which may stand in an array of any shape."""
    line, dim = _along(a, axis)
    dim %= max(line.ndim, 1)
    return index_ops.take(line, index=counted_from_front(np.array(indices), line.shape[dim], "np.take"), axis=dim)


def dot(a: Any, b: Any) -> Any:
    """`np.dot`: a product of numbers, or a sum over the last axis of a and the last but one of b."""
    if not a.ndim or not b.ndim:
        return math.mul(a, b)
    return linalg.tensordot(a, b, ([-1], [-2 if b.ndim > 1 else -1]))


def reshape(a: Any, shape: Any = None, order: str = "C", newshape: Any = None) -> Any:
    """`np.reshape`, whose argument had another name in NumPy 1."""
    return _in_order(a, order).reshape(newshape if shape is None else shape)


def squeeze(a: Any, axis: Any = None) -> Any:
    """`np.squeeze`, which refuses an axis that is longer than 1."""
    if axis is not None and any(a.shape[one] != 1 for one in _several(axis)):
        raise ValueError(f"np.squeeze: only axes of length 1 can go, axis={axis} of the shape {a.shape} is longer")
    return shape.squeeze(a, axis)


def expand_dims(a: Any, axis: Any) -> Any:
    """`np.expand_dims`, of one axis or several."""
    new = _several(axis)
    for one in sorted(one % (a.ndim + len(new)) for one in new):
        a = shape.unsqueeze(a, one)
    return a


def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """`np.split`, into parts of one length."""
    if hasattr(indices_or_sections, "__index__") and ary.shape[axis] % int(indices_or_sections):
        raise ValueError(f"np.split: axis {axis} is {ary.shape[axis]} long, which {indices_or_sections} does not divide")
    return list(shape.tensor_split(ary, indices_or_sections, axis))


def _in_order(a: Any, order: str) -> Any:
    if order not in ("C", "A", "K"):
        raise ValueError(f"the elements of a tensor are read in the order 'C', not {order!r}")
    return a


REDUCTIONS: dict[str, Callable[..., Any]] = {
    "sum": lambda a, axis=None, dtype=None, keepdims=False: reduce.sum(a, axis, keepdims, dtype=dtype),
    "nansum": lambda a, axis=None, dtype=None, keepdims=False: reduce.nansum(a, axis, keepdims, dtype=dtype),
    "prod": lambda a, axis=None, dtype=None, keepdims=False: reduce.prod(a, axis, keepdims, dtype=dtype),
    "mean": lambda a, axis=None, dtype=None, keepdims=False: reduce.mean(_floats(a, dtype), axis, keepdims),
    "nanmean": lambda a, axis=None, dtype=None, keepdims=False: reduce.nanmean(_floats(a, dtype), axis, keepdims),
    "var": lambda a, axis=None, dtype=None, ddof=0, keepdims=False, correction=None: reduce.var(
        _floats(a, dtype), axis, keepdim=keepdims, correction=ddof if correction is None else correction
    ),
    "std": lambda a, axis=None, dtype=None, ddof=0, keepdims=False, correction=None: reduce.std(
        _floats(a, dtype), axis, keepdim=keepdims, correction=ddof if correction is None else correction
    ),
    "max": lambda a, axis=None, keepdims=False: reduce.amax(a, axis, keepdims),
    "amax": lambda a, axis=None, keepdims=False: reduce.amax(a, axis, keepdims),
    "min": lambda a, axis=None, keepdims=False: reduce.amin(a, axis, keepdims),
    "amin": lambda a, axis=None, keepdims=False: reduce.amin(a, axis, keepdims),
    "median": lambda a, axis=None, keepdims=False: reduce.quantile(_floats(a), 0.5, axis, keepdims),
    "quantile": lambda a, q, axis=None, keepdims=False: reduce.quantile(
        _floats(a), q if np.ndim(q) == 0 else np.asarray(q, _floats(a).dtype), axis, keepdims
    ),
    "linalg.norm": norm,
    "cumsum": lambda a, axis=None, dtype=None: reduce.cumsum(*_along(a, axis), dtype=dtype),
    "cumprod": lambda a, axis=None, dtype=None: reduce.cumprod(*_along(a, axis), dtype=dtype),
}

PRODUCTS: dict[str, Callable[..., Any]] = {
    "dot": dot,
    "vdot": lambda a, b: linalg.dot(shape.ravel(a), shape.ravel(b)),
    "inner": lambda a, b: linalg.inner(a, b),
    "outer": lambda a, b: linalg.outer(shape.ravel(a), shape.ravel(b)),
    "tensordot": lambda a, b, axes=2: linalg.tensordot(a, b, axes),
    "einsum": lambda subscripts, *operands: linalg.einsum(subscripts, *operands),
    "trace": lambda a, offset=0, axis1=0, axis2=1: reduce.sum(linalg.diagonal(a, offset, axis1, axis2), -1),
    "diagonal": lambda a, offset=0, axis1=0, axis2=1: linalg.diagonal(a, offset, axis1, axis2),
    "diag": lambda v, k=0: linalg.diag(v, k),
    "tril": lambda m, k=0: linalg.tril(m, k),
    "triu": lambda m, k=0: linalg.triu(m, k),
}

SHAPES: dict[str, Callable[..., Any]] = {
    "reshape": reshape,
    "ravel": lambda a, order="C": shape.ravel(_in_order(a, order)),
    "transpose": lambda a, axes=None: shape.permute(a, tuple(range(a.ndim))[::-1] if axes is None else axes),
    "swapaxes": lambda a, axis1, axis2: shape.transpose(a, axis1, axis2),
    "moveaxis": lambda a, source, destination: shape.movedim(a, source, destination),
    "squeeze": squeeze,
    "expand_dims": expand_dims,
    "broadcast_to": lambda array, shape: expand(array, _several(shape)),
    "atleast_1d": lambda *arys: _one_or_all([at_least(one, 1) for one in arys]),
    "atleast_2d": lambda *arys: _one_or_all([at_least(one, 2) for one in arys]),
    "atleast_3d": lambda *arys: _one_or_all([at_least(one, 3) for one in arys]),
    "concatenate": lambda arrays, axis=0: (
        shape.cat([shape.ravel(one) for one in arrays]) if axis is None else shape.cat(list(arrays), axis)
    ),
    "stack": lambda arrays, axis=0: shape.stack(list(arrays), axis),
    "vstack": lambda tup: shape.vstack(list(tup)),
    "hstack": lambda tup: shape.hstack(list(tup)),
    "dstack": lambda tup: shape.dstack(list(tup)),
    "column_stack": lambda tup: shape.column_stack(list(tup)),
    "split": split,
    "array_split": lambda ary, indices_or_sections, axis=0: list(shape.tensor_split(ary, indices_or_sections, axis)),
    "flip": lambda m, axis=None: shape.flip(m, tuple(range(m.ndim)) if axis is None else axis),
    "fliplr": lambda m: shape.fliplr(m),
    "flipud": lambda m: shape.flipud(m),
    "roll": lambda a, shift, axis=None: shape.roll(a, shift, () if axis is None else axis),
    "rot90": lambda m, k=1, axes=(0, 1): shape.rot90(m, k, axes),
    "tile": lambda A, reps: shape.tile(A, _several(reps)),  # noqa: N803 (NumPy's name)
    "repeat": lambda a, repeats, axis=None: shape.repeat_interleave(
        a, repeats if np.ndim(repeats) == 0 else np.asarray(repeats), axis
    ),
    "meshgrid": lambda *xi, indexing="xy": shape.meshgrid(*[shape.ravel(one) for one in xi], indexing=indexing),
    "copy": lambda a, order="K": shape.clone(_in_order(a, order)),
}

ELEMENTS: dict[str, Callable[..., Any]] = {
    "where": lambda condition, x=None, y=None: math.where(condition, x, y),
    "clip": lambda a, a_min=None, a_max=None, min=None, max=None: math.clamp(
        a, min if a_min is None else a_min, max if a_max is None else a_max
    ),
    "round": lambda a, decimals=0: math.round(a, decimals=decimals),
    "around": lambda a, decimals=0: math.round(a, decimals=decimals),
    "nan_to_num": lambda x, nan=0.0, posinf=None, neginf=None: math.nan_to_num(x, nan, posinf, neginf),
    "sort": lambda a, axis=-1: reduce.sort(*_along(a, axis)).values,
    "take": take,
    "take_along_axis": lambda arr, indices, axis=-1: index.take_along_dim(arr, indices, axis),
}

PLAIN = """
    argmax argmin argsort any all allclose isclose array_equal array_equiv count_nonzero nonzero argwhere flatnonzero
    searchsorted digitize bincount histogram unique isin lexsort zeros_like ones_like full_like empty_like shape ndim size
    result_type can_cast iscomplexobj isrealobj shares_memory may_share_memory array2string array_repr array_str save savez
    savez_compressed savetxt
"""


def _named(name: str) -> Any:
    found: Any = np
    for part in name.split("."):
        found = getattr(found, part, None)
    return found


# By NumPy's function, what answers for it; and those that NumPy works out itself.
FUNCTIONS = {_named(name): answer for name, answer in (REDUCTIONS | PRODUCTS | SHAPES | ELEMENTS).items()}
OF_ARRAYS = {_named(name) for name in PLAIN.split()}
