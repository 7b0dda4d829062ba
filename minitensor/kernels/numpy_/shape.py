"""What moves elements and computes nothing, and the sum that undoes a broadcast."""

from __future__ import annotations

from contextlib import suppress
from functools import reduce
from typing import Any

import numpy as np

from minitensor.dtypes import Array, promote_types
from minitensor.kernels.numpy_.reduce import accurate_sum
from minitensor.kernels.registry import kernel


@kernel("numpy")
def reshape(a: Any, *, shape: tuple[int, ...]) -> Array:
    """Read the elements, in their order, with other axes; a view where the memory allows."""
    return np.reshape(a, shape)


@kernel("numpy")
def permute(a: Any, *, axes: tuple[int, ...]) -> Array:
    """Put the axes in another order: a view."""
    return np.transpose(a, axes)


@kernel("numpy")
def alias(a: Any) -> Any:
    """A new array over the same memory."""
    return a[...]


@kernel("numpy")
def broadcast_to(a: Any, *, shape: tuple[int, ...]) -> Array:
    """Repeat along new axes and axes of length 1, without copying: a view that is not written to."""
    return a[...] if np.shape(a) == shape else np.broadcast_to(a, shape)


@kernel("numpy")
def sum_to(a: Any, *, shape: tuple[int, ...]) -> Array:
    """Sum over the axes along which a broadcast repeated `shape`: the adjoint of `broadcast_to`."""
    new = a.ndim - len(shape)
    repeated = (*range(new), *(new + axis for axis, length in enumerate(shape) if length == 1 != a.shape[new + axis]))
    return accurate_sum(a, repeated).reshape(shape)  # the new axes have length 1


@kernel("numpy")
def flip(a: Any, *, axis: tuple[int, ...]) -> Array:
    """Reverse the order along some axes."""
    return np.array(np.flip(a, axis), order="C")


@kernel("numpy")
def diagonal(a: Any, *, offset: int, axes: tuple[int, int]) -> Array:
    """Read the elements on a diagonal of two axes as a last axis: a view."""
    line = np.diagonal(a, offset, *axes)
    if a.flags.writeable:
        with suppress(ValueError):  # the memory has been locked elsewhere
            line.flags.writeable = True  # NumPy's own is not, for the sake of old programs
    return line


@kernel("numpy")
def embed_diagonal(g: Any, *, offset: int, axes: tuple[int, int], shape: tuple[int, ...]) -> Array:
    """Zeros of `shape` with g on a diagonal of two axes: the adjoint of `diagonal`."""
    out = np.zeros(shape, g.dtype)
    diagonal(out, offset=offset, axes=axes)[...] = g
    return out


@kernel("numpy")
def cat(*arrays: Any, axis: int) -> Array:
    """Put arrays one behind the other along an axis that they have."""
    return np.concatenate(arrays, axis=axis, dtype=reduce(promote_types, [array.dtype for array in arrays]))


@kernel("numpy")
def pad(a: Any, *, widths: tuple[tuple[int, int], ...], value: float = 0.0) -> Array:
    """Put cells of one value around; a negative width takes cells away."""
    kept = tuple(slice(max(0, -lo), length - max(0, -hi)) for length, (lo, hi) in zip(a.shape, widths, strict=True))
    out = np.full([lo + length + hi for length, (lo, hi) in zip(a.shape, widths, strict=True)], value, a.dtype)
    inner = tuple(slice(max(0, lo), length - max(0, hi)) for length, (lo, hi) in zip(out.shape, widths, strict=True))
    out[inner] = a[kept]
    return out
