"""What stands between the layers, as modules."""

from __future__ import annotations

from minitensor.nn import functional as F
from minitensor.nn.module import Module
from minitensor.tensor import Tensor


class ReLU(Module):
    """Compute the larger of each element and 0.

    Parameters
    ----------
    inplace : bool
        Whether the input becomes the result.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.ReLU()(mt.tensor([-1., 2.]))
    tensor([0., 2.])
    """

    def __init__(self, inplace: bool = False) -> None:
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.relu`."""
        return F.relu(input, self.inplace)

    def extra_repr(self) -> str:
        """Whether it works in place."""
        return "inplace=True" if self.inplace else ""


class Sigmoid(Module):
    """Compute 1 / (1 + exp(-x)) for each element."""

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.sigmoid`."""
        return F.sigmoid(input)


class Tanh(Module):
    """Compute the hyperbolic tangent of each element."""

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.tanh`."""
        return F.tanh(input)


class Softmax(Module):
    """Compute exp(x) over its sum along an axis.

    Parameters
    ----------
    dim : int
        The axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Softmax(dim=1)(mt.zeros(1, 2))
    tensor([[0.5000, 0.5000]])
    """

    def __init__(self, dim: int | None = None) -> None:
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.softmax`."""
        return F.softmax(input, self.dim)

    def extra_repr(self) -> str:
        """The axis."""
        return f"dim={self.dim}"


class LogSoftmax(Module):
    """Compute the logarithm of the softmax along an axis.

    Parameters
    ----------
    dim : int
        The axis.
    """

    def __init__(self, dim: int | None = None) -> None:
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.log_softmax`."""
        return F.log_softmax(input, self.dim)

    def extra_repr(self) -> str:
        """The axis."""
        return f"dim={self.dim}"
