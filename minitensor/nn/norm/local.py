"""Division of each channel by the size of its neighbours."""

from __future__ import annotations

from minitensor.geometry import int_of
from minitensor.nn import functional as F
from minitensor.nn.module import Module
from minitensor.tensor import Tensor


class LocalResponseNorm(Module):
    """Divide each channel by the size of its neighbours: see `F.local_response_norm`, which has the formula.

    Parameters
    ----------
    size : int
        How many channels are neighbours.
    alpha, beta, k : float
        The factor, the exponent and the offset.

    Raises
    ------
    ValueError
        The size is no int of 1 or more.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.LocalResponseNorm(2)
    >>> layer
    LocalResponseNorm(2, alpha=0.0001, beta=0.75, k=1.0)
    >>> layer(mt.randn(8, 5, 24, 24)).shape
    (8, 5, 24, 24)

    References
    ----------
    PyTorch's `nn.LocalResponseNorm`.
    """

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        self.size = int_of(size, "size", "LocalResponseNorm", 1)
        self.alpha = alpha
        self.beta = beta
        self.k = k

    def forward(self, input: Tensor) -> Tensor:
        """Normalise across channels."""
        return F.local_response_norm(input, self.size, self.alpha, self.beta, self.k)

    def extra_repr(self) -> str:
        """The arguments."""
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"
