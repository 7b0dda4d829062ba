"""Shows that random numbers are NumPy's, repeatable to the byte, of the distribution that they are said to have."""

from __future__ import annotations

import math
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import minitensor as mt
from minitensor import random


def message_of(error, call):
    """The whole text of the error that a call raises."""
    with pytest.raises(error) as caught:
        call()
    return str(caught.value)


DRAWS = {
    "rand": lambda **more: mt.rand(3, 2, **more),
    "randn": lambda **more: mt.randn(3, 2, **more),
    "randint": lambda **more: mt.randint(100, (5,), **more),
    "randperm": lambda **more: mt.randperm(7, **more),
}


@pytest.mark.parametrize("name", DRAWS)
def test_a_seed_repeats_what_is_drawn_to_the_byte(name):
    draw = DRAWS[name]
    mt.manual_seed(7)
    first = [draw().numpy().tobytes() for _ in range(2)]
    mt.manual_seed(7)
    assert [draw().numpy().tobytes() for _ in range(2)] == first
    assert first[0] != first[1]
    mt.manual_seed(8)
    assert draw().numpy().tobytes() != first[0]


@pytest.mark.parametrize("name", DRAWS)
def test_a_generator_of_ones_own_leaves_the_shared_one_alone(name):
    draw = DRAWS[name]
    mt.manual_seed(0)
    expected = mt.rand(4).tolist()
    mt.manual_seed(0)
    own = draw(generator=mt.Generator().manual_seed(3))
    assert mt.rand(4).tolist() == expected
    assert mt.equal(own, draw(generator=mt.Generator().manual_seed(3)))
    assert mt.equal(own, draw(generator=np.random.default_rng(3)))


def test_the_numbers_are_those_of_numpys_generator():
    mt.manual_seed(5)
    assert mt.rand(3).tolist() == np.random.default_rng(5).random(3, np.float32).tolist()
    mt.manual_seed(5)
    assert mt.randn(3, dtype=mt.float64).tolist() == np.random.default_rng(5).standard_normal(3).tolist()


def test_two_runs_with_one_seed_are_equal_and_two_without_are_not():
    def run(seed):
        script = f"import minitensor as mt; {seed}; print(mt.randn(4).tolist())"
        return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout

    assert run("mt.manual_seed(1)") == run("mt.manual_seed(1)")
    assert run("pass") != run("pass")


@pytest.mark.parametrize("dtype", [mt.float16, mt.float32, mt.float64])
def test_distributions_have_their_bounds_means_and_deviations(dtype):
    count, generator = 10**5, mt.Generator().manual_seed(0)
    uniform = mt.rand(count, dtype=dtype, generator=generator)
    normal = mt.randn(count, dtype=dtype, generator=generator)
    assert (uniform.dtype, normal.dtype) == (dtype, dtype)
    assert uniform.min().item() >= 0
    assert uniform.max().item() < 1
    far = 5 / math.sqrt(count)  # five standard errors
    assert abs(uniform.double().mean().item() - 0.5) < far / math.sqrt(12) + 2.0**-12
    assert abs(normal.double().mean().item()) < far
    assert abs(normal.double().var().item() - 1) < far * math.sqrt(2)


def test_integers_come_from_between_the_bounds_each_as_often():
    mt.manual_seed(0)
    drawn = mt.randint(-2, 3, (10**4,))
    places, counts = np.unique(drawn.numpy(), return_counts=True)
    assert (places.tolist(), drawn.dtype) == ([-2, -1, 0, 1, 2], mt.int64)
    assert np.abs(counts - 2000).max() < 5 * math.sqrt(10**4 * 0.2 * 0.8)
    assert mt.randint(high=1, size=(2, 2), dtype=mt.float32).tolist() == [[0, 0], [0, 0]]


def test_a_permutation_names_each_number_once():
    mt.manual_seed(0)
    assert sorted(mt.randperm(10).tolist()) == list(range(10))
    assert (mt.randperm(0).shape, mt.randperm(3).dtype, mt.randperm(3, dtype=mt.int32).dtype) == ((0,), mt.int64, mt.int32)


def test_tensors_like_another_have_its_shape_and_dtype():
    x = mt.zeros(2, 3, dtype=mt.float64)
    for y in (mt.rand_like(x), mt.randn_like(x)):
        assert (y.shape, y.dtype) == ((2, 3), mt.float64)
    assert mt.rand_like(x, dtype=mt.float32, requires_grad=True).requires_grad


REFUSED = {
    "a seed of words": (lambda: mt.manual_seed("a"), TypeError, "manual_seed: the seed is an integer, got 'a'"),
    "a negative seed": (lambda: mt.Generator().manual_seed(-1), ValueError, "manual_seed: the seed is 0 or more, got -1"),
    "no generator": (
        lambda: mt.rand(2, generator=3),
        TypeError,
        "generator: expected mt.Generator or numpy.random.Generator, got int",
    ),
    "random integers by rand": (
        lambda: mt.rand(2, dtype=mt.int64),
        TypeError,
        "random numbers of this distribution are floating-point, asked for was int64: use randint",
    ),
    "nothing between the bounds": (
        lambda: mt.randint(3, 3, (2,)),
        ValueError,
        "randint: low is less than high, got 3 and 3",
    ),
    "a negative size": (lambda: mt.randn(-1), mt.ShapeError, "randn: sizes are 0 or more, got (-1,)"),
    "a permutation of less than nothing": (
        lambda: mt.randperm(-1),
        mt.ShapeError,
        "randperm: sizes are 0 or more, got (-1,)",
    ),
    "another device": (
        lambda: mt.Generator("cuda"),
        ValueError,
        "there is no device 'cuda' here: minitensor computes on the CPU (device='cpu', or none)",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_drawn_is_refused_in_words(case):
    call, error, message = REFUSED[case]
    assert message_of(error, call) == message


def test_what_is_drawn_within_seeded_follows_from_the_seeds_alone():
    def drawn():
        with random.seeded(3, 4):
            return [mt.rand(3).tolist(), mt.randn(2).tolist()]

    mt.manual_seed(0)
    first = drawn()
    outside = mt.rand(2).tolist()
    mt.manual_seed(0)
    assert mt.rand(2).tolist() == outside  # nothing was taken from the shared one
    assert drawn() == first
    with random.seeded(3, 5):
        assert mt.rand(3).tolist() != first[0]
    assert first[0] == np.random.default_rng([3, 4]).random(3, np.float32).tolist()


def test_within_seeded_a_given_generator_counts_with_its_state_and_does_not_move():
    def drawn(generator, seeds=(1, 2)):
        with random.seeded(*seeds):
            return mt.rand(3, generator=generator).tolist()

    own = mt.Generator().manual_seed(3)
    state = own.get_state()
    assert drawn(own) == drawn(own) == drawn(np.random.default_rng(3))
    assert own.get_state() == state
    assert drawn(own) != drawn(own, (1, 3))
    assert drawn(own) != drawn(mt.Generator().manual_seed(4)) != drawn(None)
    assert len({tuple(drawn(np.random.Generator(kind(0)))) for kind in (np.random.MT19937, np.random.Philox)}) == 2


def test_seeded_for_the_shared_generator_only_leaves_given_ones_to_themselves():
    with random.seeded(1, all_generators=False):
        assert (
            mt.rand(3, generator=np.random.default_rng(3)).tolist()
            == np.random.default_rng(3).random(3, np.float32).tolist()
        )
        assert mt.rand(2).tolist() == np.random.default_rng([1]).random(2, np.float32).tolist()


def test_seeded_blocks_nest_and_are_a_threads_own():
    with random.seeded(1):
        outer = mt.rand(2).tolist()
        with random.seeded(2):
            inner = mt.rand(2).tolist()
        after = mt.rand(2).tolist()
    expected = np.random.default_rng([1]).random(4, np.float32).tolist()
    assert outer + after == expected
    assert inner == np.random.default_rng([2]).random(2, np.float32).tolist()
    with random.seeded(1), ThreadPoolExecutor(1) as pool:
        mt.manual_seed(7)
        assert pool.submit(lambda: mt.rand(2).tolist()).result() == np.random.default_rng(7).random(2, np.float32).tolist()


def test_a_state_brings_back_what_is_drawn_next():
    for get, put, generator in (
        (mt.get_rng_state, mt.set_rng_state, None),
        *[(one.get_state, one.set_state, one) for one in [mt.Generator()]],
    ):
        state = get()
        first = mt.rand(5, generator=generator)
        put(state)
        assert mt.equal(mt.rand(5, generator=generator), first)
    assert message_of(TypeError, lambda: mt.set_rng_state(3)).startswith(
        "set_state: expected what get_state returned, got 3: "
    )


def test_a_generator_knows_and_shows_its_seed():
    assert repr(mt.manual_seed(4)) == "Generator(seed=4)"
    assert mt.initial_seed() == 4
    own = mt.Generator()
    assert own.seed() == own.initial_seed() != mt.Generator().initial_seed()
    first = mt.rand(3, generator=own)
    assert mt.equal(first, mt.rand(3, generator=mt.Generator().manual_seed(own.initial_seed())))
