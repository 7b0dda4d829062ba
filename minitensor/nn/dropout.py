"""Dropout, as a module."""

from __future__ import annotations

from minitensor.nn import functional as F
from minitensor.nn.functional.dropout import check_probability
from minitensor.nn.module import Module
from minitensor.tensor import Tensor


class Dropout(Module):
    """In training set each element to 0 with probability p and scale the others by 1 / (1 - p); in evaluation do nothing.

    Parameters
    ----------
    p : float
        From 0 to 1.
    inplace : bool
        Whether the input becomes the result.

    Raises
    ------
    ValueError
        p is not a probability.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Dropout(0.2).eval()(mt.ones(3))
    tensor([1., 1., 1.])
    """

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        check_probability(p, "Dropout")
        self.p = p
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.dropout`."""
        return F.dropout(input, self.p, self.training, self.inplace)

    def extra_repr(self) -> str:
        """The probability, and whether it works in place."""
        return f"p={self.p}, inplace={self.inplace}"
