"""How a tensor looks when it is printed: PyTorch's layout, with the operation that made it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.dtypes import Array, bool_, get_default_dtype, int64

if TYPE_CHECKING:
    from minitensor.tensor.core import Tensor

PRECISION = 4
WIDTH = 80
THRESHOLD = 1000


def _float_format(array: Array) -> Callable[[Any], str]:
    """Whole numbers as "3.", others with four decimals, a wide range of sizes with an exponent; all of one width."""
    finite = np.abs(array[np.isfinite(array) & (array != 0)].astype(np.float64))
    if finite.size == 0 or (finite == np.rint(finite)).all():
        scientific = finite.size > 0 and finite.max() > 1e8
        pattern = f"{{:.{PRECISION}e}}" if scientific else "{:.0f}."
    else:
        scientific = finite.max() > 1e8 or finite.min() < 1e-4 or finite.max() / finite.min() > 1000
        pattern = f"{{:.{PRECISION}{'e' if scientific else 'f'}}}"

    def plain(value: Any) -> str:
        return pattern.format(float(value)) if np.isfinite(value) else f"{float(value)}"

    width = max((len(plain(value)) for value in array[np.isfinite(array)]), default=0)
    return lambda value: plain(value).rjust(width)


def _format(array: Array) -> Callable[[Any], str]:
    if array.dtype.kind == "f":
        return _float_format(array)
    width = max((len(str(value)) for value in array.ravel()), default=0)
    return lambda value: str(value).rjust(width)


def _shown(array: Array) -> Array:
    """The elements that are printed of a large array: the first and last three of each axis."""
    if array.size > THRESHOLD:
        for axis, length in enumerate(array.shape):
            if length > 6:
                array = np.take(array, [0, 1, 2, -3, -2, -1], axis)
    return array


def values_of(array: Array, prefix: str) -> str:
    """The elements in brackets."""
    if array.size == 0:
        return "[]"
    formatter = _format(_shown(array))
    if array.ndim == 0:
        return formatter(array[()]).strip()
    return np.array2string(
        array,
        separator=", ",
        prefix=prefix,
        max_line_width=WIDTH,
        threshold=THRESHOLD,
        formatter={"all": formatter},
    )


def represent(tensor: Tensor, name: str = "tensor") -> str:
    """The values, the size of an empty tensor, the dtype where it does not show, and what made the tensor."""
    array = tensor._array
    said = [values_of(array, f"{name}(")]
    if array.size == 0 and array.shape != (0,):
        said.append(f"size={array.shape}")
    if array.dtype not in (get_default_dtype(), int64, bool_) or (array.size == 0 and array.dtype != get_default_dtype()):
        said.append(f"dtype={array.dtype}")
    if tensor._node is not None:
        said.append(f"grad_fn={tensor._node!r}")
    elif tensor._requires_grad:
        said.append("requires_grad=True")
    return f"{name}({', '.join(said)})"
