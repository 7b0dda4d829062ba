"""The losses of triplets: a vector, one that is alike, and one that is not."""

from __future__ import annotations

from collections.abc import Callable

from minitensor.nn.functional.checks import number_of
from minitensor.nn.functional.distance import pairwise_distance
from minitensor.nn.functional.loss.checks import check_numbers, check_reduction, common_shape, reduced
from minitensor.nn.functional.loss.margin import check_axes, positive_part
from minitensor.ops.elementwise import add, minimum, sub
from minitensor.tensor import Tensor

Distance = Callable[[Tensor, Tensor], Tensor]


def triplet_margin_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    *,
    reduction: str = "mean",
) -> Tensor:
    """Bring a vector nearer to one that is alike than to one that is not, as PyTorch's `F.triplet_margin_loss`.

    loss = max(0, d(anchor, positive) - d(anchor, negative) + margin), d being the p-norm of the difference.

    Parameters
    ----------
    anchor, positive, negative : Tensor, shape (N, D) or (D,)
        The vectors; shapes with as many axes that broadcast are taken.
    margin : float
        By how much nearer; above 0.
    p : float
        The norm.
    eps : float
        Added to each difference, so that equal vectors have a gradient.
    swap : bool
        Whether the negative's distance is that to the anchor or to the positive, whichever is less.
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.

    Returns
    -------
    Tensor
        A scalar; with reduction='none' of shape (N,) or ().

    Raises
    ------
    TypeError
        An operand is no Tensor.
    ShapeError
        The shapes do not broadcast together, or have different numbers of axes.
    ValueError
        There is no such reduction; the margin is not above 0.

    Examples
    --------
    >>> import minitensor as mt
    >>> a, p, n = mt.zeros(1, 2), mt.tensor([[3., 4.]]), mt.tensor([[0., 5.5]])
    >>> mt.nn.functional.triplet_margin_loss(a, p, n)
    tensor(0.5000)

    References
    ----------
    V. Balntas et al., "Learning Shallow Convolutional Feature Descriptors with Triplet Losses", BMVC 2016.
    """
    check_reduction(reduction, "triplet_margin_loss")
    far = check_margin(margin, "triplet_margin_loss")
    operands = {"anchor": anchor, "positive": positive, "negative": negative}
    check_axes("triplet_margin_loss", **operands)
    check_numbers("triplet_margin_loss", **operands)
    common_shape("triplet_margin_loss", "give all one shape", **operands)
    return _triplet(anchor, positive, negative, lambda a, b: pairwise_distance(a, b, p, eps), far, swap, reduction)


def triplet_margin_with_distance_loss(
    anchor: Tensor,
    positive: Tensor,
    negative: Tensor,
    *,
    distance_function: Distance | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Tensor:
    """Compute `triplet_margin_loss` with a distance of one's own, as PyTorch's `F.triplet_margin_with_distance_loss`.

    loss = max(0, d(anchor, positive) - d(anchor, negative) + margin)

    Parameters
    ----------
    anchor, positive, negative : Tensor, shape (N, ...)
        What the distance takes.
    distance_function : callable, optional
        From two tensors to their distances, one for each sample; `pairwise_distance`, unless given.
    margin, swap, reduction
        As in `triplet_margin_loss`.

    Returns
    -------
    Tensor
        A scalar; with reduction='none' of the distances' shape.

    Raises
    ------
    TypeError, ShapeError, ValueError
        As `triplet_margin_loss`.

    Examples
    --------
    >>> import minitensor as mt
    >>> a, p, n = mt.zeros(1, 2), mt.tensor([[3., 4.]]), mt.tensor([[0., 5.5]])
    >>> city = lambda a, b: (a - b).abs().sum(-1)
    >>> mt.nn.functional.triplet_margin_with_distance_loss(a, p, n, distance_function=city)
    tensor(2.5000)
    """
    operation = "triplet_margin_with_distance_loss"
    check_reduction(reduction, operation)
    far = check_margin(margin, operation)
    check_axes(operation, anchor=anchor, positive=positive, negative=negative)
    return _triplet(anchor, positive, negative, distance_function or pairwise_distance, far, swap, reduction)


def check_margin(margin: float, operation: str) -> float:
    """Raise an error in words where a margin is no number, or not above 0; answer it as a float."""
    far = number_of(margin, "margin", operation)
    if not far > 0:
        raise ValueError(f"{operation}: the margin is above 0, got {margin}")
    return far


def _triplet(
    anchor: Tensor, positive: Tensor, negative: Tensor, distance: Distance, margin: float, swap: bool, reduction: str
) -> Tensor:
    alike, other = distance(anchor, positive), distance(anchor, negative)
    if swap:
        other = minimum(other, distance(positive, negative))
    return reduced(positive_part(add(sub(alike, other), margin)), reduction)
