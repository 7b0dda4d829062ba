"""Samplers: which samples, how often, in whose order; and how they are cut into batches."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minitensor as mt
from minitensor.data import (
    BatchSampler,
    DataLoader,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)


def own(seed=4):
    return mt.Generator().manual_seed(seed)


def message_of(error_type, call):
    with pytest.raises(error_type) as error:
        call()
    return str(error.value)


@given(st.integers(1, 20), st.integers(0, 70))
def test_random_samples_without_replacement_are_whole_orders_one_after_the_other(length, wanted):
    sampler = RandomSampler(range(length), num_samples=wanted, generator=own())
    drawn = list(sampler)
    assert len(drawn) == len(sampler) == sampler.num_samples == wanted
    generator = np.random.default_rng(4)
    expected = [index for _ in range(wanted // length + 1) for index in generator.permutation(length)]
    assert drawn == expected[:wanted]


def test_random_samples_with_replacement_are_integers_of_the_generator():
    drawn = list(RandomSampler(range(5), replacement=True, num_samples=50, generator=own()))
    assert drawn == np.random.default_rng(4).integers(5, size=50).tolist()
    assert len(RandomSampler(range(5), replacement=True)) == 5
    assert list(RandomSampler([], replacement=True)) == list(RandomSampler([])) == []


def test_the_length_is_that_of_the_dataset_now():
    data = [1, 2]
    samplers = SequentialSampler(data), RandomSampler(data)
    data.append(3)
    assert [len(one) for one in samplers] == [3, 3]
    assert list(samplers[0]) == [0, 1, 2]


def test_subset_random_samples_are_the_indices_in_a_random_order():
    drawn = list(SubsetRandomSampler([7, 3, 9, 1], own()))
    assert drawn == [[7, 3, 9, 1][k] for k in np.random.default_rng(4).permutation(4)]
    assert list(SubsetRandomSampler([])) == []


def test_weighted_samples_come_as_often_as_their_weights_say():
    """Within five standard deviations."""
    weights, draws = np.array([0.0, 1.0, 2.0, 5.0]), 20_000
    counts = np.bincount(list(WeightedRandomSampler(weights, draws, generator=own())), minlength=4)
    shares = weights / 8
    assert (np.abs(counts - draws * shares) <= 5 * np.sqrt(draws * shares * (1 - shares))).all()
    for given_as in (weights.tolist(), mt.from_numpy(weights), tuple(weights)):
        assert list(WeightedRandomSampler(given_as, 9, generator=own())) == list(
            WeightedRandomSampler(weights, 9, generator=own())
        )


def test_weighted_samples_without_replacement_come_once():
    assert sorted(WeightedRandomSampler([1, 0, 2, 3], 3, replacement=False)) == [0, 2, 3]


@given(st.integers(0, 30), st.integers(1, 9), st.booleans())
def test_batches_are_cut_from_the_order(length, size, drop_last):
    for sampler in (SequentialSampler(range(length)), range(length), iter(range(length))):
        batches = BatchSampler(sampler, size, drop_last)
        expected = [list(range(length))[start : start + size] for start in range(0, length, size)]
        expected = [one for one in expected if len(one) == size or not drop_last]
        if not hasattr(sampler, "__next__"):
            assert len(batches) == len(expected)
        assert list(batches) == expected


def test_a_loader_reads_what_samplers_say():
    data = [10, 11, 12, 13, 14]
    order = [4, 0, 0, 3, 2]
    for sampler in (order, tuple(order), np.array(order)):
        assert [batch.tolist() for batch in DataLoader(data, 2, sampler=sampler)] == [[14, 10], [10, 13], [12]]
        assert list(DataLoader(data, None, sampler=sampler)) == [data[k] for k in order]
    batches = [[4], [0, 1, 2], range(2), (k for k in [3])]
    assert [batch.tolist() for batch in DataLoader(data, batch_sampler=batches)] == [[14], [10, 11, 12], [10, 11], [13]]
    named = DataLoader({"a": 1, "b": 2}, 2, sampler=["b", "a", "b"])
    assert [batch.tolist() for batch in named] == [[2, 1], [2]]
    assert len(named) == 2


def test_a_sampler_of_ones_own_over_tensors_is_read_as_well():
    data = mt.data.TensorDataset(mt.arange(5) * 10)
    assert [x.tolist() for (x,) in DataLoader(data, 2, sampler=[4, 0, -1])] == [[40, 0], [40]]
    assert [x.tolist() for (x,) in DataLoader(data, batch_sampler=[[slice(0, 2)], [3]])] == [[[0, 10]], [30]]


def test_a_subclass_that_gives_another_order_is_asked_for_it():
    class Reversed(RandomSampler):
        def __iter__(self):
            return iter([2, 1, 0])

    assert list(DataLoader("abc", 2, sampler=Reversed("abc"))) == [["c", "b"], ["a"]]


def test_weights_balance_classes_in_a_loader():
    labels = np.array([0] * 90 + [1] * 10)
    weights = 1 / np.bincount(labels)[labels]
    loader = DataLoader(labels, 100, sampler=WeightedRandomSampler(weights, 2000, generator=own()))
    counts = Counter(label for batch in loader for label in batch.tolist())
    assert abs(counts[0] - 1000) < 5 * np.sqrt(500)


REFUSED = {
    "replacement": (TypeError, lambda: RandomSampler([1], 1), "RandomSampler: replacement is True or False, got 1"),
    "samples": (ValueError, lambda: RandomSampler([1], num_samples=-1), "RandomSampler: num_samples is 0 or more, got -1"),
    "no samples": (
        ValueError,
        lambda: list(RandomSampler([], num_samples=3)),
        "RandomSampler: 3 samples are to be drawn, and there are none",
    ),
    "generator": (
        TypeError,
        lambda: RandomSampler([1], generator=4),
        "generator: expected mt.Generator or numpy.random.Generator, got int",
    ),
    "no length": (
        TypeError,
        lambda: list(SequentialSampler(iter([1]))),
        "list_iterator has no __len__, which says how many samples there are",
    ),
    "weights of two axes": (
        ValueError,
        lambda: WeightedRandomSampler([[1, 2]], 3),
        "WeightedRandomSampler: weights are one number for each sample, got an array of shape (1, 2)",
    ),
    "negative weights": (
        ValueError,
        lambda: WeightedRandomSampler([1, -1], 3),
        "WeightedRandomSampler: weights are finite, 0 or more, and not all 0",
    ),
    "weights of zero": (
        ValueError,
        lambda: WeightedRandomSampler([0, 0], 3),
        "WeightedRandomSampler: weights are finite, 0 or more, and not all 0",
    ),
    "weighted samples": (
        ValueError,
        lambda: WeightedRandomSampler([1, 0, 2], 3, replacement=False),
        "WeightedRandomSampler: without replacement a sample is drawn once: 3 are to be drawn, 2 weights are above 0",
    ),
    "weighted replacement": (
        TypeError,
        lambda: WeightedRandomSampler([1], 3, replacement=None),
        "WeightedRandomSampler: replacement is True or False, got None",
    ),
    "batch size": (ValueError, lambda: BatchSampler([1], 0, False), "BatchSampler: batch_size is 1 or more, got 0"),
    "drop_last": (TypeError, lambda: BatchSampler([1], 2, 3), "BatchSampler: drop_last is True or False, got 3"),
    "no order": (
        NotImplementedError,
        lambda: list(Sampler()),
        "Sampler: a sampler defines __iter__(): the indices of samples in order",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_meant_is_refused_in_words(name):
    error_type, call, message = REFUSED[name]
    assert message_of(error_type, call) == message
