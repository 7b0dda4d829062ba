"""What the state of a loader is of: refused for another loader, of one pass among several, and free of who else draws."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

import minitensor as mt
from loader_samples import KINDS, Augmented, AugmentedStream, Lazy, content, own, passes
from minitensor.data import DataLoader, RandomSampler, Sampler

KIND = {
    "samples": 10,
    "batch_size": 2,
    "drop_last": False,
    "order": "RandomSampler",
    "stream": False,
    "generator": False,
}
PCG = np.random.default_rng(0).bit_generator.state
OTHER = np.random.MT19937(0).state
EXPECTED = (
    "expected what state_dict returned, "
    "a dict of of, pass_seed, batches, ahead, drawn, generators_at_start, generators: got "
)


def state(**changes):
    made = {"pass_seed": 3, "batches": 1, "ahead": [], "drawn": 1, "generators_at_start": [], "generators": []}
    return {"of": KIND, **made, **changes}


REFUSED = {
    "no dict": (3, EXPECTED + "int"),
    "other keys": ({"epoch": 3, 5: 6}, EXPECTED + "['5', 'epoch']"),
    "of nothing": (state(of=3), "of is a dict of samples, batch_size, drop_last, order, stream, generator, got 3"),
    "negative": (state(batches=-1), "batches is 0 or more, got -1"),
    "no number": (state(pass_seed="a"), "pass_seed is an integer, got 'a'"),
    "no numbers": (state(ahead=[0.5]), "a number in ahead is an integer, got 0.5"),
    "with generators of samplers": (
        state(generators_at_start=[PCG]),
        "the state is of 1 generators, this loader and its samplers have 0",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_state_of_such_a_loader_is_refused_in_words(name):
    given, message = REFUSED[name]
    loader = DataLoader(range(10), 2, True)
    before = loader.state_dict()
    with pytest.raises((ValueError, TypeError)) as error:
        loader.load_state_dict(given)
    assert str(error.value) == f"load_state_dict: {message}"
    assert loader.state_dict() == before


OTHERS = {
    "other samples": (lambda: DataLoader(range(20), 2, True), "samples=10", "samples=20"),
    "other batches": (lambda: DataLoader(range(10), 5, True), "batch_size=2", "batch_size=5"),
    "no last batch": (lambda: DataLoader(range(10), 2, True, drop_last=True), "drop_last=False", "drop_last=True"),
    "other order": (lambda: DataLoader(range(10), 2), "order='RandomSampler'", "order='SequentialSampler'"),
    "a generator": (lambda: DataLoader(range(10), 2, True, generator=own()), "generator=False", "generator=True"),
    "a stream": (
        lambda: DataLoader(AugmentedStream(10), 2),
        "samples=10, order='RandomSampler', stream=False",
        "samples=None, order=None, stream=True",
    ),
}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("broken_off", [False, True])
def test_the_state_of_another_loader_is_refused_by_what_differs(name, broken_off):
    make, theirs, ours = OTHERS[name]
    one, other = DataLoader(range(10), 2, True), make()
    if broken_off:
        batches = iter(one)
        next(batches)
    before = other.state_dict()
    with pytest.raises(ValueError) as error:  # noqa: PT011
        other.load_state_dict(one.state_dict())
    assert str(error.value) == f"load_state_dict: the state is of a loader with {theirs}, this one has {ours}"
    assert other.state_dict() == before


def test_states_of_generators_are_set_all_or_none():
    loader = DataLoader(range(10), 2, sampler=RandomSampler(range(10), generator=own()), generator=own(5))
    before = loader.state_dict()
    for name in ("generators_at_start", "generators"):
        with pytest.raises(ValueError, match=r"^load_state_dict: the state of a generator can't be set: "):
            loader.load_state_dict({**before, name: [PCG, OTHER]})
        assert loader.state_dict() == before


@pytest.mark.parametrize("workers", KINDS)
def test_a_state_beyond_the_end_of_a_pass_is_an_error_in_words(workers):
    for dataset, sampler in ((range(10), None), (range(20), Lazy(9)), (AugmentedStream(10), None)):
        loader = DataLoader(dataset, 2, sampler=sampler, num_workers=workers[0], worker_type=workers[1])
        loader.load_state_dict({**loader.state_dict(), "pass_seed": 3, "batches": 7, "drawn": 7})
        who = "the dataset" if isinstance(dataset, AugmentedStream) else "a pass of this loader"
        with pytest.raises(ValueError, match=f"^load_state_dict: 7 batches were given out already, and {who} has only 5"):
            list(loader)


@pytest.mark.parametrize("workers", KINDS)
def test_an_iterator_says_where_its_own_pass_is(workers):
    """Whatever passes were begun since, over this loader, whose generator they move, or over another one."""

    def loader():
        return DataLoader(Augmented(20), 3, True, num_workers=workers[0], worker_type=workers[1], generator=own())

    one = loader()
    first = iter(one)
    given = [content(batch) for batch in islice(first, 2)]
    next(looked := iter(one))
    passes(one, 1)
    state = first.state_dict()
    rest, later = [content(batch) for batch in first], passes(one, 1)
    other = loader()
    other.load_state_dict(state)
    assert passes(other, 2) == [rest, *later]
    assert given + rest == passes(loader(), 1)[0]
    looked.close()


@pytest.mark.parametrize("workers", KINDS)
def test_an_iterator_knows_whether_it_has_more_to_give(workers):
    kind = {"num_workers": workers[0], "worker_type": workers[1]}
    batches = iter(DataLoader(range(5), 2, **kind))
    assert [batches.ended for _ in batches] == [False, False, True]

    class Wrong(AugmentedStream):
        def __len__(self):
            return 4

    batches = iter(DataLoader(Wrong(10), 2, **kind))
    assert [batches.ended for _ in batches] == [False] * 5
    assert batches.ended
    batches = iter(DataLoader(range(20), 2, sampler=Lazy(4), **kind))  # which has no length
    assert [batches.ended for _ in batches] == [False] * 2
    assert batches.ended


def test_the_state_of_a_new_pass_leaves_out_those_that_were_begun():
    one = DataLoader(Augmented(20), 3, sampler=RandomSampler(range(20), generator=own()), generator=own(5))
    next(batches := iter(one))
    state = one.state_dict(new_pass=True)
    later = passes(one, 2)
    other = DataLoader(Augmented(20), 3, sampler=RandomSampler(range(20), generator=own()), generator=own(5))
    other.load_state_dict(state)
    assert passes(other, 2) == later
    del batches


def test_the_state_of_a_new_pass_puts_a_loader_back_to_what_it_gives_next():
    one, other = (DataLoader(Augmented(20), 3, True, generator=own(seed)) for seed in (1, 2))
    next(batches := iter(other))
    foreign = other.state_dict()
    for pending in (False, True):  # what is loaded and not gone on with yet
        next(batches := iter(one))
        if pending:
            one.load_state_dict(batches.state_dict())
        before = one.state_dict(new_pass=True)
        one.load_state_dict(foreign)
        one.load_state_dict(before)
        assert one.state_dict(new_pass=True) == before
        expected = passes(one, 2)
        one.load_state_dict(before)
        one.load_state_dict(foreign)
        one.load_state_dict(before)
        assert passes(one, 2) == expected
    del batches


class LazyOfNumpy(Sampler):
    """Draws at each step, from NumPy's generator as it is."""

    def __init__(self, generator):
        self.generator = generator

    def __iter__(self):
        for _ in range(20):
            yield int(self.generator.integers(20))


@pytest.mark.parametrize("sampler", [RandomSampler, Lazy, LazyOfNumpy])
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_loaders_that_share_a_generator_are_loaded_in_any_order(sampler, order):
    """One is in the midst of its pass, and the other has drawn a whole order since it began."""

    def loaders():
        generator = np.random.default_rng(4)
        samplers = [
            RandomSampler(range(20), generator=generator),
            LazyOfNumpy(generator)
            if sampler is LazyOfNumpy
            else Lazy(20, generator)
            if sampler is Lazy
            else RandomSampler(range(20), generator=generator),
        ]
        return [
            DataLoader(Augmented(20), 3, sampler=samplers[1], generator=own()),
            DataLoader(Augmented(20), 4, sampler=samplers[0]),
        ]

    ones, others = loaders(), loaders()
    batches = iter(ones[0])
    list(islice(batches, 2))
    list(ones[1])
    states = [one.state_dict() for one in ones]
    shared = mt.get_rng_state()
    expected = [[content(batch) for batch in batches], passes(ones[1], 1), passes(ones[0], 1)]
    for number in order:
        others[number].load_state_dict(states[number])
    mt.set_rng_state(shared)
    assert [passes(others[0], 1)[0], passes(others[1], 1), passes(others[0], 1)] == expected
