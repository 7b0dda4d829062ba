"""How much weights are scaled, by the size of a layer and by its nonlinearity."""

from __future__ import annotations

import math

from minitensor.errors import ShapeError
from minitensor.tensor import Tensor

GAINS = {"sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}
LINEAR = ("linear", *(f"conv{transpose}{rank}d" for transpose in ("", "_transpose") for rank in (1, 2, 3)))


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """By how much weights are scaled up to make good for what a nonlinearity takes from the variance.

    As PyTorch's `nn.init.calculate_gain`: 1 for linear maps and sigmoid, 5/3 for tanh, sqrt(2) for relu,
    sqrt(2 / (1 + slope^2)) for leaky_relu, 3/4 for selu.

    Parameters
    ----------
    nonlinearity : str
        "linear", "conv1d" ... "conv_transpose3d", "sigmoid", "tanh", "relu", "leaky_relu" or "selu".
    param : float, optional
        The negative slope of "leaky_relu": 0.01, unless given.

    Raises
    ------
    ValueError
        There is no such nonlinearity.

    Examples
    --------
    >>> calculate_gain("leaky_relu", 1)
    1.0
    """
    if nonlinearity in LINEAR:
        return 1.0
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        if isinstance(slope, bool) or not isinstance(slope, (int, float)):
            raise ValueError(f"calculate_gain: the negative slope is a number, got {param!r}")
        return math.sqrt(2 / (1 + slope**2))
    if nonlinearity not in GAINS:
        known = ", ".join(map(repr, ("linear", "conv2d", *GAINS, "leaky_relu")))
        raise ValueError(f"calculate_gain: nonlinearity is one of {known}, got {nonlinearity!r}")
    return GAINS[nonlinearity]


def calculate_fan_in_and_fan_out(tensor: Tensor) -> tuple[int, int]:
    """How many inputs one output of a weight (out, in, *kernel) sees, and how many outputs one input reaches.

    (in * prod(kernel), out * prod(kernel)), as PyTorch's `nn.init._calculate_fan_in_and_fan_out`.

    Parameters
    ----------
    tensor : Tensor, shape (out, in, *kernel)

    Raises
    ------
    ShapeError
        The tensor has less than two axes.

    Examples
    --------
    >>> import minitensor as mt
    >>> calculate_fan_in_and_fan_out(mt.empty(16, 4, 3, 3))
    (36, 144)
    """
    if tensor.ndim < 2:
        raise ShapeError(f"fan in and fan out are those of a weight (out, in, *kernel), got the shape {tensor.shape}")
    taps = math.prod(tensor.shape[2:])
    return tensor.shape[1] * taps, tensor.shape[0] * taps
