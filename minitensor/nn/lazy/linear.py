"""The lazy affine layer."""

from __future__ import annotations

from typing import Any

from numpy.typing import DTypeLike

from minitensor.errors import ShapeError
from minitensor.geometry import int_of
from minitensor.nn.functional.checks import check_operands
from minitensor.nn.lazy.base import Lazy
from minitensor.nn.linear import Linear
from minitensor.nn.uninitialized import UninitializedParameter
from minitensor.tensor import Tensor


class LazyLinear(Lazy, Linear):
    """A `Linear` that learns in_features from its first input, as PyTorch's `nn.LazyLinear`: y = x @ weight^T + bias.

    The input is (..., in_features), the output (..., out_features).

    Parameters
    ----------
    out_features : int
        1 or more.
    bias : bool
        Whether a bias is added.
    device, dtype
        Of the parameters.

    Raises
    ------
    ValueError
        The number of features is below 1.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.LazyLinear(3)
    >>> layer.weight
    <UninitializedParameter>
    >>> layer(mt.ones(2, 5)).shape
    (2, 3)
    >>> layer
    Linear(in_features=5, out_features=3, bias=True)
    """

    cls_to_become = Linear

    def __init__(self, out_features: int, bias: bool = True, device: Any = None, dtype: DTypeLike | None = None) -> None:
        self.in_features = 0
        self.out_features = int_of(out_features, "out_features", "LazyLinear", 1)
        self.weight = UninitializedParameter(device=device, dtype=dtype)
        self.bias = UninitializedParameter(device=device, dtype=dtype) if bias else None

    def initialize_parameters(self, input: Tensor) -> None:
        """Learn in_features from the last axis of `input`."""
        check_operands("LazyLinear", input, weight=self.weight)
        if input.ndim == 0 or input.shape[-1] == 0:
            raise ShapeError(f"LazyLinear: the input must be (..., in) with one feature at least, got {input.shape}")
        if not self.has_uninitialized_params():
            self.in_features = self.weight.shape[1]
            return
        self.in_features = input.shape[-1]
        self._materialize(weight=(self.out_features, self.in_features), bias=(self.out_features,))
        self.reset_parameters()
