"""Functions of one variable, element by element, under PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minitensor.ops import elementwise as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


def exp(input: Tensor) -> Tensor:
    """The exponential of each element.

    y = e^x, dy/dx = y. As PyTorch's `torch.exp`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers and booleans are taken in the default dtype.

    Returns
    -------
    Tensor
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.exp(mt.tensor([0.0, 1.0]))
    tensor([1.0000, 2.7183])
    """
    return ops.exp(input)


def expm1(input: Tensor) -> Tensor:
    """The exponential of each element, less 1: exact for small elements, where `exp(x) - 1` loses all digits.

    y = e^x - 1, dy/dx = y + 1. As PyTorch's `torch.expm1`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers and booleans are taken in the default dtype.

    Returns
    -------
    Tensor
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.expm1(mt.tensor([0.0, 1e-10]))
    tensor([0.0000e+00, 1.0000e-10])
    """
    return ops.expm1(input)


def log(input: Tensor) -> Tensor:
    """The natural logarithm of each element.

    y = log x, dy/dx = 1 / x; -inf at 0, nan below. As PyTorch's `torch.log`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers and booleans are taken in the default dtype.

    Returns
    -------
    Tensor
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.log(mt.tensor([1.0, 10.0, 0.0]))
    tensor([0.0000, 2.3026,   -inf])
    """
    return ops.log(input)


def log1p(input: Tensor) -> Tensor:
    """The natural logarithm of 1 more than each element: exact for small elements, where `log(1 + x)` is not.

    y = log(1 + x), dy/dx = 1 / (1 + x). As PyTorch's `torch.log1p`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers and booleans are taken in the default dtype.

    Returns
    -------
    Tensor
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.log1p(mt.tensor([0.0, 1e-10]))
    tensor([0.0000e+00, 1.0000e-10])
    """
    return ops.log1p(input)


def sqrt(input: Tensor) -> Tensor:
    """The square root of each element.

    y = x^(1/2), dy/dx = 1 / (2 y), which is inf at 0; nan below 0. As PyTorch's `torch.sqrt`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers and booleans are taken in the default dtype.

    Returns
    -------
    Tensor
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.sqrt(mt.tensor([4.0, 2.0]))
    tensor([2.0000, 1.4142])
    """
    return ops.sqrt(input)


def rsqrt(input: Tensor) -> Tensor:
    """1 over the square root of each element.

    y = x^(-1/2), dy/dx = -y / (2 x). As PyTorch's `torch.rsqrt`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers and booleans are taken in the default dtype.

    Returns
    -------
    Tensor
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.rsqrt(mt.tensor([4.0, 2.0]))
    tensor([0.5000, 0.7071])
    """
    return ops.div(1.0, ops.sqrt(input))


def square(input: Tensor) -> Tensor:
    """The square of each element.

    y = x^2, dy/dx = 2 x. As PyTorch's `torch.square`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.

    Returns
    -------
    Tensor
        Of input's shape and dtype.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.square(mt.tensor([3.0, -2.0]))
    tensor([9., 4.])
    """
    return ops.pow(input, 2)


def reciprocal(input: Tensor) -> Tensor:
    """1 over each element.

    y = 1 / x, dy/dx = -y^2. As PyTorch's `torch.reciprocal`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers and booleans are taken in the default dtype.

    Returns
    -------
    Tensor
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.reciprocal(mt.tensor([4.0, -0.5]))
    tensor([ 0.2500, -2.0000])
    """
    return ops.div(1.0, input)


def sin(input: Tensor) -> Tensor:
    """The sine of each element, an angle in radians.

    y = sin x, dy/dx = cos x. As PyTorch's `torch.sin`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers and booleans are taken in the default dtype.

    Returns
    -------
    Tensor
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.sin(mt.tensor([0.0, 1.0]))
    tensor([0.0000, 0.8415])
    """
    return ops.sin(input)


def cos(input: Tensor) -> Tensor:
    """The cosine of each element, an angle in radians.

    y = cos x, dy/dx = -sin x. As PyTorch's `torch.cos`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers and booleans are taken in the default dtype.

    Returns
    -------
    Tensor
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.cos(mt.tensor([0.0, 1.0]))
    tensor([1.0000, 0.5403])
    """
    return ops.cos(input)


def tan(input: Tensor) -> Tensor:
    """The tangent of each element, an angle in radians.

    y = tan x, dy/dx = 1 + y^2. As PyTorch's `torch.tan`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers and booleans are taken in the default dtype.

    Returns
    -------
    Tensor
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tan(mt.tensor([0.0, 1.0]))
    tensor([0.0000, 1.5574])
    """
    return ops.tan(input)


def tanh(input: Tensor) -> Tensor:
    """The hyperbolic tangent of each element: between -1 and 1.

    y = (e^x - e^-x) / (e^x + e^-x), dy/dx = 1 - y^2. As PyTorch's `torch.tanh`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers and booleans are taken in the default dtype.

    Returns
    -------
    Tensor
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tanh(mt.tensor([0.0, 1.0]))
    tensor([0.0000, 0.7616])
    """
    return ops.tanh(input)


def sigmoid(input: Tensor) -> Tensor:
    """The logistic function of each element: between 0 and 1.

    y = 1 / (1 + e^-x), dy/dx = y (1 - y). As PyTorch's `torch.sigmoid`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers and booleans are taken in the default dtype.

    Returns
    -------
    Tensor
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.sigmoid(mt.tensor([0.0, 1.0]))
    tensor([0.5000, 0.7311])
    """
    return ops.sigmoid(input)


def relu(input: Tensor) -> Tensor:
    """Each element, or 0 where it is negative.

    y = max(x, 0), dy/dx = 1 where x > 0, else 0: at 0 too. As PyTorch's `torch.relu`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.

    Returns
    -------
    Tensor
        Of input's shape and dtype.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.relu(mt.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    return ops.relu(input)
