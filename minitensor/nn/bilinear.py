"""The bilinear layer."""

from __future__ import annotations

import math
from typing import Any

from numpy.typing import DTypeLike

from minitensor.creation import empty
from minitensor.geometry import int_of
from minitensor.nn import functional as F
from minitensor.nn import init
from minitensor.nn.module import Module
from minitensor.nn.parameter import Parameter
from minitensor.tensor import Tensor


class Bilinear(Module):
    """Multiply two tensors' features from both sides of matrices, as PyTorch's `nn.Bilinear`: y[k] = x1^T W[k] x2 + b[k].

    The inputs are (..., in1_features) and (..., in2_features), the output is (..., out_features). See `F.bilinear`.

    Parameters
    ----------
    in1_features, in2_features, out_features : int
        The numbers of features; the first is 1 or more.
    bias : bool
        Whether a bias is added.
    device, dtype
        Of the parameters.

    Attributes
    ----------
    weight : Parameter, shape (out_features, in1_features, in2_features)
    bias : Parameter, shape (out_features,), or None
        Both drawn from U(-k, k), k = 1 / sqrt(in1_features).

    Raises
    ------
    ValueError
        in1_features is below 1, or another number of features below 0.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Bilinear(20, 30, 40)(mt.randn(128, 20), mt.randn(128, 30)).shape
    (128, 40)
    """

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        device: Any = None,
        dtype: DTypeLike | None = None,
    ) -> None:
        self.in1_features = int_of(in1_features, "in1_features", "Bilinear", 1)
        self.in2_features = int_of(in2_features, "in2_features", "Bilinear", 0)
        self.out_features = int_of(out_features, "out_features", "Bilinear", 0)
        self.weight = Parameter(empty(out_features, in1_features, in2_features, device=device, dtype=dtype))
        self.bias = Parameter(empty(out_features, device=device, dtype=dtype)) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weight and the bias anew."""
        bound = 1 / math.sqrt(self.in1_features)
        init.uniform_(self.weight, -bound, bound)
        if self.bias is not None:
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input1: Tensor, input2: Tensor) -> Tensor:
        """Map (..., in1_features) and (..., in2_features) to (..., out_features)."""
        return F.bilinear(input1, input2, self.weight, self.bias)

    def extra_repr(self) -> str:
        """The sizes, and whether there is a bias."""
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )
