"""Shows that what computes quietly does so for one call, in any thread, and leaves the caller's switch as it was."""

from __future__ import annotations

import threading

import numpy as np
import pytest

import minitensor as mt
from minitensor.kernels.quiet import quiet, silence


@quiet
def quotient(a, b=0.0, *, times=1.0):
    """A quotient, of whatever."""
    return np.divide(a, b) * times


def test_nothing_is_said_and_the_switch_of_the_caller_stays():
    with np.errstate(all="raise"):
        assert quotient(np.ones(1), times=-1.0) == -np.inf
        assert np.geterr()["divide"] == "raise"
        with pytest.raises(FloatingPointError):
            np.ones(1) / 0.0


def test_the_switch_of_the_caller_stays_after_an_error():
    before = np.geterr()
    with pytest.raises(ValueError, match="shapes"):
        quotient(np.ones(2), np.ones(3))
    assert np.geterr() == before


def test_one_within_another_and_two_threads_at_once_are_quiet():
    meeting = threading.Barrier(2, timeout=20)
    answers = []

    @quiet
    def outer():
        meeting.wait()
        answers.append((quotient(np.ones(1)), np.divide(-1.0, np.zeros(1))))
        meeting.wait()

    threads = [threading.Thread(target=outer) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert answers == [(np.inf, -np.inf)] * 2


def test_a_silence_serves_again_after_its_call():
    place = silence()
    for sign in (1.0, -1.0):
        assert place.run(np.divide, sign, np.zeros(1)) == sign * np.inf


def test_it_keeps_its_name_and_words():
    assert (quotient.__name__, quotient.__doc__) == ("quotient", "A quotient, of whatever.")


@pytest.mark.parametrize("dtype", [mt.float16, mt.float32])
def test_a_number_beyond_the_tensors_dtype_is_infinite_without_a_word(dtype):
    x = mt.tensor([1.0, -1.0], dtype=dtype, requires_grad=True)
    y = x * 1e300
    assert y.tolist() == [np.inf, -np.inf]
    y.sum().backward()
    assert (x.grad.tolist(), x.grad.dtype) == ([np.inf, np.inf], dtype)


@pytest.mark.parametrize("number", [2, 2.0, True])
def test_a_number_on_either_side_keeps_the_tensors_dtype(number):
    x = mt.tensor([4.0, 8.0], dtype=mt.float16)
    for y in (x * number, number * x, x / number, number / x, x**number, x + number, number + x):
        assert y.dtype == mt.float16
    assert (x / number).tolist() == [4.0 / number, 8.0 / number]
    assert (number / x).tolist() == [number / 4.0, number / 8.0]
