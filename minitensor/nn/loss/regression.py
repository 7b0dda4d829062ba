"""The losses that compare numbers, as modules."""

from __future__ import annotations

from minitensor.nn import functional as F
from minitensor.nn.functional.loss.regression import check_beta, check_delta
from minitensor.nn.loss.base import Loss
from minitensor.tensor import Tensor


class MSELoss(Loss):
    """The squared differences, averaged, as PyTorch's `nn.MSELoss`: loss = (x - t)^2. See `F.mse_loss`.

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
    >>> mt.nn.MSELoss(reduction="sum")(mt.zeros(2), mt.tensor([1., 2.]))
    tensor(5.)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Compare two tensors of one shape."""
        return F.mse_loss(input, target, reduction=self.reduction)


class L1Loss(Loss):
    """The absolute differences, averaged, as PyTorch's `nn.L1Loss`: loss = |x - t|. See `F.l1_loss`.

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
    >>> mt.nn.L1Loss()(mt.zeros(2), mt.tensor([1., 2.]))
    tensor(1.5000)
    """

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Compare two tensors of one shape."""
        return F.l1_loss(input, target, reduction=self.reduction)


class SmoothL1Loss(Loss):
    """The absolute differences, rounded off near 0, averaged, as PyTorch's `nn.SmoothL1Loss`. See `F.smooth_l1_loss`.

    loss = (x - t)^2 / (2 beta) where |x - t| < beta, |x - t| - beta / 2 elsewhere. The input and the target have one shape,
    any; the loss is a scalar, or with reduction='none' of that shape.

    Parameters
    ----------
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.
    beta : float
        How far the round part reaches; with 0 there is none.

    Raises
    ------
    ValueError
        There is no such reduction; a negative beta.
    TypeError
        beta is no number.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.SmoothL1Loss(reduction="none")(mt.zeros(2), mt.tensor([0.5, 3.]))
    tensor([0.1250, 2.5000])
    """

    def __init__(self, *, reduction: str = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction=reduction)
        check_beta(beta, "SmoothL1Loss")
        self.beta = beta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Compare two tensors of one shape."""
        return F.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class HuberLoss(Loss):
    """The squared differences, straight where they are large, averaged, as PyTorch's `nn.HuberLoss`. See `F.huber_loss`.

    loss = (x - t)^2 / 2 where |x - t| < delta, delta * (|x - t| - delta / 2) elsewhere. The input and the target have one
    shape, any; the loss is a scalar, or with reduction='none' of that shape.

    Parameters
    ----------
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.
    delta : float
        How far the round part reaches; above 0.

    Raises
    ------
    ValueError
        There is no such reduction; delta is not above 0.
    TypeError
        delta is no number.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.HuberLoss("none", delta=2.)(mt.zeros(2), mt.tensor([0.5, 3.]))
    tensor([0.1250, 4.0000])
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction=reduction)
        check_delta(delta, "HuberLoss")
        self.delta = delta

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Compare two tensors of one shape."""
        return F.huber_loss(input, target, self.reduction, self.delta)
