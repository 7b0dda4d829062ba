"""Order and augmentation are the same, by the byte, at any number of workers of either type, and however they start."""

from __future__ import annotations

import numpy as np
import pytest

import minitensor as mt
from loader_samples import WORKERS, Augmented, AugmentedStream, Listed, content, passes
from minitensor.data import (
    BatchSampler,
    ConcatDataset,
    DataLoader,
    RandomSampler,
    Sampler,
    StackDataset,
    Subset,
    SubsetRandomSampler,
    TensorDataset,
    WeightedRandomSampler,
    default_collate,
    random_split,
    transforms,
)


class Lazy(Sampler):
    """Draws at each step, from a generator of its own or the one that all share."""

    def __init__(self, length, generator=None):
        self.length, self.generator = length, generator

    def __iter__(self):
        for _ in range(self.length):
            yield mt.randint(0, 20, (1,), generator=self.generator).item()

    def __len__(self):
        return self.length


class Transformed(Listed):
    """Images under transforms that draw, one of them from a generator of its own."""

    def __init__(self, length):
        self.samples = mt.arange(length * 48.0).reshape(length, 3, 4, 4)
        self.transform = transforms.Compose(
            [
                transforms.RandomCrop(4, padding=1),
                transforms.RandomHorizontalFlip(),
                transforms.GaussianNoise(generator=own()),
            ]
        )

    def __getitem__(self, index):
        return self.transform(self.samples[index])


def mixed_up(samples):
    """A collate_fn that draws."""
    return *default_collate(samples), mt.randperm(len(samples)), mt.rand(2)


def own(seed=4):
    return mt.Generator().manual_seed(seed)


def with_the_loaders_generator():
    """One generator for the loader, its sampler and the samples."""
    generator = own()
    data = Augmented(20, generator)
    return {"dataset": data, "batch_size": 3, "sampler": RandomSampler(data, generator=generator), "generator": generator}


CASES = {
    "in order": lambda: {"dataset": Augmented(20), "batch_size": 3},
    "random": lambda: {"dataset": Augmented(20), "batch_size": 3, "shuffle": True},
    "random, of a generator": lambda: {"dataset": Augmented(20), "batch_size": 3, "shuffle": True, "generator": own()},
    "samples with a generator": lambda: {"dataset": Augmented(20, own(5)), "batch_size": 3, "shuffle": True},
    "samples with NumPy's": lambda: {"dataset": Augmented(20, np.random.default_rng(5)), "batch_size": 3, "shuffle": True},
    "one generator for all": with_the_loaders_generator,
    "sampler with a generator": lambda: {
        "dataset": Augmented(20),
        "batch_size": 3,
        "sampler": RandomSampler(range(20), generator=own()),
    },
    "lazy sampler": lambda: {"dataset": Augmented(20), "batch_size": 3, "sampler": Lazy(17)},
    "lazy sampler and samples of one generator": lambda: (
        lambda one: {"dataset": Augmented(20, one), "batch_size": 3, "sampler": Lazy(17, one)}
    )(own()),
    "batch sampler": lambda: {
        "dataset": Augmented(20),
        "batch_sampler": BatchSampler(SubsetRandomSampler(range(3, 20)), 4, True),
    },
    "batches of unequal size": lambda: {"dataset": Augmented(20), "batch_sampler": [[1], [2, 3, 4], [5, 6]]},
    "weighted": lambda: {
        "dataset": Augmented(20),
        "batch_size": 3,
        "sampler": WeightedRandomSampler(range(20), 16, generator=own()),
    },
    "subset": lambda: {"dataset": Subset(Augmented(20), range(19, 5, -1)), "batch_size": 3, "shuffle": True},
    "concat": lambda: {
        "dataset": ConcatDataset([Augmented(5), Augmented(6, own())]),
        "batch_size": 3,
        "shuffle": True,
    },
    "stack": lambda: {"dataset": StackDataset(Augmented(9), Augmented(9, own())), "batch_size": 2, "shuffle": True},
    "tensors": lambda: {
        "dataset": TensorDataset(mt.arange(40.0).reshape(20, 2), mt.arange(20)),
        "batch_size": 3,
        "shuffle": True,
    },
    "subset of tensors": lambda: {
        "dataset": random_split(TensorDataset(mt.arange(20)), [0.5, 0.5], own())[1],
        "batch_size": 3,
        "shuffle": True,
    },
    "transforms": lambda: {"dataset": Transformed(20), "batch_size": 3, "shuffle": True},
    "one by one": lambda: {"dataset": Augmented(9), "batch_size": None, "shuffle": True},
    "collate_fn that draws": lambda: {"dataset": Augmented(20), "batch_size": 3, "shuffle": True, "collate_fn": mixed_up},
    "stream": lambda: {"dataset": AugmentedStream(20, own()), "batch_size": 3},
    "stream, dropping the last": lambda: {"dataset": AugmentedStream(20), "batch_size": 3, "drop_last": True},
    "stream one by one": lambda: {"dataset": AugmentedStream(5), "batch_size": None},
    "dicts and strings": lambda: {"dataset": Listed([{"n": str(i), "x": np.full(i % 2, i)} for i in (0, 2, 4)])},
    "no samples": lambda: {"dataset": Listed([]), "shuffle": True},
}


def read(arguments, **others):
    mt.manual_seed(3)
    return passes(DataLoader(**arguments(), **others))


@pytest.mark.parametrize("name", CASES)
def test_batches_are_the_same_at_any_number_of_workers(name):
    expected = read(CASES[name])
    assert len(expected[0]) > 1 or name == "no samples"
    for number, kind in WORKERS[1:]:
        assert read(CASES[name], num_workers=number, worker_type=kind) == expected, (number, kind)


@pytest.mark.parametrize("kind", ["process", "thread"])
def test_workers_that_stay_make_the_same_batches(kind):
    for name, arguments in CASES.items():
        expected = read(arguments)
        assert read(arguments, num_workers=2, worker_type=kind, persistent_workers=True) == expected, name


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_processes_that_are_not_forked_make_the_same_batches(method):
    for name in ("random", "samples with a generator", "one generator for all", "stream"):
        expected = read(CASES[name])
        found = read(CASES[name], num_workers=2, multiprocessing_context=method, persistent_workers=True)
        assert found == expected, name


def test_augmentation_differs_between_samples_and_passes():
    loader = DataLoader(Augmented(10, own()), batch_size=10)
    drawn = [tuple(row) for _ in range(2) for _, a, b, c in loader for row in mt.cat([a, b, c], dim=1).tolist()]
    assert len(set(drawn)) == 20


def test_what_a_sample_draws_follows_from_the_pass_and_its_place_in_it():
    """With NumPy alone: the pass's seed is an integer of 63 bits, a sample's numbers come from (seed, 1, position)."""
    for generator in (None, own(5)):
        mt.manual_seed(7)
        (batch,) = DataLoader(Augmented(6, generator), batch_size=6, shuffle=True)
        seed = np.random.default_rng(7).integers(2**63)
        assert batch[0].tolist() == np.random.default_rng([seed, 0]).permutation(6).tolist()
        for position in range(6):
            numbers = np.random.default_rng([seed, 1, position])
            np.testing.assert_array_equal(batch[1][position].numpy(), numbers.standard_normal(3, np.float32))
            np.testing.assert_array_equal(batch[2][position].numpy(), numbers.random(2, np.float32))


def test_no_other_generator_moves():
    """A pass takes one integer from the loader's generator, and nothing from those of the samples."""
    sample_generator, loader_generator = own(), own(5)
    before = sample_generator.get_state(), mt.get_rng_state()
    list(DataLoader(Augmented(6, sample_generator), 2, True, generator=loader_generator))
    assert (sample_generator.get_state(), mt.get_rng_state()) == before
    expected = np.random.default_rng(5)
    expected.integers(2**63)
    assert loader_generator.get_state() == expected.bit_generator.state


@pytest.mark.parametrize(("number", "kind"), WORKERS)
def test_settings_of_the_program_hold_in_workers(number, kind):
    """The default dtype, and whether operations are recorded, are those where the loader is read."""
    settings = Listed([0.5, 1.5])
    context = {"multiprocessing_context": "spawn", "persistent_workers": True} if (number, kind) == (1, "process") else {}
    loader = DataLoader(settings, 2, num_workers=number, worker_type=kind, **context)
    (batch,) = loader
    assert batch.dtype == mt.float32
    mt.set_default_dtype(mt.float64)
    try:
        (batch,) = loader
    finally:
        mt.set_default_dtype(mt.float32)
    assert batch.dtype == mt.float64


@pytest.mark.parametrize("kind", ["process", "thread"])
def test_whether_operations_are_recorded_is_as_where_the_loader_is_read(kind):
    class Recorded(Listed):
        def __getitem__(self, index):
            return mt.is_grad_enabled()

    loader = DataLoader(Recorded([0, 0]), 2, num_workers=1, worker_type=kind)
    assert [batch.tolist() for batch in loader] == [[True, True]]
    with mt.no_grad():
        assert [batch.tolist() for batch in loader] == [[False, False]]


def test_gradients_flow_through_batches_of_threads():
    x = mt.zeros(4, requires_grad=True)
    for (batch,) in DataLoader(TensorDataset(x), batch_size=3, num_workers=2, worker_type="thread"):
        (batch * mt.arange(1, len(batch) + 1)).sum().backward()
    assert x.grad.tolist() == [1, 2, 3, 1]


def test_out_of_order_the_batches_are_the_same_ones():
    mt.manual_seed(3)
    expected = [content(batch) for batch in DataLoader(Augmented(20), 3, True)]
    for kind in ("process", "thread"):
        mt.manual_seed(3)
        loader = DataLoader(Augmented(20), 3, True, num_workers=3, worker_type=kind, in_order=False)
        assert sorted(map(repr, [content(batch) for batch in loader])) == sorted(map(repr, expected))


@pytest.mark.parametrize("stays", [False, True])
@pytest.mark.parametrize(("kind", "context"), [("process", "fork"), ("process", "spawn"), ("thread", None)])
def test_a_generator_of_the_dataset_that_moves_between_passes_moves_for_all(kind, context, stays):
    def three_passes(**options):
        generator = mt.Generator().manual_seed(5)
        loader = DataLoader(Augmented(6, generator), 2, generator=mt.Generator().manual_seed(6), **options)
        found = passes(loader, 1)
        mt.rand(3, generator=generator)
        found += passes(loader, 1)
        generator.manual_seed(5)
        return found + passes(loader, 1)

    options = {"worker_type": kind, "persistent_workers": stays, "multiprocessing_context": context}
    assert three_passes(num_workers=2, **options) == three_passes()
