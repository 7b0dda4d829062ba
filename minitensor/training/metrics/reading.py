"""What outputs and targets say: which class was predicted for each sample or pixel, and which is true.

A class's score is any real number, the higher the likelier. A score that is NaN predicts nothing; where several are highest,
the first of these classes is predicted.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from minitensor.dtypes import Array
from minitensor.errors import ShapeError, shape_table, spatial_axes
from minitensor.nn.functional.loss.classes import check_labels
from minitensor.tensor import Tensor

NOTHING = -1  # stands for the class that NaN scores predict


class Labels(NamedTuple):
    """The classes of those samples or pixels that count, as int64 arrays with one axis.

    Attributes
    ----------
    predicted : ndarray
        `NOTHING` where a score is NaN.
    true : ndarray
    classes : int or None
        How many there are; None where the output gives predicted classes and not scores.
    """

    predicted: Array
    true: Array
    classes: int | None


def array_of(value: Any, role: str, operation: str) -> Array:
    """The array of a Tensor, or of what is one already.

    Raises
    ------
    TypeError
        It is neither.
    """
    if isinstance(value, Tensor):
        return value.numpy()
    if isinstance(value, (np.ndarray, np.generic)):
        return np.asarray(value)
    raise TypeError(f"{operation}: the {role} must be a Tensor or an ndarray, got {type(value).__name__}")


def read_labels(output: Any, target: Any, operation: str, threshold: float, ignore_index: int | None) -> Labels:
    """The predicted and the true classes.

    Parameters
    ----------
    output : Tensor or ndarray
        Scores (N, C, *spatial), or the scores of class 1 of two, (N,) or (N, 1, *spatial), or integers in the target's
        shape, which are the predicted classes.
    target : Tensor or ndarray
        The classes, (N, *spatial), integers; of two they may be floating-point zeros and ones, with an axis of 1 or without.
    operation : str
        Whose errors they are.
    threshold : float
        The score above which class 1 of two is predicted.
    ignore_index : int or None
        Where the target is this, nothing counts.
    """
    scores, labels = array_of(output, "output", operation), array_of(target, "target", operation)
    if scores.dtype.kind != "f" and scores.ndim and scores.shape == labels.shape:
        kept, true = _checked(labels, None, operation, ignore_index)
        return Labels(scores[kept].astype(np.int64), true, None)
    if is_binary(scores, labels):
        kept, true = _checked(labels.reshape(-1), 2, operation, ignore_index)
        scores = scores.reshape(-1)[kept]
        return Labels(np.where(np.isnan(scores), NOTHING, scores > threshold).astype(np.int64), true, 2)
    scores, labels = check_scores(scores, labels, operation)
    kept, true = _checked(labels, scores.shape[1], operation, ignore_index)
    predicted = np.where(np.isnan(scores).any(axis=1), NOTHING, scores.argmax(axis=1))  # (n, *spatial)
    return Labels(predicted[kept].astype(np.int64), true, scores.shape[1])


def read_ranks(output: Any, target: Any, operation: str, ignore_index: int | None) -> tuple[Array, int]:
    """How many classes come before the true one, for each sample or pixel that counts, and how many classes there are.

    Where a score is NaN, it is all of them. Of equal scores, that of the first class comes first.
    """
    scores, labels = array_of(output, "output", operation), array_of(target, "target", operation)
    scores, labels = check_scores(scores, labels, operation)
    classes = scores.shape[1]
    kept, true = _checked(labels, classes, operation, ignore_index)
    rows = np.moveaxis(scores, 1, -1)[kept]  # (kept, c)
    own = np.take_along_axis(rows, true[:, None], axis=1)  # (kept, 1)
    before = (rows > own) | ((rows == own) & (np.arange(classes) < true[:, None]))  # (kept, c)
    return np.where(np.isnan(rows).any(axis=1), classes, before.sum(axis=1)), classes


def is_binary(scores: Array, labels: Array) -> bool:
    """Whether the scores are those of class 1 of two: (N,) or (N, 1, *spatial), with labels that go with them."""
    if scores.ndim == 0 or (scores.ndim > 1 and scores.shape[1] != 1):
        return False
    plain = scores.shape[:1] + scores.shape[2:]
    return labels.shape in (scores.shape, plain, (*plain[:1], 1, *plain[1:]))


def check_scores(scores: Array, labels: Array, operation: str) -> tuple[Array, Array]:
    """Return scores (N, C, *spatial) of two classes or more, and labels (N, *spatial).

    Raises
    ------
    ShapeError
        They are something else.
    """
    wanted = (*scores.shape[:1], *scores.shape[2:])
    if scores.ndim < 2 or scores.shape[1] < 2 or labels.shape != wanted:
        raise ShapeError(_message(scores, labels, wanted, operation))
    if scores.dtype.kind != "f":
        raise TypeError(f"{operation}: scores are floating-point, the output is {scores.dtype}: try output.float()")
    return scores, labels


def _checked(labels: Array, classes: int | None, operation: str, ignore_index: int | None) -> tuple[Array, Array]:
    """Which labels count, and those: classes from 0 to `classes` - 1.

    Raises
    ------
    TypeError
        They are floating-point, and there are not two classes.
    ValueError
        They are floating-point, and one is neither 0 nor 1.
    IndexError
        One is out of range.
    """
    kept = np.ones(labels.shape, bool) if ignore_index is None else labels != ignore_index
    if labels.dtype.kind == "f":
        if classes != 2:
            raise TypeError(f"{operation}: class labels are integers, the target is {labels.dtype}: try target.long()")
        wrong = labels[kept & (labels != 0) & (labels != 1)]
        if wrong.size:
            raise ValueError(f"{operation}: labels of two classes are 0 and 1, the target has {wrong[0]}")
    if classes is not None:
        check_labels(labels, classes, operation, ~kept)
    return kept, labels[kept].astype(np.int64)


def _message(scores: Array, labels: Array, wanted: tuple[int, ...], operation: str) -> str:
    if scores.ndim < 2:
        form = "(N, C) or (N, C, *spatial), or (N,) beside a target (N,)"
        return f"{operation}: the output must be {form}, got the shape {scores.shape} and a target of {labels.shape}"
    names = ("N", "C", *spatial_axes(scores.ndim - 2))
    if scores.shape[1] == 1:
        head = f"{operation}: the target's shape {labels.shape} is not that of the output, which scores one class"
        return f"{head}\n{shape_table(('output', names, scores.shape))}"
    table = shape_table(("output", names, scores.shape), ("class labels", (names[0], *names[2:]), wanted))
    hint = ""
    if labels.shape == scores.shape:
        hint = "\n  Of ones and zeros, target.argmax(1) makes class labels"
    elif labels.shape == (*wanted[:1], 1, *wanted[1:]):
        hint = "\n  Class labels have no axis for the classes: try target.squeeze(1)"
    elif scores.ndim > 2 and labels.shape == scores.shape[:-1]:
        order = ", ".join(map(str, (0, scores.ndim - 1, *range(1, scores.ndim - 1))))
        hint = f"\n  This looks like channels-last scores: try output.permute({order})"
    return f"{operation}: the target's shape {labels.shape} is not that of class labels\n{table}{hint}"
