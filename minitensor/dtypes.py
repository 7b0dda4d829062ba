"""The dtypes by name, the default one, and what two of them make together.

A dtype is NumPy's own. What differs from NumPy is promotion, which is PyTorch's and the same under every NumPy: see
`result_type`.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

__all__ = [
    "float16", "float32", "float64", "get_default_dtype", "int8", "int16", "int32", "int64", "promote_types", "result_type",
    "set_default_dtype", "uint8",
]  # fmt: skip

Array: TypeAlias = NDArray[Any]
DType: TypeAlias = "np.dtype[Any]"

float16 = np.dtype(np.float16)
float32 = np.dtype(np.float32)
float64 = np.dtype(np.float64)
uint8 = np.dtype(np.uint8)
int8 = np.dtype(np.int8)
int16 = np.dtype(np.int16)
int32 = np.dtype(np.int32)
int64 = np.dtype(np.int64)
bool_ = np.dtype(np.bool_)

FLOATING = (float16, float32, float64)
SUPPORTED = (*FLOATING, uint8, int8, int16, int32, int64, bool_)

_default: DType = float32


def get_default_dtype() -> DType:
    """The floating dtype of tensors that are made from Python numbers; float32 to begin with.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.get_default_dtype()
    dtype('float32')
    """
    return _default


def set_default_dtype(dtype: DTypeLike) -> None:
    """Make `dtype` the floating dtype of tensors that are made from Python numbers.

    Parameters
    ----------
    dtype : dtype
        float16, float32 or float64.

    Raises
    ------
    TypeError
        `dtype` is not a floating one.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.set_default_dtype(mt.float64)
    >>> mt.tensor([1.0]).dtype
    dtype('float64')
    >>> mt.set_default_dtype(mt.float32)
    """
    global _default
    chosen: DType = np.dtype(dtype)
    if chosen not in FLOATING:
        raise TypeError(f"set_default_dtype: the default dtype is float16, float32 or float64, not {chosen}")
    _default = chosen


def as_dtype(dtype: DTypeLike) -> DType:
    """The NumPy dtype that `dtype` names.

    Raises
    ------
    TypeError
        There are no tensors of that dtype.
    """
    found: DType = np.dtype(dtype)
    if found not in SUPPORTED:
        raise TypeError(f"there are no tensors of dtype {found}: use one of {', '.join(map(str, SUPPORTED))}")
    return found


def accumulation_dtype(dtype: DType) -> DType:
    """The dtype that sums of floating-point numbers are formed in: float32 for float16, else their own."""
    return float32 if dtype == float16 else dtype


def widened(array: Array) -> Array:
    """An array in the dtype that its sums are formed in; itself, where that is its own."""
    return array.astype(accumulation_dtype(array.dtype), copy=False)


def in_dtype(value: Any, dtype: DType) -> Array:
    """An array, or a number as an array without axes, in that dtype.

    Raises
    ------
    OverflowError
        A Python integer is too large for it: NumPy 1 would keep its lowest bits.
    """
    if type(value) is int and dtype.kind in "iu" and not np.iinfo(dtype).min <= value <= np.iinfo(dtype).max:
        raise OverflowError(f"the number {value} does not fit into {dtype}: convert first, for example with .long()")
    return np.asarray(value, dtype)


def promote_types(first: DTypeLike, second: DTypeLike) -> DType:
    """The smallest dtype that holds both kinds: of a float and an integer it is the float's, as in PyTorch.

    Parameters
    ----------
    first, second : dtype

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.promote_types(mt.int64, mt.float16)
    dtype('float16')
    """
    a, b = np.dtype(first), np.dtype(second)
    if (a.kind == "f") != (b.kind == "f"):
        return a if a.kind == "f" else b
    return np.promote_types(a, b)


def _scalar_dtype(number: Any) -> DType:
    if isinstance(number, bool):
        return bool_
    if isinstance(number, int):
        return int64
    if isinstance(number, float):
        return _default
    raise TypeError(f"expected a tensor, an array or a real number, got {type(number).__name__}")


def _combine(strong: DType | None, weak: DType | None) -> DType | None:
    """What `strong` becomes beside `weak`, which counts only where it is of a higher kind."""
    if strong is None or weak is None:
        return strong if weak is None else weak
    if strong.kind == "f":
        return strong
    return promote_types(strong, weak) if strong.kind == "b" or weak.kind == "f" else strong


def result_type(*operands: Any) -> DType:
    """The dtype in which arrays and Python numbers are computed together: PyTorch's rule.

    Arrays with axes decide. A 0-d array, and after it a Python number, counts only if it is of a higher kind: bool, integer,
    float, in this order. A Python float beside integers makes the default dtype.

    Parameters
    ----------
    *operands : ndarray, Tensor or number

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.result_type(mt.ones(3), 2), mt.result_type(mt.ones(3, dtype=mt.int64), 0.5)
    (dtype('float32'), dtype('float32'))

    References
    ----------
    PyTorch's `torch.result_type` and "Type promotion" in the notes on tensor attributes.
    """
    by_weight: list[DType | None] = [None, None, None]  # arrays with axes, 0-d arrays, Python numbers
    for operand in operands:
        plain = not hasattr(operand, "dtype")
        dtype = _scalar_dtype(operand) if plain else operand.dtype
        weight = 2 if plain else int(operand.ndim == 0)
        before = by_weight[weight]
        by_weight[weight] = dtype if before is None else promote_types(before, dtype)
    found = _combine(_combine(by_weight[0], by_weight[1]), by_weight[2])
    if found is None:
        raise TypeError("result_type: expected one operand at least")
    return found
