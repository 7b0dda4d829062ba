"""The losses that compare the scores of classes, as modules; the classes' weights are buffers."""

from __future__ import annotations

from minitensor.nn import functional as F
from minitensor.nn.functional.checks import number_of
from minitensor.nn.functional.classification import check_label_smoothing
from minitensor.nn.functional.loss.classes import check_class_weight, check_power
from minitensor.nn.loss.base import Loss
from minitensor.tensor import Tensor


class NLLLoss(Loss):
    """Pick the target classes' negative log-probabilities, as PyTorch's `nn.NLLLoss`: loss = -w[t] * x[t].

    The input is (N, C), (C,) or (N, C, *spatial), the target (N,), () or (N, *spatial); the loss is a scalar, or with
    reduction='none' of the target's shape. See `F.nll_loss`.

    Parameters
    ----------
    weight : Tensor, shape (C,), optional
        How much each class counts; a buffer.
    ignore_index : int
        The class index that counts for nothing.
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
    >>> mt.nn.NLLLoss()(mt.tensor([[-0.5, -1.], [-2., -0.25]]), mt.tensor([0, 1]))
    tensor(0.3750)
    """

    weight: Tensor | None

    def __init__(self, weight: Tensor | None = None, *, ignore_index: int = -100, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        self.register_buffer("weight", weight)
        self.ignore_index = ignore_index

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Compare log-probabilities (N, C, *spatial) with class indices (N, *spatial)."""
        return F.nll_loss(input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction)


class CrossEntropyLoss(NLLLoss):
    """Compare logits with classes, or with probabilities of classes, as PyTorch's `nn.CrossEntropyLoss`.

    loss = -sum over c of w[c] * p[c] * log_softmax(x)[c]. The input is (N, C), (C,) or (N, C, *spatial), the target (N,), ()
    or (N, *spatial), or of the input's shape; the loss is a scalar, or with reduction='none' of the shape of class indices.
    See `F.cross_entropy`.

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
    TypeError
        The weight is no Tensor.

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


class MultiMarginLoss(Loss):
    """Put the target class's score above all others, as PyTorch's `nn.MultiMarginLoss`. See `F.multi_margin_loss`.

    loss = w[t] * sum over c != t of max(0, margin - x[t] + x[c])^p / C. The input is (N, C) or (C,), the target (N,) or ();
    the loss is a scalar, or with reduction='none' of the target's shape.

    Parameters
    ----------
    p : {1, 2}
        The power.
    margin : float
        By how much.
    weight : Tensor, shape (C,), optional
        How much each class counts; a buffer.
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.

    Raises
    ------
    ValueError
        There is no such reduction; p is neither 1 nor 2.
    ShapeError
        The weight has not one axis.
    TypeError
        The weight is no Tensor, or the margin no number.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.MultiMarginLoss()(mt.tensor([[0.1, 0.2, 0.4, 0.8]]), mt.tensor([3]))
    tensor(0.3250)
    """

    weight: Tensor | None

    def __init__(self, p: int = 1, margin: float = 1.0, weight: Tensor | None = None, *, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        check_power(p, "MultiMarginLoss")
        number_of(margin, "margin", "MultiMarginLoss")
        self.register_buffer("weight", weight)
        check_class_weight(weight, "MultiMarginLoss")
        self.p = p
        self.margin = margin

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Compare scores (N, C) with classes (N,)."""
        return F.multi_margin_loss(input, target, self.p, self.margin, self.weight, reduction=self.reduction)


class MultiLabelMarginLoss(Loss):
    """Put the scores of several classes above all others, as PyTorch's `nn.MultiLabelMarginLoss`.

    loss = sum over target classes t, and others c, of max(0, 1 - x[t] + x[c]) / C. The input and the target are (N, C) or
    (C,); the loss is a scalar, or with reduction='none' of shape (N,) or (). See `F.multilabel_margin_loss`.

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
    >>> mt.nn.MultiLabelMarginLoss()(mt.tensor([[0.1, 0.2, 0.4, 0.8]]), mt.tensor([[3, 0, -1, 1]]))
    tensor(0.8500)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Compare scores (N, C) with rows of classes that end with -1."""
        return F.multilabel_margin_loss(input, target, reduction=self.reduction)
