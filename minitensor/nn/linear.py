"""The affine layer, and the two that change no value."""

from __future__ import annotations

import math
from typing import Any

from numpy.typing import DTypeLike

from minitensor.creation import empty
from minitensor.geometry.arguments import int_of
from minitensor.nn import functional as F
from minitensor.nn import init
from minitensor.nn.module import Module
from minitensor.nn.parameter import Parameter
from minitensor.tensor import Tensor


class Linear(Module):
    """Multiply rows of features by a matrix and add a bias: y = x @ weight^T + bias.

    Parameters
    ----------
    in_features, out_features : int
        1 or more.
    bias : bool
        Whether a bias is added.
    device, dtype
        Of the parameters.

    Attributes
    ----------
    weight : Parameter, shape (out_features, in_features)
    bias : Parameter, shape (out_features,), or None
        Both drawn from U(-sqrt(k), sqrt(k)), k = 1 / in_features.

    Raises
    ------
    ValueError
        The number of features is below 1.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Linear(20, 30)(mt.randn(128, 20)).shape
    (128, 30)

    References
    ----------
    PyTorch's `nn.Linear`.
    """

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, device: Any = None, dtype: DTypeLike | None = None
    ) -> None:
        self.in_features = int_of(in_features, "in_features", "Linear", 1)
        self.out_features = int_of(out_features, "out_features", "Linear", 1)
        self.weight = Parameter(empty(self.out_features, self.in_features, device=device, dtype=dtype))
        self.bias = Parameter(empty(self.out_features, device=device, dtype=dtype)) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weight and the bias anew."""
        bound = 1 / math.sqrt(self.in_features)
        init.uniform_(self.weight, -bound, bound)
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input: Tensor) -> Tensor:
        """Map (..., in_features) to (..., out_features)."""
        return F.linear(input, self.weight, self.bias)

    def extra_repr(self) -> str:
        """The sizes, and whether there is a bias."""
        return f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}"


class Identity(Module):
    """The input as it is, of any shape; takes any arguments, and ignores them. As PyTorch's `nn.Identity`.

    Parameters
    ----------
    *args, **kwargs
        Anything.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Identity(54, unused=True)(mt.ones(2))
    tensor([1., 1.])
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def forward(self, input: Tensor) -> Tensor:
        """Return the input."""
        return input


class Flatten(Module):
    """One axis in the place of several, from start_dim to end_dim; as PyTorch's `nn.Flatten`.

    The shape (N, C, H, W) becomes (N, C * H * W), unless told otherwise.

    Parameters
    ----------
    start_dim, end_dim : int
        The first and the last of the axes; negative ones count from the end.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Flatten()(mt.ones(32, 1, 5, 5)).shape
    (32, 25)
    >>> mt.nn.Flatten(0, 1)(mt.ones(32, 1, 5, 5)).shape
    (32, 5, 5)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, input: Tensor) -> Tensor:
        """Map (N, C, H, W) to (N, C * H * W), with the axes that it has unless told otherwise."""
        return input.flatten(self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        """The first and the last axis."""
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"
