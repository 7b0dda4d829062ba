"""The losses that compare the scores of classes by a margin."""

from __future__ import annotations

import numpy as np

from minitensor.dtypes import Array, int64
from minitensor.errors import ShapeError, shape_table
from minitensor.nn.functional.checks import check_operands, number_of
from minitensor.nn.functional.loss.checks import check_reduction, reduced
from minitensor.nn.functional.spatial import check_tensor
from minitensor.ops.elementwise import add, mul, relu, sub, where
from minitensor.ops.index import gather, take
from minitensor.ops.reduce import sum
from minitensor.ops.shape import reshape
from minitensor.tensor import Tensor


def multi_margin_loss(
    input: Tensor,
    target: Tensor,
    p: int = 1,
    margin: float = 1.0,
    weight: Tensor | None = None,
    *,
    reduction: str = "mean",
) -> Tensor:
    """Put the target class's score above all others, as PyTorch's `F.multi_margin_loss`.

    loss = w[t] * sum over c != t of max(0, margin - x[t] + x[c])^p / C

    Parameters
    ----------
    input : Tensor, shape (N, C) or (C,)
        The scores of the classes.
    target : Tensor of int64, shape (N,), or () or (1,)
        The classes, from 0 to C - 1.
    p : {1, 2}
        The power.
    margin : float
        By how much.
    weight : Tensor, shape (C,), optional
        How much each class counts, in the input's dtype.
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.

    Returns
    -------
    Tensor
        A scalar; with reduction='none' of the target's shape.

    Raises
    ------
    TypeError
        An operand is no Tensor, or of a dtype that it cannot have.
    ShapeError
        The shapes do not fit each other.
    IndexError
        A class is out of range.
    ValueError
        There is no such reduction; p is neither 1 nor 2.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.multi_margin_loss(mt.tensor([[0.1, 0.2, 0.4, 0.8]]), mt.tensor([3]))
    tensor(0.3250)
    """
    operation = "multi_margin_loss"
    check_reduction(reduction, operation)
    check_power(p, operation)
    far = number_of(margin, "margin", operation)
    check_operands(operation, input, weight=weight)
    _check_rows(input, operation)
    rows = input if input.ndim == 2 else reshape(input, shape=(1, -1))  # (n, c)
    classes = rows.shape[1]
    check_class_weight(weight, operation, classes)
    labels = _labels(input, target, operation)
    own = labels.reshape(-1, 1)  # (n, 1)
    short = relu(add(sub(rows, gather(rows, own, axis=1)), far))
    losses = where(own == np.arange(classes), 0.0, short if p == 1 else mul(short, short))
    if weight is not None:
        losses = mul(losses, reshape(take(weight, index=own[:, 0], axis=0), shape=(-1, 1)))
    loss = mul(sum(losses, axis=(1,), keepdims=False), 1 / classes)
    return reduced(reshape(loss, shape=target.shape), reduction)


def multilabel_margin_loss(input: Tensor, target: Tensor, *, reduction: str = "mean") -> Tensor:
    """Put the scores of several classes above all others, as PyTorch's `F.multilabel_margin_loss`.

    loss = sum over target classes t, and others c, of max(0, 1 - x[t] + x[c]) / C

    Parameters
    ----------
    input : Tensor, shape (N, C) or (C,)
        The scores of the classes.
    target : Tensor of int64, of the input's shape
        In each row the target classes, from 0 to C - 1, and then -1.
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.

    Returns
    -------
    Tensor
        A scalar; with reduction='none' of shape (N,) or ().

    Raises
    ------
    TypeError
        An operand is no Tensor, or of a dtype that it cannot have.
    ShapeError
        The shapes do not fit each other.
    IndexError
        A class is out of range.
    ValueError
        There is no such reduction.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.multilabel_margin_loss(mt.tensor([[0.1, 0.2, 0.4, 0.8]]), mt.tensor([[3, 0, -1, 1]]))
    tensor(0.8500)
    """
    operation = "multilabel_margin_loss"
    check_reduction(reduction, operation)
    check_operands(operation, input)
    check_tensor(target, "target", operation)
    _check_rows(input, operation)
    if target.shape != input.shape:
        raise ShapeError(
            f"{operation}: each row of the target has the classes of a row of the input, and then -1\n"
            + shape_table(("input", ("N", "C")[-input.ndim :], input.shape), ("target", ["?"] * target.ndim, target.shape))
        )
    _check_int64(target, operation)
    classes = input.shape[-1]
    rows, labels = reshape(input, shape=(-1, classes)), target.numpy().reshape(-1, classes)  # (n, c)
    meant = np.cumsum(labels == -1, axis=1) == 0  # up to the first -1
    check_labels(np.where(meant, labels, 0).reshape(target.shape), classes, operation)
    targets = np.where(meant, labels, 0)
    is_target = np.zeros(labels.shape, bool)
    np.logical_or.at(is_target, (np.arange(len(labels))[:, np.newaxis], targets), meant)
    wanted = reshape(gather(rows, targets, axis=1), shape=(*labels.shape, 1))  # (n, target, 1)
    others = reshape(rows, shape=(len(labels), 1, classes))  # (n, 1, other)
    counted = meant[:, :, np.newaxis] & ~is_target[:, np.newaxis, :]
    losses = where(counted, relu(add(sub(others, wanted), 1.0)), 0.0)
    loss = mul(sum(losses, axis=(1, 2), keepdims=False), 1 / classes)
    return reduced(reshape(loss, shape=input.shape[:-1]), reduction)


def check_power(p: int, operation: str) -> None:
    """Raise a ValueError where the power is neither 1 nor 2."""
    if p not in (1, 2):
        raise ValueError(f"{operation}: p is 1 or 2, got {p!r}")


def check_class_weight(weight: Tensor | None, operation: str, classes: int | None = None) -> None:
    """Raise a ShapeError where a weight has not one entry for each class."""
    if weight is not None and (weight.ndim != 1 or weight.shape != (classes or weight.shape[0],)):
        of_them = "class" if classes is None else f"of the {classes} classes"
        raise ShapeError(f"{operation}: the weight needs one entry for each {of_them}, got the shape {weight.shape}")


def check_labels(labels: Array, classes: int, operation: str, ignored: Array | None = None) -> None:
    """Raise an IndexError that names the first label that is no class."""
    if labels.size and labels.min() >= 0 and labels.max() < classes:
        return
    wrong = (labels < 0) | (labels >= classes)
    places = np.argwhere(wrong if ignored is None else wrong & ~ignored)
    if len(places):
        place = tuple(places[0].tolist())
        named = f"target[{', '.join(map(str, place))}]" if place else "the target"
        hint = ": for classes counted from 1 try target - 1" if labels.min() == 1 and labels.max() == classes else ""
        raise IndexError(f"{operation}: {named} is {labels[place]}, the {classes} classes are 0 to {classes - 1}{hint}")


def _labels(input: Tensor, target: Tensor, operation: str) -> Array:
    """The target classes, after the checks."""
    check_tensor(target, "target", operation)
    fits = target.shape == input.shape[:-1] if input.ndim == 2 else target.numel() == 1 and target.ndim < 2
    if not fits:
        table = shape_table(
            ("input", ("N", "C")[-input.ndim :], input.shape), ("classes", ("N",)[2 - input.ndim :], input.shape[:-1])
        )
        raise ShapeError(f"{operation}: the target's shape {target.shape} is not that of class indices\n{table}")
    _check_int64(target, operation)
    labels = target.numpy()
    check_labels(labels, input.shape[-1], operation)
    return labels


def _check_rows(input: Tensor, operation: str) -> None:
    if input.ndim not in (1, 2) or input.shape[-1] == 0:
        raise ShapeError(f"{operation}: the input must be (N, C) or (C,), with one class at least, got {input.shape}")


def _check_int64(target: Tensor, operation: str) -> None:
    if target.dtype != int64:
        raise TypeError(f"{operation}: class indices must be int64, the target is {target.dtype}: try target.long()")
