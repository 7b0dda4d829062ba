"""The smooth steps from one bound to the other, as modules."""

from __future__ import annotations

from minitensor.nn import functional as F
from minitensor.nn.module import Module
from minitensor.tensor import Tensor


class Sigmoid(Module):
    """The logistic function, as PyTorch's `nn.Sigmoid`: y = 1 / (1 + e^-x). See `F.sigmoid`.

    The input has any shape, the output the same.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Sigmoid()(mt.tensor([-1., 0.]))
    tensor([0.2689, 0.5000])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.sigmoid`."""
        return F.sigmoid(input)


class LogSigmoid(Module):
    """The logarithm of the logistic function, as PyTorch's `nn.LogSigmoid`: y = -log(1 + e^-x). See `F.logsigmoid`.

    The input has any shape, the output the same.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.LogSigmoid()(mt.tensor([-1., 0.]))
    tensor([-1.3133, -0.6931])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.logsigmoid`."""
        return F.logsigmoid(input)


class Tanh(Module):
    """The hyperbolic tangent, as PyTorch's `nn.Tanh`: y = (e^x - e^-x) / (e^x + e^-x). See `F.tanh`.

    The input has any shape, the output the same.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Tanh()(mt.tensor([-1., 0.]))
    tensor([-0.7616,  0.0000])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.tanh`."""
        return F.tanh(input)


class Softsign(Module):
    """Each element over 1 more than its size, as PyTorch's `nn.Softsign`: y = x / (1 + |x|). See `F.softsign`.

    The input has any shape, the output the same.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Softsign()(mt.tensor([-1., 3.]))
    tensor([-0.5000,  0.7500])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.softsign`."""
        return F.softsign(input)
