"""Initialisation with random numbers."""

from __future__ import annotations

import math

import numpy as np

from minitensor.dtypes import Array
from minitensor.errors import ShapeError
from minitensor.nn.init.fan import calculate_fan_in_and_fan_out, calculate_gain
from minitensor.nn.init.filling import Source, check_floating, drawn_in, fill
from minitensor.random import numpy_generator
from minitensor.tensor import Tensor


def uniform_(tensor: Tensor, a: float = 0.0, b: float = 1.0, generator: Source = None) -> Tensor:
    """Fill with random numbers from U(a, b). As PyTorch's `nn.init.uniform_`.

    Parameters
    ----------
    tensor : Tensor
        Of any shape.
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
    check_floating(tensor, "uniform_")
    return fill(tensor, a + (b - a) * numpy_generator(generator).random(tensor.shape, dtype=drawn_in(tensor)))


def normal_(tensor: Tensor, mean: float = 0.0, std: float = 1.0, generator: Source = None) -> Tensor:
    """Fill with random numbers from N(mean, std^2). As PyTorch's `nn.init.normal_`.

    Parameters
    ----------
    tensor : Tensor
        Of any shape.
    mean, std : float
        std >= 0.
    generator : Generator, optional
        Where the random numbers come from; the one that all share, unless given.

    Raises
    ------
    ValueError
        The standard deviation is negative.
    TypeError
        The tensor is not floating-point.

    Examples
    --------
    >>> import minitensor as mt
    >>> w = mt.nn.init.normal_(mt.empty(10000), mean=5, std=0.1)
    >>> abs(w.mean().item() - 5) < 0.01, abs(w.std().item() - 0.1) < 0.01
    (True, True)
    """
    if not std >= 0:
        raise ValueError(f"normal_: the standard deviation is 0 or more, got {std}")
    check_floating(tensor, "normal_")
    return fill(tensor, mean + std * numpy_generator(generator).standard_normal(tensor.shape, dtype=drawn_in(tensor)))


def trunc_normal_(
    tensor: Tensor, mean: float = 0.0, std: float = 1.0, a: float = -2.0, b: float = 2.0, generator: Source = None
) -> Tensor:
    """Fill with random numbers from N(mean, std^2), as they fall between a and b. As PyTorch's `nn.init.trunc_normal_`.

    Parameters
    ----------
    tensor : Tensor
        Of any shape.
    mean, std : float
        Those of the whole normal distribution; std > 0.
    a, b : float
        The bounds, in the tensor's units, not in standard deviations; a < b.
    generator : Generator, optional
        Where the random numbers come from; the one that all share, unless given.

    Raises
    ------
    ValueError
        The bounds are in the wrong order, or the standard deviation is not positive.
    TypeError
        The tensor is not floating-point.

    Examples
    --------
    >>> import minitensor as mt
    >>> w = mt.nn.init.trunc_normal_(mt.empty(1000), a=-0.5, b=0.5)
    >>> w.abs().max().item() <= 0.5
    True
    """
    if not a < b:
        raise ValueError(f"trunc_normal_: the lower bound a is below b, got a={a} and b={b}")
    if not std > 0:
        raise ValueError(f"trunc_normal_: the standard deviation is more than 0, got {std}")
    check_floating(tensor, "trunc_normal_")
    drawn = _truncated(tensor.numel(), (a - mean) / std, (b - mean) / std, numpy_generator(generator))
    return fill(tensor, np.clip(mean + std * drawn, a, b).reshape(tensor.shape))


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


def xavier_uniform_(tensor: Tensor, gain: float = 1.0, generator: Source = None) -> Tensor:
    """Fill a weight (out, in, *kernel) from U(-bound, bound), bound = gain * sqrt(6 / (fan_in + fan_out)).

    As PyTorch's `nn.init.xavier_uniform_`.

    Parameters
    ----------
    tensor : Tensor, shape (out, in, *kernel)
    gain : float
        A further factor: see `calculate_gain`.
    generator : Generator, optional
        Where the random numbers come from; the one that all share, unless given.

    Raises
    ------
    ShapeError
        The tensor has less than two axes.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.init.xavier_uniform_(mt.empty(5, 1)).abs().max().item() <= 1
    True

    References
    ----------
    X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.
    """
    bound = math.sqrt(3) * _xavier_deviation(tensor, gain)
    return uniform_(tensor, -bound, bound, generator)


def xavier_normal_(tensor: Tensor, gain: float = 1.0, generator: Source = None) -> Tensor:
    """Fill a weight (out, in, *kernel) from N(0, std^2), std = gain * sqrt(2 / (fan_in + fan_out)).

    As PyTorch's `nn.init.xavier_normal_`; the paper is that of `xavier_uniform_`.

    Parameters
    ----------
    tensor : Tensor, shape (out, in, *kernel)
    gain : float
        A further factor: see `calculate_gain`.
    generator : Generator, optional
        Where the random numbers come from; the one that all share, unless given.

    Raises
    ------
    ShapeError
        The tensor has less than two axes.

    Examples
    --------
    >>> import minitensor as mt
    >>> w = mt.nn.init.xavier_normal_(mt.empty(100, 100))  # std = sqrt(2 / 200)
    >>> abs(w.std().item() - 0.1) < 0.01
    True
    """
    return normal_(tensor, 0.0, _xavier_deviation(tensor, gain), generator)


def _xavier_deviation(tensor: Tensor, gain: float) -> float:
    return gain * math.sqrt(2 / max(sum(calculate_fan_in_and_fan_out(tensor)), 1))


def kaiming_uniform_(
    tensor: Tensor, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", generator: Source = None
) -> Tensor:
    """Fill a weight (out, in, *kernel) from U(-bound, bound), bound = gain * sqrt(3 / fan).

    As PyTorch's `nn.init.kaiming_uniform_`.

    Parameters
    ----------
    tensor : Tensor, shape (out, in, *kernel)
    a : float
        The negative slope, for nonlinearity="leaky_relu".
    mode : {'fan_in', 'fan_out'}
        Whether the variance is kept on the way forward or on the way back.
    nonlinearity : str
        What follows the layer, which sets the gain: see `calculate_gain`.
    generator : Generator, optional
        Where the random numbers come from; the one that all share, unless given.

    Raises
    ------
    ValueError
        There is no such mode or nonlinearity.
    ShapeError
        The tensor has less than two axes.

    Examples
    --------
    >>> import minitensor as mt
    >>> w = mt.nn.init.kaiming_uniform_(mt.empty(8, 6), nonlinearity="relu")  # bound = sqrt(2) * sqrt(3 / 6)
    >>> w.abs().max().item() <= 1
    True

    References
    ----------
    K. He et al., "Delving Deep into Rectifiers", 2015, arXiv:1502.01852.
    """
    bound = math.sqrt(3) * _kaiming_deviation(tensor, a, mode, nonlinearity)
    return uniform_(tensor, -bound, bound, generator)


def kaiming_normal_(
    tensor: Tensor, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu", generator: Source = None
) -> Tensor:
    """Fill a weight (out, in, *kernel) from N(0, std^2), std = gain / sqrt(fan).

    As PyTorch's `nn.init.kaiming_normal_`; arguments, errors and paper are as for `kaiming_uniform_`.

    Examples
    --------
    >>> import minitensor as mt
    >>> w = mt.nn.init.kaiming_normal_(mt.empty(100, 200), nonlinearity="relu")  # std = sqrt(2 / 200)
    >>> abs(w.std().item() - 0.1) < 0.01
    True
    """
    return normal_(tensor, 0.0, _kaiming_deviation(tensor, a, mode, nonlinearity), generator)


def _kaiming_deviation(tensor: Tensor, a: float, mode: str, nonlinearity: str) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f"kaiming: mode is 'fan_in' or 'fan_out', got {mode!r}")
    fan = calculate_fan_in_and_fan_out(tensor)[mode == "fan_out"]
    return calculate_gain(nonlinearity, a) / math.sqrt(max(fan, 1))


def orthogonal_(tensor: Tensor, gain: float = 1, generator: Source = None) -> Tensor:
    """Fill with a random orthogonal matrix (out, in * kernel), times gain: its rows, or its columns, are orthonormal.

    As PyTorch's `nn.init.orthogonal_`.

    Parameters
    ----------
    tensor : Tensor, shape (out, in, *kernel)
    gain : float
        A further factor: see `calculate_gain`.
    generator : Generator, optional
        Where the random numbers come from; the one that all share, unless given.

    Raises
    ------
    ShapeError
        The tensor has less than two axes.

    Examples
    --------
    >>> import minitensor as mt
    >>> w = mt.nn.init.orthogonal_(mt.empty(2, 3))
    >>> mt.allclose(w @ w.T, mt.eye(2), atol=1e-6)
    True

    References
    ----------
    A. Saxe et al., "Exact solutions to the nonlinear dynamics of learning in deep linear neural networks", 2013,
    arXiv:1312.6120.
    """
    if tensor.ndim < 2:
        raise ShapeError(f"orthogonal_: the tensor must have two axes at least, got the shape {tensor.shape}")
    check_floating(tensor, "orthogonal_")
    rows, columns = tensor.shape[0], math.prod(tensor.shape[1:])
    drawn = numpy_generator(generator).standard_normal((max(rows, columns), min(rows, columns)))
    orthonormal, triangle = np.linalg.qr(drawn)
    orthonormal = orthonormal * np.where(np.diag(triangle) < 0, -1, 1)  # so that every direction is equally likely
    matrix = orthonormal if rows >= columns else orthonormal.T  # (out, in * kernel)
    return fill(tensor, gain * matrix.reshape(tensor.shape))
