"""Powers and roots, element by element, under PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minitensor.functions.arguments import on_tensor
from minitensor.ops import elementwise as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


def pow(input: Tensor | Any, exponent: Tensor | Any) -> Tensor:
    """The power of input by exponent: y = a^b, dy/da = b a^(b-1), dy/db = y log a.

    As PyTorch's `torch.pow`.

    Parameters
    ----------
    input, exponent : Tensor, array or number
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
    >>> mt.pow(mt.tensor([2.0, 3.0]), 2)
    tensor([4., 9.])
    >>> mt.pow(2.0, mt.tensor([0.5, 3.0]))
    tensor([1.4142, 8.0000])
    """
    return ops.pow(input, exponent)


@on_tensor
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


@on_tensor
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


@on_tensor
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


@on_tensor
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
