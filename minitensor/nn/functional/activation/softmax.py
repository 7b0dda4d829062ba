"""The softmax and its relatives, and the gated linear unit: what looks along an axis."""

from __future__ import annotations

import warnings

from numpy.typing import DTypeLike

from minitensor.dtypes import as_dtype
from minitensor.errors import ShapeError
from minitensor.functions import reduce
from minitensor.functions.arguments import axis_of
from minitensor.nn.functional.activation.checks import check_floats, check_numbers
from minitensor.nn.functional.spatial import check_tensor
from minitensor.ops.elementwise import cast, mul, neg, sigmoid
from minitensor.ops.index import getitem
from minitensor.tensor import Tensor


def softmax(input: Tensor, dim: int | None = None, *, dtype: DTypeLike | None = None) -> Tensor:
    """The exponentials over their sum along an axis, as PyTorch's `F.softmax`: y = e^x / sum(e^x).

    Parameters
    ----------
    input : Tensor
        Floating-point, unless dtype is; of any shape.
    dim : int
        The axis. Without it, PyTorch's old choice is taken, with a warning: 0 for 0, 1 and 3 axes, else 1.
    dtype : dtype, optional
        What the input is converted to first.

    Returns
    -------
    Tensor
        Of the input's shape: positive numbers that add up to 1 along the axis.

    Raises
    ------
    TypeError
        The input is no Tensor, or what is computed with is not floating-point.
    IndexError
        There is no such axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.softmax(mt.tensor([0., 0., 0., 0.]), dim=0)
    tensor([0.2500, 0.2500, 0.2500, 0.2500])
    """
    floats = _converted(input, dtype, "softmax")
    return reduce.softmax(floats, _chosen(dim, input, "softmax"))


def softmin(input: Tensor, dim: int | None = None, *, dtype: DTypeLike | None = None) -> Tensor:
    """The softmax of the negated input, as PyTorch's `F.softmin`: y = e^-x / sum(e^-x).

    Parameters
    ----------
    input, dim, dtype
        As in `softmax`.

    Returns
    -------
    Tensor
        Of the input's shape: positive numbers that add up to 1 along the axis.

    Raises
    ------
    TypeError, IndexError
        As `softmax`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.softmin(mt.tensor([0., 1000.]), dim=0)
    tensor([1., 0.])
    """
    check_numbers(input, "softmin")
    floats = _converted(neg(input), dtype, "softmin")
    return reduce.softmax(floats, _chosen(dim, input, "softmin"))


def log_softmax(input: Tensor, dim: int | None = None, *, dtype: DTypeLike | None = None) -> Tensor:
    """The logarithm of the softmax along an axis, exact where the softmax is nearly 0, as PyTorch's `F.log_softmax`.

    y = x - log(sum(e^x))

    Parameters
    ----------
    input, dim, dtype
        As in `softmax`.

    Returns
    -------
    Tensor
        Of the input's shape.

    Raises
    ------
    TypeError, IndexError
        As `softmax`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.log_softmax(mt.tensor([0., 1000.]), dim=0)
    tensor([-1000.,     0.])
    """
    floats = _converted(input, dtype, "log_softmax")
    return reduce.log_softmax(floats, _chosen(dim, input, "log_softmax"))


def glu(input: Tensor, dim: int = -1) -> Tensor:
    """The first half of an axis times the sigmoid of the second, as PyTorch's `F.glu`: y = a * sigmoid(b), x = (a, b).

    Parameters
    ----------
    input : Tensor
        Floating-point, of an even length along the axis.
    dim : int
        The axis.

    Returns
    -------
    Tensor
        Of the input's shape, half as long along the axis.

    Raises
    ------
    TypeError
        The input is no Tensor, or not floating-point.
    IndexError
        There is no such axis.
    ShapeError
        The axis has an odd length, or the input no axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.glu(mt.tensor([3., 4., 0., 100.]))
    tensor([1.5000, 4.0000])

    References
    ----------
    Y. Dauphin et al., "Language Modeling with Gated Convolutional Networks", 2016, arXiv:1612.08083.
    """
    check_floats(input, "glu")
    if input.ndim == 0:
        raise ShapeError("glu: a tensor without axes has no halves")
    axis = axis_of(dim, input.ndim, "glu")
    if input.shape[axis] % 2:
        raise ShapeError(
            f"glu: axis {axis} is to have two halves, and is {input.shape[axis]} long: the input's shape is {input.shape}"
        )
    half = input.shape[axis] // 2
    before = (slice(None),) * axis
    first, second = (getitem(input, index=(*before, part)) for part in (slice(0, half), slice(half, None)))
    return mul(first, sigmoid(second))


def _converted(input: Tensor, dtype: DTypeLike | None, operation: str) -> Tensor:
    """The input in the dtype that is computed with, which must be a floating one."""
    check_tensor(input, "input", operation)
    if dtype is None:
        check_floats(input, operation)
        return input
    wanted = as_dtype(dtype)
    if wanted.kind != "f":
        raise TypeError(f"{operation}: dtype is a floating one, got {wanted}")
    return input if input.dtype == wanted else cast(input, dtype=wanted)


def _chosen(dim: int | None, input: Tensor, operation: str) -> int:
    if dim is not None:
        return dim
    chosen = 0 if input.ndim in (0, 1, 3) else 1
    warnings.warn(
        f"{operation}: name the axis: without dim, {chosen} is taken for {input.ndim} axes", UserWarning, stacklevel=3
    )
    return chosen
