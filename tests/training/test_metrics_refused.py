"""What a metric cannot count is refused in words, and is not counted."""

from __future__ import annotations

import pytest

import minitensor as mt
from minitensor.errors import ShapeError
from minitensor.training import (
    F1,
    Accuracy,
    ConfusionMatrix,
    MeanAbsoluteError,
    MeanSquaredError,
    Precision,
    Recall,
    TopK,
)

SCORES, LABELS = mt.zeros(4, 3), mt.tensor([0, 1, 2, 0])
REFUSED = {
    "a target that is one-hot": (
        lambda: Accuracy()(SCORES, mt.zeros(4, 3)), ShapeError,
        "accuracy: the target's shape (4, 3) is not that of class labels\n"
        "  output       (N, C) = (4, 3)\n"
        "  class labels (N)    = (4,)\n"
        "  Of ones and zeros, target.argmax(1) makes class labels",
    ),
    "an axis too many": (
        lambda: TopK(2)(SCORES, mt.zeros(4, 1, dtype=mt.int64)), ShapeError,
        "top_2: the target's shape (4, 1) is not that of class labels\n"
        "  output       (N, C) = (4, 3)\n"
        "  class labels (N)    = (4,)\n"
        "  Class labels have no axis for the classes: try target.squeeze(1)",
    ),
    "channels last": (
        lambda: ConfusionMatrix(3)(mt.zeros(2, 5, 6, 3), mt.zeros(2, 5, 6, dtype=mt.int64)), ShapeError,
        "confusion_matrix: the target's shape (2, 5, 6) is not that of class labels\n"
        "  output       (N, C, H, W) = (2, 5, 6, 3)\n"
        "  class labels (N, H, W)    = (2, 6, 3)\n"
        "  This looks like channels-last scores: try output.permute(0, 3, 1, 2)",
    ),
    "another number of samples": (
        lambda: Accuracy()(mt.zeros(4, 1), mt.tensor([0, 1])), ShapeError,
        "accuracy: the target's shape (2,) is not that of the output, which scores one class\n  output (N, C) = (4, 1)",
    ),
    "an output of one axis": (
        lambda: Accuracy()(mt.zeros(4), mt.zeros(3)), ShapeError,
        "accuracy: the output must be (N, C) or (N, C, *spatial), or (N,) beside a target (N,), got the shape (4,) and a target of (3,)",
    ),
    "a label that is no class": (
        lambda: Accuracy()(SCORES, mt.tensor([0, 1, 3, 0])), IndexError,
        "accuracy: target[2] is 3, the 3 classes are 0 to 2",
    ),
    "labels counted from 1": (
        lambda: Accuracy()(SCORES, mt.tensor([1, 2, 3, 1])), IndexError,
        "accuracy: target[2] is 3, the 3 classes are 0 to 2: for classes counted from 1 try target - 1",
    ),
    "floats as labels": (
        lambda: Accuracy()(SCORES, mt.zeros(4)), TypeError,
        "accuracy: class labels are integers, the target is float32: try target.long()",
    ),
    "probabilities as labels of two classes": (
        lambda: Accuracy()(mt.zeros(2), mt.tensor([0.0, 0.5])), ValueError,
        "accuracy: labels of two classes are 0 and 1, the target has 0.5",
    ),
    "scores that are integers": (
        lambda: Accuracy()(mt.zeros(4, 3, dtype=mt.int64), LABELS), TypeError,
        "accuracy: scores are floating-point, the output is int64: try output.float()",
    ),
    "a list": (
        lambda: Accuracy()([0, 1], [0, 1]), TypeError, "accuracy: the output must be a Tensor or an ndarray, got list"
    ),
    "more than there are": (
        lambda: TopK(4)(SCORES, LABELS), ShapeError,
        "top_4: the output has 3 classes, k is 4: every answer would be right",
    ),
    "other classes than before": (
        lambda: Precision(classes=4)(SCORES, LABELS), ShapeError, "precision: the output has scores of 3 classes, 4 are counted"
    ),
    "predicted classes of an unknown number": (
        lambda: Recall()(LABELS, LABELS), ValueError,
        "recall: the output is of predicted classes, not of scores, which would say how many there are: "
        "say it with Recall(classes=...)",
    ),
    "a predicted class that is none": (
        lambda: F1(classes=3)(mt.tensor([0, 5]), mt.tensor([0, 1])), IndexError, "f1: the output has 5, the 3 classes are 0 to 2"
    ),
    "binary of three": (
        lambda: F1("binary")(SCORES, LABELS), ValueError, "f1: average='binary' is for two classes, there are 3"
    ),
    "an unknown average": (
        lambda: F1("mean"), ValueError, "F1: average is one of 'macro', 'micro', 'weighted', 'binary' or None, got 'mean'"
    ),
    "k of 0": (lambda: TopK(0), ValueError, "TopK: k is an integer from 1 on, got 0"),
    "one class": (lambda: ConfusionMatrix(1), ValueError, "ConfusionMatrix: classes is an integer from 2 on, got 1"),
    "names in one word": (
        lambda: ConfusionMatrix("cat"), TypeError,
        "ConfusionMatrix: classes is how many there are, or a list of their names, got 'cat'",
    ),
    "an error of other shapes": (
        lambda: MeanAbsoluteError()(mt.zeros(4, 3), mt.zeros(4)), ShapeError,
        "mean_absolute_error: the output's shape (4, 3) is not the target's, (4,)",
    ),
    "an error that would broadcast": (
        lambda: MeanSquaredError()(mt.zeros(4, 1), mt.zeros(4)), ShapeError,
        "mean_squared_error: the output's shape (4, 1) is not the target's, (4,)\n"
        "  Broadcast, each sample would meet each other: try output.reshape(4,)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_refused_in_words(case):
    call, kind, message = REFUSED[case]
    with pytest.raises(kind) as error:
        call()
    assert type(error.value) is kind
    assert str(error.value) == message


def test_a_refused_batch_is_not_counted():
    matrix = ConfusionMatrix(3)
    matrix.update(SCORES, LABELS)
    before = matrix.compute().tolist()
    with pytest.raises(IndexError):
        matrix.update(SCORES, mt.tensor([0, 0, 0, 7]))
    assert matrix.compute().tolist() == before
