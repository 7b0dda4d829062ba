"""The distances between two tensors' vectors, as modules."""

from __future__ import annotations

from minitensor.nn import functional as F
from minitensor.nn.module import Module
from minitensor.tensor import Tensor


class CosineSimilarity(Module):
    """The cosine of the angle between vectors along an axis, as PyTorch's `CosineSimilarity`.

    `F.cosine_similarity` has the formula, the shapes and the errors.

    Parameters
    ----------
    dim : int
        The axis.
    eps : float
        The least length by which a vector is divided.

    Raises
    ------
    ValueError
        A negative eps.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.CosineSimilarity(dim=0)(mt.tensor([3., 4.]), mt.tensor([4., 3.]))
    tensor(0.9600)
    """

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        if not eps >= 0:
            raise ValueError(f"CosineSimilarity: eps is 0 or more, got {eps}")
        self.dim = dim
        self.eps = eps

    def forward(self, x1: Tensor, x2: Tensor) -> Tensor:
        """Compare two tensors that broadcast together."""
        return F.cosine_similarity(x1, x2, self.dim, self.eps)


class PairwiseDistance(Module):
    """The distance between vectors along the last axis, as PyTorch's `PairwiseDistance`.

    `F.pairwise_distance` has the formula, the shapes and the errors.

    Parameters
    ----------
    p : float
        The norm.
    eps : float
        Added to each difference.
    keepdim : bool
        Whether the last axis stays, with length 1.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.PairwiseDistance(p=1)(mt.zeros(1, 2), mt.tensor([[3., 4.]]))
    tensor([7.0000])
    """

    def __init__(self, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> None:
        self.norm = p
        self.eps = eps
        self.keepdim = keepdim

    def forward(self, x1: Tensor, x2: Tensor) -> Tensor:
        """Compare two tensors that broadcast together."""
        return F.pairwise_distance(x1, x2, self.norm, self.eps, self.keepdim)
