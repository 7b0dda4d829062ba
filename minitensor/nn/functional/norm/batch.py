"""Normalisation of channels, over the batch or in each sample, with running statistics."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from minitensor.dtypes import Array
from minitensor.errors import ShapeError, shape_table
from minitensor.grad_mode import no_grad
from minitensor.nn.functional.norm.checks import check_channels, check_eps, check_parameters, in_dtype_of
from minitensor.nn.functional.spatial import input_axes
from minitensor.ops import norm as ops
from minitensor.ops.elementwise import widened
from minitensor.ops.shape import broadcast_to, reshape
from minitensor.tensor import Tensor
from minitensor.tensor.writing import write


def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Bring each channel to mean 0 and variance 1, then scale and shift it, as PyTorch's `F.batch_norm`.

    y = (x - mean) / sqrt(variance + eps) * weight + bias

    with one mean, variance, weight and bias for each channel. In training the mean and the (biased) variance are those of
    the batch, and gradients flow through both; then the running ones move towards the batch's mean and unbiased variance,
    running = (1 - momentum) * running + momentum * batch. Otherwise the running ones take their place.

    Parameters
    ----------
    input : Tensor, shape (N, C) or (N, C, *spatial)
        Floating-point; float16 is computed in float32, and the others may then be of either.
    running_mean, running_var : Tensor, shape (C,), or None
        Written to in place in training; both or neither.
    weight, bias : Tensor, shape (C,), optional
        1 and 0, unless given.
    training : bool
        Whether the batch's own mean and variance are used.
    momentum : float
        The weight of the batch in the running mean and variance.
    eps : float
        What keeps the division finite where the variance is 0: more than 0 in training, not less otherwise.

    Returns
    -------
    Tensor
        Of the input's shape.

    Raises
    ------
    TypeError
        An operand is no Tensor, is not floating-point, or has another dtype than the input; training is no bool.
    ShapeError
        An operand has not one entry for each channel, or there is one value per channel in training.
    ValueError
        One running statistic is there and the other is not, or none in evaluation; an eps that is too small.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.batch_norm(mt.tensor([[1., 10.], [3., 30.]]), None, None, training=True, eps=1e-9)
    tensor([[-1., -1.],
            [ 1.,  1.]])

    References
    ----------
    S. Ioffe and C. Szegedy, "Batch Normalization", 2015, arXiv:1502.03167, algorithm 1.
    """
    operation = "batch_norm"
    check_parameters(operation, input, running_mean=running_mean, running_var=running_var, weight=weight, bias=bias)
    if input.ndim < 2:
        raise ShapeError(f"batch_norm: the input must be (N, C) or (N, C, *spatial), got the shape {input.shape}")
    axes = input_axes(input.ndim - 2, input.ndim)
    check_channels(operation, input, axes, running_mean=running_mean, running_var=running_var, weight=weight, bias=bias)
    _check_settings(operation, "training", training, running_mean, running_var, momentum, eps)
    if training and eps == 0:
        raise ValueError("batch_norm: eps is more than 0 in training, got 0: without it a constant channel is divided by 0")
    if training and input.shape[0] * prod(input.shape[2:]) == 1:
        raise ShapeError(
            "batch_norm: expected more than one value per channel when training: the variance of one value is 0\n"
            + shape_table(("input", axes, input.shape))
            + "\n  Use batches of two samples or more (drop_last=True leaves out a last batch of one), or model.eval()"
        )
    return _normalised(input, training, running_mean, running_var, weight, bias, momentum, eps)


def instance_norm(
    input: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Bring each channel of each sample to mean 0 and variance 1, then scale and shift it, as PyTorch's `F.instance_norm`.

    y = (x - mean) / sqrt(variance + eps) * weight + bias

    with a mean and a (biased) variance for each channel of each sample, and one weight and bias for each channel. The
    running statistics move towards the average of the samples' means and unbiased variances, as in `batch_norm`. Without
    `use_input_stats` they take the place of the samples' own.

    Parameters
    ----------
    input : Tensor, shape (N, C, *spatial)
        Floating-point; float16 is computed in float32, and the others may then be of either.
    running_mean, running_var : Tensor, shape (C,), optional
        Written to in place where the samples' own are used; both or neither.
    weight, bias : Tensor, shape (C,), optional
        1 and 0, unless given.
    use_input_stats : bool
        Whether the samples' own mean and variance are used.
    momentum : float
        The weight of the batch in the running mean and variance.
    eps : float
        What keeps the division finite where the variance is 0.

    Returns
    -------
    Tensor
        Of the input's shape.

    Raises
    ------
    TypeError, ValueError
        As `batch_norm`.
    ShapeError
        An operand has not one entry for each channel; a sample has one value per channel, and its own statistics are used.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.instance_norm(mt.tensor([[[1., 3.], [10., 30.]]]))
    tensor([[[-1.0000,  1.0000],
             [-1.0000,  1.0000]]])

    References
    ----------
    D. Ulyanov, A. Vedaldi and V. Lempitsky, "Instance Normalization", 2016, arXiv:1607.08022.
    """
    operation = "instance_norm"
    check_parameters(operation, input, running_mean=running_mean, running_var=running_var, weight=weight, bias=bias)
    if input.ndim < (3 if use_input_stats else 2):
        raise ShapeError(f"instance_norm: the input must be (N, C, *spatial), got the shape {input.shape}")
    axes = input_axes(input.ndim - 2, input.ndim)
    check_channels(operation, input, axes, running_mean=running_mean, running_var=running_var, weight=weight, bias=bias)
    _check_settings(operation, "use_input_stats", use_input_stats, running_mean, running_var, momentum, eps)
    if use_input_stats and prod(input.shape[2:]) == 1:
        raise ShapeError(
            "instance_norm: expected more than one value per channel of a sample: the variance of one value is 0\n"
            + shape_table(("input", axes, input.shape))
        )
    if not use_input_stats:
        return _normalised(input, False, running_mean, running_var, weight, bias, momentum, eps)
    n, c, *spatial = input.shape
    apart = reshape(input, shape=(1, n * c, *spatial))  # each channel of each sample is a channel of its own
    scale, shift = (
        None if one is None else reshape(broadcast_to(one, shape=(n, c)), shape=(n * c,)) for one in (weight, bias)
    )
    output = _normalised(apart, True, running_mean, running_var, scale, shift, momentum, eps)
    return reshape(output, shape=input.shape)


def _normalised(
    input: Tensor,
    own: bool,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None,
    bias: Tensor | None,
    momentum: float,
    eps: float,
) -> Tensor:
    """Normalise channels over the batch with their own statistics, towards which the running ones move, or with these."""
    wide: Tensor = widened(input)
    if not own:
        scale, shift = _scale_and_shift(weight, bias, wide)
        return in_dtype_of(input, ops.scale_channels(wide, running_mean, running_var, scale, shift, eps=float(eps)))
    statistics: Array = np.empty((2, input.shape[1]), wide.dtype)
    output = _standardized(wide, weight, bias, float(eps), statistics)
    if running_mean is not None and running_var is not None and input.numel():
        _move(running_mean, running_var, statistics, input.numel() // input.shape[1], momentum)
    return in_dtype_of(input, output)


def _standardized(wide: Tensor, weight: Tensor | None, bias: Tensor | None, eps: float, statistics: Array) -> Tensor:
    """Each channel with mean 0 and variance 1, times a weight, plus a bias, as far as they are there."""
    if weight is None and bias is None:
        return ops.standardize(wide, eps=eps, statistics=statistics)
    return ops.batch_norm(wide, *_scale_and_shift(weight, bias, wide), eps=eps, statistics=statistics)


def _scale_and_shift(weight: Tensor | None, bias: Tensor | None, wide: Tensor) -> tuple[Any, Any]:
    """The weight and the bias, or what changes nothing."""
    channels = wide.shape[1]
    scale = np.ones(channels, wide.dtype) if weight is None else weight
    return scale, np.zeros(channels, wide.dtype) if bias is None else bias


def _move(running_mean: Tensor, running_var: Tensor, statistics: Array, count: int, momentum: float) -> None:
    """Move the running statistics towards the batch's, the variance unbiased; of several samples, towards their average."""
    batch = statistics.reshape(2, -1, running_mean.numel()).mean(1)  # (mean or variance, sample, c)
    batch[1] *= count / (count - 1)
    with no_grad():
        for running, now in zip((running_mean, running_var), batch, strict=True):
            write(running, "batch_norm", running.numpy() * (1 - momentum) + now * momentum)


def _check_settings(
    operation: str,
    name: str,
    own: bool,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    momentum: float,
    eps: float,
) -> None:
    """Raise an error in words where the arguments other than the input do not fit each other; `own` is called `name`."""
    if not isinstance(own, bool):
        raise TypeError(f"{operation}: {name} is True or False, got {own!r}")
    if not isinstance(momentum, (int, float)):
        raise TypeError(f"{operation}: momentum is a number, got {momentum!r}")
    check_eps(eps, operation)
    if (running_mean is None) != (running_var is None):
        raise ValueError(f"{operation}: running_mean and running_var go together: give both or neither")
    if running_mean is None and not own:
        raise ValueError(
            f"{operation}: {name}=False needs running_mean and running_var; {name}=True takes the input's own statistics"
        )
