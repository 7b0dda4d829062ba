"""The losses that compare distributions, or numbers with a distribution, as modules."""

from __future__ import annotations

from minitensor.nn import functional as F
from minitensor.nn.functional.checks import number_of
from minitensor.nn.loss.base import Loss
from minitensor.tensor import Tensor


class KLDivLoss(Loss):
    """The divergence of a distribution from another's logarithm, as PyTorch's `nn.KLDivLoss`. See `F.kl_div`.

    loss = t * (log t - x), or, of the target's logarithm, e^t * (t - x). The input and the target have one shape, any; the
    loss is a scalar, or with reduction='none' of that shape.

    Parameters
    ----------
    reduction : {'mean', 'batchmean', 'sum', 'none'}
        Whether the losses are averaged over the elements (with a warning), added up and divided by the length of the first
        axis, added up, or answered one by one.
    log_target : bool
        Whether the target is of log-probabilities too.

    Raises
    ------
    ValueError
        There is no such reduction.

    Examples
    --------
    >>> import minitensor as mt
    >>> x, t = mt.tensor([[0.25, 0.75]]).log(), mt.tensor([[0.5, 0.5]])
    >>> mt.nn.KLDivLoss(reduction="batchmean")(x, t)
    tensor(0.1438)
    """

    also = ("batchmean",)

    def __init__(self, *, reduction: str = "mean", log_target: bool = False) -> None:
        super().__init__(reduction=reduction)
        self.log_target = log_target

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """Compare log-probabilities with probabilities of one shape."""
        return F.kl_div(input, target, reduction=self.reduction, log_target=self.log_target)


class PoissonNLLLoss(Loss):
    """The negative log-likelihood of counts, as PyTorch's `nn.PoissonNLLLoss`. See `F.poisson_nll_loss`.

    loss = e^x - t * x, or, of the rate itself, x - t * log(x + eps). The input and the target have one shape, any; the loss
    is a scalar, or with reduction='none' of that shape.

    Parameters
    ----------
    log_input : bool
        Whether the input is the logarithm of the expected count.
    full : bool
        Whether Stirling's approximation of log(t!) is added, where the target is above 1.
    eps : float
        What keeps the logarithm finite.
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.

    Raises
    ------
    ValueError
        There is no such reduction.
    TypeError
        eps is no number.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.PoissonNLLLoss(reduction="none")(mt.tensor([0., 1.]), mt.tensor([1., 3.]))
    tensor([ 1.0000, -0.2817])
    """

    def __init__(self, log_input: bool = True, full: bool = False, *, eps: float = 1e-8, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        number_of(eps, "eps", "PoissonNLLLoss")
        self.log_input = log_input
        self.full = full
        self.eps = eps

    def forward(self, log_input: Tensor, target: Tensor) -> Tensor:
        """Compare the logarithms of expected counts, or these, with counts of the same shape."""
        return F.poisson_nll_loss(log_input, target, self.log_input, self.full, eps=self.eps, reduction=self.reduction)


class GaussianNLLLoss(Loss):
    """The negative log-likelihood under normal distributions, as PyTorch's `nn.GaussianNLLLoss`. See `F.gaussian_nll_loss`.

    loss = (log v + (x - t)^2 / v) / 2, with v = max(var, eps). The input and the target have one shape, any; the loss is a
    scalar, or with reduction='none' of that shape.

    Parameters
    ----------
    full : bool
        Whether log(2 pi) / 2 is added.
    eps : float
        The least variance.
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.

    Raises
    ------
    ValueError
        There is no such reduction.
    TypeError
        eps is no number.

    Examples
    --------
    >>> import minitensor as mt
    >>> x, t, var = mt.tensor([0., 1.]), mt.tensor([0., 3.]), mt.tensor([1., 4.])
    >>> mt.nn.GaussianNLLLoss(reduction="none")(x, t, var)
    tensor([0.0000, 1.1931])
    """

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> None:
        super().__init__(reduction=reduction)
        number_of(eps, "eps", "GaussianNLLLoss")
        self.full = full
        self.eps = eps

    def forward(self, input: Tensor, target: Tensor, var: Tensor | float) -> Tensor:
        """Compare expected values and variances with numbers."""
        return F.gaussian_nll_loss(input, target, var, self.full, self.eps, self.reduction)
