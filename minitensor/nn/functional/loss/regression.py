"""The losses that compare numbers."""

from __future__ import annotations

import numpy as np

from minitensor.errors import ShapeError
from minitensor.nn.functional.checks import number_of
from minitensor.nn.functional.loss.checks import check_numbers, check_pair, check_reduction, in_dtype_of, reduced
from minitensor.nn.functional.spatial import check_floating, check_tensor
from minitensor.ops.activation import hardtanh
from minitensor.ops.elementwise import abs, cast, div, mul, sub
from minitensor.ops.shape import broadcast_to
from minitensor.tensor import Tensor


def mse_loss(input: Tensor, target: Tensor, *, reduction: str = "mean", weight: Tensor | None = None) -> Tensor:
    """The squared differences, averaged, as PyTorch's `F.mse_loss`: loss = (x - t)^2.

    Parameters
    ----------
    input, target : Tensor
        Of one shape; one at least is floating-point. Shapes that broadcast are taken, with a warning: it is rarely what is
        meant.
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.
    weight : Tensor, of the input's shape, optional
        How much each loss counts; the average is divided by the sum of the weights.

    Returns
    -------
    Tensor
        A scalar; with reduction='none' of the operands' shape.

    Raises
    ------
    TypeError
        An operand is no Tensor, or neither is floating-point.
    ValueError
        There is no such reduction.
    ShapeError
        The shapes do not broadcast, or the weight has not the input's.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.mse_loss(mt.tensor([1., 2.]), mt.tensor([1., 5.]))
    tensor(4.5000)
    """
    check_reduction(reduction, "mse_loss")
    check_pair("mse_loss", input, target)
    apart = _apart(input, target)
    return _weighted(mul(apart, apart), weight, input, reduction, "mse_loss")


def l1_loss(input: Tensor, target: Tensor, *, reduction: str = "mean", weight: Tensor | None = None) -> Tensor:
    """The absolute differences, averaged, as PyTorch's `F.l1_loss`: loss = |x - t|, with the derivative 0 at x = t.

    Parameters
    ----------
    input, target, reduction, weight
        As in `mse_loss`.

    Returns
    -------
    Tensor
        A scalar; with reduction='none' of the operands' shape.

    Raises
    ------
    TypeError, ValueError, ShapeError
        As `mse_loss`; and a TypeError of truth values.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.l1_loss(mt.tensor([1., 2.]), mt.tensor([1., 5.]))
    tensor(1.5000)
    """
    check_reduction(reduction, "l1_loss")
    check_pair("l1_loss", input, target)
    check_numbers("l1_loss", input=input, target=target)
    return _weighted(abs(_apart(input, target)), weight, input, reduction, "l1_loss")


def smooth_l1_loss(input: Tensor, target: Tensor, *, reduction: str = "mean", beta: float = 1.0) -> Tensor:
    """The absolute differences, rounded off near 0, averaged, as PyTorch's `F.smooth_l1_loss`.

    loss = (x - t)^2 / (2 beta) where |x - t| < beta, |x - t| - beta / 2 elsewhere.

    Parameters
    ----------
    input, target, reduction
        As in `mse_loss`.
    beta : float
        How far the round part reaches; with 0 there is none.

    Returns
    -------
    Tensor
        A scalar; with reduction='none' of the operands' shape.

    Raises
    ------
    TypeError, ValueError, ShapeError
        As `mse_loss`; and a ValueError of a negative beta.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.smooth_l1_loss(mt.tensor([1., 2.]), mt.tensor([1.5, 5.]), reduction="none")
    tensor([0.1250, 2.5000])

    References
    ----------
    R. Girshick, "Fast R-CNN", 2015, arXiv:1504.08083, section 2.3.
    """
    check_reduction(reduction, "smooth_l1_loss")
    reach = check_beta(beta, "smooth_l1_loss")
    check_pair("smooth_l1_loss", input, target)
    apart = _apart(input, target)
    return reduced(mul(_huber(apart, reach), 1 / reach) if reach else abs(apart), reduction)


def huber_loss(
    input: Tensor, target: Tensor, reduction: str = "mean", delta: float = 1.0, weight: Tensor | None = None
) -> Tensor:
    """The squared differences, straight where they are large, averaged, as PyTorch's `F.huber_loss`.

    loss = (x - t)^2 / 2 where |x - t| < delta, delta * (|x - t| - delta / 2) elsewhere.

    Parameters
    ----------
    input, target, reduction
        As in `mse_loss`; the input is floating-point.
    delta : float
        How far the round part reaches; above 0.
    weight : Tensor, of the input's shape, optional
        How much each loss counts; the average is that of the weighted losses.

    Returns
    -------
    Tensor
        A scalar; with reduction='none' of the operands' shape. Its dtype is the input's.

    Raises
    ------
    TypeError, ValueError, ShapeError
        As `mse_loss`; and a ValueError where delta is not above 0.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.huber_loss(mt.tensor([1., 2.]), mt.tensor([1.5, 5.]), delta=2., reduction="none")
    tensor([0.1250, 4.0000])

    References
    ----------
    P. Huber, "Robust Estimation of a Location Parameter", Annals of Mathematical Statistics 35, 1964.
    """
    check_reduction(reduction, "huber_loss")
    reach = check_delta(delta, "huber_loss")
    check_pair("huber_loss", input, target)
    check_floating(input, "input", "huber_loss")
    loss = in_dtype_of(_huber(_apart(input, target), reach), input.dtype)
    if weight is None:
        return reduced(loss, reduction)
    _check_weight(weight, input, "huber_loss")
    return reduced(mul(loss, weight), reduction)


def _apart(input: Tensor, target: Tensor) -> Tensor:
    """The difference, in whose dtype a tensor without axes counts as one with as many as the other has."""
    if input.shape != target.shape:
        shape = np.broadcast_shapes(input.shape, target.shape)
        input, target = broadcast_to(input, shape=shape), broadcast_to(target, shape=shape)
    return sub(input, cast(target, dtype=input.dtype) if target.dtype.kind == "b" else target)


def _huber(apart: Tensor, reach: float) -> Tensor:
    """With c = d, but at most delta far from 0: c * (d - c / 2), which is both pieces in one."""
    near = hardtanh(apart, low=-reach, high=reach)
    return mul(near, sub(apart, mul(near, 0.5)))


def check_beta(beta: float, operation: str) -> float:
    """Raise an error in words where beta is no number, or negative; answer it as a float."""
    reach = number_of(beta, "beta", operation)
    if not reach >= 0:
        raise ValueError(f"{operation}: beta is 0 or more, got {beta}")
    return reach


def check_delta(delta: float, operation: str) -> float:
    """Raise an error in words where delta is no number, or not above 0; answer it as a float."""
    reach = number_of(delta, "delta", operation)
    if not reach > 0:
        raise ValueError(f"{operation}: delta is above 0, got {delta}")
    return reach


def _weighted(loss: Tensor, weight: Tensor | None, input: Tensor, reduction: str, operation: str) -> Tensor:
    """The losses, each times its weight, reduced; the average is divided by the sum of the weights."""
    if weight is None:
        return reduced(loss, reduction)
    _check_weight(weight, input, operation)
    weighted = mul(loss, weight)
    return div(reduced(weighted, "sum"), reduced(weight, "sum")) if reduction == "mean" else reduced(weighted, reduction)


def _check_weight(weight: Tensor, input: Tensor, operation: str) -> None:
    check_tensor(weight, "weight", operation)
    if weight.shape != input.shape:
        raise ShapeError(f"{operation}: the weight has the shape {weight.shape}, and needs the input's, {input.shape}")
