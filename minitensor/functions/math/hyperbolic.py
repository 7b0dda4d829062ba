"""The hyperbolic functions and their inverses, element by element, under PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minitensor.functions.arguments import on_tensor
from minitensor.ops import elementwise as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
def sinh(input: Tensor) -> Tensor:
    """The hyperbolic sine of each element.

    y = (e^x - e^-x) / 2, dy/dx = cosh x. As PyTorch's `torch.sinh`.

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
    >>> mt.sinh(mt.tensor([0.0, 1.0]))
    tensor([0.0000, 1.1752])
    """
    return ops.sinh(input)


@on_tensor
def cosh(input: Tensor) -> Tensor:
    """The hyperbolic cosine of each element.

    y = (e^x + e^-x) / 2, dy/dx = sinh x. As PyTorch's `torch.cosh`.

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
    >>> mt.cosh(mt.tensor([0.0, 1.0]))
    tensor([1.0000, 1.5431])
    """
    return ops.cosh(input)


@on_tensor
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


@on_tensor
def asinh(input: Tensor) -> Tensor:
    """The number whose hyperbolic sine each element is.

    y = log(x + sqrt(x^2 + 1)), dy/dx = 1 / sqrt(x^2 + 1). As PyTorch's `torch.asinh`.

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
    >>> mt.asinh(mt.tensor([0.0, 1.0]))
    tensor([0.0000, 0.8814])
    """
    return ops.asinh(input)


@on_tensor
def acosh(input: Tensor) -> Tensor:
    """The number, not negative, whose hyperbolic cosine each element is.

    y = log(x + sqrt(x^2 - 1)), dy/dx = 1 / sqrt(x^2 - 1); nan below 1. As PyTorch's `torch.acosh`.

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
    >>> mt.acosh(mt.tensor([1.0, 2.0]))
    tensor([0.0000, 1.3170])
    """
    return ops.acosh(input)


@on_tensor
def atanh(input: Tensor) -> Tensor:
    """The number whose hyperbolic tangent each element is.

    y = log((1 + x) / (1 - x)) / 2, dy/dx = 1 / (1 - x^2); nan beyond -1 and 1. As PyTorch's `torch.atanh`.

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
    >>> mt.atanh(mt.tensor([0.0, 0.5]))
    tensor([0.0000, 0.5493])
    """
    return ops.atanh(input)
