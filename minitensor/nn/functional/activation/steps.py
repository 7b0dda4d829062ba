"""The smooth steps, from one bound to the other, and the integral and the logarithm of one."""

from __future__ import annotations

from minitensor.functions import math
from minitensor.nn.functional.activation.checks import check_floats, check_numbers
from minitensor.nn.functional.checks import number_of
from minitensor.nn.functional.spatial import check_tensor
from minitensor.ops import activation as ops
from minitensor.ops.elementwise import abs, add, div
from minitensor.tensor import Tensor


def sigmoid(input: Tensor) -> Tensor:
    """The logistic function of each element, as PyTorch's `F.sigmoid`: y = 1 / (1 + e^-x).

    Parameters
    ----------
    input : Tensor
        Of any shape; integers and booleans are taken in the default dtype.

    Returns
    -------
    Tensor
        Of the input's shape, between 0 and 1.

    Raises
    ------
    TypeError
        The input is no Tensor.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.sigmoid(mt.tensor([-1., 0., 1.]))
    tensor([0.2689, 0.5000, 0.7311])
    """
    check_tensor(input, "input", "sigmoid")
    return math.sigmoid(input)


def tanh(input: Tensor) -> Tensor:
    """The hyperbolic tangent of each element, as PyTorch's `F.tanh`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers and booleans are taken in the default dtype.

    Returns
    -------
    Tensor
        Of the input's shape, between -1 and 1.

    Raises
    ------
    TypeError
        The input is no Tensor.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.tanh(mt.tensor([-1., 0., 1.]))
    tensor([-0.7616,  0.0000,  0.7616])
    """
    check_tensor(input, "input", "tanh")
    return math.tanh(input)


def softsign(input: Tensor) -> Tensor:
    """Each element over 1 more than its size, as PyTorch's `F.softsign`: y = x / (1 + |x|).

    Parameters
    ----------
    input : Tensor
        Of any shape; integers are taken in the default dtype.

    Returns
    -------
    Tensor
        Of the input's shape, between -1 and 1.

    Raises
    ------
    TypeError
        The input is no Tensor, or of truth values.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.softsign(mt.tensor([-1., 0., 3.]))
    tensor([-0.5000,  0.0000,  0.7500])
    """
    check_numbers(input, "softsign")
    return div(input, add(abs(input), 1))


def softplus(input: Tensor, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """The smooth relu of each element, as PyTorch's `F.softplus`: y = log(1 + e^(beta * x)) / beta.

    Where beta * x is above the threshold, y is x itself.

    Parameters
    ----------
    input : Tensor
        Floating-point, of any shape.
    beta : float
        How sharp the bend is.
    threshold : float
        Where the straight line begins.

    Returns
    -------
    Tensor
        Of the input's shape and dtype.

    Raises
    ------
    TypeError
        The input is no Tensor, or not floating-point; beta or the threshold is no number.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.softplus(mt.tensor([-1., 0., 50.]))
    tensor([ 0.3133,  0.6931, 50.0000])
    """
    check_floats(input, "softplus")
    rate, end = number_of(beta, "beta", "softplus"), number_of(threshold, "threshold", "softplus")
    return ops.softplus(input, beta=rate, threshold=end)


def logsigmoid(input: Tensor) -> Tensor:
    """The logarithm of the sigmoid of each element, exact where that is nearly 0, as PyTorch's `F.logsigmoid`.

    y = -log(1 + e^-x)

    Parameters
    ----------
    input : Tensor
        Floating-point, of any shape.

    Returns
    -------
    Tensor
        Of the input's shape and dtype.

    Raises
    ------
    TypeError
        The input is no Tensor, or not floating-point.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.logsigmoid(mt.tensor([-1000., 0., 1.]))
    tensor([-1.0000e+03, -6.9315e-01, -3.1326e-01])
    """
    check_floats(input, "logsigmoid")
    return ops.logsigmoid(input)
