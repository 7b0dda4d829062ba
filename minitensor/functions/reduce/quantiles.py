"""Quantiles, under PyTorch's names."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.dtypes import Array
from minitensor.errors import ShapeError
from minitensor.functions.arguments import axis_of, check_floating, check_same_dtype, on_tensor
from minitensor.functions.reduce.results import check_not_empty
from minitensor.ops import elementwise, index, shape
from minitensor.ops import reduce as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor

WHOLE: dict[str, Callable[[Array], Array]] = {"lower": np.floor, "higher": np.ceil, "nearest": np.round}
INTERPOLATIONS = ("linear", "midpoint", *WHOLE)


@on_tensor
def quantile(
    input: Tensor, q: float | Tensor | Array, dim: int | None = None, keepdim: bool = False, *, interpolation: str = "linear"
) -> Tensor:
    """What a fraction q of the elements along an axis lies below. As PyTorch's `torch.quantile`.

    In the order of the n elements it stands at the place q (n - 1), which may lie between two of them.

    Parameters
    ----------
    input : Tensor
        Of a floating dtype.
    q : float or Tensor
        From 0 to 1; a tensor has one axis at most, and input's dtype.
    dim : int, optional
        The axis; all elements, where it is left out.
    keepdim : bool
        Whether the axis stays, with length 1.
    interpolation : str
        Between two elements: "linear" weighs them, "midpoint" is their average, "lower", "higher" and "nearest" choose.

    Returns
    -------
    Tensor
        In input's dtype, without the axis; with q's axis in front, where it has one. nan where there is one.

    Raises
    ------
    ShapeError
        The axis is empty, or q has several.
    TypeError
        Integers or booleans, or q is of another dtype.
    ValueError
        q is below 0 or above 1, or there is no such interpolation.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.quantile(mt.tensor([1.0, 2.0, 3.0]), mt.tensor([0.25, 0.5]))
    tensor([1.5000, 2.0000])
    """
    fractions = _checked(input, q, interpolation)
    wanted = () if dim is None else (axis_of(dim, input.ndim, "quantile"),)
    kept = tuple(1 if not wanted or one in wanted else length for one, length in enumerate(input.shape))
    line = shape.reshape(input, shape=(-1,)) if dim is None or not input.ndim else input
    axis = wanted[0] if wanted else 0
    check_not_empty(line, (axis,), "quantile")
    ordered = index.gather(line, ops.argsort(line, axis=axis, descending=False), axis=axis)
    last = line.shape[axis] - 1
    rank = fractions.reshape(-1) * last  # (q)
    if interpolation in WHOLE:
        rank = WHOLE[interpolation](rank)
    below = np.floor(rank)
    weight = np.where(rank > below, 0.5, 0.0) if interpolation == "midpoint" else rank - below
    weight = _upright(weight, line, axis).astype(input.dtype)
    nothing = np.isnan(np.asarray(line)).any(axis, keepdims=True)  # there the last of the order is meant, a nan
    sizes = (*line.shape[:axis], rank.size, *line.shape[axis + 1 :])
    places = [np.where(nothing, last, _upright(place, line, axis)).astype(np.int64) for place in (below, np.ceil(rank))]
    low, high = (index.gather(ordered, np.broadcast_to(place, sizes), axis=axis) for place in places)
    found = elementwise.add(low, elementwise.mul(elementwise.sub(high, low), weight))
    order = (axis, *(one for one in range(found.ndim) if one != axis))
    rest = kept if keepdim else tuple(length for one, length in enumerate(kept) if wanted and one not in wanted)
    return shape.reshape(shape.permute(found, axes=order), shape=(*fractions.shape, *rest))


def _upright(array: Array, line: Tensor, axis: int) -> Array:
    """Numbers in a row, placed along an axis."""
    return array.reshape(-1, *(1,) * (line.ndim - 1 - axis))  # (q, 1, ...)


def _checked(input: Tensor, q: Any, interpolation: str) -> Any:
    """The fractions as an array."""
    check_floating("quantile", input)
    if hasattr(q, "dtype"):
        check_same_dtype("quantile", input, q=q)
    fractions = np.asarray(q, np.float64)
    if fractions.ndim > 1:
        raise ShapeError(f"quantile: q is one number or has one axis, got the shape {fractions.shape}")
    if not ((fractions >= 0) & (fractions <= 1)).all():
        raise ValueError(f"quantile: q is from 0 to 1, got {fractions.tolist()}")
    if interpolation not in INTERPOLATIONS:
        raise ValueError(f"quantile: interpolation is one of {', '.join(INTERPOLATIONS)}, got {interpolation!r}")
    return fractions
