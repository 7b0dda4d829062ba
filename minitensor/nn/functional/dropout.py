"""Dropout: of single elements, of whole channels, and in the way that keeps mean and variance."""

from __future__ import annotations

import warnings
from math import sqrt

import numpy as np

from minitensor.dtypes import Array
from minitensor.errors import ShapeError, spatial_axes
from minitensor.nn.functional.spatial import check_floating, check_tensor
from minitensor.ops.elementwise import add, mul
from minitensor.random import numpy_generator
from minitensor.tensor import Tensor, writing

SELU_FLOOR = 1.7580993408473766  # what selu falls to


def dropout(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Set each element to 0 with probability p and scale the others by 1 / (1 - p), as PyTorch's `F.dropout`.

    y = x * m / (1 - p), with m from a Bernoulli distribution, so that the expected value of each element stays what it is.
    Outside of training nothing happens.

    Parameters
    ----------
    input : Tensor
        Floating-point, of any shape.
    p : float
        From 0 to 1.
    training : bool
        Whether anything happens.
    inplace : bool
        Whether the input becomes the result.

    Returns
    -------
    Tensor
        Of the input's shape and dtype; the input itself, where nothing happens.

    Raises
    ------
    ValueError
        p is not a probability.
    TypeError
        The input is no Tensor, or not floating-point in training.

    Examples
    --------
    >>> import minitensor as mt
    >>> y = mt.nn.functional.dropout(mt.ones(1000), p=0.75)
    >>> sorted(set(y.tolist()))
    [0.0, 4.0]

    References
    ----------
    N. Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting", JMLR 15, 2014.
    """
    return _dropped(input, p, training, inplace, "dropout")


def dropout1d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Set whole channels of signals to 0, as PyTorch's `F.dropout1d`: see `dropout`, which has the formula.

    Parameters
    ----------
    input : Tensor, shape (N, C, L) or (C, L)
        Floating-point; each channel of each sample is dropped or kept.
    p, training, inplace
        As in `dropout`.

    Returns
    -------
    Tensor
        Of the input's shape and dtype.

    Raises
    ------
    ValueError, TypeError
        As `dropout`.
    ShapeError
        The input has another number of axes.

    Examples
    --------
    >>> import minitensor as mt
    >>> y = mt.nn.functional.dropout1d(mt.ones(1000, 1, 3))
    >>> sorted(set(y.sum(2).flatten().tolist()))
    [0.0, 6.0]

    References
    ----------
    J. Tompson et al., "Efficient Object Localization Using Convolutional Networks", 2014, arXiv:1411.4280, section 3.2.
    """
    check_probability(p, "dropout1d")
    check_tensor(input, "input", "dropout1d")
    if input.ndim not in (2, 3):
        raise ShapeError(f"dropout1d: the input must be (N, C, L) or, without a batch, (C, L), got the shape {input.shape}")
    return _dropped(input, p, training, inplace, "dropout1d", channel_axes=input.ndim - 1)


def dropout2d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Set whole channels of images to 0, as PyTorch's `F.dropout2d`: see `dropout`, which has the formula.

    Parameters
    ----------
    input : Tensor, shape (N, C, H, W)
        Floating-point; each channel of each sample is dropped or kept. Another number of axes is taken with a warning: three
        are (N, C, L).
    p, training, inplace
        As in `dropout`.

    Returns
    -------
    Tensor
        Of the input's shape and dtype.

    Raises
    ------
    ValueError, TypeError
        As `dropout`.
    ShapeError
        The input has less than two axes, in training.

    Examples
    --------
    >>> import minitensor as mt
    >>> y = mt.nn.functional.dropout2d(mt.ones(1000, 1, 2, 2))
    >>> sorted(set(y.sum((2, 3)).flatten().tolist()))
    [0.0, 8.0]
    """
    check_probability(p, "dropout2d")
    check_tensor(input, "input", "dropout2d")
    if input.ndim != 4:
        _warn_of_axes(input, 2, "without a batch use dropout1d on (C, H * W)" if input.ndim == 3 else "")
    return _dropped(input, p, training, inplace, "dropout2d", channel_axes=2)


def dropout3d(input: Tensor, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Set whole channels of volumes to 0, as PyTorch's `F.dropout3d`: see `dropout`, which has the formula.

    Parameters
    ----------
    input : Tensor, shape (N, C, D, H, W) or (C, D, H, W)
        Floating-point; each channel of each sample is dropped or kept. Another number of axes is taken with a warning, as
        a sample without a batch.
    p, training, inplace
        As in `dropout`.

    Returns
    -------
    Tensor
        Of the input's shape and dtype.

    Raises
    ------
    ValueError, TypeError
        As `dropout`.
    ShapeError
        The input has no axis, in training.

    Examples
    --------
    >>> import minitensor as mt
    >>> y = mt.nn.functional.dropout3d(mt.ones(1000, 1, 2, 2, 1))
    >>> sorted(set(y.sum((2, 3, 4)).flatten().tolist()))
    [0.0, 8.0]
    """
    check_probability(p, "dropout3d")
    check_tensor(input, "input", "dropout3d")
    if input.ndim not in (4, 5):
        _warn_of_axes(input, 3)
    return _dropped(input, p, training, inplace, "dropout3d", channel_axes=2 if input.ndim == 5 else 1)


def alpha_dropout(input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False) -> Tensor:
    """Set each element to what selu falls to with probability p, as PyTorch's `F.alpha_dropout`.

    y = a * (m * x + (m - 1) * s) + a * p * s, with m from a Bernoulli distribution, s = 1.7581 and
    a = 1 / sqrt((1 - p) * (1 + p * s^2)), so that mean 0 and variance 1 stay what they are.

    Parameters
    ----------
    input : Tensor
        Floating-point, of any shape.
    p : float
        From 0 to 1; all elements become 0 where it is 1.
    training : bool
        Whether anything happens: by default nothing does.
    inplace : bool
        Whether the input becomes the result.

    Returns
    -------
    Tensor
        Of the input's shape and dtype; the input itself, where nothing happens.

    Raises
    ------
    ValueError
        p is not a probability.
    TypeError
        The input is no Tensor, or not floating-point in training.

    Examples
    --------
    >>> import minitensor as mt
    >>> y = mt.nn.functional.alpha_dropout(mt.zeros(1000), training=True)
    >>> sorted({round(value, 4) for value in y.tolist()})
    [-0.7792, 0.7792]

    References
    ----------
    G. Klambauer et al., "Self-Normalizing Neural Networks", 2017, arXiv:1706.02515.
    """
    return _dropped(input, p, training, inplace, "alpha_dropout", alpha=True)


def feature_alpha_dropout(input: Tensor, p: float = 0.5, training: bool = False, inplace: bool = False) -> Tensor:
    """Compute `alpha_dropout` of whole channels, as PyTorch's `F.feature_alpha_dropout`.

    y = a * (m * x + (m - 1) * s) + a * p * s, as there, with one m for each channel of each sample.

    Parameters
    ----------
    input : Tensor, shape (N, C, ...)
        Floating-point; each channel of each sample is dropped or kept.
    p, training, inplace
        As in `alpha_dropout`.

    Returns
    -------
    Tensor
        Of the input's shape and dtype.

    Raises
    ------
    ValueError, TypeError
        As `alpha_dropout`.
    ShapeError
        The input has less than two axes, in training.

    Examples
    --------
    >>> import minitensor as mt
    >>> y = mt.nn.functional.feature_alpha_dropout(mt.zeros(1000, 1, 2), training=True)
    >>> sorted({round(value, 4) for value in y.sum(2).flatten().tolist()})
    [-1.5584, 1.5584]
    """
    return _dropped(input, p, training, inplace, "feature_alpha_dropout", channel_axes=2, alpha=True)


def _dropped(
    input: Tensor,
    p: float,
    training: bool,
    inplace: bool,
    operation: str,
    *,
    channel_axes: int | None = None,
    alpha: bool = False,
) -> Tensor:
    """Drop elements or, where the first `channel_axes` axes are those of channels and samples, whole channels."""
    check_probability(p, operation)
    check_tensor(input, "input", operation)
    if not training or p == 0 or input.numel() == 0:
        return input
    check_floating(input, "input", operation)
    shape = input.shape
    if channel_axes is not None:
        if input.ndim < channel_axes:
            raise ShapeError(f"{operation}: the input needs {channel_axes} axes at least, got the shape {input.shape}")
        shape = (*shape[:channel_axes], *(1,) * (input.ndim - channel_axes))  # (n, c, 1, ...)
    kept = numpy_generator().random(shape, dtype=np.float32) >= p
    if not alpha or p == 1:
        result = mul(input, _scaled(kept, 0 if p == 1 else 1 / (1 - p), input))
    else:
        scale = 1 / sqrt((1 - p) * (1 + p * SELU_FLOOR**2))
        dropped = _scaled(kept, SELU_FLOOR * scale, input) + np.asarray(SELU_FLOOR * scale * (p - 1), input.dtype)
        result = add(mul(input, _scaled(kept, scale, input)), dropped)
    return writing.write(input, f"{operation}_", result) if inplace else result


def _scaled(kept: Array, scale: float, input: Tensor) -> Array:
    return np.multiply(kept, scale, dtype=input.dtype)


def _warn_of_axes(input: Tensor, rank: int, way_out: str = "") -> None:
    whole = ", ".join(("N", "C", *spatial_axes(rank)))
    warnings.warn(
        f"dropout{rank}d: the input is to be ({whole}), got the shape {input.shape}{way_out and ': '}{way_out}",
        UserWarning,
        stacklevel=3,
    )


def check_probability(p: float, operation: str) -> None:
    """Raise a ValueError where p is not from 0 to 1."""
    if not (isinstance(p, (int, float)) and 0 <= p <= 1):
        raise ValueError(f"{operation}: p is a probability, from 0 to 1, got {p!r}")
