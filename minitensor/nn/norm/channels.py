"""What the layers that normalise channels share: the parameters, the running statistics, and the axes that they accept."""

from __future__ import annotations

from typing import Any, ClassVar

from numpy.typing import DTypeLike

from minitensor.creation import empty, tensor, zeros
from minitensor.dtypes import int64
from minitensor.errors import ShapeError
from minitensor.geometry import int_of
from minitensor.nn import init
from minitensor.nn.functional.norm.checks import check_eps
from minitensor.nn.functional.spatial import check_tensor
from minitensor.nn.module import Module
from minitensor.nn.parameter import Parameter
from minitensor.tensor import Tensor


class ChannelNorm(Module):
    """Bring each channel to mean 0 and variance 1, then scale and shift it.

    Parameters
    ----------
    num_features : int
        The number of channels.
    eps : float
        What keeps the division finite where the variance is 0.
    momentum : float or None
        The weight of the batch in the running mean and variance.
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
    TypeError
        The momentum or eps is no number.
    """

    accepted: ClassVar[tuple[tuple[str, ...], ...]]  # the axes that an input may have

    _may_be_missing = ("num_batches_tracked",)

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
        check_eps(eps, name)
        if not (momentum is None or isinstance(momentum, (int, float))):
            raise TypeError(f"{name}: momentum is a number or None, got {momentum!r}")
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

    def _check_axes(self, input: Tensor) -> None:
        """Raise an error where the input has other axes than the layer is for."""
        name = type(self).__name__
        check_tensor(input, "input", name)
        if input.ndim not in map(len, self.accepted):
            accepted = " or ".join(f"({', '.join(axes)})" for axes in self.accepted)
            raise ShapeError(f"{name}: the input must be {accepted}, got the shape {input.shape}")

    def extra_repr(self) -> str:
        """The arguments."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}"
        )
