"""What a metric counts where one may wonder: pixels, one score, NaN, equal scores, nothing."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

import minitensor as mt
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


def test_pixels_count_one_by_one_and_the_ignored_ones_do_not():
    """Scores (N, C, H, W): the label 255 marks a border."""
    generator = np.random.default_rng(0)
    scores, labels = generator.normal(size=(2, 3, 4, 5)).astype(np.float32), generator.integers(0, 3, (2, 4, 5))
    labels[0, 0] = 255
    right = total = 0
    counts = np.zeros((3, 3), int)
    for n in range(2):
        for h in range(4):
            for w in range(5):
                if labels[n, h, w] != 255:
                    predicted = int(np.argmax(scores[n, :, h, w]))
                    counts[labels[n, h, w], predicted] += 1
                    right, total = right + (predicted == labels[n, h, w]), total + 1
    given = mt.tensor(scores), mt.tensor(labels)
    assert Accuracy(ignore_index=255)(*given) == TopK(1, ignore_index=255)(*given) == right / total
    assert ConfusionMatrix(3, ignore_index=255)(*given).tolist() == counts.tolist()
    with pytest.raises(IndexError, match=r"^accuracy: target\[0, 0, 0\] is 255, the 3 classes are 0 to 2"):
        Accuracy()(*given)


@pytest.mark.parametrize("shape", [(4,), (4, 1), (2, 1, 2)])
@pytest.mark.parametrize("kind", [np.int64, np.uint8, np.bool_, np.float32])
def test_two_classes_may_have_one_score_and_labels_of_any_kind(shape, kind):
    scores = np.array([-1.0, 0.5, 0.0, 2.0], np.float32).reshape(shape)
    labels = np.array([0, 1, 0, 0]).astype(kind)
    plain = shape[:1] + shape[2:]
    for target in (labels.reshape(plain), labels.reshape(shape)):
        assert Accuracy()(mt.tensor(scores), mt.tensor(target)) == 0.75
        assert Accuracy(threshold=0.5)(mt.tensor(scores), mt.tensor(target)) == 0.5
        assert ConfusionMatrix()(mt.tensor(scores), mt.tensor(target)).tolist() == [[2, 1], [0, 1]]
        assert Precision("binary")(mt.tensor(scores), mt.tensor(target)) == 0.5
        assert Recall("binary")(mt.tensor(scores), mt.tensor(target)) == 1.0


def test_a_score_that_is_nan_is_never_right_and_no_class_is_predicted():
    scores, labels = mt.tensor([math.nan, 1.0, -1.0]), mt.tensor([1, 1, 0])
    assert Accuracy()(scores, labels) == 2 / 3
    matrix = ConfusionMatrix(["no", "yes"])
    matrix.update(scores, labels)
    assert matrix.compute().tolist() == [[1, 0], [0, 1]]
    assert matrix.unpredicted.tolist() == [0, 1]
    assert Recall("binary")(scores, labels) == 0.5
    assert Precision("binary")(scores, labels) == 1.0


def test_of_equal_scores_the_first_counts_so_that_the_same_for_all_is_not_right_by_chance():
    same = mt.zeros(4, 4)
    labels = mt.tensor([0, 1, 2, 3])
    assert Accuracy()(same, labels) == 0.25
    assert [TopK(k)(same, labels) for k in (1, 2, 4)] == [0.25, 0.5, 1.0]


def test_nothing_seen_is_nan_and_an_empty_batch_adds_nothing():
    empty = mt.zeros(0, 3), mt.zeros(0, dtype=mt.int64)
    for metric in (Accuracy(), TopK(2), Precision(), Recall("micro"), F1("weighted"), ConfusionMatrix()):
        with warnings.catch_warnings(record=True) as told:
            if isinstance(metric, ConfusionMatrix):
                assert math.isnan(metric.accuracy)
                assert metric.compute().shape == (0, 0)
                metric.update(*empty)
                assert metric.compute().tolist() == [[0] * 3] * 3
            else:
                assert math.isnan(metric.compute())
                metric.update(*empty)
                assert math.isnan(metric.compute())
        assert told == []
    assert math.isnan(MeanAbsoluteError()(mt.zeros(0, 2), mt.zeros(0, 2)))


def test_a_nan_output_makes_the_error_nan_and_says_nothing_else():
    assert math.isnan(MeanSquaredError()(mt.tensor([1.0, math.nan]), mt.tensor([1.0, 1.0])))
    assert MeanAbsoluteError()(mt.tensor([math.inf]), mt.tensor([0.0])) == math.inf


def test_bytes_are_subtracted_as_numbers():
    assert MeanAbsoluteError()(np.array([1], np.uint8), np.array([3], np.uint8)) == 2.0


def test_no_operation_is_recorded_and_arrays_serve_as_well():
    scores = mt.tensor([[0.0, 1.0]], requires_grad=True)
    assert Accuracy()(scores * 2, mt.tensor([1])) == 1.0
    assert Accuracy()(scores.numpy(), np.array([1])) == 1.0
