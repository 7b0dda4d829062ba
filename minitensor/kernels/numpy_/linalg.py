"""Products of matrices: BLAS works them out, on one thread each, and a large one is cut for the threads that there are."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from minitensor import threads
from minitensor.blas import one_blas_thread
from minitensor.dtypes import Array, widened
from minitensor.kernels.quiet import quiet
from minitensor.kernels.registry import kernel

# As many multiplications BLAS does on one thread anyway: OpenBLAS's bound for a matrix times a vector, its lowest.
SMALL = 9216


@kernel("numpy")
@quiet
def matmul(a: Any, b: Any) -> Any:
    """Multiply the matrices in the last two axes; float16 is summed in float32."""
    return product(widened(a), widened(b)).astype(a.dtype, copy=False)


def product(a: Array, b: Array) -> Any:
    """The product of two arrays' matrices: on one thread or, if it is large, on several."""
    work = a.size * (b.shape[-1] if b.ndim > 1 else 1)  # but for what broadcasts
    if work <= SMALL:
        return np.matmul(a, b)
    if work < 2 * threads.SHARE or a.ndim < 2 or b.ndim < 2:
        with one_blas_thread:
            return np.matmul(a, b)
    y = np.empty((*np.broadcast_shapes(a.shape[:-2], b.shape[:-2]), a.shape[-2], b.shape[-1]), np.result_type(a, b))
    axis = 0 if y.ndim > 2 or len(y) >= y.shape[1] else 1
    parts = threads.shares(y.shape[axis], work=work)
    threads.run(
        [partial(np.matmul, *operands_of(part, axis, a, b, y), out=y[(slice(None),) * axis + (part,)]) for part in parts]
    )
    return y


def operands_of(part: slice, axis: int, a: Array, b: Array, y: Array) -> tuple[Array, Array]:
    """What of a and b makes a part of their product y: of its stack of matrices, or of its rows (axis 0) or columns (1)."""
    if y.ndim == 2:
        return (a, b[:, part]) if axis else (a[part], b)
    # An operand without the stack's first axis, or with size 1 there, is the same for every part.
    first, second = (one[part] if one.ndim == y.ndim and len(one) > 1 else one for one in (a, b))
    return first, second


@kernel("numpy")
@quiet
def einsum(*arrays: Any, equation: str) -> Array:
    """Sum the products of the arrays' elements as the equation names their axes; float16 in float32."""
    with one_blas_thread:
        out = np.asarray(np.einsum(equation, *[widened(a) for a in arrays], optimize=True), arrays[0].dtype)
    return np.array(out) if len(arrays) == 1 else out  # of one operand NumPy may return a view
