"""What a selection along an axis answers, and its way back from a line to a tensor without axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from minitensor.errors import ShapeError
from minitensor.ops import shape

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


class ValuesAndIndices(NamedTuple):
    """What a selection along an axis answers: the elements, and where they stood.

    Attributes
    ----------
    values : Tensor
    indices : Tensor
        int64, along the axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> values, indices = mt.tensor([3.0, 1.0, 2.0]).sort()
    >>> values, indices
    (tensor([1., 2., 3.]), tensor([1, 2, 0]))
    """

    values: Tensor
    indices: Tensor


class MinAndMax(NamedTuple):
    """The smallest and the largest element: what `aminmax` answers.

    Attributes
    ----------
    min, max : Tensor

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tensor([3.0, 1.0, 2.0]).aminmax().max
    tensor(3.)
    """

    min: Tensor
    max: Tensor


def back(input: Tensor, result: Tensor) -> Tensor:
    """What was worked out of a line, without axes where input has none."""
    return result if input.ndim else shape.reshape(result, shape=())


def without_axis(input: Tensor, values: Tensor, places: Tensor, axis: int, keepdim: bool) -> ValuesAndIndices:
    """Values and places with one element along an axis, which goes unless it is kept; none where input has none."""
    if keepdim and input.ndim:
        return ValuesAndIndices(values, places)
    left = (*input.shape[:axis], *input.shape[axis + 1 :])
    return ValuesAndIndices(shape.reshape(values, shape=left), shape.reshape(places, shape=left))


def check_not_empty(input: Tensor, axes: tuple[int, ...], operation: str) -> None:
    """Raise a ShapeError where there is nothing to choose from."""
    if empty := [axis for axis in axes if input.shape[axis] == 0]:
        raise ShapeError(f"{operation}: there is no element to choose: axis {empty[0]} of the shape {input.shape} is empty")
