"""What losses compute where a formula made of other primitives would have another derivative, or takes many more steps."""

from __future__ import annotations

from typing import Any

import numpy as np

from minitensor.dtypes import Array, widened
from minitensor.kernels.numpy_.index import places_in_line
from minitensor.kernels.numpy_.reduce import accurate_sum
from minitensor.kernels.quiet import quiet
from minitensor.kernels.registry import kernel

LEAST_LOG = -100.0


@kernel("numpy")
@quiet
def binary_cross_entropy(a: Any, target: Any) -> Any:
    """-(target * log(a) + (1 - target) * log(1 - a)), with logarithms that are no less than -100."""
    wide, wanted = widened(a), widened(target)
    yes, no = np.maximum(np.log(wide), LEAST_LOG), np.maximum(np.log1p(-wide), LEAST_LOG)
    return np.asarray((wanted - 1) * no - wanted * yes, a.dtype)


@kernel("numpy")
@quiet
def cross_entropy(a: Any, *, index: Array, axis: int, divisor: int) -> Array:
    """Compute the sum of log(sum over the classes of exp(a)) - a[label] over all rows, over the divisor.

    `index` holds the labels, in the shape of `a` with one place for the classes.
    """
    shifted = _below_largest(a, axis)
    picked = shifted.reshape(-1)[places_in_line(index, axis, a.shape)]
    losses = np.log(accurate_sum(np.exp(shifted), (axis,))) - picked  # (n, 1, ...)
    total = accurate_sum(losses.reshape(-1), (0,))  # (1,)
    return np.asarray(total.reshape(()) / np.asarray(divisor, total.dtype), a.dtype)


@kernel("numpy")
@quiet
def cross_entropy_grad(a: Any, *, index: Array, axis: int, divisor: int) -> Array:
    """The derivative of `cross_entropy`: softmax(a), less 1 at the label, over the divisor."""
    gradient = _below_largest(a, axis)
    np.exp(gradient, out=gradient)
    gradient /= accurate_sum(gradient, (axis,))
    gradient.reshape(-1)[places_in_line(index, axis, a.shape)] -= 1
    gradient /= np.asarray(divisor, gradient.dtype)
    return gradient.astype(a.dtype, copy=False)


def _below_largest(a: Array, axis: int) -> Array:
    """The logits less the largest of each row, whose exp never overflows, in one line of memory of their own."""
    wide = widened(a)
    return np.subtract(wide, np.maximum.reduce(wide, axis=axis, keepdims=True, initial=-np.inf), order="C")
