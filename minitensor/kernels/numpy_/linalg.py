"""Products of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from minitensor.dtypes import Array, float16, float32
from minitensor.kernels.numpy_.elementwise import quiet
from minitensor.kernels.registry import kernel


@kernel("numpy")
@quiet
def matmul(a: Any, b: Any) -> Any:
    """Multiply the matrices in the last two axes; float16 is summed in float32."""
    if a.dtype == float16:
        return np.matmul(a.astype(float32), b.astype(float32)).astype(float16)
    return np.matmul(a, b)


@kernel("numpy")
@quiet
def einsum(*arrays: Any, equation: str) -> Array:
    """Sum the products of the arrays' elements as the equation names their axes; float16 in float32."""
    if arrays[0].dtype == float16:
        return np.asarray(np.einsum(equation, *[a.astype(float32) for a in arrays], optimize=True), float16)
    out = np.einsum(equation, *arrays, optimize=True)
    return np.array(out) if len(arrays) == 1 else np.asarray(out)  # of one operand NumPy may return a view
