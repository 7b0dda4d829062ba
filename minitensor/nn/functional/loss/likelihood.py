"""The losses that compare distributions, or numbers with a distribution: negative log-likelihoods."""

from __future__ import annotations

import math
import warnings

import numpy as np

from minitensor.creation import full
from minitensor.errors import ShapeError
from minitensor.nn.functional.checks import number_of
from minitensor.nn.functional.loss.checks import (
    check_numbers,
    check_pair,
    check_reduction,
    common_shape,
    reduced,
    table_of,
)
from minitensor.nn.functional.spatial import check_floating, check_tensor
from minitensor.ops.elementwise import add, clamp, div, eq, exp, le, log, mul, sub, where
from minitensor.ops.shape import reshape
from minitensor.tensor import Tensor


def kl_div(input: Tensor, target: Tensor, *, reduction: str = "mean", log_target: bool = False) -> Tensor:
    """The Kullback-Leibler divergence of a distribution from another's logarithm, as PyTorch's `F.kl_div`.

    loss = t * (log t - x), or, of the target's logarithm, e^t * (t - x); 0 where the target is 0.

    Parameters
    ----------
    input : Tensor
        Log-probabilities, such as `log_softmax` answers.
    target : Tensor, of the input's shape
        Probabilities. Shapes that broadcast are taken, with a warning.
    reduction : {'mean', 'batchmean', 'sum', 'none'}
        Whether the losses are averaged over the elements (with a warning: the divergence is the sum over the classes), added
        up and divided by the length of the first axis, added up, or answered one by one.
    log_target : bool
        Whether the target is of log-probabilities too.

    Returns
    -------
    Tensor
        A scalar; with reduction='none' of the operands' shape.

    Raises
    ------
    TypeError
        An operand is no Tensor, or not floating-point.
    ValueError
        There is no such reduction.
    ShapeError
        The shapes do not broadcast.

    Examples
    --------
    >>> import minitensor as mt
    >>> x, t = mt.tensor([[0.25, 0.75]]).log(), mt.tensor([[0.5, 0.5]])
    >>> mt.nn.functional.kl_div(x, t, reduction="batchmean")
    tensor(0.1438)

    References
    ----------
    S. Kullback and R. Leibler, "On Information and Sufficiency", Annals of Mathematical Statistics 22, 1951.
    """
    check_reduction(reduction, "kl_div", also=("batchmean",))
    check_pair("kl_div", input, target)
    check_floating(input, "input", "kl_div")
    check_floating(target, "target", "kl_div")
    if reduction == "mean":
        warnings.warn(
            "kl_div: reduction='mean' divides by the number of elements: the divergence is what 'batchmean' answers",
            UserWarning,
            stacklevel=2,
        )
    loss = mul(exp(target), sub(target, input)) if log_target else sub(_times_log(target), mul(target, input))
    if reduction != "batchmean":
        return reduced(loss, reduction)
    return div(reduced(loss, "sum"), float(input.shape[0])) if input.ndim else loss


def poisson_nll_loss(
    input: Tensor,
    target: Tensor,
    log_input: bool = True,
    full: bool = False,
    *,
    eps: float = 1e-8,
    reduction: str = "mean",
) -> Tensor:
    """The negative log-likelihood of counts under a Poisson distribution, as PyTorch's `F.poisson_nll_loss`.

    loss = e^x - t * x, or, of the rate itself, x - t * log(x + eps).

    Parameters
    ----------
    input : Tensor
        The logarithm of the expected count, or that count.
    target : Tensor, of the input's shape
        The counts. Shapes that broadcast are taken, with a warning.
    log_input : bool
        Whether the input is the logarithm.
    full : bool
        Whether Stirling's approximation of log(t!) is added, where the target is above 1.
    eps : float
        What keeps the logarithm finite.
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.

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
        The shapes do not broadcast.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.poisson_nll_loss(mt.tensor([0., 1.]), mt.tensor([1., 3.]), reduction="none")
    tensor([ 1.0000, -0.2817])
    """
    check_reduction(reduction, "poisson_nll_loss")
    check_pair("poisson_nll_loss", input, target)
    least = number_of(eps, "eps", "poisson_nll_loss")
    loss = sub(exp(input), mul(target, input)) if log_input else sub(input, mul(target, log(add(input, least))))
    if full:
        check_numbers("poisson_nll_loss", target=target)
        some = where(le(target, 1), 1.0, target)
        stirling = add(sub(mul(some, log(some)), some), mul(log(mul(some, 2 * math.pi)), 0.5))
        loss = add(loss, where(le(target, 1), 0.0, stirling))
    return reduced(loss, reduction)


def gaussian_nll_loss(
    input: Tensor,
    target: Tensor,
    var: Tensor | float,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Tensor:
    """The negative log-likelihood of numbers under normal distributions, as PyTorch's `F.gaussian_nll_loss`.

    loss = (log v + (x - t)^2 / v) / 2, with v = max(var, eps); the gradient of `var` takes no notice of eps.

    Parameters
    ----------
    input : Tensor
        The expected values.
    target : Tensor, of the input's shape, or with axes of length 1
        The numbers.
    var : Tensor or float
        The variances, of the input's shape, of that without its last axis, or with one axis of length 1.
    full : bool
        Whether log(2 pi) / 2 is added.
    eps : float
        The least variance.
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.

    Returns
    -------
    Tensor
        A scalar; with reduction='none' of the operands' broadcast shape.

    Raises
    ------
    TypeError
        An operand is no Tensor, or the variance not floating-point.
    ValueError
        There is no such reduction; a variance is negative.
    ShapeError
        The shapes do not fit each other.

    Examples
    --------
    >>> import minitensor as mt
    >>> x, t, var = mt.tensor([0., 1.]), mt.tensor([0., 3.]), mt.tensor([1., 4.])
    >>> mt.nn.functional.gaussian_nll_loss(x, t, var, reduction="none")
    tensor([0.0000, 1.1931])

    References
    ----------
    D. Nix and A. Weigend, "Estimating the Mean and Variance of the Target Probability Distribution", ICNN 1994.
    """
    operation = "gaussian_nll_loss"
    check_reduction(reduction, operation)
    check_tensor(input, "input", operation)
    check_tensor(target, "target", operation)
    check_numbers(operation, input=input, target=target)
    common_shape(operation, input=input, target=target)
    least = number_of(eps, "eps", operation)
    variance = _variance(input, var, operation)
    if variance.ndim:
        common_shape(operation, input=input, target=target, var=variance)
    known = variance.detach()
    variance = add(variance, sub(clamp(known, low=least, high=None), known))  # raised, but not in the gradient
    apart = sub(input, target)
    loss = mul(add(log(variance), div(mul(apart, apart), variance)), 0.5)
    if full:
        loss = add(loss, 0.5 * math.log(2 * math.pi))
    return reduced(loss, reduction)


def _variance(input: Tensor, var: Tensor | float, operation: str) -> Tensor:
    """The variances, with the axes of the input."""
    if isinstance(var, (int, float)):
        _check_variance(var, operation)
        dtype = input.dtype if input.is_floating_point() else None
        return full(input.shape, float(var), dtype=dtype)
    check_tensor(var, "var", operation)
    check_floating(var, "var", operation)
    if var.numel():
        _check_variance(var.numpy().min(), operation)
    if var.shape == input.shape:
        return var
    if var.shape == input.shape[:-1]:
        return reshape(var, shape=(*var.shape, 1))
    differing = [one for length, one in zip(input.shape, var.shape, strict=False) if length != one]
    if var.ndim != input.ndim or np.sum(differing) != 1:
        raise ShapeError(
            f"{operation}: var has the input's shape, that without its last axis, or one axis of length 1\n"
            + table_of(input=input, var=var)
        )
    return var


def _check_variance(least: float, operation: str) -> None:
    if least < 0:
        raise ValueError(f"{operation}: a variance is 0 or more, var has {least}")


def _times_log(t: Tensor) -> Tensor:
    """T * log t, and 0 where t is 0."""
    return mul(t, log(where(eq(t, 0), 1.0, t)))
