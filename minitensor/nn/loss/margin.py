"""The losses that are 0 beyond a margin, as modules."""

from __future__ import annotations

from typing import Any

from minitensor.nn import functional as F
from minitensor.nn.distance import PairwiseDistance
from minitensor.nn.functional.checks import number_of
from minitensor.nn.functional.loss.triplet import check_margin
from minitensor.nn.loss.base import Loss
from minitensor.tensor import Tensor


class HingeEmbeddingLoss(Loss):
    """Draw alike pairs together, keep others apart, given their distances, as PyTorch's `nn.HingeEmbeddingLoss`.

    loss = x where t is 1, max(0, margin - x) where t is -1. The input and the target have one shape, any; the loss is a
    scalar, or with reduction='none' of that shape. See `F.hinge_embedding_loss`.

    Parameters
    ----------
    margin : float
        How far apart is enough.
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.

    Raises
    ------
    ValueError
        There is no such reduction.
    TypeError
        The margin is no number.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.HingeEmbeddingLoss(reduction="none")(mt.tensor([0.25, 0.25]), mt.tensor([1., -1.]))
    tensor([0.2500, 0.7500])
    """

    def __init__(self, margin: float = 1.0, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        number_of(margin, "margin", "HingeEmbeddingLoss")
        self.margin = margin

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Compare distances with 1 or -1."""
        return F.hinge_embedding_loss(input, target, self.margin, reduction=self.reduction)


class MarginRankingLoss(Loss):
    """Put one score above another, as PyTorch's `nn.MarginRankingLoss`: loss = max(0, -t * (x1 - x2) + margin).

    The inputs and the target have one shape, any; the loss is a scalar, or with reduction='none' of that shape. See
    `F.margin_ranking_loss`.

    Parameters
    ----------
    margin : float
        By how much.
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.

    Raises
    ------
    ValueError
        There is no such reduction.
    TypeError
        The margin is no number.

    Examples
    --------
    >>> import minitensor as mt
    >>> x1, x2, t = mt.tensor([2., 2.]), mt.tensor([1., 1.]), mt.tensor([1., -1.])
    >>> mt.nn.MarginRankingLoss(reduction="none")(x1, x2, t)
    tensor([0., 1.])
    """

    def __init__(self, margin: float = 0.0, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        number_of(margin, "margin", "MarginRankingLoss")
        self.margin = margin

    def forward(self, input1: Tensor, input2: Tensor, target: Tensor) -> Tensor:
        """Compare scores, with 1 where the first is to be the larger, and -1 where the second is."""
        return F.margin_ranking_loss(input1, input2, target, self.margin, reduction=self.reduction)


class CosineEmbeddingLoss(Loss):
    """Turn alike vectors the same way and others apart, as PyTorch's `nn.CosineEmbeddingLoss`.

    loss = 1 - cos(x1, x2) where t is 1, max(0, cos(x1, x2) - margin) where t is -1. The inputs are (N, D) or (D,), the
    target is (N,) or (); the loss is a scalar, or with reduction='none' of the target's shape. See
    `F.cosine_embedding_loss`.

    Parameters
    ----------
    margin : float
        The cosine below which vectors are apart enough.
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.

    Raises
    ------
    ValueError
        There is no such reduction.
    TypeError
        The margin is no number.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.CosineEmbeddingLoss()(mt.tensor([1., 0.]), mt.tensor([3., 4.]), mt.tensor(1))
    tensor(0.4000)
    """

    def __init__(self, margin: float = 0.0, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        number_of(margin, "margin", "CosineEmbeddingLoss")
        self.margin = margin

    def forward(self, input1: Tensor, input2: Tensor, target: Tensor) -> Tensor:
        """Compare vectors, with 1 where they are alike, and -1 where they are not."""
        return F.cosine_embedding_loss(input1, input2, target, self.margin, reduction=self.reduction)


class TripletMarginLoss(Loss):
    """Bring a vector nearer to one that is alike than to one that is not, as PyTorch's `nn.TripletMarginLoss`.

    loss = max(0, d(anchor, positive) - d(anchor, negative) + margin), d being the p-norm of the difference. The three are
    (N, D) or (D,); the loss is a scalar, or with reduction='none' of shape (N,) or (). See `F.triplet_margin_loss`.

    Parameters
    ----------
    margin : float
        By how much nearer; above 0.
    p : float
        The norm.
    eps : float
        Added to each difference.
    swap : bool
        Whether the negative's distance is that to the anchor or to the positive, whichever is less.
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.

    Raises
    ------
    ValueError
        There is no such reduction; the margin is not above 0.
    TypeError
        The margin is no number.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.TripletMarginLoss()(mt.zeros(1, 2), mt.tensor([[3., 4.]]), mt.tensor([[0., 5.5]]))
    tensor(0.5000)
    """

    def __init__(
        self,
        margin: float = 1.0,
        p: float = 2.0,
        eps: float = 1e-6,
        swap: bool = False,
        *,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction=reduction)
        check_margin(margin, "TripletMarginLoss")
        self.margin = margin
        self.p = p
        self.eps = eps
        self.swap = swap

    def forward(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
        """Compare vectors with those that are alike and those that are not."""
        return F.triplet_margin_loss(
            anchor, positive, negative, self.margin, self.p, self.eps, self.swap, reduction=self.reduction
        )


class TripletMarginWithDistanceLoss(Loss):
    """Compute `TripletMarginLoss` with a distance of one's own, as PyTorch's `nn.TripletMarginWithDistanceLoss`.

    loss = max(0, d(anchor, positive) - d(anchor, negative) + margin). The three are (N, ...), what the distance takes; the
    loss is a scalar, or with reduction='none' of the distances' shape. See `F.triplet_margin_with_distance_loss`.

    Parameters
    ----------
    distance_function : callable, optional
        From two tensors to their distances, one for each sample; `PairwiseDistance()`, unless given. A module becomes a
        child.
    margin : float
        By how much nearer; above 0.
    swap : bool
        Whether the negative's distance is that to the anchor or to the positive, whichever is less.
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.

    Raises
    ------
    ValueError
        There is no such reduction; the margin is not above 0.
    TypeError
        The margin is no number.

    Examples
    --------
    >>> import minitensor as mt
    >>> loss = mt.nn.TripletMarginWithDistanceLoss(distance_function=lambda a, b: (a - b).abs().sum(-1))
    >>> loss(mt.zeros(1, 2), mt.tensor([[3., 4.]]), mt.tensor([[0., 5.5]]))
    tensor(2.5000)
    """

    def __init__(
        self,
        *,
        distance_function: Any = None,
        margin: float = 1.0,
        swap: bool = False,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction=reduction)
        check_margin(margin, "TripletMarginWithDistanceLoss")
        self.distance_function = PairwiseDistance() if distance_function is None else distance_function
        self.margin = margin
        self.swap = swap

    def forward(self, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
        """Compare samples with those that are alike and those that are not."""
        return F.triplet_margin_with_distance_loss(
            anchor,
            positive,
            negative,
            distance_function=self.distance_function,
            margin=self.margin,
            swap=self.swap,
            reduction=self.reduction,
        )
