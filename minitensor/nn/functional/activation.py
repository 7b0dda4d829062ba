"""What stands between the layers: functions of each element, and the softmax."""

from __future__ import annotations

import warnings

from numpy.typing import DTypeLike

from minitensor.dtypes import as_dtype
from minitensor.functions import math, reduce
from minitensor.nn.functional.spatial import check_tensor
from minitensor.ops.elementwise import cast
from minitensor.tensor import Tensor


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """Compute the larger of each element and 0, as PyTorch's `F.relu`; the derivative at 0 is 0.

    Parameters
    ----------
    input : Tensor
        Of any shape.
    inplace : bool
        Whether the input becomes the result.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.relu(mt.tensor([-1., 0., 2.]))
    tensor([0., 0., 2.])
    """
    check_tensor(input, "input", "relu")
    return input.relu_() if inplace else math.relu(input)


def sigmoid(input: Tensor) -> Tensor:
    """Compute 1 / (1 + exp(-x)) for each element, as PyTorch's `F.sigmoid`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.sigmoid(mt.tensor([-1., 0., 1.]))
    tensor([0.2689, 0.5000, 0.7311])
    """
    check_tensor(input, "input", "sigmoid")
    return math.sigmoid(input)


def tanh(input: Tensor) -> Tensor:
    """Compute the hyperbolic tangent of each element, as PyTorch's `F.tanh`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.tanh(mt.tensor([-1., 0., 1.]))
    tensor([-0.7616,  0.0000,  0.7616])
    """
    check_tensor(input, "input", "tanh")
    return math.tanh(input)


def softmax(input: Tensor, dim: int | None = None, *, dtype: DTypeLike | None = None) -> Tensor:
    """Compute exp(x) over its sum along an axis, as PyTorch's `F.softmax`: positive numbers that add up to 1.

    Parameters
    ----------
    input : Tensor
        Of any shape.
    dim : int
        The axis. Without it, PyTorch's old choice is taken, with a warning: 0 for 0, 1 and 3 axes, else 1.
    dtype : dtype, optional
        What the input is converted to first.

    Raises
    ------
    IndexError
        There is no such axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.softmax(mt.tensor([0., 0., 0., 0.]), dim=0)
    tensor([0.2500, 0.2500, 0.2500, 0.2500])
    """
    check_tensor(input, "input", "softmax")
    return reduce.softmax(_converted(input, dtype), _chosen(dim, input, "softmax"))


def log_softmax(input: Tensor, dim: int | None = None, *, dtype: DTypeLike | None = None) -> Tensor:
    """Compute the logarithm of the softmax along an axis, exact where the softmax is nearly 0, as PyTorch's `F.log_softmax`.

    Parameters
    ----------
    input, dim, dtype
        As in `softmax`.

    Raises
    ------
    IndexError
        There is no such axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.log_softmax(mt.tensor([0., 1000.]), dim=0)
    tensor([-1000.,     0.])
    """
    check_tensor(input, "input", "log_softmax")
    return reduce.log_softmax(_converted(input, dtype), _chosen(dim, input, "log_softmax"))


def _converted(input: Tensor, dtype: DTypeLike | None) -> Tensor:
    return input if dtype is None else cast(input, dtype=as_dtype(dtype))


def _chosen(dim: int | None, input: Tensor, operation: str) -> int:
    if dim is not None:
        return dim
    chosen = 0 if input.ndim in (0, 1, 3) else 1
    warnings.warn(
        f"{operation}: name the axis: without dim, {chosen} is taken for {input.ndim} axes", UserWarning, stacklevel=3
    )
    return chosen
