"""Losses: how far answers are from what they should be, as one number."""

from __future__ import annotations

import warnings

import numpy as np

from minitensor.errors import ShapeError, shape_table
from minitensor.nn.functional.spatial import check_floating, check_tensor
from minitensor.ops.elementwise import abs, mul, sub
from minitensor.ops.reduce import mean, sum
from minitensor.tensor import Tensor

REDUCTIONS = ("none", "mean", "sum")


def check_reduction(reduction: str, operation: str) -> None:
    """Raise a ValueError where there is no such reduction."""
    if reduction not in REDUCTIONS:
        raise ValueError(f"{operation}: reduction is 'none', 'mean' or 'sum', got {reduction!r}")


def mse_loss(input: Tensor, target: Tensor, *, reduction: str = "mean") -> Tensor:
    """Average the squared differences, as PyTorch's `F.mse_loss`.

    Parameters
    ----------
    input, target : Tensor
        Of one shape. Shapes that broadcast are taken, with a warning: it is rarely what is meant.
    reduction : {'mean', 'sum', 'none'}
        Whether the differences are averaged, added up, or answered one by one.

    Raises
    ------
    TypeError
        An operand is no Tensor, or none is floating-point.
    ValueError
        There is no such reduction.
    ShapeError
        The shapes do not broadcast.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.mse_loss(mt.tensor([1., 2.]), mt.tensor([1., 5.]))
    tensor(4.5000)
    """
    _check_pair(input, target, reduction, "mse_loss")
    apart = sub(input, target)
    return reduced(mul(apart, apart), reduction)


def l1_loss(input: Tensor, target: Tensor, *, reduction: str = "mean") -> Tensor:
    """Average the absolute differences, as PyTorch's `F.l1_loss`.

    Parameters
    ----------
    input, target, reduction
        As in `mse_loss`.

    Raises
    ------
    TypeError, ValueError, ShapeError
        As `mse_loss`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.l1_loss(mt.tensor([1., 2.]), mt.tensor([1., 5.]))
    tensor(1.5000)
    """
    _check_pair(input, target, reduction, "l1_loss")
    return reduced(abs(sub(input, target)), reduction)


def reduced(loss: Tensor, reduction: str) -> Tensor:
    """The losses of all elements, averaged, added up, or as they are."""
    if reduction == "none":
        return loss
    axes = tuple(range(loss.ndim))
    return mean(loss, axis=axes, keepdims=False) if reduction == "mean" else sum(loss, axis=axes, keepdims=False)


def _check_pair(input: Tensor, target: Tensor, reduction: str, operation: str) -> None:
    """Raise an error in words where two tensors cannot be compared, and warn where they are compared crosswise."""
    check_reduction(reduction, operation)
    check_tensor(input, "input", operation)
    check_tensor(target, "target", operation)
    if not target.is_floating_point():
        check_floating(input, "input", operation)
    if input.shape == target.shape:
        return
    way_out = "give both one shape"
    if input.numel() == target.numel():
        way_out += f", for example with target.reshape({', '.join(map(str, input.shape))})"
    try:
        together = np.broadcast_shapes(input.shape, target.shape)
    except ValueError:
        table = shape_table(("input", _places(input), input.shape), ("target", _places(target), target.shape))
        raise ShapeError(f"{operation}: the input and the target differ in shape: {way_out}\n{table}") from None
    warnings.warn(
        f"{operation}: the input's shape is {input.shape}, the target's {target.shape}: they are broadcast to {together}, "
        f"which compares elements that are no pairs: {way_out}",
        UserWarning,
        stacklevel=3,
    )


def _places(tensor: Tensor) -> list[str]:
    return [str(axis) for axis in range(tensor.ndim)]
