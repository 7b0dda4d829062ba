"""The losses that compare a score with yes or no."""

from __future__ import annotations

import numpy as np

from minitensor.errors import ShapeError
from minitensor.nn.functional.checks import check_operands
from minitensor.nn.functional.loss.checks import (
    check_extends,
    check_numbers,
    check_pair,
    check_reduction,
    check_same_shape,
    common_shape,
    in_dtype_of,
    reduced,
)
from minitensor.nn.functional.spatial import check_floating, check_tensor
from minitensor.ops import loss as ops
from minitensor.ops.activation import logsigmoid
from minitensor.ops.elementwise import add, div, mul, neg, sub
from minitensor.ops.reduce import sum
from minitensor.tensor import Tensor


def binary_cross_entropy(input: Tensor, target: Tensor, weight: Tensor | None = None, *, reduction: str = "mean") -> Tensor:
    """Compare probabilities with yes or no, as PyTorch's `F.binary_cross_entropy`.

    loss = -w * (t * log x + (1 - t) * log(1 - x))

    with the logarithms no less than -100, and the derivative's divisor x * (1 - x) no less than 1e-12.
    `binary_cross_entropy_with_logits` is exact where this is not.

    Parameters
    ----------
    input : Tensor
        Probabilities, from 0 to 1, such as `sigmoid` answers.
    target : Tensor, of the input's shape and dtype
        1 for yes, 0 for no, or anything between.
    weight : Tensor, optional
        How much each element counts; repeated to the input's shape.
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.

    Returns
    -------
    Tensor
        A scalar; with reduction='none' of the input's shape.

    Raises
    ------
    TypeError
        An operand is no Tensor, not floating-point, or of another dtype than the input.
    ShapeError
        The shapes do not fit each other.
    ValueError
        There is no such reduction; an element of the input is no probability.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.binary_cross_entropy(mt.tensor([0.5, 0.75]), mt.tensor([1., 0.]), reduction="none")
    tensor([0.6931, 1.3863])
    """
    operation = "binary_cross_entropy"
    check_reduction(reduction, operation)
    check_operands(operation, input, target=target)
    check_same_shape(operation, input, target)
    _check_probabilities(input, operation)
    loss = ops.binary_cross_entropy(input, target)
    return reduced(_weighted(loss, weight, operation), reduction)


def binary_cross_entropy_with_logits(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    *,
    reduction: str = "mean",
    pos_weight: Tensor | None = None,
) -> Tensor:
    """Compare logits with yes or no, as PyTorch's `F.binary_cross_entropy_with_logits`.

    loss = -w * (p * t * log s(x) + (1 - t) * log(1 - s(x))), s being the sigmoid, worked out without forming it.

    Parameters
    ----------
    input : Tensor
        Any real numbers.
    target : Tensor, of the input's shape
        Floating-point: 1 for yes, 0 for no, or anything between.
    weight : Tensor, optional
        How much each element counts, w; repeated to the input's shape.
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.
    pos_weight : Tensor, optional
        How much yes counts beside no, p; repeated to the input's shape, so of shape (C,) for an input (N, C).

    Returns
    -------
    Tensor
        A scalar; with reduction='none' of the input's shape. Its dtype is the target's.

    Raises
    ------
    TypeError
        An operand is no Tensor, or the input or the target not floating-point.
    ShapeError
        The shapes do not fit each other.
    ValueError
        There is no such reduction.

    Examples
    --------
    >>> import minitensor as mt
    >>> x, t = mt.tensor([0., 1000.]), mt.tensor([1., 0.])
    >>> mt.nn.functional.binary_cross_entropy_with_logits(x, t, reduction="none")
    tensor([6.9315e-01, 1.0000e+03])
    """
    operation = "binary_cross_entropy_with_logits"
    check_reduction(reduction, operation)
    check_tensor(input, "input", operation)
    check_tensor(target, "target", operation)
    check_floating(input, "input", operation)
    check_floating(target, "target", operation)
    check_same_shape(operation, input, target)
    likelihood: Tensor = logsigmoid(input)
    if pos_weight is not None:
        check_tensor(pos_weight, "pos_weight", operation)
        check_numbers(operation, pos_weight=pos_weight)
        check_extends(operation, "pos_weight", pos_weight, input.shape)
        likelihood = mul(likelihood, add(mul(sub(pos_weight, 1), target), 1))
    loss = in_dtype_of(sub(mul(sub(1.0, target), input), likelihood), target.dtype)
    return reduced(_weighted(loss, weight, operation), reduction)


def soft_margin_loss(input: Tensor, target: Tensor, *, reduction: str = "mean") -> Tensor:
    """Compare scores with signs, as PyTorch's `F.soft_margin_loss`: loss = log(1 + e^(-t * x)).

    Parameters
    ----------
    input : Tensor
        Any real numbers.
    target : Tensor, of the input's shape
        1 or -1. A shape that repeats to the input's is taken, with a warning.
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.

    Returns
    -------
    Tensor
        A scalar; with reduction='none' of the input's shape. Its dtype is the input's.

    Raises
    ------
    TypeError
        An operand is no Tensor, or the input not floating-point.
    ShapeError
        The target's shape does not repeat to the input's.
    ValueError
        There is no such reduction.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.soft_margin_loss(mt.tensor([0., 2.]), mt.tensor([1., -1.]), reduction="none")
    tensor([0.6931, 2.1269])
    """
    check_reduction(reduction, "soft_margin_loss")
    check_pair("soft_margin_loss", input, target)
    check_floating(input, "input", "soft_margin_loss")
    check_extends("soft_margin_loss", "target", target, input.shape)
    return reduced(in_dtype_of(neg(logsigmoid(mul(input, target))), input.dtype), reduction)


def multilabel_soft_margin_loss(
    input: Tensor, target: Tensor, weight: Tensor | None = None, *, reduction: str = "mean"
) -> Tensor:
    """Compare each class's logit with yes or no, averaged over the classes, as PyTorch's `F.multilabel_soft_margin_loss`.

    loss = -mean over c of w[c] * (t * log s(x) + (1 - t) * log(1 - s(x))), s being the sigmoid.

    Parameters
    ----------
    input : Tensor, shape (..., C)
        Any real numbers.
    target : Tensor, of the input's shape
        1 for yes, 0 for no. Shapes that broadcast are taken, with a warning.
    weight : Tensor, shape (C,), optional
        How much each class counts.
    reduction : {'mean', 'sum', 'none'}
        Whether the losses of the samples are averaged, added up, or answered one by one.

    Returns
    -------
    Tensor
        A scalar; with reduction='none' of the input's shape without its last axis.

    Raises
    ------
    TypeError
        An operand is no Tensor, or the input not floating-point.
    ShapeError
        The shapes do not broadcast together, or the input has no axis.
    ValueError
        There is no such reduction.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.multilabel_soft_margin_loss(mt.tensor([[0., 2.]]), mt.tensor([[1., 0.]]))
    tensor(1.4100)
    """
    operation = "multilabel_soft_margin_loss"
    check_reduction(reduction, operation)
    check_pair(operation, input, target)
    check_floating(input, "input", operation)
    check_numbers(operation, target=target)
    if input.ndim == 0:
        raise ShapeError(f"{operation}: the input must be (..., C), got a tensor without axes")
    loss: Tensor = neg(add(mul(target, logsigmoid(input)), mul(sub(1, target), logsigmoid(neg(input)))))
    if weight is not None:
        check_tensor(weight, "weight", operation)
        common_shape(operation, "give the weight one entry for each class", losses=loss, weight=weight)
        loss = mul(loss, weight)
    axis = input.ndim - 1
    return reduced(div(sum(loss, axis=(axis,), keepdims=False), float(input.shape[axis])), reduction)


def _weighted(loss: Tensor, weight: Tensor | None, operation: str) -> Tensor:
    """The losses, each times its weight, in their own dtype."""
    if weight is None:
        return loss
    check_tensor(weight, "weight", operation)
    check_extends(operation, "weight", weight, loss.shape)
    return in_dtype_of(mul(loss, weight), loss.dtype)


def _check_probabilities(input: Tensor, operation: str) -> None:
    """Raise a ValueError where an element is not from 0 to 1: it names the first."""
    values = input.numpy()
    if values.size == 0 or (values.min() >= 0 and values.max() <= 1):  # which no nan is
        return
    place = tuple(np.argwhere(~((values >= 0) & (values <= 1)))[0].tolist())
    named = f"input[{', '.join(map(str, place))}]" if place else "the input"
    raise ValueError(
        f"{operation}: {named} is {values[place]}, a probability is from 0 to 1: pass it through sigmoid first, or pass "
        "logits to binary_cross_entropy_with_logits"
    )
