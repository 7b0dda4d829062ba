"""Signs and rounding, element by element, under PyTorch's names. What is constant between jumps has gradient 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minitensor.functions.arguments import check_floating, on_tensor
from minitensor.ops import elementwise as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
def floor(input: Tensor) -> Tensor:
    """The largest integer that is not above each element.

    As PyTorch's `torch.floor`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers stay as they are.

    Returns
    -------
    Tensor
        Of input's shape and dtype; its gradient is 0.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.floor(mt.tensor([-1.5, 1.5, 2.5]))
    tensor([-2.,  1.,  2.])
    """
    return ops.floor(input)


@on_tensor
def ceil(input: Tensor) -> Tensor:
    """The smallest integer that is not below each element.

    As PyTorch's `torch.ceil`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers stay as they are.

    Returns
    -------
    Tensor
        Of input's shape and dtype; its gradient is 0.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.ceil(mt.tensor([-1.5, 1.5, 2.5]))
    tensor([-1.,  2.,  3.])
    """
    return ops.ceil(input)


@on_tensor
def trunc(input: Tensor) -> Tensor:
    """Each element without its decimals: rounded towards 0.

    As PyTorch's `torch.trunc`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers stay as they are.

    Returns
    -------
    Tensor
        Of input's shape and dtype; its gradient is 0.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.trunc(mt.tensor([-1.5, 1.5, 2.5]))
    tensor([-1.,  1.,  2.])
    """
    return ops.trunc(input)


@on_tensor
def frac(input: Tensor) -> Tensor:
    """The decimals of each element, with its sign: y = x - trunc(x), dy/dx = 1.

    As PyTorch's `torch.frac`.

    Parameters
    ----------
    input : Tensor
        Of any shape and a floating dtype.

    Returns
    -------
    Tensor
        Of input's shape and dtype.

    Raises
    ------
    TypeError
        Integers, which have none.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.frac(mt.tensor([-1.5, 2.25]))
    tensor([-0.5000,  0.2500])
    """
    check_floating("frac", input)
    return ops.sub(input, ops.trunc(input))


@on_tensor
def round(input: Tensor, *, decimals: int = 0) -> Tensor:
    """The nearest integer to each element, of two equally near ones the even one.

    As PyTorch's `torch.round`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers stay as they are.
    decimals : int
        How many decimals to keep; -1 rounds to tens.

    Returns
    -------
    Tensor
        Of input's shape and dtype; its gradient is 0.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.round(mt.tensor([-1.5, 1.5, 2.5]))
    tensor([-2.,  2.,  2.])
    >>> mt.round(mt.tensor([1.25]), decimals=1)
    tensor([1.2000])
    """
    return ops.round(input, decimals=decimals)


@on_tensor
def neg(input: Tensor) -> Tensor:
    """Each element with its sign turned.

    As PyTorch's `torch.neg`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype but bool.

    Returns
    -------
    Tensor
        Of input's shape and dtype.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.neg(mt.tensor([1.0, -2.0]))
    tensor([-1.,  2.])
    """
    return ops.neg(input)


@on_tensor
def abs(input: Tensor) -> Tensor:
    """Each element without its sign: y = |x|, dy/dx = sign x, 0 at 0.

    As PyTorch's `torch.abs`.

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
    >>> mt.abs(mt.tensor([1.0, -2.0]))
    tensor([1., 2.])
    """
    return ops.abs(input)


@on_tensor
def sign(input: Tensor) -> Tensor:
    """The sign of each element: -1, 0 or 1. Its gradient is 0.

    As PyTorch's `torch.sign`.

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
    >>> mt.sign(mt.tensor([3.0, 0.0, -2.0]))
    tensor([ 1.,  0., -1.])
    """
    return ops.sign(input)
