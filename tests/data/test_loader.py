"""Datasets and loaders: every sample once, in order or in the generator's, and batches of any make."""

from __future__ import annotations

import inspect
from collections import OrderedDict, defaultdict, namedtuple
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minitensor as mt
from loader_samples import Listed
from minitensor.data import (
    DataLoader,
    Dataset,
    IterableDataset,
    RandomSampler,
    TensorDataset,
    default_collate,
    default_convert,
)

Point = namedtuple("Point", ["x", "y"])


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


def test_kinds_of_mappings_and_sequences_stay_if_they_can():
    """Those that can't be made of their parts become dicts, lists and tuples; texts stay in a list."""

    class Fixed(tuple):
        __slots__ = ()

        def __new__(cls, first, second):
            return super().__new__(cls, (first, second))

    ordered = OrderedDict([("b", 1), ("a", 2)])
    assert [type(default_collate([kind] * 2)) for kind in (ordered, MappingProxyType({"a": 1}))] == [
        OrderedDict,
        MappingProxyType,
    ]
    assert list(default_collate([ordered] * 2)) == ["b", "a"]
    assert type(default_collate([defaultdict(list, a=1)] * 2)) is dict
    assert type(default_collate([Fixed(1, 2)] * 2)) is tuple
    assert type(default_convert(Fixed(1, 2))) is tuple
    assert default_collate(["a", "b"]) == ["a", "b"]
    assert default_collate([b"a", b"b"]) == [b"a", b"b"]
    assert default_collate([np.str_("a"), np.str_("b")]) == ["a", "b"]
    assert default_collate([None, None]) == [None, None]
    assert default_convert([b"a", np.str_("b"), None]) == [b"a", "b", None]


def test_arrays_of_other_dtypes_than_tensors_have():
    """Are refused where they are stacked, and left alone where they are not."""
    words = np.array(["a", "b"])
    assert message(TypeError, lambda: default_collate([words, words])).startswith("there are no tensors of dtype <U1: ")
    assert default_convert(words) is words
    mixed = default_collate([np.zeros(2, np.float32), np.ones(2, np.float64)])
    assert (mixed.dtype, mixed.tolist()) == (mt.float64, [[0, 0], [1, 1]])
    assert default_collate([np.zeros((0, 3))] * 2).shape == (2, 0, 3)
    assert default_collate([mt.ones(()), np.ones(())]).tolist() == [1, 1]
    assert default_collate([mt.ones(2), np.zeros(2)]).tolist() == [[1, 1], [0, 0]]


def test_numbers_of_mixed_kinds_take_the_kind_that_holds_all():
    """As `mt.tensor` has it."""
    for numbers_ in ([1, 2.5], [True, 2], [2.5, True], [1, np.float64(2.5)]):
        batch = default_collate(numbers_)
        assert (batch.tolist(), batch.dtype) == (mt.tensor(numbers_).tolist(), mt.tensor(numbers_).dtype)


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
    assert {name: getattr(mt.utils.data, name) for name in mt.utils.data.__all__} == {
        name: getattr(mt.data, name) for name in mt.data.__all__ if name != "load_digits"
    }


def test_arguments_stand_where_pytorch_has_them():
    """By their names, in order, with their defaults: those of PyTorch 2.13, and `worker_type` behind them."""
    parameters = inspect.signature(DataLoader.__init__).parameters
    assert " ".join(f"{name}={one.default!r}" for name, one in list(parameters.items())[2:]) == (
        "batch_size=1 shuffle=None sampler=None batch_sampler=None num_workers=0 collate_fn=None pin_memory=False "
        "drop_last=False timeout=0 worker_init_fn=None multiprocessing_context=None generator=None prefetch_factor=None "
        "persistent_workers=False pin_memory_device='' in_order=True worker_type='process'"
    )


def test_a_loader_tells_what_it_was_given():
    """Under PyTorch's names."""
    dataset = numbers(10)
    loader = DataLoader(dataset, 4, True, drop_last=True)
    assert (loader.dataset, loader.batch_size, loader.drop_last, loader.num_workers) == (dataset, 4, True, 0)
    assert isinstance(loader.sampler, RandomSampler)
    assert (loader.batch_sampler.batch_size, loader.collate_fn, loader.prefetch_factor) == (4, default_collate, None)
    assert DataLoader(dataset, num_workers=1).prefetch_factor == 2
    assert DataLoader(dataset, None).collate_fn is default_convert
    for name in ("batch_size", "dataset", "sampler", "num_workers", "generator"):
        assert message(ValueError, lambda name=name: setattr(loader, name, 3)) == (
            f"DataLoader: {name} is said when a loader is built, and stays: build another one"
        )
    loader.epoch = 3


def test_samples_come_one_by_one_without_a_batch_size():
    """Arrays become tensors, all else stays as it is; collate_fn is given one sample."""
    samples = [(np.ones(2), "a", {"x": np.float32(2)}), (np.zeros(2), "b", {"x": 3})]
    found = list(DataLoader(Listed(samples), batch_size=None))
    assert [type(sample[0]) for sample in found] == [mt.Tensor] * 2
    assert [(x.tolist(), name) for x, name, _ in found] == [([1, 1], "a"), ([0, 0], "b")]
    assert isinstance(found[0][2]["x"], mt.Tensor)
    assert (found[0][2]["x"].item(), found[1][2]) == (2, {"x": 3})
    assert len(DataLoader(Listed(samples), batch_size=None)) == 2
    assert list(DataLoader(Listed(samples), batch_size=None, collate_fn=lambda sample: sample[1])) == ["a", "b"]


def test_a_dataset_reads_a_batch_at_once_if_it_can():
    """By `__getitems__`, as PyTorch has it."""

    class AtOnce(Listed):
        def __getitems__(self, indices):
            return [self.samples[index] + 100 * len(indices) for index in indices]

    for number in (0, 1):
        loader = DataLoader(AtOnce(list(range(5))), 3, num_workers=number)
        assert [batch.tolist() for batch in loader] == [[300, 301, 302], [203, 204]]


def test_a_stream_comes_in_its_own_order():
    """In batches or one by one, from its beginning at each pass; whatever can be iterated over again will do."""

    class Stream(IterableDataset):
        def __iter__(self):
            yield from range(5)

    for dataset in (Stream(), set(range(5)), dict.fromkeys(range(5)).keys()):
        loader = DataLoader(dataset, 2)
        for _ in range(2):
            assert [batch.tolist() for batch in loader] == [[0, 1], [2, 3], [4]]
        assert [batch.tolist() for batch in DataLoader(dataset, 2, drop_last=True)] == [[0, 1], [2, 3]]
        assert list(DataLoader(dataset, None)) == [0, 1, 2, 3, 4]
    assert [len(DataLoader({1, 2, 3, 4, 5}, 2, drop_last=drop)) for drop in (False, True)] == [3, 2]
    assert message(TypeError, lambda: len(DataLoader(Stream()))) == (
        "Stream has no __len__, which says how many samples there are"
    )


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
