"""Products of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from minitensor.dtypes import Array, widened
from minitensor.kernels.numpy_.elementwise import quiet
from minitensor.kernels.registry import kernel


@kernel("numpy")
@quiet
def matmul(a: Any, b: Any) -> Any:
    """Multiply the matrices in the last two axes; float16 is summed in float32."""
    return np.matmul(widened(a), widened(b)).astype(a.dtype, copy=False)


@kernel("numpy")
@quiet
def einsum(*arrays: Any, equation: str) -> Array:
    """Sum the products of the arrays' elements as the equation names their axes; float16 in float32."""
    out = np.asarray(np.einsum(equation, *[widened(a) for a in arrays], optimize=True), arrays[0].dtype)
    return np.array(out) if len(arrays) == 1 else out  # of one operand NumPy may return a view
