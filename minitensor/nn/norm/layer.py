"""Normalisation within each sample: over its last axes, or over groups of its channels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import DTypeLike

from minitensor.creation import empty
from minitensor.geometry import Ints, int_of
from minitensor.nn import functional as F
from minitensor.nn import init
from minitensor.nn.functional.norm.checks import check_eps
from minitensor.nn.functional.norm.layer import shape_of
from minitensor.nn.module import Module
from minitensor.nn.parameter import Parameter
from minitensor.tensor import Tensor


class LayerNorm(Module):
    """Bring the last axes to mean 0 and variance 1, then scale and shift: see `F.layer_norm`, which has the formula.

    Parameters
    ----------
    normalized_shape : int or tuple of int
        The lengths of the last axes; an int for the last one alone.
    eps : float
        What keeps the division finite where the variance is 0.
    elementwise_affine : bool
        Whether there are a weight and a bias.
    bias : bool
        Whether there is a bias beside the weight.
    device, dtype
        Of the parameters.

    Attributes
    ----------
    weight, bias : Parameter, shape normalized_shape, or None
        They begin as 1 and 0.

    Raises
    ------
    TypeError, ValueError
        Lengths that are no ints of 1 or more; eps is no number, or below 0.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.LayerNorm((16, 10))
    >>> layer
    LayerNorm((16, 10), eps=1e-05, elementwise_affine=True, bias=True)
    >>> layer(mt.randn(8, 16, 10)).shape
    (8, 16, 10)

    References
    ----------
    PyTorch's `nn.LayerNorm`.
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        device: Any = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        self.normalized_shape = _lengths_of(normalized_shape, "LayerNorm")
        check_eps(eps, "LayerNorm")
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        shape = self.normalized_shape
        self.weight = Parameter(empty(shape, device=device, dtype=dtype)) if elementwise_affine else None
        self.bias = Parameter(empty(shape, device=device, dtype=dtype)) if elementwise_affine and bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set the weight to 1 and the bias to 0."""
        _reset(self.weight, self.bias)

    def forward(self, input: Tensor) -> Tensor:
        """Normalise the last axes."""
        return F.layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """The arguments."""
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}, "
            f"bias={self.bias is not None}"
        )


class RMSNorm(Module):
    """Divide the last axes by their root mean square, then scale: see `F.rms_norm`, which has the formula.

    Parameters
    ----------
    normalized_shape : int or tuple of int
        The lengths of the last axes; an int for the last one alone.
    eps : float, optional
        What keeps the division finite: see `F.rms_norm`.
    elementwise_affine : bool
        Whether there is a weight.
    device, dtype
        Of the weight.

    Attributes
    ----------
    weight : Parameter, shape normalized_shape, or None
        It begins as 1.

    Raises
    ------
    TypeError, ValueError
        As `LayerNorm`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.RMSNorm(2)(mt.tensor([[1., 7.], [-3., 3.]])).detach()
    tensor([[ 0.2000,  1.4000],
            [-1.0000,  1.0000]])

    References
    ----------
    PyTorch's `nn.RMSNorm`.
    """

    def __init__(
        self,
        normalized_shape: int | Sequence[int],
        eps: float | None = None,
        elementwise_affine: bool = True,
        device: Any = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        self.normalized_shape = _lengths_of(normalized_shape, "RMSNorm")
        if eps is not None:
            check_eps(eps, "RMSNorm")
        self.eps = eps
        self.elementwise_affine = elementwise_affine
        self.weight = Parameter(empty(self.normalized_shape, device=device, dtype=dtype)) if elementwise_affine else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set the weight to 1."""
        _reset(self.weight, None)

    def forward(self, x: Tensor) -> Tensor:
        """Normalise the last axes."""
        return F.rms_norm(x, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        """The arguments."""
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"


class GroupNorm(Module):
    """Bring groups of channels of each sample to mean 0 and variance 1, then scale and shift: see `F.group_norm`.

    Parameters
    ----------
    num_groups : int
        How many groups the channels are in, neighbours together.
    num_channels : int
        The number of channels, which the number of groups divides.
    eps : float
        What keeps the division finite where the variance is 0.
    affine : bool
        Whether there are a weight and a bias.
    device, dtype
        Of the parameters.
    bias : bool
        Whether there is a bias beside the weight.

    Attributes
    ----------
    weight, bias : Parameter, shape (num_channels,), or None
        They begin as 1 and 0.

    Raises
    ------
    ValueError
        A number below 1; the number of groups does not divide the channels; eps below 0.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.GroupNorm(4, 16)
    >>> layer
    GroupNorm(4, 16, eps=1e-05, affine=True, bias=True)
    >>> layer(mt.randn(8, 16, 28, 28)).shape
    (8, 16, 28, 28)

    References
    ----------
    PyTorch's `nn.GroupNorm`.
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        device: Any = None,
        dtype: DTypeLike | None = None,
        *,
        bias: bool = True,
    ) -> None:
        self.num_groups = int_of(num_groups, "num_groups", "GroupNorm", 1)
        self.num_channels = int_of(num_channels, "num_channels", "GroupNorm", 1)
        if self.num_channels % self.num_groups:
            raise ValueError(f"GroupNorm: num_groups must divide num_channels, got {num_groups} and {num_channels}")
        check_eps(eps, "GroupNorm")
        self.eps = eps
        self.affine = affine
        self.weight = Parameter(empty(num_channels, device=device, dtype=dtype)) if affine else None
        self.bias = Parameter(empty(num_channels, device=device, dtype=dtype)) if affine and bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set the weight to 1 and the bias to 0."""
        _reset(self.weight, self.bias)

    def forward(self, input: Tensor) -> Tensor:
        """Normalise the groups of channels."""
        return F.group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        """The arguments."""
        return f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, bias={self.bias is not None}"


def _lengths_of(normalized_shape: int | Sequence[int], name: str) -> Ints:
    """`normalized_shape` as a tuple of ints, each at least 1."""
    shape = (
        normalized_shape
        if isinstance(normalized_shape, (tuple, list))
        else (int_of(normalized_shape, "normalized_shape", name, 1),)
    )
    return tuple(int_of(length, "normalized_shape", name, 1) for length in shape_of(shape, name))


def _reset(weight: Parameter | None, bias: Parameter | None) -> None:
    if weight is not None:
        init.ones_(weight)
    if bias is not None:
        init.zeros_(bias)
