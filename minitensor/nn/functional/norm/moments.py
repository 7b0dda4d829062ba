"""Bringing numbers to mean 0 and variance 1: what batch, instance, layer and group normalisation have in common.

Mean and variance are recorded like everything else, so gradients of every order flow through both.
"""

from __future__ import annotations

from typing import NamedTuple

from minitensor.ops.elementwise import add, div, mul, sqrt, sub
from minitensor.ops.reduce import mean
from minitensor.ops.shape import reshape
from minitensor.tensor import Tensor


class Moments(NamedTuple):
    """The mean and the (biased) variance over some axes, which stay with length 1, and the differences from the mean."""

    center: Tensor
    variance: Tensor
    apart: Tensor


def moments(x: Tensor, axes: tuple[int, ...]) -> Moments:
    """The mean, the variance and the differences from the mean over some axes."""
    center = mean(x, axis=axes, keepdims=True)
    apart = sub(x, center)
    return Moments(center, mean(mul(apart, apart), axis=axes, keepdims=True), apart)


def scaled(apart: Tensor, variance: Tensor | float, eps: float, weight: Tensor | None = None) -> Tensor:
    """Divide by sqrt(variance + eps), and multiply by a weight of its shape: that is divided, not the larger array."""
    return mul(apart, div(1.0 if weight is None else weight, sqrt(add(variance, eps))))


def affine(x: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor:
    """X * weight + bias, as far as they are there."""
    x = x if weight is None else mul(x, weight)
    return x if bias is None else add(x, bias)


def along_channels(parameter: Tensor | None, ndim: int) -> Tensor | None:
    """One entry for each channel, in the shape (1, c, 1, ...) of an input with `ndim` axes."""
    return None if parameter is None else reshape(parameter, shape=(1, -1, *(1,) * (ndim - 2)))
