"""Initialisation of parameters. Each function fills a tensor in place, without recording, and returns it."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np

from minitensor.dtypes import Array, float32, float64
from minitensor.errors import ShapeError
from minitensor.grad_mode import no_grad
from minitensor.random import Generator, numpy_generator
from minitensor.tensor import Tensor

Source: TypeAlias = "Generator | np.random.Generator | None"

GAINS = {"sigmoid": 1.0, "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4}
LINEAR = ("linear", *(f"conv{transpose}{rank}d" for transpose in ("", "_transpose") for rank in (1, 2, 3)))


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """By how much weights are scaled up to make good for what a nonlinearity takes from the variance.

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


_calculate_fan_in_and_fan_out = calculate_fan_in_and_fan_out


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Source = None) -> Tensor:
    """Fill with random numbers from U(a, b).

    Parameters
    ----------
    tensor : Tensor
    a, b : float
        The bounds, a <= b.
    generator : Generator, optional
        Where the random numbers come from; the one that all share, unless given.

    Raises
    ------
    ValueError
        The bounds are in the wrong order.
    TypeError
        The tensor is not floating-point.

    Examples
    --------
    >>> import minitensor as mt
    >>> w = mt.nn.init.uniform_(mt.empty(1000), -2, 3)
    >>> w.min().item() >= -2, w.max().item() <= 3
    (True, True)
    """
    if not a <= b:
        raise ValueError(f"uniform_: the lower bound a is not above b, got a={a} and b={b}")
    _check(tensor, "uniform_")
    return _fill(tensor, a + (b - a) * numpy_generator(generator).random(tensor.shape, dtype=_drawn_in(tensor)))


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Source = None) -> Tensor:
    """Fill with random numbers from N(mean, std^2).

    Raises
    ------
    ValueError
        The standard deviation is negative.
    TypeError
        The tensor is not floating-point.
    """
    if not std >= 0:
        raise ValueError(f"normal_: the standard deviation is 0 or more, got {std}")
    _check(tensor, "normal_")
    return _fill(tensor, mean + std * numpy_generator(generator).standard_normal(tensor.shape, dtype=_drawn_in(tensor)))


def trunc_normal_(
    tensor: Tensor, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0, generator: Source = None
) -> Tensor:
    """Fill with random numbers from N(mean, std^2), as they fall between a and b.

    Parameters
    ----------
    tensor : Tensor
    mean, std : float
        Those of the whole normal distribution; std > 0.
    a, b : float
        The bounds, in the tensor's units, not in standard deviations; a < b.
    generator : Generator, optional

    Raises
    ------
    ValueError
        The bounds are in the wrong order, or the standard deviation is not positive.
    TypeError
        The tensor is not floating-point.
    """
    if not a < b:
        raise ValueError(f"trunc_normal_: the lower bound a is below b, got a={a} and b={b}")
    if not std > 0:
        raise ValueError(f"trunc_normal_: the standard deviation is more than 0, got {std}")
    _check(tensor, "trunc_normal_")
    drawn = _truncated(tensor.numel(), (a - mean) / std, (b - mean) / std, numpy_generator(generator))
    return _fill(tensor, np.clip(mean + std * drawn, a, b).reshape(tensor.shape))


def _truncated(count: int, low: float, high: float, generator: np.random.Generator) -> Array:
    """Standard normal numbers between two bounds, by rejection.

    A number drawn evenly between the bounds stays with the probability density(number) / density(peak). Where that is less
    than exp(-37), below the precision of float64, none are drawn: so one in forty or more stays, however far the bounds.
    """
    peak = min(max(low, 0.0), high)
    reach = math.sqrt(peak * peak + 2 * 37)
    low, high = max(low, -reach), min(high, reach)
    drawn = np.empty(0)
    while drawn.size < count:
        tried = generator.uniform(low, high, 2 * count)
        stays = generator.random(tried.size) < np.exp((peak * peak - tried * tried) / 2)
        drawn = np.concatenate([drawn, tried[stays]])
    return drawn[:count]


def constant_(tensor: Tensor, val: float) -> Tensor:
    """Fill with one number."""
    with no_grad():
        return tensor.fill_(val)


def ones_(tensor: Tensor) -> Tensor:
    """Fill with 1."""
    return constant_(tensor, 1)


def zeros_(tensor: Tensor) -> Tensor:
    """Fill with 0."""
    return constant_(tensor, 0)


def eye_(tensor: Tensor) -> Tensor:
    """Make a matrix the identity: features pass a Linear unchanged.

    Raises
    ------
    ShapeError
        The tensor has not two axes.
    """
    if tensor.ndim != 2:
        raise ShapeError(f"eye_: the identity is a matrix, got the shape {tensor.shape}")
    return _fill(tensor, np.eye(tensor.shape[0], tensor.shape[1]))


def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """Make a kernel (out, in/groups, *kernel) the identity: as many channels as can pass unchanged, in each group.

    Raises
    ------
    ShapeError
        It is no kernel of one to three spatial axes.
    ValueError
        Its outputs are not divisible by groups.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.init.dirac_(mt.empty(2, 2, 3)).tolist()
    [[[0.0, 1.0, 0.0], [0.0, 0.0, 0.0]], [[0.0, 0.0, 0.0], [0.0, 1.0, 0.0]]]
    """
    if tensor.ndim not in (3, 4, 5):
        raise ShapeError(f"dirac_: the tensor must be (out, in/groups, *kernel), got the shape {tensor.shape}")
    if groups < 1 or tensor.shape[0] % groups:
        raise ValueError(f"dirac_: the {tensor.shape[0]} outputs are not divisible by groups={groups}")
    array = np.zeros(tensor.shape)
    outputs = tensor.shape[0] // groups
    center = tuple(size // 2 for size in tensor.shape[2:])
    for group in range(groups):
        for channel in range(min(outputs, tensor.shape[1])):
            array[(group * outputs + channel, channel, *center)] = 1
    return _fill(tensor, array)


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator: Source = None) -> Tensor:
    """Fill a weight (out, in, *kernel) from U(-bound, bound), bound = gain * sqrt(6 / (fan_in + fan_out)).

    References
    ----------
    X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
    """
    bound = math.sqrt(3) * _xavier_deviation(tensor, gain)
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Source = None) -> Tensor:
    """Fill a weight (out, in, *kernel) from N(0, std^2), std = gain * sqrt(2 / (fan_in + fan_out))."""
    return normal_(tensor, 0.0, _xavier_deviation(tensor, gain), generator)


def _xavier_deviation(tensor: Tensor, gain: float) -> float:
    return gain * math.sqrt(2 / max(sum(calculate_fan_in_and_fan_out(tensor)), 1))


def kaiming_uniform_(
    tensor: Tensor, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", generator: Source = None
) -> Tensor:
    """Fill a weight (out, in, *kernel) from U(-bound, bound), bound = gain * sqrt(3 / fan).

    Parameters
    ----------
    tensor : Tensor
    a : float
        The negative slope, for nonlinearity="leaky_relu".
    mode : {'fan_in', 'fan_out'}
        Whether the variance is kept on the way forward or on the way back.
    nonlinearity : str
        As `calculate_gain` takes it.
    generator : Generator, optional

    Raises
    ------
    ValueError
        There is no such mode or nonlinearity.
    ShapeError
        The tensor has less than two axes.

    References
    ----------
    K. He et al., "Delving Deep into Rectifiers", 2015, arXiv:1502.01852.
    """
    bound = math.sqrt(3) * _kaiming_deviation(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: Tensor, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", generator: Source = None
) -> Tensor:
    """Fill a weight (out, in, *kernel) from N(0, std^2), std = gain / sqrt(fan); the arguments are `kaiming_uniform_`'s."""
    return normal_(tensor, 0.0, _kaiming_deviation(tensor, a, mode, nonlinearity), generator)


def _kaiming_deviation(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"kaiming: mode is 'fan_in' or 'fan_out', got {mode!r}")
    fan = calculate_fan_in_and_fan_out(tensor)[mode == "fan_out"]
    return calculate_gain(nonlinearity, a) / math.sqrt(max(fan, 1))


def orthogonal_(tensor: Tensor, gain: float = 1, generator: Source = None) -> Tensor:
    """Fill with a random orthogonal matrix (out, in * kernel), times gain: its rows, or its columns, are orthonormal.

    Raises
    ------
    ShapeError
        The tensor has less than two axes.

    References
    ----------
    A. Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks", 2013,
    arXiv:1312.6120.
    """
    if tensor.ndim < 2:
        raise ShapeError(f"orthogonal_: the tensor must have two axes at least, got the shape {tensor.shape}")
    _check(tensor, "orthogonal_")
    rows, columns = tensor.shape[0], math.prod(tensor.shape[1:])
    drawn = numpy_generator(generator).standard_normal((max(rows, columns), min(rows, columns)))
    orthonormal, triangle = np.linalg.qr(drawn)
    orthonormal = orthonormal * np.where(np.diag(triangle) < 0, -1, 1)  # so that every direction is equally likely
    matrix = orthonormal if rows >= columns else orthonormal.T  # (out, in * kernel)
    return _fill(tensor, gain * matrix.reshape(tensor.shape))


def _drawn_in(tensor: Tensor) -> Any:
    """NumPy draws in these two dtypes."""
    return float32 if tensor.dtype.itemsize < 8 else float64


def _check(tensor: Tensor, operation: str) -> None:
    if not tensor.is_floating_point():
        raise TypeError(f"{operation}: the tensor must be floating-point, got {tensor.dtype}")


def _fill(tensor: Tensor, array: Array) -> Tensor:
    with no_grad():
        return tensor.copy_(array)
