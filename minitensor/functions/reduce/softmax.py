"""The softmax and what belongs to it, worked out so that no exponential overflows, under PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minitensor.functions.arguments import Dim, axes_of, axis_of
from minitensor.ops import reduce as ops
from minitensor.ops import shape

if TYPE_CHECKING:
    from minitensor.primitive import Primitive
    from minitensor.tensor import Tensor


def logsumexp(input: Tensor, dim: Dim, keepdim: bool = False) -> Tensor:
    """The logarithm of the sum of exponentials over some axes: y = log(sum(e^x)), dy/dx = e^(x - y).

    As PyTorch's `torch.logsumexp`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers are taken in the default dtype.
    dim : int or sequence of int
        The axes to sum over.
    keepdim : bool
        Whether these axes stay, with length 1.

    Returns
    -------
    Tensor
        In input's dtype; -inf of no elements.

    Raises
    ------
    IndexError
        There is no such axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.logsumexp(mt.tensor([[0.0, 0.0], [1000.0, 0.0]]), dim=1)
    tensor([6.9315e-01, 1.0000e+03])
    """
    return ops.logsumexp(input, axis=axes_of(dim, input.ndim, "logsumexp"), keepdims=keepdim)


def softmax(input: Tensor, dim: int) -> Tensor:
    """Positive numbers that add up to 1 along an axis: y = e^x / sum(e^x), dx = y (dy - sum(y dy)).

    As PyTorch's `torch.softmax`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers are taken in the default dtype.
    dim : int
        The axis.

    Returns
    -------
    Tensor
        Of input's shape.

    Raises
    ------
    IndexError
        There is no such axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.softmax(mt.tensor([[0.0, 0.0], [1000.0, 0.0]]), dim=1)
    tensor([[0.5000, 0.5000],
            [1.0000, 0.0000]])
    """
    return _along(ops.softmax, input, dim)


def log_softmax(input: Tensor, dim: int) -> Tensor:
    """The logarithm of the softmax along an axis, exact where the softmax is nearly 0: y = x - log(sum(e^x)).

    As PyTorch's `torch.log_softmax`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers are taken in the default dtype.
    dim : int
        The axis.

    Returns
    -------
    Tensor
        Of input's shape.

    Raises
    ------
    IndexError
        There is no such axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.log_softmax(mt.tensor([1000.0, 0.0]), dim=0)
    tensor([    0., -1000.])
    """
    return _along(ops.log_softmax, input, dim)


def _along(operation: Primitive, input: Tensor, dim: int) -> Tensor:
    axis = axis_of(dim, input.ndim, operation.name)
    if input.ndim:
        return operation(input, axis=axis)
    return shape.reshape(operation(shape.reshape(input, shape=(1,)), axis=0), shape=())
