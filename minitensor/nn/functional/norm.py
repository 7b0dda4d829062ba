"""Normalisation of channels."""

from __future__ import annotations

from math import prod

from minitensor.errors import ShapeError, shape_table
from minitensor.grad_mode import no_grad
from minitensor.nn.functional.checks import check_operands
from minitensor.nn.functional.spatial import input_axes
from minitensor.ops.elementwise import add, cast, div, mul, sqrt, sub, widened
from minitensor.ops.reduce import mean
from minitensor.ops.shape import reshape
from minitensor.tensor import Tensor


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
        Floating-point; float16 is computed in float32.
    running_mean, running_var : Tensor, shape (C,), or None
        Written to in place in training; both or neither.
    weight, bias : Tensor, shape (C,), optional
        1 and 0, unless given.
    training : bool
        Whether the batch's own mean and variance are used.
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
    TypeError
        An operand is no Tensor, is not floating-point, or has another dtype than the input.
    ShapeError
        An operand has not one entry for each channel, or there is one value per channel in training.
    ValueError
        One running statistic is there and the other is not, or none in evaluation; a negative eps.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.batch_norm(mt.tensor([[1., 10.], [3., 30.]]), None, None, training=True, eps=0.)
    tensor([[-1., -1.],
            [ 1.,  1.]])

    References
    ----------
    S. Ioffe and C. Szegedy, "Batch Normalization", 2015, arXiv:1502.03167, algorithm 1.
    """
    check_operands("batch_norm", input, running_mean=running_mean, running_var=running_var, weight=weight, bias=bias)
    count = _check_batch_norm(input, running_mean, running_var, weight, bias, training, eps)
    shape = (1, input.shape[1], *(1,) * (input.ndim - 2))  # (1, c, 1, ...)
    wide: Tensor = widened(input)
    variance: Tensor | float
    if training and count:
        axes = (0, *range(2, input.ndim))
        center = mean(wide, axis=axes, keepdims=True)
        apart = sub(wide, center)
        variance = mean(mul(apart, apart), axis=axes, keepdims=True)
        if running_mean is not None and running_var is not None:
            with no_grad():
                _move(running_mean, reshape(center, shape=(-1,)), momentum)
                _move(running_var, reshape(variance * (count / (count - 1)), shape=(-1,)), momentum)
    elif running_mean is not None:
        apart = sub(wide, reshape(running_mean, shape=shape))
        variance = reshape(running_var, shape=shape)
    else:
        apart, variance = wide, 1.0  # an empty batch has no statistics, and no element that would need them
    deviation = sqrt(add(variance, eps))
    scale = div(1.0, deviation) if weight is None else div(reshape(weight, shape=shape), deviation)
    output = mul(apart, scale)
    if bias is not None:
        output = add(output, reshape(bias, shape=shape))
    return output if output.dtype == input.dtype else cast(output, dtype=input.dtype)


def _move(running: Tensor, batch: Tensor, momentum: float) -> None:
    running.copy_(running * (1 - momentum) + batch * momentum)


def _check_batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None,
    bias: Tensor | None,
    training: bool,
    eps: float,
) -> int:
    """Raise an error in words where the operands do not fit each other; count the values of each channel."""
    if input.ndim < 2:
        raise ShapeError(f"batch_norm: the input must be (N, C) or (N, C, *spatial), got the shape {input.shape}")
    axes = input_axes(input.ndim - 2, input.ndim)
    channels = input.shape[1]
    operands = {"running_mean": running_mean, "running_var": running_var, "weight": weight, "bias": bias}
    for name, operand in operands.items():
        if operand is not None and operand.shape != (channels,):
            raise ShapeError(
                f"batch_norm: the input has {channels} channels, the {name} is for {operand.numel()}\n"
                + shape_table(("input", axes, input.shape), (name, ("C",) if operand.ndim == 1 else ("?",), operand.shape))
            )
    if (running_mean is None) != (running_var is None):
        raise ValueError("batch_norm: running_mean and running_var go together: give both or neither")
    if running_mean is None and not training:
        raise ValueError("batch_norm: evaluation needs running_mean and running_var; training=True takes the batch's own")
    if not eps >= 0:
        raise ValueError(f"batch_norm: eps is 0 or more, got {eps}")
    count = input.shape[0] * prod(input.shape[2:])
    if training and count == 1:
        raise ShapeError(
            "batch_norm: expected more than one value per channel when training: the variance of one value is 0\n"
            + shape_table(("input", axes, input.shape))
            + "\n  Use batches of two samples or more (drop_last=True leaves out a last batch of one), or model.eval()"
        )
    return count
