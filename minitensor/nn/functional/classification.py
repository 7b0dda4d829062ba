"""The losses of classification: the negative log-likelihood, and the cross entropy that it is of logits."""

from __future__ import annotations

from typing import Any

import numpy as np

from minitensor.dtypes import Array, int64, uint8
from minitensor.errors import ShapeError, shape_table, spatial_axes
from minitensor.nn.functional.checks import check_operands
from minitensor.nn.functional.loss.checks import check_reduction, reduced
from minitensor.nn.functional.loss.classes import check_labels
from minitensor.nn.functional.spatial import check_tensor
from minitensor.ops import loss as ops
from minitensor.ops.elementwise import add, div, mul, neg, where
from minitensor.ops.index import gather, take
from minitensor.ops.reduce import log_softmax, sum
from minitensor.ops.shape import reshape
from minitensor.tensor import Tensor


def cross_entropy(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """Compare logits with classes, or with probabilities of classes, as PyTorch's `F.cross_entropy`.

    loss = -sum over c of weight[c] * p[c] * log_softmax(x)[c]

    where p is 1 for the target class and 0 for the others, or the probabilities given; smoothing by s makes
    (1 - s) * p + s / C of it.

    Parameters
    ----------
    input : Tensor, shape (N, C), (C,) or (N, C, *spatial)
        Logits: any real numbers.
    target : Tensor, shape (N,), () or (1,), (N, *spatial), or the input's
        Class indices from 0 to C - 1, int64 or uint8; or, in the input's shape, floating-point probabilities.
    weight : Tensor, shape (C,), optional
        How much each class counts.
    ignore_index : int
        The class index that counts for nothing.
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one. The average over class indices is weighted: the
        sum is divided by that of the target classes' weights, of those that are not ignored.
    label_smoothing : float
        From 0 to 1.

    Returns
    -------
    Tensor
        A scalar; with reduction='none' of the shape of class indices.

    Raises
    ------
    TypeError
        An operand is no Tensor, or of a dtype that it cannot have.
    ShapeError
        The shapes do not fit each other.
    IndexError
        A class index is out of range.
    ValueError
        There is no such reduction, a smoothing outside of 0 to 1, or a class to ignore beside probabilities.

    Examples
    --------
    >>> import minitensor as mt
    >>> logits = mt.tensor([[2., 0., 0.], [0., 0., 3.]])
    >>> mt.nn.functional.cross_entropy(logits, mt.tensor([0, 2]))
    tensor(0.1672)
    """
    operation = "cross_entropy"
    check_reduction(reduction, operation)
    check_label_smoothing(label_smoothing, operation)
    _check_scores(input, target, weight, operation)
    axis = _class_axis(input)
    if input.ndim and target.shape == input.shape and target.is_floating_point():
        if ignore_index >= 0:
            raise ValueError(f"{operation}: ignore_index={ignore_index} is for class indices, the target has probabilities")
        return _against_probabilities(log_softmax(input, axis=axis), target, weight, reduction, label_smoothing)
    if target.shape != input.shape:
        target = _of_one_row(input, target)
    ignored = _check_classes(input, target, ignore_index, operation)
    if weight is None and not label_smoothing and reduction != "none" and target.numel() and not ignored.any():
        labels = np.array(target.numpy(), int64)  # copied: backward needs them as they were
        index = labels.reshape(*labels.shape[:axis], 1, *labels.shape[axis:])  # (n, 1, ...)
        divisor = labels.size if reduction == "mean" else 1
        loss: Tensor = ops.cross_entropy(input, index=index, axis=axis, divisor=divisor)
        return loss
    return _against_classes(log_softmax(input, axis=axis), target, ignored, weight, reduction, label_smoothing)


def nll_loss(
    input: Tensor, target: Tensor, weight: Tensor | None = None, *, ignore_index: int = -100, reduction: str = "mean"
) -> Tensor:
    """Pick the target classes' negative log-probabilities, as PyTorch's `F.nll_loss`: loss = -weight[t] * x[t].

    Parameters
    ----------
    input : Tensor, shape (N, C), (C,) or (N, C, *spatial)
        Log-probabilities, such as `log_softmax` answers.
    target : Tensor, shape (N,), () or (1,), or (N, *spatial)
        Class indices from 0 to C - 1, int64 or uint8.
    weight, ignore_index, reduction
        As in `cross_entropy`.

    Raises
    ------
    TypeError, ShapeError, IndexError, ValueError
        As `cross_entropy`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.nll_loss(mt.tensor([[-0.5, -1.], [-2., -0.25]]), mt.tensor([0, 1]))
    tensor(0.3750)
    """
    check_reduction(reduction, "nll_loss")
    _check_scores(input, target, weight, "nll_loss")
    target = _of_one_row(input, target)
    ignored = _check_classes(input, target, ignore_index, "nll_loss")
    return _against_classes(input, target, ignored, weight, reduction, 0.0)


def check_label_smoothing(label_smoothing: float, operation: str) -> None:
    """Raise a ValueError where the smoothing is not from 0 to 1."""
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"{operation}: label_smoothing is from 0 to 1, got {label_smoothing}")


def _class_axis(input: Tensor) -> int:
    return 0 if input.ndim == 1 else 1


def _of_one_row(input: Tensor, target: Tensor) -> Tensor:
    """The class index of scores (C,), which may come as (1,)."""
    return reshape(target, shape=()) if input.ndim == 1 and target.shape == (1,) else target


def _of_classes(weight: Tensor, input: Tensor) -> Tensor:
    """Give the classes' weights (C,) the axes of the input: (C, 1, ...) goes with its axes from C on."""
    return reshape(weight, shape=(-1, *(1,) * (input.ndim - _class_axis(input) - 1)))  # (c, 1, ...)


def _against_classes(
    log_likelihood: Tensor, target: Tensor, ignored: Array, weight: Tensor | None, reduction: str, smoothing: float
) -> Tensor:
    axis = _class_axis(log_likelihood)
    labels = np.where(ignored, 0, target.numpy())
    picked = gather(log_likelihood, np.expand_dims(labels, axis), axis=axis)  # (n, 1, ...)
    loss = neg(reshape(picked, shape=target.shape))
    own_weight = None
    if weight is not None:
        own_weight = reshape(take(weight, index=labels.ravel(), axis=0), shape=labels.shape)
        loss = mul(loss, own_weight)
    if smoothing:
        weighted = log_likelihood if weight is None else mul(log_likelihood, _of_classes(weight, log_likelihood))
        even = sum(weighted, axis=(axis,), keepdims=False)
        loss = add(mul(loss, 1 - smoothing), mul(even, -smoothing / log_likelihood.shape[axis]))
    if ignored.any():
        loss = where(ignored, 0.0, loss)
    if reduction != "mean":
        return reduced(loss, reduction)
    count: Any = float(np.size(ignored) - np.count_nonzero(ignored))
    if own_weight is not None:
        count = reduced(where(ignored, 0.0, own_weight), "sum")
    return div(reduced(loss, "sum"), count)


def _against_probabilities(
    log_likelihood: Tensor, target: Tensor, weight: Tensor | None, reduction: str, smoothing: float
) -> Tensor:
    axis = _class_axis(log_likelihood)
    classes = log_likelihood.shape[axis]
    if smoothing:
        target = add(mul(target, 1 - smoothing), smoothing / classes)
    weighted = log_likelihood if weight is None else mul(log_likelihood, _of_classes(weight, log_likelihood))
    return reduced(neg(sum(mul(weighted, target), axis=(axis,), keepdims=False)), reduction)


def _check_scores(input: Tensor, target: Tensor, weight: Tensor | None, operation: str) -> None:
    check_operands(operation, input, weight=weight)
    check_tensor(target, "target", operation)
    if input.ndim == 0:
        raise ShapeError(f"{operation}: the input must be (N, C), (C,) or (N, C, *spatial), got a tensor without axes")
    classes = input.shape[_class_axis(input)]
    if weight is not None and weight.shape != (classes,):
        raise ShapeError(
            f"{operation}: the weight needs one entry for each of the {classes} classes, got the shape {weight.shape}"
        )


def _check_classes(input: Tensor, target: Tensor, ignore_index: int, operation: str) -> Array:
    """Raise an error in words where the target is not of class indices; answer which of them are ignored."""
    axis = _class_axis(input)
    wanted = (*input.shape[:axis], *input.shape[axis + 1 :])
    if target.shape != wanted:
        raise ShapeError(_target_shape_message(input, target, wanted, operation))
    if target.dtype not in (int64, uint8):
        otherwise = f"; probabilities have the input's shape, {input.shape}" if operation == "cross_entropy" else ""
        raise TypeError(
            f"{operation}: class indices must be int64, the target is {target.dtype}: try target.long(){otherwise}"
        )
    labels, classes = target.numpy(), input.shape[axis]
    ignored = np.asarray(labels == ignore_index)
    check_labels(labels, classes, operation, ignored)
    return ignored


def _target_shape_message(input: Tensor, target: Tensor, wanted: tuple[int, ...], operation: str) -> str:
    axis = _class_axis(input)
    names = ("N", "C", *spatial_axes(input.ndim - 2)) if input.ndim > 1 else ("C",)
    index_names = tuple(name for name in names if name != "C")
    rows = [("input", names, input.shape), ("class indices", index_names, wanted)]
    got = f"{operation}: the target's shape {target.shape} is not that of class indices"
    if operation == "cross_entropy":
        got += " or of probabilities"
        rows.append(("probabilities", names, input.shape))
    hint = ""
    if target.shape == input.shape:
        hint = f"\n  Of ones and zeros, target.argmax({axis}) makes class indices"
        if operation == "cross_entropy":
            got = f"{operation}: the target has the shape of probabilities, which are floating-point, and is {target.dtype}"
            hint += "; as probabilities pass target.float()"
    elif target.ndim == input.ndim and target.shape == (*wanted[:axis], 1, *wanted[axis:]):
        hint = f"\n  Class indices have no axis for the classes: try target.squeeze({axis})"
    return f"{got}\n{shape_table(*rows)}{hint}"
