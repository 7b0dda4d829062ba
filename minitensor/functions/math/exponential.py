"""Exponentials and logarithms, element by element, under PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minitensor.functions.arguments import check_floating, on_tensor
from minitensor.ops import elementwise as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
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


@on_tensor
def exp2(input: Tensor) -> Tensor:
    """2 to the power of each element.

    y = 2^x, dy/dx = y log 2. As PyTorch's `torch.exp2`.

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
    >>> mt.exp2(mt.tensor([0.0, 3.0]))
    tensor([1., 8.])
    """
    return ops.exp2(input)


@on_tensor
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


@on_tensor
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


@on_tensor
def log2(input: Tensor) -> Tensor:
    """The logarithm of each element to the base 2.

    y = log x / log 2, dy/dx = 1 / (x log 2); -inf at 0, nan below. As PyTorch's `torch.log2`.

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
    >>> mt.log2(mt.tensor([1.0, 8.0]))
    tensor([0., 3.])
    """
    return ops.log2(input)


@on_tensor
def log10(input: Tensor) -> Tensor:
    """The logarithm of each element to the base 10.

    y = log x / log 10, dy/dx = 1 / (x log 10); -inf at 0, nan below. As PyTorch's `torch.log10`.

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
    >>> mt.log10(mt.tensor([1.0, 100.0]))
    tensor([0.0000, 2.0000])
    """
    return ops.log10(input)


@on_tensor
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


def logaddexp(input: Tensor | Any, other: Tensor | Any) -> Tensor:
    """The logarithm of the sum of the exponentials of two elements.

    y = log(e^a + e^b), worked out so that no exponential overflows; dy/da = sigmoid(a - b), dy/db = sigmoid(b - a).
    As PyTorch's `torch.logaddexp`.

    Parameters
    ----------
    input, other : Tensor, array or number
        Of shapes that broadcast together.

    Returns
    -------
    Tensor
        Of the broadcast shape, in the dtype that `result_type` says.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.
    TypeError
        Both operands are of integers.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.logaddexp(mt.tensor([0.0, 1000.0]), mt.tensor([0.0, 1000.0]))
    tensor([6.9315e-01, 1.0007e+03])
    """
    check_floating("logaddexp", input, other)
    return ops.logaddexp(input, other)


def xlogy(input: Tensor | Any, other: Tensor | Any) -> Tensor:
    """The elements of input times the logarithms of other's, and 0 where input is 0.

    y = a log b, dy/da = log b, dy/db = a / b. As PyTorch's `torch.xlogy`.

    Parameters
    ----------
    input, other : Tensor, array or number
        Of shapes that broadcast together.

    Returns
    -------
    Tensor
        Of the broadcast shape, in the dtype that `result_type` says.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.xlogy(mt.tensor([0.0, 2.0]), mt.tensor([0.0, 1.0]))
    tensor([0., 0.])
    """
    nothing = ops.bitwise_and(ops.eq(input, 0), ops.le(other, 0))
    return ops.mul(input, ops.log(ops.where(nothing, 1, other)))
