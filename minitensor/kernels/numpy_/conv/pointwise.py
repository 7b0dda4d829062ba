"""Convolution with a kernel of one tap that moves in single steps: a matrix product of the images as they lie in memory.

y (n, o, position) = w (o, c) @ x (n, c, position)
"""

from __future__ import annotations

from functools import partial
from math import prod

import numpy as np

from minitensor import threads
from minitensor.dtypes import Array
from minitensor.geometry import ConvGeometry
from minitensor.kernels.numpy_.conv.grouped import images_by_group

EXACT = True  # each result is the sum as it is written


def conv(x: Array, w: Array, bias: Array | None, geometry: ConvGeometry) -> Array:
    """The convolution, with the bias added where there is one."""
    y = _product(_matrices(w, geometry), x, geometry)
    if bias is not None:
        np.add(y, bias.reshape(-1, *(1,) * geometry.rank), out=y)  # (o, 1, ...)
    return y


def conv_transpose(g: Array, w: Array, geometry: ConvGeometry) -> Array:
    """The transposed convolution."""
    return _product(_matrices(w, geometry).swapaxes(1, 2), g, geometry)


def conv_weight_grad(x: Array, g: Array, geometry: ConvGeometry) -> Array:
    """The weight's gradient: for each sample a product over the positions, and their sum."""
    images, outputs = _grouped(x, geometry), _grouped(g, geometry)
    shares = threads.shares(len(x))
    grads = np.zeros((len(shares), geometry.groups, outputs.shape[2], images.shape[2]), x.dtype)

    def work(samples: slice, grad: Array) -> None:
        np.add.reduce(np.matmul(outputs[samples], images[samples].swapaxes(2, 3)), axis=0, out=grad)  # (n, group, o, c)

    threads.run([partial(work, samples, grad) for samples, grad in zip(shares, grads, strict=True)])
    grad: Array = np.add.reduce(grads)
    return grad.reshape(g.shape[1], images.shape[2], *geometry.kernel)


def gradients(g: Array, x: Array, w: Array, geometry: ConvGeometry) -> list[Array]:
    """Both gradients: they have nothing in common."""
    return [conv_transpose(g, w, geometry), conv_weight_grad(x, g, geometry)]


def _product(matrices: Array, images: Array, geometry: ConvGeometry) -> Array:
    """Multiply images (n, group*c, *spatial) by matrices (group, o, c)."""
    out = np.empty((len(images), geometry.groups * matrices.shape[1], *images.shape[2:]), images.dtype)
    source, target = _grouped(images, geometry), _grouped(out, geometry)

    def work(samples: slice) -> None:
        np.matmul(matrices, source[samples], out=target[samples])

    threads.run([partial(work, samples) for samples in threads.shares(len(images))])
    return out


def _matrices(w: Array, geometry: ConvGeometry) -> Array:
    """Weights (group*o, c, 1, ...) as matrices (group, o, c)."""
    return w.reshape(geometry.groups, len(w) // geometry.groups, w.shape[1])


def _grouped(images: Array, geometry: ConvGeometry) -> Array:
    """Images (n, group*c, *spatial) as (n, group, c, position)."""
    return images_by_group(images.reshape(*images.shape[:2], prod(images.shape[2:])), geometry.groups)
