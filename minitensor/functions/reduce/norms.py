"""Norms, and distances, which are norms of differences, under PyTorch's names."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from minitensor.errors import ShapeError, shape_table
from minitensor.functions.arguments import Dim, axes_of, check_floating, check_same_dtype, converted, on_tensor
from minitensor.ops import elementwise, shape
from minitensor.ops import reduce as ops

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from minitensor.tensor import Tensor


@on_tensor
def norm(
    input: Tensor,
    p: float | str | None = "fro",
    dim: Dim = None,
    keepdim: bool = False,
    dtype: DTypeLike | None = None,
) -> Tensor:
    """The p-norm over some axes: sum(|x|^p)^(1/p). As PyTorch's `torch.norm`.

    Parameters
    ----------
    input : Tensor
        Of a floating dtype.
    p : float or "fro"
        inf is the largest |x|, -inf the smallest, 0 how many elements are not 0; "fro" is 2.
    dim, keepdim, dtype
        As in `sum`.

    Returns
    -------
    Tensor
        In input's dtype. Where it is 0, so is its gradient.

    Raises
    ------
    ShapeError
        The norm with p = inf or -inf of no elements.
    TypeError
        Integers or booleans.
    ValueError
        There is no such norm.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.norm(mt.tensor([3.0, 4.0])), mt.norm(mt.tensor([3.0, -4.0]), p=1)
    (tensor(5.), tensor(7.))
    """
    check_floating("norm", input)
    if p is not None and not isinstance(p, (int, float)) and p != "fro":
        raise ValueError(f"norm: p is a number or 'fro', got {p!r}")
    axes = axes_of(dim, input.ndim, "norm")
    order = 2.0 if p is None or isinstance(p, str) else p
    if math.isinf(order) and any(input.shape[axis] == 0 for axis in axes):
        raise ShapeError(f"norm: of no elements there is no norm with p = {order}: the shape is {input.shape}")
    wide = elementwise.widened(converted(input, dtype))
    answer = norm_over(wide, order, axes, keepdim)
    return converted(answer, input.dtype if dtype is None else dtype)


def norm_over(input: Tensor, p: float, axes: tuple[int, ...], keepdim: bool) -> Tensor:
    """The p-norm, with PyTorch's gradient where it has none of its own."""
    if p == 2:
        return root(ops.sum(elementwise.mul(input, input), axis=axes, keepdims=keepdim))
    size = elementwise.abs(input)
    if p == 1:
        return ops.sum(size, axis=axes, keepdims=keepdim)
    if math.isinf(p):
        return (ops.amax if p > 0 else ops.amin)(size, axis=axes, keepdims=keepdim)
    if p == 0:
        return ops.sum(elementwise.sign(size), axis=axes, keepdims=keepdim)
    zero: Tensor | bool = elementwise.eq(size, 0) if p > 0 else False
    powers = elementwise.pow(elementwise.where(zero, 1, size), p)  # at 0 it has the derivative 0 or none: 1 stands for it
    return root(ops.sum(elementwise.where(zero, 0, powers), axis=axes, keepdims=keepdim), p)


def root(total: Tensor, p: float = 2) -> Tensor:
    """total^(1/p), with the gradient 0 at 0, where the root has no derivative: there 1 stands for it."""
    nothing = elementwise.eq(total, 0)
    safe = elementwise.where(nothing, 1, total)
    return elementwise.where(nothing, 0, elementwise.sqrt(safe) if p == 2 else elementwise.pow(safe, 1 / p))


@on_tensor
def dist(input: Tensor, other: Tensor, p: float = 2) -> Tensor:
    """The p-norm of the difference of all elements. As PyTorch's `torch.dist`.

    Parameters
    ----------
    input, other : Tensor
        Of shapes that broadcast together.
    p : float
        As in `norm`.

    Returns
    -------
    Tensor
        Without axes.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.
    TypeError
        Integers or booleans.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.dist(mt.tensor([1.0, 2.0]), mt.tensor([4.0, 6.0]))
    tensor(5.)
    """
    return norm(elementwise.sub(input, other), p)


@on_tensor
def cdist(x1: Tensor, x2: Tensor, p: float = 2) -> Tensor:
    """The p-norm of the difference of every row of one matrix and every row of another. As PyTorch's `torch.cdist`.

    Parameters
    ----------
    x1 : Tensor
        Of shape (..., n, k) and a floating dtype.
    x2 : Tensor
        Of shape (..., m, k) and the same dtype.
    p : float
        As in `norm`, but not negative.

    Returns
    -------
    Tensor
        Of shape (..., n, m): the axes in front broadcast together. Where a distance is 0, so is its gradient.

    Raises
    ------
    ShapeError
        The rows differ in length, or there are none.
    TypeError
        Integers or booleans, or the dtypes differ.
    ValueError
        p is negative.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.cdist(mt.tensor([[0.0, 0.0], [3.0, 0.0]]), mt.tensor([[0.0, 4.0]]))
    tensor([[4.],
            [5.]])
    """
    check_floating("cdist", x1)
    check_same_dtype("cdist", x1, x2=x2)
    if x1.ndim < 2 or x2.ndim < 2 or x1.shape[-1] != x2.shape[-1]:
        axes = [("...", name, "k")[-max(tensor.ndim, 1) :] for name, tensor in (("n", x1), ("m", x2))]
        raise ShapeError(
            "cdist: both are matrices, with rows of one length\n"
            + shape_table(("x1", axes[0], x1.shape), ("x2", axes[1], x2.shape))
        )
    if p < 0:
        raise ValueError(f"cdist: p is 0 or more, got {p}")
    first = shape.reshape(x1, shape=(*x1.shape[:-1], 1, x1.shape[-1]))  # (..., n, 1, k)
    second = shape.reshape(x2, shape=(*x2.shape[:-2], 1, *x2.shape[-2:]))  # (..., 1, m, k)
    apart = elementwise.widened(elementwise.sub(first, second))  # (..., n, m, k)
    return converted(norm_over(apart, p, (apart.ndim - 1,), False), x1.dtype)
