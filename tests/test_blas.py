"""Shows that BLAS keeps to one thread inside, and is given back as it was, through interrupts too."""

from __future__ import annotations

import subprocess
import sys

import pytest

import minitensor as mt
from minitensor import blas, threads
from minitensor.blas import one_blas_thread
from minitensor.threads import run, shares, sharing


@pytest.fixture(autouse=True)
def _number_given_back():
    before = mt.get_num_threads()
    yield
    mt.set_num_threads(before)


@pytest.mark.parametrize("number", [1, 2])
def test_blas_keeps_to_one_thread_inside_and_has_its_own_number_again_outside(number):
    libraries = blas.blas_libraries()
    before = [library.get_num_threads() for library in libraries]
    try:
        for library in libraries:
            library.set_num_threads(2)
        mt.set_num_threads(number)
        inside = []
        run([lambda: inside.append([library.get_num_threads() for library in libraries])])
        with one_blas_thread:
            run([lambda: inside.append([library.get_num_threads() for library in libraries])] * 2)
            inside.append([library.get_num_threads() for library in libraries])
        assert inside == [[1] * len(libraries)] * 4
        assert [library.get_num_threads() for library in libraries] == [2] * len(libraries)
    finally:
        for library, count in zip(libraries, before, strict=True):
            library.set_num_threads(count)


class Library:
    """Stands for a BLAS, and is interrupted when one asks it for its number of threads, or sets it, for the `at`-th time."""

    def __init__(self, at=None):
        self.number, self.calls, self.at = 4, 0, at

    def _called(self):
        self.calls += 1
        if self.calls == self.at:
            raise KeyboardInterrupt

    def get_num_threads(self):
        self._called()
        return self.number

    def set_num_threads(self, number):
        self._called()
        self.number = number
        self._called()


@pytest.mark.parametrize("at", [1, 2, 3])
def test_an_interrupt_while_blas_is_told_leaves_everything_as_it_was(monkeypatch, at):
    libraries = [Library(), Library(at)]
    monkeypatch.setattr(threads, "one_blas_thread", type(one_blas_thread)())
    monkeypatch.setattr(blas, "blas_libraries", lambda: libraries)
    mt.set_num_threads(4)
    with pytest.raises(KeyboardInterrupt), sharing(work=1):
        pass
    assert [library.number for library in libraries] == [4, 4]
    assert len(shares(100)) == 4
    with sharing(work=1):  # the next one limits BLAS again
        assert [library.number for library in libraries] == [1, 1]
    assert [library.number for library in libraries] == [4, 4]


def test_an_interrupt_while_blas_is_looked_for_leaves_everything_as_it_was(monkeypatch):
    found = iter([KeyboardInterrupt(), [library := Library()]])

    def looking():
        one = next(found)
        if isinstance(one, BaseException):
            raise one
        return one

    monkeypatch.setattr(threads, "one_blas_thread", type(one_blas_thread)())
    monkeypatch.setattr(blas, "blas_libraries", looking)
    mt.set_num_threads(4)
    with pytest.raises(KeyboardInterrupt), sharing(work=1):
        pass
    assert len(shares(100)) == 4
    with sharing(work=1):
        assert library.number == 1
    assert library.number == 4


def test_without_threadpoolctl_everything_runs():
    code = (
        "import sys; sys.modules['threadpoolctl'] = None\n"
        "import minitensor as mt; from minitensor.threads import run; mt.set_num_threads(2)\n"
        "done = []; run([lambda: done.append('done')] * 2); print(*done)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["done"] * 2
