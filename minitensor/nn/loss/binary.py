"""The losses that compare a score with yes or no, as modules; their weights are buffers."""

from __future__ import annotations

from minitensor.nn import functional as F
from minitensor.nn.loss.base import Loss
from minitensor.tensor import Tensor


class BCELoss(Loss):
    """Compare probabilities with yes or no, as PyTorch's `nn.BCELoss`. See `F.binary_cross_entropy`.

    loss = -w * (t * log x + (1 - t) * log(1 - x)). The input and the target have one shape, any; the loss is a scalar, or
    with reduction='none' of that shape.

    Parameters
    ----------
    weight : Tensor, optional
        How much each element counts; a buffer.
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.

    Raises
    ------
    ValueError
        There is no such reduction.
    TypeError
        The weight is no Tensor.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.BCELoss(reduction="none")(mt.tensor([0.5, 0.75]), mt.tensor([1., 0.]))
    tensor([0.6931, 1.3863])
    """

    weight: Tensor | None

    def __init__(self, weight: Tensor | None = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Compare probabilities with a target of the same shape."""
        return F.binary_cross_entropy(input, target, self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(Loss):
    """Compare logits with yes or no, as PyTorch's `nn.BCEWithLogitsLoss`. See `F.binary_cross_entropy_with_logits`.

    loss = -w * (p * t * log s(x) + (1 - t) * log(1 - s(x))), s being the sigmoid. The input and the target have one shape,
    any; the loss is a scalar, or with reduction='none' of that shape.

    Parameters
    ----------
    weight : Tensor, optional
        How much each element counts; a buffer.
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.
    pos_weight : Tensor, optional
        How much yes counts beside no; a buffer.

    Raises
    ------
    ValueError
        There is no such reduction.
    TypeError
        A weight is no Tensor.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.BCEWithLogitsLoss(pos_weight=mt.tensor([3.]))(mt.zeros(1), mt.ones(1))
    tensor(2.0794)
    """

    weight: Tensor | None
    pos_weight: Tensor | None

    def __init__(self, weight: Tensor | None = None, *, reduction: str = "mean", pos_weight: Tensor | None = None) -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Compare logits with a target of the same shape."""
        return F.binary_cross_entropy_with_logits(
            input, target, self.weight, reduction=self.reduction, pos_weight=self.pos_weight
        )


class SoftMarginLoss(Loss):
    """Compare scores with signs, as PyTorch's `nn.SoftMarginLoss`: loss = log(1 + e^(-t * x)). See `F.soft_margin_loss`.

    The input and the target have one shape, any; the loss is a scalar, or with reduction='none' of that shape.

    Parameters
    ----------
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.

    Raises
    ------
    ValueError
        There is no such reduction.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.SoftMarginLoss(reduction="none")(mt.tensor([0., 2.]), mt.tensor([1., -1.]))
    tensor([0.6931, 2.1269])
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Compare scores with 1 or -1."""
        return F.soft_margin_loss(input, target, reduction=self.reduction)


class MultiLabelSoftMarginLoss(Loss):
    """Compare each class's logit with yes or no, as PyTorch's `nn.MultiLabelSoftMarginLoss`.

    loss = -mean over c of w[c] * (t * log s(x) + (1 - t) * log(1 - s(x))), s being the sigmoid. The input and the target are
    (..., C); the loss is a scalar, or with reduction='none' of shape (...). See `F.multilabel_soft_margin_loss`.

    Parameters
    ----------
    weight : Tensor, shape (C,), optional
        How much each class counts; a buffer.
    reduction : {'mean', 'sum', 'none'}
        Whether the losses of the samples are averaged, added up, or answered one by one.

    Raises
    ------
    ValueError
        There is no such reduction.
    TypeError
        The weight is no Tensor.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.MultiLabelSoftMarginLoss()(mt.tensor([[0., 2.]]), mt.tensor([[1., 0.]]))
    tensor(1.4100)
    """

    weight: Tensor | None

    def __init__(self, weight: Tensor | None = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Compare logits with a target of the same shape."""
        return F.multilabel_soft_margin_loss(input, target, self.weight, reduction=self.reduction)
