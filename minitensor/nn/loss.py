"""The losses, as modules."""

from __future__ import annotations

from minitensor.nn import functional as F
from minitensor.nn.functional.classification import check_label_smoothing
from minitensor.nn.functional.loss import check_reduction
from minitensor.nn.module import Module
from minitensor.tensor import Tensor


class _Loss(Module):
    """What all losses have: a reduction.

    Parameters
    ----------
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.

    Raises
    ------
    ValueError
        There is no such reduction.
    """

    def __init__(self, *, reduction: str = "mean") -> None:
        check_reduction(reduction, type(self).__name__)
        self.reduction = reduction


class MSELoss(_Loss):
    """Average the squared differences: see `F.mse_loss`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.MSELoss(reduction="sum")(mt.zeros(2), mt.tensor([1., 2.]))
    tensor(5.)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Compare two tensors of one shape."""
        return F.mse_loss(input, target, reduction=self.reduction)


class L1Loss(_Loss):
    """Average the absolute differences: see `F.l1_loss`."""

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Compare two tensors of one shape."""
        return F.l1_loss(input, target, reduction=self.reduction)


class NLLLoss(_Loss):
    """Pick the target classes' negative log-probabilities: see `F.nll_loss`.

    Parameters
    ----------
    weight : Tensor, shape (C,), optional
        How much each class counts; a buffer.
    ignore_index : int
        The class index that counts for nothing.
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.
    """

    def __init__(self, weight: Tensor | None = None, *, ignore_index: int = -100, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.weight: Tensor | None
        self.register_buffer("weight", weight)
        self.ignore_index = ignore_index

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Compare log-probabilities (N, C, *spatial) with class indices (N, *spatial)."""
        return F.nll_loss(input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction)


class CrossEntropyLoss(NLLLoss):
    """Compare logits with classes, or with probabilities of classes: see `F.cross_entropy`.

    Parameters
    ----------
    weight : Tensor, shape (C,), optional
        How much each class counts; a buffer.
    ignore_index : int
        The class index that counts for nothing.
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.
    label_smoothing : float
        From 0 to 1.

    Raises
    ------
    ValueError
        There is no such reduction, or a smoothing outside of 0 to 1.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.CrossEntropyLoss()(mt.tensor([[2., 0., 0.], [0., 0., 3.]]), mt.tensor([0, 2]))
    tensor(0.1672)
    """

    def __init__(
        self,
        weight: Tensor | None = None,
        *,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(weight, ignore_index=ignore_index, reduction=reduction)
        check_label_smoothing(label_smoothing, type(self).__name__)
        self.label_smoothing = label_smoothing

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Compare logits (N, C, *spatial) with class indices (N, *spatial), or with probabilities of the logits' shape."""
        return F.cross_entropy(
            input,
            target,
            self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )
