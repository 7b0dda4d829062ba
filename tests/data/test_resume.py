"""A pass that is broken off anywhere goes on as it would have, and so do the passes after it: a loader's state dict."""

from __future__ import annotations

import json
from itertools import islice

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import minitensor as mt
from loader_samples import KINDS, Augmented, AugmentedStream, Lazy, Listed, content, own, passes
from minitensor.data import DataLoader, RandomSampler, Subset, TensorDataset


def one_generator_for_all():
    generator = own()
    data = Augmented(20, generator)
    return {"dataset": data, "batch_size": 3, "sampler": RandomSampler(data, generator=generator), "generator": generator}


CASES = {
    "in order": lambda: {"dataset": Augmented(20), "batch_size": 3},
    "random": lambda: {"dataset": Augmented(20), "batch_size": 3, "shuffle": True},
    "random, of a generator": lambda: {"dataset": Augmented(20), "batch_size": 3, "shuffle": True, "generator": own()},
    "sampler with a generator": lambda: {
        "dataset": Augmented(20),
        "batch_size": 3,
        "sampler": RandomSampler(range(20), generator=own()),
        "generator": np.random.default_rng(6),
    },
    "one generator for all": one_generator_for_all,
    "lazy sampler": lambda: {"dataset": Augmented(20), "batch_size": 3, "sampler": Lazy(17)},
    "lazy sampler with a generator": lambda: {"dataset": Augmented(20), "batch_size": 3, "sampler": Lazy(17, own())},
    "tensors": lambda: {"dataset": TensorDataset(mt.arange(20)), "batch_size": 3, "shuffle": True},
    "subset of tensors": lambda: {
        "dataset": Subset(TensorDataset(mt.arange(40)), range(20)),
        "batch_size": 3,
        "shuffle": True,
    },
    "one by one": lambda: {"dataset": Augmented(7), "batch_size": None, "shuffle": True},
    "stream": lambda: {"dataset": AugmentedStream(20), "batch_size": 3},
    "stream, dropping the last": lambda: {"dataset": AugmentedStream(20), "batch_size": 3, "drop_last": True},
    "stream one by one": lambda: {"dataset": AugmentedStream(7), "batch_size": None},
}


def broken_off(arguments, after, workers=(0, "process"), **others):
    """The states of a loader and of the shared generator after so many batches of the second pass."""
    mt.manual_seed(3)
    loader = DataLoader(**arguments(), num_workers=workers[0], worker_type=workers[1], **others)
    passes(loader, 1)
    batches = iter(loader)
    given = [content(batch) for batch in islice(batches, after)]
    return given, json.loads(json.dumps([loader.state_dict(), mt.get_rng_state()]))


def resumed(arguments, states, workers=(0, "process"), count=3, **others):
    """What another loader gives: the rest, and the next passes."""
    loader = DataLoader(**arguments(), num_workers=workers[0], worker_type=workers[1], **others)
    loader.load_state_dict(states[0])
    mt.set_rng_state(states[1])
    return passes(loader, count)


@pytest.mark.parametrize("name", CASES)
def test_the_rest_of_a_pass_and_the_passes_after_it_are_as_they_would_have_been(name):
    mt.manual_seed(3)
    _, whole, *later = passes(DataLoader(**CASES[name]()), 4)
    for index, after in enumerate((0, 1, len(whole) // 2, len(whole) - 1)):
        for workers, others in ((KINDS[index % 3], KINDS[0]), (KINDS[0], KINDS[index % 3])):
            given, states = broken_off(CASES[name], after, workers)
            rest, *following = resumed(CASES[name], states, others)
            assert given + rest == whole, (after, workers, others)
            assert following == later, (after, workers, others)


@pytest.mark.parametrize("name", CASES)
def test_after_the_last_batch_the_next_pass_begins(name):
    """Whether the pass was seen to end or not."""
    mt.manual_seed(3)
    _, whole, *later = passes(DataLoader(**CASES[name]()), 4)
    for after in (len(whole), len(whole) + 1):
        for workers in KINDS:
            given, states = broken_off(CASES[name], after, workers)
            assert given == whole
            assert resumed(CASES[name], states, workers, count=2) == later, (after, workers)


@pytest.mark.parametrize("kind", ["process", "thread"])
def test_workers_that_stay_resume_too(kind):
    mt.manual_seed(3)
    _, whole, *later = passes(DataLoader(**CASES["random"]()), 4)
    given, states = broken_off(CASES["random"], 3, (2, kind), persistent_workers=True)
    assert given == whole[:3]
    assert resumed(CASES["random"], states, (2, kind), persistent_workers=True) == [whole[3:], *later]
    loader = DataLoader(**CASES["random"](), num_workers=2, worker_type=kind, persistent_workers=True)
    mt.manual_seed(3)
    passes(loader, 1)
    batches = iter(loader)
    next(batches)
    loader.load_state_dict(states[0])
    mt.set_rng_state(states[1])
    assert passes(loader, 3) == [whole[3:], *later]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 30), st.integers(1, 7), st.lists(st.integers(0, 6), max_size=6), st.booleans(), st.integers(0, 1))
def test_a_pass_that_is_broken_off_again_and_again_is_the_same(length, batch_size, steps, drop_last, number):
    """By threads, for speed: a new loader each time."""

    def loader():
        return DataLoader(
            Augmented(length), batch_size, True, None, None, number, None, False, drop_last, worker_type="thread"
        )

    mt.manual_seed(1)
    one = loader()
    expected = [batch for _ in range(len(steps) + 1) for batch in passes(one, 1)[0]]
    mt.manual_seed(1)
    one, found = loader(), []
    for step in steps:
        found += [content(batch) for batch in islice(iter(one), step)]
        state = one.state_dict()
        one = loader()
        one.load_state_dict(state)
    assert found == expected[: len(found)]


def test_what_was_made_ahead_does_not_count():
    for kind in ("process", "thread"):
        loader = DataLoader(range(40), 2, num_workers=2, worker_type=kind, prefetch_factor=4)
        batches = iter(loader)
        for number in range(1, 5):
            next(batches)
            assert loader.state_dict()["batches"] == number


def test_what_was_given_out_is_not_fetched_again():
    class Counting(Listed):
        fetched = ()

        def __getitem__(self, index):
            self.fetched += (index,)
            return index

    loader = DataLoader(Counting(range(10)), 2)
    next(batches := iter(loader))
    next(batches)
    again = DataLoader(Counting(range(10)), 2)
    again.load_state_dict(loader.state_dict())
    list(again)
    assert again.dataset.fetched == (4, 5, 6, 7, 8, 9)


def test_out_of_order_each_batch_is_given_once():
    mt.manual_seed(3)
    loader = DataLoader(Augmented(30), 2, True, num_workers=3, worker_type="thread", in_order=False)
    state = loader.state_dict()
    first = [content(batch) for batch in islice(iter(loader), 4)]
    state = loader.state_dict()
    assert state["batches"] + len(state["ahead"]) == 4
    loader.load_state_dict(state)
    rest = passes(loader, 1)[0]
    mt.manual_seed(3)
    (expected,) = passes(DataLoader(Augmented(30), 2, True), 1)
    assert sorted(map(repr, first + rest)) == sorted(map(repr, expected))


def test_batches_given_out_ahead_of_their_turn_are_left_out():
    loader = DataLoader(range(12), 2)
    next(batches := iter(loader))
    state = {**loader.state_dict(), "batches": 1, "ahead": [2, 4], "drawn": 5}
    loader.load_state_dict(state)
    assert loader.state_dict() == state
    assert [batch.tolist() for batch in loader] == [[2, 3], [6, 7], [10, 11]]
    del batches


def test_state_is_of_the_pass_that_began_last_and_one_that_was_loaded_until_it_goes_on():
    loader = DataLoader(range(10), 2)
    assert (loader.state_dict()["pass_seed"], loader.state_dict()["batches"]) == (None, 0)
    first, second = iter(loader), iter(loader)
    next(second)
    list(first)
    state = loader.state_dict()
    assert state["batches"] == 1
    loader.load_state_dict(state)
    assert loader.state_dict() == state
    assert [batch.tolist() for batch in loader] == [[2, 3], [4, 5], [6, 7], [8, 9]]
    assert loader.state_dict()["pass_seed"] is None


def test_a_state_goes_through_save_and_load(tmp_path):
    loader = DataLoader(Augmented(20), 3, sampler=RandomSampler(range(20), generator=own()), generator=own(5))
    next(batches := iter(loader))
    mt.save({"loader": loader.state_dict()}, tmp_path / "state.npz")
    rest = [content(batch) for batch in batches]
    other = DataLoader(Augmented(20), 3, sampler=RandomSampler(range(20), generator=own()), generator=own(5))
    other.load_state_dict(mt.load(tmp_path / "state.npz")["loader"])
    assert passes(other, 1)[0] == rest
