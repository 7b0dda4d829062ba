"""Products of tensors of any rank, summed over some axes or over none, under PyTorch's names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minitensor.errors import ShapeError, shape_table
from minitensor.functions.arguments import axis_of, check_same_dtype, check_tensors, numbered, on_tensor
from minitensor.ops import elementwise, linalg, reduce, shape

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
def outer(input: Tensor, vec2: Tensor) -> Tensor:
    """The products of each element of one vector with each of another. As PyTorch's `torch.outer`.

    Parameters
    ----------
    input : Tensor
        Of shape (n,).
    vec2 : Tensor
        Of shape (m,).

    Returns
    -------
    Tensor
        Of shape (n, m), in the dtype that `result_type` says.

    Raises
    ------
    ShapeError
        An operand is no vector.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.outer(mt.tensor([1, 2]), mt.tensor([1, 10]))
    tensor([[ 1, 10],
            [ 2, 20]])
    """
    check_tensors("outer", vec2)
    if input.ndim != 1 or vec2.ndim != 1:
        raise ShapeError(f"outer: two vectors are expected, got the shapes {input.shape} and {vec2.shape}")
    return elementwise.mul(shape.reshape(input, shape=(-1, 1)), vec2)


@on_tensor
def inner(input: Tensor, other: Tensor) -> Tensor:
    """The products of the rows of two tensors, summed over their last axes. As PyTorch's `torch.inner`.

    Parameters
    ----------
    input : Tensor
        Of shape (..., k).
    other : Tensor
        Of shape (..., k) and input's dtype. A tensor without axes multiplies the other.

    Returns
    -------
    Tensor
        With the axes of input but the last, and then those of other but the last.

    Raises
    ------
    ShapeError
        The last axes differ in length.
    TypeError
        The dtypes differ.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.inner(mt.tensor([[1, 2], [3, 4]]), mt.tensor([1, 10]))
    tensor([21, 43])
    """
    check_tensors("inner", other)
    if not input.ndim or not other.ndim:
        return elementwise.mul(input, other)
    check_same_dtype("inner", input, other=other)
    if input.shape[-1] != other.shape[-1]:
        raise ShapeError(f"inner: the last axes are equally long, got the shapes {input.shape} and {other.shape}")
    return tensordot(input, other, ([-1], [-1]))


@on_tensor
def tensordot(a: Tensor, b: Tensor, dims: int | Sequence[Any] = 2) -> Tensor:
    """The product of two tensors, summed over pairs of their axes. As PyTorch's `torch.tensordot`.

    Parameters
    ----------
    a, b : Tensor
        Of one dtype.
    dims : int or pair of sequences of int
        The axes of a, and those of b that belong to them; a number stands for the last of a and the first of b.

    Returns
    -------
    Tensor
        With the other axes of a, and then those of b.

    Raises
    ------
    ShapeError
        Two axes that belong together differ in length, and neither is 1 long.
    TypeError
        The dtypes differ.
    ValueError
        There are not as many axes of a as of b, or one is named twice.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tensordot(mt.ones(2, 3, 4), mt.ones(3, 4, 5)).shape
    (2, 5)
    """
    check_tensors("tensordot", b)
    check_same_dtype("tensordot", a, b=b)
    of_a, of_b = _pairs(a, b, dims)
    for first, second in zip(of_a, of_b, strict=True):
        if a.shape[first] != b.shape[second] and 1 not in (a.shape[first], b.shape[second]):
            raise ShapeError(
                f"tensordot: axis {first} of a and axis {second} of b belong together and differ in length\n"
                + shape_table(("a", numbered(a.ndim), a.shape), ("b", numbered(b.ndim), b.shape))
            )
    lonely_a = tuple(one for one, two in zip(of_a, of_b, strict=True) if b.shape[two] == 1 != a.shape[one])
    lonely_b = tuple(two for one, two in zip(of_a, of_b, strict=True) if a.shape[one] == 1 != b.shape[two])
    left = reduce.sum(a, axis=lonely_a, keepdims=True) if lonely_a else a  # an axis beside one of length 1 is summed alone
    right = reduce.sum(b, axis=lonely_b, keepdims=True) if lonely_b else b
    free_a = [axis for axis in range(a.ndim) if axis not in of_a]
    free_b = [axis for axis in range(b.ndim) if axis not in of_b]
    count = math.prod(left.shape[axis] for axis in of_a)
    kept_a, kept_b = tuple(a.shape[axis] for axis in free_a), tuple(b.shape[axis] for axis in free_b)
    rows = shape.reshape(shape.permute(left, axes=(*free_a, *of_a)), shape=(math.prod(kept_a), count))
    columns = shape.reshape(shape.permute(right, axes=(*of_b, *free_b)), shape=(count, math.prod(kept_b)))
    return shape.reshape(linalg.matmul(rows, columns), shape=(*kept_a, *kept_b))


def _pairs(a: Tensor, b: Tensor, dims: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The axes of both that are summed over, counted from the front."""
    if hasattr(dims, "__index__"):
        count = int(dims)
        if not 0 <= count <= min(a.ndim, b.ndim):
            raise ValueError(f"tensordot: dims={count} axes are asked for, a has {a.ndim} and b has {b.ndim}")
        return tuple(range(a.ndim - count, a.ndim)), tuple(range(count))
    first, second = ([one] if hasattr(one, "__index__") else list(one) for one in dims)
    of_a = tuple(axis_of(dim, a.ndim, "tensordot") for dim in first)
    of_b = tuple(axis_of(dim, b.ndim, "tensordot") for dim in second)
    if len(of_a) != len(of_b) or len(set(of_a)) != len(of_a) or len(set(of_b)) != len(of_b):
        raise ValueError(f"tensordot: dims={dims} names as many axes of a as of b, each once")
    return of_a, of_b
