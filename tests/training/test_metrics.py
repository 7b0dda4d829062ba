"""Metrics against plain loops and documented values; cut into batches in any way they say the same; what they refuse."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import minitensor as mt
from minitensor.training import (
    F1,
    Accuracy,
    ConfusionMatrix,
    Mean,
    MeanAbsoluteError,
    MeanSquaredError,
    Metric,
    Precision,
    Recall,
    TopK,
)

CLASSES = 4
OF_CLASSES = {
    "accuracy": Accuracy,
    "top_2": lambda: TopK(2),
    "confusion_matrix": ConfusionMatrix,
    "precision": Precision,
    "recall_micro": lambda: Recall("micro"),
    "f1_weighted": lambda: F1("weighted"),
    "precision_of_each": lambda: Precision(None),
}
OF_NUMBERS = {"mean_absolute_error": MeanAbsoluteError, "mean_squared_error": MeanSquaredError}

scores_and_labels = st.integers(0, 12).flatmap(
    lambda count: st.tuples(
        st.lists(
            st.lists(st.sampled_from([-1.0, 0.0, 0.5, 2.0, math.inf, math.nan]), min_size=CLASSES, max_size=CLASSES),
            min_size=count,
            max_size=count,
        ),
        st.lists(st.integers(0, CLASSES - 1), min_size=count, max_size=count),
    )
)


def tensors(scores, labels):
    return mt.tensor(np.array(scores, np.float32).reshape(-1, CLASSES)), mt.tensor(np.array(labels, np.int64))


def first_highest(row):
    """The first of the classes with the highest score; None where one is NaN."""
    if any(score != score for score in row):
        return None
    return row.index(max(row))


def equal(one, other):
    """The same numbers, bit for bit but for NaN."""
    np.testing.assert_array_equal(np.asarray(one), np.asarray(other))


def pieces(length, cuts):
    """Slices from 0 to `length`, some of them empty."""
    places = [0, *sorted(min(cut, length) for cut in cuts), length]
    return [slice(begin, end) for begin, end in pairwise(places)]


# Against loops


@settings(deadline=None)
@given(scores_and_labels)
def test_accuracy_counts_the_samples_whose_first_highest_score_is_that_of_their_class(data):
    scores, labels = data
    right = sum(first_highest(row) == label for row, label in zip(scores, labels, strict=True))
    equal(Accuracy()(*tensors(scores, labels)), right / len(labels) if labels else math.nan)


@settings(deadline=None)
@given(scores_and_labels, st.integers(1, CLASSES))
def test_top_k_counts_the_samples_whose_class_is_among_the_first_k_in_order(data, k):
    scores, labels = data
    right = 0
    for row, label in zip(scores, labels, strict=True):
        if not any(score != score for score in row):
            in_order = sorted(range(CLASSES), key=lambda place: (-row[place], place))
            right += label in in_order[:k]
    equal(TopK(k)(*tensors(scores, labels)), right / len(labels) if labels else math.nan)


@settings(deadline=None)
@given(scores_and_labels)
def test_top_1_is_the_accuracy(data):
    equal(TopK(1)(*tensors(*data)), Accuracy()(*tensors(*data)))


@settings(deadline=None)
@given(scores_and_labels)
def test_a_confusion_matrix_counts_pairs_and_keeps_apart_what_is_not_predicted(data):
    scores, labels = data
    counts, nothing = np.zeros((CLASSES, CLASSES), int), np.zeros(CLASSES, int)
    for row, label in zip(scores, labels, strict=True):
        predicted = first_highest(row)
        if predicted is None:
            nothing[label] += 1
        else:
            counts[label, predicted] += 1
    matrix = ConfusionMatrix(CLASSES)
    matrix.update(*tensors(scores, labels))
    equal(matrix.compute(), counts)
    equal(matrix.unpredicted, nothing)
    assert matrix.compute().dtype == mt.int64
    equal(matrix.accuracy, Accuracy()(*tensors(scores, labels)))
    own = [
        np.trace(counts[c : c + 1, c : c + 1]) / total if (total := labels.count(c)) else math.nan for c in range(CLASSES)
    ]
    equal(matrix.class_accuracy, own)


@settings(deadline=None)
@given(scores_and_labels, st.sampled_from([0.0, 1.0, math.nan]))
def test_precision_recall_and_f1_follow_from_right_predicted_and_true_samples(data, nothing):
    scores, labels = data
    predicted = [first_highest(row) for row in scores]
    right = [sum(p == t == c for p, t in zip(predicted, labels, strict=True)) for c in range(CLASSES)]
    p = [predicted.count(c) for c in range(CLASSES)]
    t = [labels.count(c) for c in range(CLASSES)]
    for kind, above, below in (
        (Precision, right, p),
        (Recall, right, t),
        (F1, [2 * r for r in right], [a + b for a, b in zip(p, t, strict=True)]),
    ):
        each = [a / b if b else nothing for a, b in zip(above, below, strict=True)]
        given = tensors(scores, labels)
        equal(kind(None, zero_division=nothing, classes=CLASSES)(*given), each)
        micro = sum(above) / sum(below) if sum(below) else nothing
        np.testing.assert_allclose(kind("micro", zero_division=nothing)(*given), micro if labels else math.nan, rtol=1e-15)
        for average, weights in (("macro", [int(a + b > 0) for a, b in zip(p, t, strict=True)]), ("weighted", t)):
            counted = [(e, w) for e, w in zip(each, weights, strict=True) if w and e == e]
            mean = sum(e * w for e, w in counted) / sum(w for _, w in counted) if counted else math.nan
            np.testing.assert_allclose(kind(average, zero_division=nothing)(*given), mean, rtol=1e-14)


# Against documented values


def test_the_examples_of_scikit_learns_documentation():
    """Of its pages on each function."""
    predicted, true = mt.tensor([0, 2, 1, 0, 0, 1]), mt.tensor([0, 1, 2, 0, 1, 2])
    table = {
        Precision: ([0.22, 0.33, 0.22], [0.66, 0.0, 0.0]),
        Recall: ([0.33, 0.33, 0.33], [1.0, 0.0, 0.0]),
        F1: ([0.26, 0.33, 0.26], [0.8, 0.0, 0.0]),
    }
    for kind, (averages, each) in table.items():
        found = [kind(average, classes=3)(predicted, true) for average in ("macro", "micro", "weighted")]
        assert [math.floor(100 * value) / 100 for value in found] == averages
        assert [math.floor(100 * value) / 100 for value in kind(None, classes=3)(predicted, true).tolist()] == each
    assert Accuracy()(mt.tensor([0, 2, 1, 3]), mt.tensor([0, 1, 2, 3])) == 0.5
    matrix = ConfusionMatrix(3)(mt.tensor([0, 0, 2, 2, 0, 2]), mt.tensor([2, 0, 2, 2, 0, 1]))
    assert matrix.tolist() == [[2, 0, 0], [0, 0, 1], [1, 0, 2]]
    scores = mt.tensor([[0.5, 0.2, 0.2], [0.3, 0.4, 0.2], [0.2, 0.4, 0.3], [0.7, 0.2, 0.1]])
    assert TopK(2)(scores, mt.tensor([0, 1, 2, 2])) == 0.75
    flat = mt.tensor([2.5, 0.0, 2, 8]), mt.tensor([3, -0.5, 2, 7])
    assert (MeanAbsoluteError()(*flat), MeanSquaredError()(*flat)) == (0.5, 0.375)
    rows = mt.tensor([[0.0, 2], [-1, 2], [8, -5]]), mt.tensor([[0.5, 1], [-1, 1], [7, -6]])
    assert MeanAbsoluteError()(*rows) == 0.75
    assert MeanSquaredError()(*rows) == pytest.approx(0.708333, abs=1e-6)


# Cut into batches


@pytest.mark.parametrize("name", OF_CLASSES)
@settings(deadline=None)
@given(data=scores_and_labels, cuts=st.lists(st.integers(0, 12), max_size=4))
def test_counts_of_classes_do_not_depend_on_the_batches(name, data, cuts):
    whole, parts = OF_CLASSES[name](), OF_CLASSES[name]()
    scores, labels = tensors(*data)
    whole.update(scores, labels)
    for piece in pieces(len(labels), cuts):
        parts.update(scores[piece], labels[piece])
    equal(parts.compute(), whole.compute())


@pytest.mark.parametrize("name", OF_NUMBERS)
@settings(deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(0, 12),
    width=st.sampled_from([1, 3, 40]),
    spread=st.sampled_from([0, 8]),
    cuts=st.lists(st.integers(0, 12), max_size=4),
)
def test_errors_are_the_same_to_the_last_bit_however_the_samples_are_cut_and_ordered(name, seed, count, width, spread, cuts):
    generator = np.random.default_rng(seed)
    output = (generator.normal(size=(count, width)) * 10.0 ** generator.integers(-spread, spread + 1, (count, 1))).astype(
        np.float32
    )
    target = generator.normal(size=(count, width)).astype(np.float32)
    whole, parts = OF_NUMBERS[name](), OF_NUMBERS[name]()
    whole.update(mt.tensor(output), mt.tensor(target))
    order = generator.permutation(count)
    for piece in pieces(count, cuts):
        parts.update(mt.tensor(output[order[piece]]), mt.tensor(target[order[piece]]))
    equal(parts.compute(), whole.compute())
    if count:
        errors = output.astype(float) - target.astype(float)
        expected = math.fsum((np.abs(errors) if "absolute" in name else errors**2).ravel()) / errors.size
        assert whole.compute() == pytest.approx(expected, rel=1e-13)


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.integers(0, 64)), max_size=8))
def test_a_mean_weighs_its_values(values):
    mean = Mean()
    for value, weight in values:
        mean.update(value, weight)
    total = sum(weight for _, weight in values)
    expected = math.fsum(value * weight for value, weight in values) / total if total else math.nan
    equal(mean.compute(), expected)


def test_a_mean_takes_tensors_and_is_what_becomes_of_nan_and_infinity():
    mean = Mean("loss")
    mean.update(mt.tensor([1.0, 2.0, 6.0]))
    mean.update(mt.tensor(3.0, requires_grad=True), 3)
    assert (mean.name, mean.compute()) == ("loss", 3.0)
    mean.update(math.nan, 0)
    assert mean.compute() == 3.0
    mean.update(math.inf)
    assert mean.compute() == math.inf
    mean.update(-math.inf)
    assert math.isnan(mean.compute())
    mean.reset()
    mean.update(1e308)
    mean.update(1e308)
    assert mean.compute() == math.inf
    with pytest.raises(ValueError, match=r"^mean: a weight is a number from 0 on, got -1$"):
        Mean().update(1.0, -1)


# Their life


@pytest.mark.parametrize("make", [*OF_CLASSES.values(), *OF_NUMBERS.values()], ids=[*OF_CLASSES, *OF_NUMBERS])
def test_a_state_goes_on_where_it_was_and_calling_leaves_the_counts_alone(make):
    targets = [mt.rand(5, 3) if make in OF_NUMBERS.values() else mt.randint(0, 3, (5,)) for _ in range(2)]
    first, second = [(mt.rand(5, 3), target) for target in targets]
    whole, kept = make(), make()
    before = whole.state_dict()
    whole.update(*first)
    state = whole.state_dict()
    whole(*second)
    equal(whole.compute(), make()(*first))
    whole.update(*second)
    kept.load_state_dict(state)
    equal(kept.compute(), make()(*first))
    kept.update(*second)
    equal(kept.compute(), whole.compute())
    whole.reset()
    whole.update(*first)
    equal(whole.compute(), make()(*first))
    whole.reset()
    assert repr(whole.state_dict()) == repr(before)


def test_a_state_of_something_else_is_refused_and_changes_nothing():
    accuracy = Accuracy()
    accuracy.update(mt.tensor([1.0]), mt.tensor([1]))
    with pytest.raises(KeyError) as error:
        accuracy.load_state_dict({"counts": 3})
    assert error.value.args[0] == "accuracy: a state of 'correct', 'count' is expected, got 'counts'"
    assert accuracy.compute() == 1.0
    with pytest.raises(ValueError, match=r"^confusion_matrix: counts of the shape \(3, 4\) are expected, got \(2, 3\)$"):
        ConfusionMatrix(3).load_state_dict(ConfusionMatrix(2).state_dict())


def test_ones_own_metric_says_what_it_lacks():
    class Nothing(Metric):
        pass

    class Halfway(Metric):
        def reset(self):
            pass

    with pytest.raises(NotImplementedError, match=r"^Nothing has no reset: say there what nothing seen yet is$"):
        Nothing()
    with pytest.raises(NotImplementedError, match=r"^Halfway has no update\(output, target\)"):
        Halfway().update(1, 2)
    with pytest.raises(NotImplementedError, match=r"^Halfway has no compute"):
        Halfway().compute()
    assert Halfway().name == "halfway"
