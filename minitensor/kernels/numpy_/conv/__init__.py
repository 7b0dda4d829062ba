"""Convolution and its two adjoints in NumPy.

`lines` lays images out so that what a tap of the kernel sees is one contiguous run, and `direct`, the page to read first,
makes matrices of these runs, which BLAS multiplies. Others are faster for some geometries: `pointwise` for kernels of one
tap, `winograd` for three taps and many channels, `spectrum` for long signals and kernels. `choice` knows which, and
`products` in what sizes to multiply.
"""

from __future__ import annotations

from math import prod
from typing import Any, TypeAlias

import numpy as np

from minitensor.dtypes import Array, accumulation_dtype
from minitensor.geometry import ConvGeometry
from minitensor.kernels.numpy_.conv import direct
from minitensor.kernels.numpy_.conv.choice import algorithm
from minitensor.kernels.numpy_.conv.lines import COPY, PRODUCT
from minitensor.kernels.numpy_.reduce import accurate_sum
from minitensor.kernels.quiet import quiet
from minitensor.kernels.registry import add_gradients, kernel
from minitensor.threads import sharing

Flags: TypeAlias = tuple[bool, ...]


@kernel("numpy")
@quiet
def conv(x: Array, w: Array, *, geometry: ConvGeometry) -> Array:
    """dT/dg: y[n,o,p] = sum over c, k of x[n,c,i] * w[o,c,k]."""
    dtype, x, w = prepared(x, w)
    (y,) = computed("conv", geometry, w.shape, len(x), x, w, None)
    return y.astype(dtype, copy=False)


@kernel("numpy")
@quiet
def conv_bias(x: Array, w: Array, b: Array, *, geometry: ConvGeometry) -> Array:
    """y[n,o,p] = b[o] + sum over c, k of x[n,c,i] * w[o,c,k]; of float16 the whole sum is formed in float32."""
    dtype, x, w, b = prepared(x, w, b)
    (y,) = computed("conv", geometry, w.shape, len(x), x, w, b)
    return y.astype(dtype, copy=False)


@kernel("numpy")
@quiet
def conv_transpose(g: Array, w: Array, *, geometry: ConvGeometry) -> Array:
    """dT/dx: x[n,c,i] = sum over o and the p, k that meet at i of g[n,o,p] * w[o,c,k]."""
    dtype, g, w = prepared(g, w)
    (x,) = computed("conv_transpose", geometry, w.shape, len(g), g, w)
    return x.astype(dtype, copy=False)


@kernel("numpy")
@quiet
def conv_weight_grad(x: Array, g: Array, *, geometry: ConvGeometry) -> Array:
    """dT/dw: w[o,c,k] = sum over n, p of g[n,o,p] * x[n,c,i]."""
    dtype, x, g = prepared(x, g)
    shape = (g.shape[1], x.shape[1] // geometry.groups, *geometry.kernel)
    (w,) = computed("conv_weight_grad", geometry, shape, len(x), x, g)
    return w.astype(dtype, copy=False)


def conv_gradients(v: Array, x: Array, w: Array, *, wanted: Flags, geometry: ConvGeometry) -> tuple[Any, ...]:
    """dT/dx and dT/dw, with v for g."""
    if not (wanted[0] and wanted[1]):
        return (
            conv_transpose(v, w, geometry=geometry) if wanted[0] else None,
            conv_weight_grad(x, v, geometry=geometry) if wanted[1] else None,
        )
    dtype, v, x, w = prepared(v, x, w)
    grads = computed("gradients", geometry, w.shape, len(x), v, x, w)
    return tuple([grad.astype(dtype, copy=False) for grad in grads])


def conv_bias_gradients(v: Array, x: Array, w: Array, *, wanted: Flags, geometry: ConvGeometry) -> tuple[Any, ...]:
    """Those of `conv`, and the sum of v over the samples and positions."""
    b_grad = accurate_sum(v, (0, *range(2, v.ndim))).reshape(-1) if wanted[2] else None
    return *conv_gradients(v, x, w, wanted=wanted, geometry=geometry), b_grad


add_gradients("conv", conv_gradients)
add_gradients("conv_bias", conv_bias_gradients)


def prepared(*operands: Array) -> Any:
    """The result's dtype, and the operands as contiguous arrays of the one to compute in: float16 is summed in float32."""
    first = operands[0].dtype
    dtype = first if all(operand.dtype is first for operand in operands) else np.result_type(*operands)
    working = accumulation_dtype(dtype)
    return dtype, *[np.ascontiguousarray(operand, working) for operand in operands]


def computed(
    operation: str, geometry: ConvGeometry, shape: tuple[int, ...], samples: int, *arrays: Array | None
) -> list[Array]:
    """What the algorithm of choice answers, for a weight of that shape and so many samples.

    Tiles and transforms spread what is not finite among positions that never see it. So where an answer of theirs is not
    finite the direct algorithm answers, in which it is where the formula has it.
    """
    by = algorithm(geometry, shape[1], shape[0] // geometry.groups, samples)
    columns = shape[1] * geometry.groups * prod(geometry.kernel)
    # The multiplications by the definition; to copy a cell to the columns takes as long as some of them.
    work = samples * prod(geometry.out_spatial) * int(prod(shape) + COPY / PRODUCT * columns)
    with sharing(2 * work if operation == "gradients" else work):
        answers = _listed(getattr(by, operation)(*arrays, geometry))
        if not by.EXACT and not all(np.isfinite(np.add.reduce(answer, axis=None)) for answer in answers):
            answers = _listed(getattr(direct, operation)(*arrays, geometry))
    return answers


def _listed(answer: Array | list[Array]) -> list[Array]:
    return answer if isinstance(answer, list) else [answer]
