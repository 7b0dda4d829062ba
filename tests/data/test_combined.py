"""Datasets made of others: which sample is where, and how a split divides them."""

from __future__ import annotations

import operator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minitensor as mt
from loader_samples import AugmentedStream, Listed
from minitensor.data import (
    ChainDataset,
    ConcatDataset,
    DataLoader,
    Dataset,
    IterableDataset,
    StackDataset,
    Subset,
    TensorDataset,
    random_split,
)


def message_of(error_type, call):
    with pytest.raises(error_type) as error:
        call()
    return str(error.value)


@given(st.lists(st.lists(st.integers(), max_size=5), min_size=1, max_size=5))
def test_concat_is_one_list_behind_the_other(lists):
    whole = [number for one in lists for number in one]
    dataset = ConcatDataset(map(Listed, lists))
    assert len(dataset) == len(whole)
    assert [dataset[place] for place in range(len(whole))] == whole
    assert [dataset[place] for place in range(-len(whole), 0)] == whole
    assert dataset.cumulative_sizes == np.cumsum([len(one) for one in lists]).tolist()
    for place in (len(whole), -len(whole) - 1):
        assert message_of(IndexError, lambda place=place: dataset[place]) == (
            f"ConcatDataset: index {place} is out of range for {len(whole)} samples"
        )


@given(
    st.integers(1, 20).flatmap(
        lambda length: st.lists(st.integers(-length, length - 1), max_size=30).map(lambda x: (length, x))
    )
)
def test_subset_is_the_samples_of_its_indices(case):
    length, indices = case
    values = np.arange(length) * 10
    subset = Subset(values, indices)
    assert len(subset) == len(indices)
    assert [subset[place] for place in range(len(indices))] == [values[index] for index in indices]
    tensors = TensorDataset(mt.from_numpy(values), mt.arange(length))
    fast = [part.tolist() for batch in DataLoader(Subset(tensors, indices), 4) for part in batch]
    slow = [part.tolist() for batch in DataLoader(Subset(Listed(list(tensors)), indices), 4) for part in batch]
    assert fast == slow
    twice = Subset(Subset(tensors, indices), range(len(indices) - 1, -1, -1))
    assert [x.item() for batch in DataLoader(twice, 4) for x in batch[0]] == [values[index] for index in reversed(indices)]


def test_subset_of_a_dataset_with_other_indices():
    subset = Subset({"a": 1, "b": 2}, ["b", "a"])
    assert [subset[place] for place in range(2)] == [2, 1]
    slices = Subset(TensorDataset(mt.arange(4)), [slice(0, 2), slice(2, 4)])
    assert [x.tolist() for (x,) in DataLoader(slices, 2)] == [[[0, 1], [2, 3]]]


def test_stack_is_side_by_side():
    pairs, named = StackDataset([1, 2], "ab"), StackDataset(number=[1, 2], letter="ab")
    assert ([pairs[k] for k in range(2)], len(pairs)) == ([(1, "a"), (2, "b")], 2)
    assert ([named[k] for k in range(2)], len(named)) == ([{"number": 1, "letter": "a"}, {"number": 2, "letter": "b"}], 2)


def test_chain_is_one_stream_behind_the_other():
    begun = []

    class Stream(IterableDataset):
        def __init__(self, *numbers):
            self.numbers = numbers

        def __iter__(self):
            begun.append(self.numbers)
            yield from self.numbers

        def __len__(self):
            return len(self.numbers)

    chain = Stream(1, 2) + Stream() + Stream(3)
    assert isinstance(chain, ChainDataset)
    iterator = iter(chain)
    assert next(iterator) == 1
    assert begun == [(1, 2)]
    assert list(iterator) == [2, 3]
    assert len(chain) == 3
    assert [batch.tolist() for batch in DataLoader(chain, 2)] == [[1, 2], [3]]


def test_plus_puts_one_dataset_behind_another():
    both = Listed([1, 2]) + Listed([3])
    assert isinstance(both, ConcatDataset)
    assert [both[k] for k in range(3)] == [1, 2, 3]


@given(st.lists(st.integers(0, 20), min_size=1, max_size=5), st.integers(0, 3))
def test_a_split_by_lengths_has_every_sample_once_in_the_generators_order(lengths, seed):
    total = sum(lengths)
    if 0 in lengths:
        with pytest.warns(UserWarning, match=r"^random_split: part \d of \d+ samples, .* is empty$"):
            parts = random_split(range(total), lengths, mt.Generator().manual_seed(seed))
    else:
        parts = random_split(range(total), lengths, mt.Generator().manual_seed(seed))
    assert [len(part) for part in parts] == lengths
    order = np.random.default_rng(seed).permutation(total).tolist()
    assert [index for part in parts for index in part.indices] == order


@pytest.mark.parametrize(
    ("total", "fractions", "sizes"),
    [
        (10, [0.5, 0.5], [5, 5]),
        (10, [1.0], [10]),
        (10, [1 / 3, 1 / 3, 1 / 3], [4, 3, 3]),
        (11, [0.5, 0.3, 0.2], [6, 3, 2]),
        (14, [0.1, 0.2, 0.3, 0.4], [2, 3, 4, 5]),
        (1797, [0.8, 0.1, 0.1], [1438, 180, 179]),
        (7, [0.1] * 10, None),
    ],
)
def test_what_fractions_leave_over_goes_to_the_first_parts_in_turn(total, fractions, sizes):
    """The counts are those that PyTorch 2.13 answers with."""
    if sizes is None:
        with pytest.warns(UserWarning, match="is empty$"):
            parts = random_split(range(total), fractions)
        assert [len(part) for part in parts] == [1] * 7 + [0] * 3
    else:
        assert [len(part) for part in random_split(range(total), fractions)] == sizes


def test_a_split_draws_from_the_shared_generator_or_its_own():
    mt.manual_seed(5)
    first = random_split(range(30), [20, 10])[0].indices
    mt.manual_seed(5)
    assert random_split(range(30), [20, 10])[0].indices == first
    assert random_split(range(30), [20, 10], np.random.default_rng(5))[0].indices == first
    assert random_split(range(30), [20, 10])[0].indices != first


def test_refused_combinations():
    assert message_of(ValueError, lambda: ConcatDataset([])) == "ConcatDataset: expected one dataset at least"
    assert message_of(TypeError, lambda: ConcatDataset([[1], AugmentedStream(3)])) == (
        "ConcatDataset: dataset 1 is an IterableDataset: put those into a ChainDataset"
    )
    assert message_of(TypeError, lambda: AugmentedStream(3) + 5) == (
        "ChainDataset: dataset 1, of type int, has no __iter__: put datasets that have samples by number into a ConcatDataset"
    )
    assert message_of(ValueError, lambda: StackDataset()) == (
        "StackDataset: expected datasets, for tuples, or datasets with names, for dicts: got none"
    )
    assert message_of(ValueError, lambda: StackDataset([1], a=[1])) == (
        "StackDataset: expected datasets, for tuples, or datasets with names, for dicts: got both"
    )
    assert message_of(ValueError, lambda: StackDataset([1], [1, 2])) == (
        "StackDataset: the datasets need one number of samples, they have [1, 2]"
    )
    assert message_of(NotImplementedError, lambda: iter(IterableDataset())) == (
        "IterableDataset: an iterable dataset defines __iter__(): an iterator over samples"
    )
    assert message_of(NotImplementedError, lambda: operator.getitem(Dataset(), 0)) == (
        "Dataset: a dataset defines __getitem__(index): one sample"
    )


def test_refused_splits():
    assert message_of(ValueError, lambda: random_split(range(10), [5, 4])) == (
        "random_split: the lengths, each 0 or more, add up to the number of samples: the dataset has 10, the lengths are "
        "[5, 4], in all 9"
    )
    assert message_of(ValueError, lambda: random_split(range(10), [12, -2])) == (
        "random_split: the lengths, each 0 or more, add up to the number of samples: the dataset has 10, the lengths are "
        "[12, -2], in all 10"
    )
    assert message_of(ValueError, lambda: random_split(range(10), [0.5, 0.4])) == (
        "random_split: lengths are integers, or fractions whose sum is 1: got [0.5, 0.4], whose sum is 0.9"
    )
    assert message_of(ValueError, lambda: random_split(range(10), [1.5, -0.5])) == (
        "random_split: a fraction is between 0 and 1, that of part 0 is 1.5"
    )
