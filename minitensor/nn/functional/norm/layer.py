"""Normalisation within each sample: over its last axes, or over groups of its channels."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from minitensor.errors import ShapeError, shape_table
from minitensor.functions.arguments import numbered
from minitensor.geometry import Ints, int_of
from minitensor.nn.functional.norm.checks import check_channels, check_eps, check_parameters, in_dtype_of
from minitensor.nn.functional.spatial import check_floating, check_tensor, input_axes
from minitensor.ops.elementwise import add, cast, div, mul, sqrt, widened
from minitensor.ops.norm import standardize
from minitensor.ops.reduce import mean
from minitensor.ops.shape import reshape
from minitensor.tensor import Tensor


def layer_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Bring the last axes to mean 0 and variance 1, then scale and shift each element, as PyTorch's `F.layer_norm`.

    y = (x - mean) / sqrt(variance + eps) * weight + bias

    with the mean and the (biased) variance over the last axes.

    Parameters
    ----------
    input : Tensor, shape (*, *normalized_shape)
        Floating-point; float16 is computed in float32, and the others may then be of either.
    normalized_shape : tuple of int
        The lengths of the last axes, one at least.
    weight, bias : Tensor, shape normalized_shape, optional
        1 and 0, unless given.
    eps : float
        What keeps the division finite where the variance is 0.

    Returns
    -------
    Tensor
        Of the input's shape.

    Raises
    ------
    TypeError
        An operand is no Tensor, is not floating-point, or has another dtype than the input; the shape is no tuple of ints.
    ShapeError
        The input does not end with these axes, or the weight or the bias is of another shape.
    ValueError
        A negative eps.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.layer_norm(mt.tensor([[1., 3.], [10., 30.]]), (2,))
    tensor([[-1.0000,  1.0000],
            [-1.0000,  1.0000]])

    References
    ----------
    J. L. Ba, J. R. Kiros and G. E. Hinton, "Layer Normalization", 2016, arXiv:1607.06450.
    """
    check_parameters("layer_norm", input, weight=weight, bias=bias)
    over = _last_axes(input, normalized_shape, "layer_norm", weight=weight, bias=bias)
    check_eps(eps, "layer_norm")
    size = prod(input.shape[axis] for axis in over)
    return in_dtype_of(input, _affine(_standardized(input, size, eps), weight, bias))


def rms_norm(
    input: Tensor, normalized_shape: Sequence[int], weight: Tensor | None = None, eps: float | None = None
) -> Tensor:
    """Divide the last axes by their root mean square, then scale each element, as PyTorch's `F.rms_norm`.

    y = x / sqrt(mean(x^2) + eps) * weight

    Parameters
    ----------
    input : Tensor, shape (*, *normalized_shape)
        Floating-point; float16 is computed in float32.
    normalized_shape : tuple of int
        The lengths of the last axes, one at least.
    weight : Tensor, shape normalized_shape, optional
        Of any floating dtype; 1, unless given.
    eps : float, optional
        What keeps the division finite; unless given, the distance from 1 to the next number of the dtype computed in.

    Returns
    -------
    Tensor
        Of the input's shape and dtype.

    Raises
    ------
    TypeError
        An operand is no Tensor, or is not floating-point; the shape is no tuple of ints.
    ShapeError
        The input does not end with these axes, or the weight is of another shape.
    ValueError
        A negative eps.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.rms_norm(mt.tensor([[1., 7.], [-3., 3.]]), (2,))
    tensor([[ 0.2000,  1.4000],
            [-1.0000,  1.0000]])

    References
    ----------
    B. Zhang and R. Sennrich, "Root Mean Square Layer Normalization", 2019, arXiv:1910.07467.
    """
    for name, operand in (("input", input), ("weight", weight)):
        if operand is not None:
            check_tensor(operand, name, "rms_norm")
            check_floating(operand, name, "rms_norm")
    over = _last_axes(input, normalized_shape, "rms_norm", weight=weight)
    wide: Tensor = widened(input)
    if eps is None:
        eps = float(np.finfo(wide.dtype).eps)
    check_eps(eps, "rms_norm")
    output = div(wide, sqrt(add(mean(mul(wide, wide), axis=over, keepdims=True), eps)))
    if weight is not None:
        output = mul(output, weight if weight.dtype == wide.dtype else cast(weight, dtype=wide.dtype))
    return in_dtype_of(input, output)


def group_norm(
    input: Tensor, num_groups: int, weight: Tensor | None = None, bias: Tensor | None = None, eps: float = 1e-5
) -> Tensor:
    """Bring groups of channels of each sample to mean 0 and variance 1, then scale and shift, as PyTorch's `F.group_norm`.

    y = (x - mean) / sqrt(variance + eps) * weight + bias

    with the mean and the (biased) variance over a group's channels and the spatial axes of a sample, and one weight and bias
    for each channel.

    Parameters
    ----------
    input : Tensor, shape (N, C) or (N, C, *spatial)
        Floating-point; float16 is computed in float32, and the others may then be of either.
    num_groups : int
        How many groups the channels are in, neighbours together; it divides C.
    weight, bias : Tensor, shape (C,), optional
        1 and 0, unless given.
    eps : float
        What keeps the division finite where the variance is 0.

    Returns
    -------
    Tensor
        Of the input's shape.

    Raises
    ------
    TypeError
        An operand is no Tensor, is not floating-point, or has another dtype than the input.
    ShapeError
        The channels are not in so many groups; the weight or the bias has not one entry for each channel; a single sample
        has one value per group.
    ValueError
        `num_groups` is no int of 1 or more; a negative eps.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.group_norm(mt.tensor([[1., 3., 10., 30.]]), 2)
    tensor([[-1.0000,  1.0000, -1.0000,  1.0000]])

    References
    ----------
    Y. Wu and K. He, "Group Normalization", 2018, arXiv:1803.08494.
    """
    check_parameters("group_norm", input, weight=weight, bias=bias)
    groups = int_of(num_groups, "num_groups", "group_norm", 1)
    if input.ndim < 2:
        raise ShapeError(f"group_norm: the input must be (N, C) or (N, C, *spatial), got the shape {input.shape}")
    axes = input_axes(input.ndim - 2, input.ndim)
    if input.shape[1] % groups:
        table = shape_table(("input", axes, input.shape))
        raise ShapeError(
            f"group_norm: num_groups must divide the channels, got {groups} and {input.shape[1]} channels\n{table}"
        )
    check_channels("group_norm", input, axes, weight=weight, bias=bias)
    check_eps(eps, "group_norm")
    if input.shape[0] * input.shape[1] // groups * prod(input.shape[2:]) == 1:
        raise ShapeError(
            "group_norm: expected more than one value per group: the variance of one value is 0\n"
            + shape_table(("input", axes, input.shape))
        )
    output = _standardized(input, prod(input.shape[1:]) // groups, eps)
    return in_dtype_of(input, _affine(output, _along_channels(weight, input.ndim), _along_channels(bias, input.ndim)))


def _standardized(input: Tensor, size: int, eps: float) -> Tensor:
    """Each line of so many neighbours with mean 0 and variance 1, at least in float32."""
    lines = input.numel() // max(size, 1)
    output: Tensor = standardize(reshape(widened(input), shape=(1, lines, size)), eps=float(eps))
    return reshape(output, shape=input.shape)


def _affine(x: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor:
    """X * weight + bias, as far as they are there."""
    x = x if weight is None else mul(x, weight)
    return x if bias is None else add(x, bias)


def _along_channels(parameter: Tensor | None, ndim: int) -> Tensor | None:
    """One entry for each channel, in the shape (1, c, 1, ...) of an input with `ndim` axes."""
    return None if parameter is None else reshape(parameter, shape=(1, -1, *(1,) * (ndim - 2)))


def shape_of(normalized_shape: Sequence[int], operation: str) -> Ints:
    """`normalized_shape` as a tuple of ints.

    Raises
    ------
    TypeError
        It is no tuple or list.
    ValueError
        It is empty, or an entry is no int of 0 or more.
    """
    if not isinstance(normalized_shape, (tuple, list)):
        raise TypeError(
            f"{operation}: normalized_shape is a tuple of ints, got {normalized_shape!r}: try ({normalized_shape},)"
        )
    if not normalized_shape:
        raise ValueError(f"{operation}: normalized_shape needs one length at least, that of the last axis")
    return tuple(int_of(length, "normalized_shape", operation, 0) for length in normalized_shape)


def _last_axes(input: Tensor, normalized_shape: Sequence[int], operation: str, **parameters: Tensor | None) -> Ints:
    """The numbers of the last axes, which must be of these lengths, as must the parameters."""
    shape = shape_of(normalized_shape, operation)
    if input.shape[-len(shape) :] != shape:
        raise ShapeError(
            f"{operation}: the input of shape {input.shape} does not end with the axes of normalized_shape {shape}"
        )
    for name, parameter in parameters.items():
        if parameter is not None and parameter.shape != shape:
            table = shape_table(
                ("input", numbered(input.ndim), input.shape), (name, numbered(parameter.ndim), parameter.shape)
            )
            raise ShapeError(f"{operation}: the {name} must be of the shape {shape}, as normalized_shape says\n{table}")
    return tuple(range(input.ndim - len(shape), input.ndim))
