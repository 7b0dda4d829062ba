"""Datasets and loaders: every sample once, in order or in the generator's, and batches of any make."""

from __future__ import annotations

from collections import namedtuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minitensor as mt
from minitensor.data import DataLoader, Dataset, TensorDataset, default_collate

Point = namedtuple("Point", ["x", "y"])


class Listed(Dataset):
    """The samples of a list."""

    def __init__(self, samples):
        self.samples = samples

    def __getitem__(self, index):
        """Give one."""
        return self.samples[index]

    def __len__(self):
        return len(self.samples)


def numbers(length):
    """Return a dataset of pairs (i, 10 * i)."""
    return TensorDataset(mt.arange(length), mt.arange(length) * 10)


def message(error_type, call):
    """Return the whole text of the error that the call raises."""
    with pytest.raises(error_type) as error:
        call()
    return str(error.value)


@given(st.integers(0, 30), st.integers(1, 12), st.booleans(), st.booleans(), st.booleans())
def test_every_sample_comes_once(length, batch_size, shuffle, drop_last, fast):
    """In full batches and one that holds the rest; as many as len says; through both ways of collecting."""
    dataset = numbers(length)
    loader = DataLoader(dataset if fast else Listed(list(dataset)), batch_size, shuffle, drop_last=drop_last)
    batches = list(loader)
    rest = length % batch_size
    sizes = [batch_size] * (length // batch_size) + ([rest] if rest and not drop_last else [])
    assert [len(x) for x, _ in batches] == sizes
    assert len(loader) == len(sizes)
    seen = [i for x, _ in batches for i in x.tolist()]
    assert [i for _, y in batches for i in y.tolist()] == [10 * i for i in seen]
    if shuffle:
        assert len(set(seen)) == sum(sizes)
        assert set(seen) <= set(range(length))
    else:
        assert seen == list(range(sum(sizes)))


def orders(generator=None):
    """Return the orders of two passes over 50 samples."""
    loader = DataLoader(numbers(50), batch_size=7, shuffle=True, generator=generator)
    return [[i for x, _ in loader for i in x.tolist()] for _ in range(2)]


def test_order_comes_from_the_generator():
    """A pass's seed is one integer of 63 bits from it; the order is what (seed, 0) permutes, here with NumPy alone."""
    generator = np.random.default_rng(3)
    seeds = [generator.integers(2**63) for _ in range(2)]
    expected = [np.random.default_rng([seed, 0]).permutation(50).tolist() for seed in seeds]
    assert orders(mt.Generator().manual_seed(3)) == expected
    assert orders(np.random.default_rng(3)) == expected
    mt.manual_seed(3)
    assert orders() == expected
    assert expected[0] != expected[1]


def test_generator_leaves_the_shared_one_alone():
    """A loader with a generator of its own draws from it alone."""
    mt.manual_seed(5)
    expected = mt.rand(2)
    mt.manual_seed(5)
    orders(mt.Generator().manual_seed(3))
    assert mt.equal(mt.rand(2), expected)


def test_batch_is_a_copy():
    """What is done to a batch in place leaves the dataset alone, in order too."""
    dataset = numbers(4)
    for shuffle in (False, True):
        for x, y in DataLoader(dataset, batch_size=4, shuffle=shuffle):
            x += 1
            y.zero_()
    assert dataset.tensors[0].tolist() == [0, 1, 2, 3]
    assert dataset.tensors[1].tolist() == [0, 10, 20, 30]


def test_one_tensor_makes_a_tuple_of_one():
    """As in PyTorch a sample is a tuple, whatever the number of tensors."""
    (batch,) = DataLoader(TensorDataset(mt.arange(3)), batch_size=3)
    assert isinstance(batch, tuple)
    assert batch[0].tolist() == [0, 1, 2]


def test_fast_path_answers_as_the_slow_one():
    """Whole batches by index, or sample by sample and stacked: the same tensors."""
    dataset = TensorDataset(mt.arange(24.0).reshape(6, 2, 2), mt.arange(6))
    slow = DataLoader(Listed(list(dataset)), batch_size=4)
    for fast_batch, slow_batch in zip(DataLoader(dataset, batch_size=4), slow, strict=True):
        for fast_part, slow_part in zip(fast_batch, slow_batch, strict=True):
            assert mt.equal(fast_part, slow_part)
            assert fast_part.dtype == slow_part.dtype


@pytest.mark.parametrize(
    ("samples", "expected", "dtype"),
    [
        ([1, 2], [1, 2], mt.int64),
        ([1.5, 2.0], [1.5, 2.0], mt.float32),
        ([True, False], [True, False], mt.bool),
        ([np.float64(1.5), np.float64(2.0)], [1.5, 2.0], mt.float64),
        ([np.uint8(1), np.uint8(2)], [1, 2], mt.uint8),
        ([np.zeros(2, np.float16), np.ones(2, np.float16)], [[0, 0], [1, 1]], mt.float16),
        ([mt.zeros(2), mt.ones(2)], [[0, 0], [1, 1]], mt.float32),
        ([mt.tensor(1), mt.tensor(2)], [1, 2], mt.int64),
    ],
    ids=str,
)
def test_samples_are_stacked_in_their_dtype(samples, expected, dtype):
    """Numbers, arrays and tensors, along a new first axis."""
    (batch,) = DataLoader(Listed(samples), batch_size=2)
    assert isinstance(batch, mt.Tensor)
    assert (batch.tolist(), batch.dtype) == (expected, dtype)


def test_parts_are_collected_each_on_its_own():
    """Tuples, lists, dicts and namedtuples keep their kind; other things stay in a list."""
    samples = [{"p": Point(1, (2.0, "a")), "q": [np.ones(1)]}, {"p": Point(3, (4.0, "b")), "q": [np.zeros(1)]}]
    batch = default_collate(samples)
    assert isinstance(batch["p"], Point)
    assert batch["p"].x.tolist() == [1, 3]
    assert isinstance(batch["p"].y, tuple)
    assert batch["p"].y[0].tolist() == [2, 4]
    assert batch["p"].y[1] == ["a", "b"]
    assert isinstance(batch["q"], list)
    assert batch["q"][0].tolist() == [[1], [0]]


def test_collate_fn_makes_the_batch():
    """It is given the list of samples, for a TensorDataset too."""
    loader = DataLoader(numbers(3), batch_size=2, collate_fn=lambda samples: [(x.item(), y.item()) for x, y in samples])
    assert list(loader) == [[(0, 0), (1, 10)], [(2, 20)]]


def test_gradients_flow_through_a_batch_to_the_dataset():
    """Samples that require grad are recorded, each to its own place."""
    x = mt.zeros(4, requires_grad=True)
    for (batch,) in DataLoader(TensorDataset(x), batch_size=3):
        (batch * mt.arange(1, len(batch) + 1)).sum().backward()
    assert x.grad.tolist() == [1, 2, 3, 1]


def test_pytorchs_path_leads_here():
    """`from minitensor.utils.data import DataLoader`."""
    from minitensor.utils.data import DataLoader as Same

    assert Same is DataLoader


def test_refused_datasets():
    """Each by its whole message."""
    assert message(ValueError, TensorDataset) == "TensorDataset: expected one tensor at least"
    assert message(TypeError, lambda: TensorDataset(mt.ones(1), np.ones(1))) == (
        "TensorDataset: argument 1 is of type ndarray: make a tensor of it, mt.tensor(...)"
    )
    assert message(mt.ShapeError, lambda: TensorDataset(mt.tensor(1.0))) == (
        "TensorDataset: tensor 0 has no axes, and so no samples along the first"
    )
    assert message(mt.ShapeError, lambda: TensorDataset(mt.ones(3, 2), mt.ones(2))) == (
        "TensorDataset: the tensors need one number of samples, along the first axis: tensor 0 has 3, tensor 1 has 2"
    )

    class Empty(Dataset):
        pass

    assert message(NotImplementedError, lambda: Empty()[0]) == ("Empty: a dataset defines __getitem__(index): one sample")
    assert message(TypeError, lambda: len(DataLoader(Empty()))) == (
        "Empty has no __len__, which says how many samples there are"
    )


def test_refused_loaders():
    """Each by its whole message."""
    dataset = numbers(3)
    assert message(TypeError, lambda: DataLoader(iter(dataset))) == (
        "DataLoader: a dataset has __getitem__ and __len__, or is an IterableDataset: iterator is an iterator, which gives "
        "its samples once only"
    )
    assert message(ValueError, lambda: DataLoader(dataset, batch_size=0)) == "DataLoader: batch_size is 1 or more, got 0"
    assert message(TypeError, lambda: DataLoader(dataset, batch_size=2.0)) == (
        "DataLoader: batch_size is an integer, got 2.0"
    )
    assert message(TypeError, lambda: DataLoader(dataset, shuffle=True, generator=3)) == (
        "generator: expected mt.Generator or numpy.random.Generator, got int"
    )


def test_samples_that_do_not_fit_each_other_are_refused():
    """Shapes, or the number of parts."""
    assert message(mt.ShapeError, lambda: default_collate([mt.ones(2), mt.ones(3)])) == (
        "stack: the shapes must be equal: the first is (2,), tensor 1 is (3,)"
    )
    assert message(ValueError, lambda: default_collate([(1, 2), (1, 2, 3)])) == (
        "DataLoader: the samples of a batch need the same number of parts, got 2 and 3"
    )
