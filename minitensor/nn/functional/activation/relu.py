"""The rectifiers: the element itself above 0, and a multiple of it below."""

from __future__ import annotations

import numpy as np

from minitensor.errors import ShapeError, shape_table, spatial_axes
from minitensor.functions import math
from minitensor.nn.functional.activation.checks import check_floats, check_numbers, placed
from minitensor.nn.functional.checks import check_operands, number_of
from minitensor.ops import activation as ops
from minitensor.ops.shape import reshape
from minitensor.random import numpy_generator
from minitensor.tensor import Tensor


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """The larger of each element and 0, as PyTorch's `F.relu`: y = max(x, 0); the derivative at 0 is 0.

    Parameters
    ----------
    input : Tensor
        Of any shape; of integers too.
    inplace : bool
        Whether the input becomes the result.

    Returns
    -------
    Tensor
        Of the input's shape and dtype.

    Raises
    ------
    TypeError
        The input is no Tensor, or of truth values.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.relu(mt.tensor([-1., 0., 2.]))
    tensor([0., 0., 2.])
    """
    check_numbers(input, "relu")
    return input.relu_() if inplace else math.relu(input)


def relu_(input: Tensor) -> Tensor:
    """`relu` in place, as PyTorch's `F.relu_`.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.tensor([-1., 2.])
    >>> mt.nn.functional.relu_(x) is x, x
    (True, tensor([0., 2.]))
    """
    return relu(input, inplace=True)


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """Each element, times a slope where it is negative, as PyTorch's `F.leaky_relu`: y = max(x, 0) + slope * min(x, 0).

    The derivative at 0 is the slope.

    Parameters
    ----------
    input : Tensor
        Floating-point, of any shape.
    negative_slope : float
        The slope below 0.
    inplace : bool
        Whether the input becomes the result.

    Returns
    -------
    Tensor
        Of the input's shape and dtype.

    Raises
    ------
    TypeError
        The input is no Tensor, or not floating-point; the slope is no number.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.leaky_relu(mt.tensor([-1., 0., 2.]), 0.1)
    tensor([-0.1000,  0.0000,  2.0000])

    References
    ----------
    A. Maas et al., "Rectifier Nonlinearities Improve Neural Network Acoustic Models", ICML 2013.
    """
    check_floats(input, "leaky_relu")
    slope = number_of(negative_slope, "negative_slope", "leaky_relu")
    return placed(input, ops.leaky_relu(input, slope=slope), inplace, "leaky_relu")


def leaky_relu_(input: Tensor, negative_slope: float = 0.01) -> Tensor:
    """`leaky_relu` in place, as PyTorch's `F.leaky_relu_`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.leaky_relu_(mt.tensor([-1., 2.]))
    tensor([-0.0100,  2.0000])
    """
    return leaky_relu(input, negative_slope, inplace=True)


def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """Each element, times a learned slope where it is negative, as PyTorch's `F.prelu`: y = max(x, 0) + w * min(x, 0).

    The derivative at 0 is the slope.

    Parameters
    ----------
    input : Tensor, shape (N, C, *spatial), (N, C), or any for one slope
        Floating-point.
    weight : Tensor, shape (C,), (1,) or ()
        A slope for each channel, or one for all, in the input's dtype.

    Returns
    -------
    Tensor
        Of the input's shape and dtype.

    Raises
    ------
    TypeError
        An operand is no Tensor, is not floating-point, or has another dtype than the input.
    ShapeError
        There are as many slopes as neither one nor the channels.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.prelu(mt.tensor([[-1., -1.], [2., 2.]]), mt.tensor([0.5, 3.]))
    tensor([[-0.5000, -3.0000],
            [ 2.0000,  2.0000]])

    References
    ----------
    K. He et al., "Delving Deep into Rectifiers", 2015, arXiv:1502.01852, section 2.1.
    """
    check_operands("prelu", input, weight=weight)
    if weight.ndim > 1:
        raise ShapeError(f"prelu: the weight has one axis, (C,), or none, got the shape {weight.shape}")
    channels = input.shape[1] if input.ndim > 1 else 1
    if weight.numel() not in (1, channels) or (weight.numel() != 1 and input.ndim == 0):
        names = ("N", "C", *spatial_axes(input.ndim - 2)) if input.ndim > 1 else ("N",) * input.ndim
        raise ShapeError(
            f"prelu: {weight.numel()} slopes are for as many channels, the input has {channels}\n"
            + shape_table(("input", names, input.shape), ("weight", ("C",) * weight.ndim, weight.shape))
        )
    if weight.ndim and input.ndim != 2:
        weight = reshape(weight, shape=(-1, *(1,) * (input.ndim - 2)) if input.ndim else ())  # (c, 1, ...)
    return ops.prelu(input, weight)


def rrelu(
    input: Tensor, lower: float = 1 / 8, upper: float = 1 / 3, training: bool = False, inplace: bool = False
) -> Tensor:
    """Each element, times a slope where it is negative that is drawn in training, as PyTorch's `F.rrelu`.

    In training each negative element has its own slope, drawn from U(lower, upper); else it is (lower + upper) / 2.

    Parameters
    ----------
    input : Tensor
        Floating-point, of any shape.
    lower, upper : float
        The bounds of the slope.
    training : bool
        Whether slopes are drawn.
    inplace : bool
        Whether the input becomes the result.

    Returns
    -------
    Tensor
        Of the input's shape and dtype.

    Raises
    ------
    TypeError
        The input is no Tensor, or not floating-point; a bound is no number.
    ValueError
        The lower bound is above the upper one, or one is not finite.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.rrelu(mt.tensor([-1., 2.]), 0.25, 0.75)
    tensor([-0.5000,  2.0000])

    References
    ----------
    B. Xu et al., "Empirical Evaluation of Rectified Activations in Convolutional Network", 2015, arXiv:1505.00853.
    """
    check_floats(input, "rrelu")
    low, high = check_slopes(lower, upper, "rrelu")
    if not training:
        return placed(input, ops.leaky_relu(input, slope=(low + high) / 2), inplace, "rrelu")
    slopes = numpy_generator().uniform(low, high, input.shape)
    return placed(input, ops.prelu(input, np.asarray(slopes, input.dtype)), inplace, "rrelu")


def rrelu_(input: Tensor, lower: float = 1 / 8, upper: float = 1 / 3, training: bool = False) -> Tensor:
    """`rrelu` in place, as PyTorch's `F.rrelu_`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.rrelu_(mt.tensor([-1., 2.]), 0.25, 0.75)
    tensor([-0.5000,  2.0000])
    """
    return rrelu(input, lower, upper, training, inplace=True)


def check_slopes(lower: float, upper: float, operation: str) -> tuple[float, float]:
    """Raise an error in words where two numbers are no bounds; answer them as floats."""
    low, high = number_of(lower, "lower", operation), number_of(upper, "upper", operation)
    if not (low <= high and abs(low) < np.inf and abs(high) < np.inf):
        raise ValueError(f"{operation}: the slopes are drawn from lower to upper, got lower={lower} and upper={upper}")
    return low, high
