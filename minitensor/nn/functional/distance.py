"""How much two tensors' vectors point the same way, and how far apart they are."""

from __future__ import annotations

import numpy as np

from minitensor.dtypes import result_type
from minitensor.errors import ShapeError, shape_table
from minitensor.functions.arguments import axis_of, numbered
from minitensor.nn.functional.spatial import check_tensor
from minitensor.ops.elementwise import add, cast, clamp, div, mul, sub, widened
from minitensor.ops.reduce import sum
from minitensor.ops.shape import broadcast_to
from minitensor.tensor import Tensor


def cosine_similarity(x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """The cosine of the angle between vectors along an axis, as PyTorch's `F.cosine_similarity`.

    y = sum(x1 * x2) / (max(|x1|, eps) * max(|x2|, eps))

    Parameters
    ----------
    x1, x2 : Tensor
        They broadcast together; one of them at least is floating-point.
    dim : int
        The axis of the broadcast shape along which the vectors lie.
    eps : float
        The least length by which a vector is divided.

    Returns
    -------
    Tensor
        Of the broadcast shape without the axis, between -1 and 1; float16 is computed in float32.

    Raises
    ------
    TypeError
        An operand is no Tensor, or neither is floating-point.
    ShapeError
        The shapes do not broadcast together.
    IndexError
        There is no such axis.
    ValueError
        A negative eps.

    Examples
    --------
    >>> import minitensor as mt
    >>> x1, x2 = mt.tensor([[1., 0.], [3., 4.]]), mt.tensor([[2., 0.], [4., -3.]])
    >>> mt.nn.functional.cosine_similarity(x1, x2)
    tensor([1., 0.])
    """
    shape = _common_shape(x1, x2, "cosine_similarity")
    dtype = result_type(x1, x2)
    if dtype.kind != "f":
        raise TypeError(
            f"cosine_similarity: one of x1 and x2 must be floating-point, got {x1.dtype} and {x2.dtype}: try x1.float()"
        )
    axis = axis_of(dim, len(shape), "cosine_similarity")
    if not eps >= 0:
        raise ValueError(f"cosine_similarity: eps is 0 or more, got {eps}")
    first, second = (widened(x if x.dtype.kind == "f" else cast(x, dtype=dtype)) for x in (x1, x2))
    product = mul(_direction(first, shape, axis, eps), _direction(second, shape, axis, eps))
    cosine: Tensor = sum(product, axis=(axis,) if shape else (), keepdims=False)
    return cosine if cosine.dtype == dtype else cast(cosine, dtype=dtype)


def pairwise_distance(x1: Tensor, x2: Tensor, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Tensor:
    """The distance between vectors along the last axis, as PyTorch's `F.pairwise_distance`.

    y = sum(|x1 - x2 + eps|^p)^(1/p)

    Parameters
    ----------
    x1, x2 : Tensor
        They broadcast together.
    p : float
        The norm; inf is the largest difference, 0 counts the elements that differ.
    eps : float
        Added to each difference, so that equal vectors have a gradient.
    keepdim : bool
        Whether the last axis stays, with length 1.

    Returns
    -------
    Tensor
        Of the broadcast shape without its last axis.

    Raises
    ------
    TypeError
        An operand is no Tensor, or p no number.
    ShapeError
        The shapes do not broadcast together.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.pairwise_distance(mt.zeros(2, 2), mt.tensor([[3., 4.], [0., 1.]]))
    tensor([5.0000, 1.0000])
    """
    _common_shape(x1, x2, "pairwise_distance")
    if not isinstance(p, (int, float)):
        raise TypeError(f"pairwise_distance: p is a number, got {p!r}")
    return add(sub(x1, x2), float(eps)).norm(float(p), -1, keepdim)


def _direction(x: Tensor, shape: tuple[int, ...], axis: int, eps: float) -> Tensor:
    """Vectors over their length, or over eps where that is larger: it takes the length's place, but not in the gradient."""
    whole = x if x.shape == shape else broadcast_to(x, shape=shape)
    length = whole.norm(2, axis, True)
    known = length.detach()
    return div(whole, add(length, sub(clamp(known, low=eps, high=None), known)))


def _common_shape(x1: Tensor, x2: Tensor, operation: str) -> tuple[int, ...]:
    """The shape that two operands are broadcast to."""
    for name, x in (("x1", x1), ("x2", x2)):
        check_tensor(x, name, operation)
    try:
        return np.broadcast_shapes(x1.shape, x2.shape)
    except ValueError:
        table = shape_table(("x1", numbered(x1.ndim), x1.shape), ("x2", numbered(x2.ndim), x2.shape))
        raise ShapeError(f"{operation}: the shapes do not broadcast together\n{table}") from None
