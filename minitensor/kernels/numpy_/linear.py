"""The affine map of rows: a product of matrices, with the bias added to it in place."""

from __future__ import annotations

import numpy as np

from minitensor.dtypes import Array, widened
from minitensor.kernels.numpy_.linalg import product
from minitensor.kernels.numpy_.reduce import accurate_sum
from minitensor.kernels.quiet import quiet
from minitensor.kernels.registry import gradients, kernel


@kernel("numpy")
@quiet
def linear(x: Array, weight: Array, bias: Array) -> Array:
    """Compute x (n, in) @ weight (out, in)^T + bias (out,); of float16 the whole sum is formed in float32."""
    y = np.asarray(product(widened(x), widened(weight).T))
    y += bias
    return y.astype(x.dtype, copy=False)


@gradients("numpy")
@quiet
def linear_(v: Array, x: Array, weight: Array, *, wanted: tuple[bool, ...]) -> tuple[Array | None, ...]:
    """The gradients of the rows, the weight and the bias."""
    wide = widened(v)
    dx = product(wide, widened(weight)) if wanted[0] else None
    dweight = product(wide.T, widened(x)) if wanted[1] else None  # (out, n) @ (n, in)
    return dx, dweight, accurate_sum(wide, (0,)).reshape(-1) if wanted[2] else None
