"""The softmax and what belongs to it, worked out so that no exponential overflows, under PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minitensor.functions.arguments import Dim, axes_of, axis_of, check_floating, converted, on_tensor
from minitensor.functions.index.places import line_of
from minitensor.functions.reduce.results import back
from minitensor.ops import reduce as ops

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from minitensor.primitive import Primitive
    from minitensor.tensor import Tensor


@on_tensor
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


@on_tensor
def softmax(input: Tensor, dim: int, dtype: DTypeLike | None = None) -> Tensor:
    """Positive numbers that add up to 1 along an axis: y = e^x / sum(e^x), dx = y (dy - sum(y dy)).

    As PyTorch's `torch.softmax`.

    Parameters
    ----------
    input : Tensor
        Of any shape and a floating dtype.
    dim : int
        The axis.
    dtype : dtype, optional
        What to convert to first.

    Returns
    -------
    Tensor
        Of input's shape.

    Raises
    ------
    IndexError
        There is no such axis.
    TypeError
        Integers or booleans, unless dtype is a floating one.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.softmax(mt.tensor([[0.0, 0.0], [1000.0, 0.0]]), dim=1)
    tensor([[0.5000, 0.5000],
            [1.0000, 0.0000]])
    """
    return _along(ops.softmax, input, dim, dtype)


@on_tensor
def log_softmax(input: Tensor, dim: int, dtype: DTypeLike | None = None) -> Tensor:
    """The logarithm of the softmax along an axis, exact where the softmax is nearly 0: y = x - log(sum(e^x)).

    As PyTorch's `torch.log_softmax`.

    Parameters
    ----------
    input : Tensor
        Of any shape and a floating dtype.
    dim : int
        The axis.
    dtype : dtype, optional
        What to convert to first.

    Returns
    -------
    Tensor
        Of input's shape.

    Raises
    ------
    IndexError
        There is no such axis.
    TypeError
        Integers or booleans, unless dtype is a floating one.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.log_softmax(mt.tensor([1000.0, 0.0]), dim=0)
    tensor([    0., -1000.])
    """
    return _along(ops.log_softmax, input, dim, dtype)


def _along(operation: Primitive, input: Tensor, dim: int, dtype: DTypeLike | None) -> Tensor:
    wide = converted(input, dtype)
    check_floating(operation.name, wide)
    axis = axis_of(dim, input.ndim, operation.name)
    return back(input, operation(line_of(wide), axis=axis))
