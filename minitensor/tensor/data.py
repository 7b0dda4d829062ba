"""From what a user has to an array: numbers, nested lists, ndarrays, Tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from minitensor.dtypes import SUPPORTED, Array, as_dtype, get_default_dtype, in_dtype, int64
from minitensor.errors import ShapeError
from minitensor.tape import Traced


@np.errstate(all="ignore")  # a number beyond float32 is inf
def as_array(data: Any, dtype: DTypeLike | None = None) -> Array:
    """Copy numbers, nested lists, an ndarray or a Tensor into an array; Python floats take the default dtype.

    Raises
    ------
    TypeError
        The data is not of real numbers.
    ShapeError
        Nested lists have different lengths.
    """
    if isinstance(data, Traced):
        data = data._array
    wanted = None if dtype is None else as_dtype(dtype)
    if isinstance(data, (np.ndarray, np.generic)):
        found = data.dtype
    else:
        data = _without_tensors(data)
        try:
            found = np.asarray(data).dtype
        except ValueError:
            raise ShapeError("tensor: nested lists must have equal lengths at each depth") from None
        if wanted is None:
            wanted = get_default_dtype() if found.kind == "f" or np.size(data) == 0 else int64 if found.kind == "i" else None
    if found.newbyteorder("=") not in SUPPORTED:
        kinds = {"c": "complex numbers", "O": f"{type(data).__name__} ({data!r:.40})"}
        kind = kinds.get(found.kind, f"dtype {found}")
        raise TypeError(f"tensor: real numbers or booleans are expected, got {kind}")
    chosen = found.newbyteorder("=") if wanted is None else wanted
    if not isinstance(data, (np.ndarray, np.generic)) and found.kind in "iu" and chosen.kind in "iu" and np.size(data):
        for extreme in (np.min(data), np.max(data)):
            in_dtype(int(extreme), chosen)
    return np.array(data, dtype=chosen, order="C")


def _without_tensors(data: Any) -> Any:
    if isinstance(data, Traced):
        return data._array
    return [_without_tensors(part) for part in data] if isinstance(data, (list, tuple)) else data
