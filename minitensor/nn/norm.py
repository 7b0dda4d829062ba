"""Batch normalisation of features, signals, images and volumes: the three differ by the axes that they accept."""

from __future__ import annotations

from typing import Any

from numpy.typing import DTypeLike

from minitensor.creation import empty, tensor, zeros
from minitensor.dtypes import int64
from minitensor.errors import ShapeError
from minitensor.geometry.arguments import int_of
from minitensor.grad_mode import no_grad
from minitensor.nn import functional as F
from minitensor.nn import init
from minitensor.nn.functional.spatial import check_tensor, input_axes
from minitensor.nn.module import Module
from minitensor.nn.parameter import Parameter
from minitensor.tensor import Tensor


class _BatchNorm(Module):
    """Bring each channel to mean 0 and variance 1, then scale and shift it: see `F.batch_norm`.

    Parameters
    ----------
    num_features : int
        The number of channels.
    eps : float
        What keeps the division finite where the variance is 0.
    momentum : float or None
        The weight of the batch in the running mean and variance; None averages over all batches.
    affine : bool
        Whether there are a weight and a bias.
    track_running_stats : bool
        Whether a running mean and variance are kept and used in evaluation; else the batch's own are used there too.
    device, dtype
        Of the parameters and buffers.
    bias : bool
        Whether there is a bias beside the weight.

    Attributes
    ----------
    weight, bias : Parameter, shape (num_features,), or None
        They begin as 1 and 0.
    running_mean, running_var : Tensor, shape (num_features,), or None
        They begin as 0 and 1.
    num_batches_tracked : Tensor, int64, or None

    Raises
    ------
    ValueError
        num_features is below 1, or eps below 0.
    """

    ndims: tuple[int, ...]  # how many axes an input may have

    running_mean: Tensor | None
    running_var: Tensor | None
    num_batches_tracked: Tensor | None

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        device: Any = None,
        dtype: DTypeLike | None = None,
        *,
        bias: bool = True,
    ) -> None:
        name = type(self).__name__
        self.num_features = int_of(num_features, "num_features", name, 1)
        if not eps >= 0:
            raise ValueError(f"{name}: eps is 0 or more, got {eps}")
        self.eps = eps
        self.momentum = momentum
        self.affine = affine
        self.track_running_stats = track_running_stats
        self.weight = Parameter(empty(num_features, device=device, dtype=dtype)) if affine else None
        self.bias = Parameter(empty(num_features, device=device, dtype=dtype)) if affine and bias else None
        tracked = track_running_stats
        self.register_buffer("running_mean", zeros(num_features, device=device, dtype=dtype) if tracked else None)
        self.register_buffer("running_var", zeros(num_features, device=device, dtype=dtype) if tracked else None)
        self.register_buffer("num_batches_tracked", tensor(0, dtype=int64, device=device) if tracked else None)
        self.reset_parameters()

    def reset_running_stats(self) -> None:
        """Forget the batches that were seen."""
        if self.running_mean is not None and self.running_var is not None and self.num_batches_tracked is not None:
            init.zeros_(self.running_mean)
            init.ones_(self.running_var)
            init.zeros_(self.num_batches_tracked)

    def reset_parameters(self) -> None:
        """Begin anew: the running statistics, the weight and the bias."""
        self.reset_running_stats()
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)

    def forward(self, input: Tensor) -> Tensor:
        """Normalise, and in training move the running statistics towards the batch's."""
        name = type(self).__name__
        check_tensor(input, "input", name)
        if input.ndim not in self.ndims:
            accepted = " or ".join(f"({', '.join(input_axes(ndim - 2, ndim))})" for ndim in self.ndims)
            raise ShapeError(f"{name}: the input must be {accepted}, got the shape {input.shape}")
        momentum = self.momentum
        if momentum is None:
            seen = 0 if self.num_batches_tracked is None else int(self.num_batches_tracked)
            momentum = 1 / (seen + 1)
        output = F.batch_norm(
            input,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or self.running_mean is None,
            momentum,
            self.eps,
        )
        if self.training and self.num_batches_tracked is not None:
            with no_grad():
                self.num_batches_tracked += 1
        return output

    def extra_repr(self) -> str:
        """The arguments."""
        words = (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"track_running_stats={self.track_running_stats}"
        )
        return words + ", bias=False" if self.affine and self.bias is None else words


class BatchNorm1d(_BatchNorm):
    """Normalise the channels of features (N, C) or signals (N, C, L).

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.BatchNorm1d(2, eps=0.)(mt.tensor([[1., 10.], [3., 30.]])).tolist()
    [[-1.0, -1.0], [1.0, 1.0]]
    """

    ndims = (2, 3)


class BatchNorm2d(_BatchNorm):
    """Normalise the channels of images (N, C, H, W)."""

    ndims = (4,)


class BatchNorm3d(_BatchNorm):
    """Normalise the channels of volumes (N, C, D, H, W)."""

    ndims = (5,)
