"""What goes wrong in a worker is said in the main program: an exception as its own type, a death as what it was."""

from __future__ import annotations

import faulthandler
import os
import re
import resource
import signal
import sys
import threading
import time

import numpy as np
import pytest

import minitensor as mt
from loader_samples import AugmentedStream, Failing, Listed, Odd
from minitensor.data import DataLoader
from minitensor.data.workers.failure import Failure

KINDS = ["process", "thread"]
WHO = {"process": r"DataLoader worker 1 \(process \d+\)", "thread": r"DataLoader worker 1 \(a thread\)"}


class LocalError(ValueError):
    """Of a module that the main program has, too."""

    def __init__(self):
        super().__init__("without arguments")


class MeddlingError(RuntimeError):
    """Says something else than it is given."""

    def __str__(self):
        return "meddled"


ERRORS = {
    "usual": IndexError("no sample of number 5"),
    "key": KeyError("five"),
    "errno": FileNotFoundError(2, "No such file or directory", "five.png"),
    "unicode": UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
    "constructor of its own": Odd(7, place="five"),
    "constructor without arguments": LocalError(),
    "text of its own": MeddlingError("five"),
    "no text": AssertionError(),
    "exit": SystemExit(3),
    "shape": mt.ShapeError("conv2d: the input has 28 channels"),
    "several lines": ValueError("one\ntwo"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ERRORS)
def test_an_exception_arrives_as_its_type_with_the_workers_traceback(kind, name):
    error = ERRORS[name]
    batches = iter(DataLoader(Failing(error), 2, num_workers=2, worker_type=kind))
    assert [next(batches).tolist() for _ in range(2)] == [[0, 1], [2, 3]]
    batches = iter(DataLoader(Failing(error, at=3), 2, num_workers=2, worker_type=kind))
    assert next(batches).tolist() == [0, 1]
    with pytest.raises(type(error)) as raised:
        next(batches)
    said = str(raised.value)
    assert re.match(re.escape(str(error)) + rf"\n\nThis was raised in {WHO[kind]}, by dataset\[3\]:\n\nTraceback", said)
    assert "loader_samples.py" in said
    assert "raise self.error" in said
    assert type(raised.value).__name__ == type(error).__name__


def test_an_exception_of_a_group_or_of_a_local_type_arrives_as_the_next_best():
    class HiddenError(LookupError):
        pass

    cases = (HiddenError("where"), LookupError, "where"), (StopIteration("over"), RuntimeError, "StopIteration: over")
    for given, expected, said in cases:
        for kind in KINDS:
            with pytest.raises(expected, match=said):
                list(DataLoader(Failing(given), 2, num_workers=1, worker_type=kind))
    with pytest.raises(HiddenError):
        list(DataLoader(Failing(HiddenError("where")), 2, num_workers=1, worker_type="thread"))

    class StubbornError(Exception):
        def __new__(cls, *_):
            raise TypeError("no more of these")

        def __init_subclass__(cls):
            raise TypeError("nor of these")

    assert repr(Failure(StubbornError, "text").error()) == "RuntimeError('StubbornError: text')"
    if sys.version_info >= (3, 11):
        with pytest.raises(RuntimeError, match=r"^ExceptionGroup: several"):
            list(DataLoader(Failing(ExceptionGroup("several", [ValueError("a")])), 2, num_workers=1))  # noqa: F821


@pytest.mark.parametrize("kind", KINDS)
def test_where_it_was_raised_is_said(kind):
    def refuse(_):
        raise ValueError("not these")

    class Beginning(AugmentedStream):
        def __iter__(self):
            raise ValueError("not today")

    class Ending(AugmentedStream):
        def __iter__(self):
            yield from range(3)
            raise ValueError("not more")

    class AtOnce(Listed):
        def __getitems__(self, indices):
            raise ValueError("not several")

    loaders = {
        "collate_fn for batch 0": {"dataset": range(4), "collate_fn": refuse},
        "worker_init_fn": {"dataset": range(4), "worker_init_fn": refuse},
        "the dataset, to begin with": {"dataset": Beginning(3)},
        "sample 3 of the dataset": {"dataset": Ending(3), "batch_size": 2},
        "batch 0 of the dataset": {"dataset": AtOnce(range(4))},
        "dataset['name']": {"dataset": Failing(ValueError("not this"), at="name"), "sampler": ["name"]},
    }
    for where, arguments in loaders.items():
        with pytest.raises(ValueError, match=rf"^not \w+\n\nThis was raised in .*, by {re.escape(where)}:\n"):
            list(DataLoader(**arguments, num_workers=1, worker_type=kind))


@pytest.mark.parametrize("kind", KINDS)
def test_batches_before_the_failure_are_given_out_and_the_loader_can_be_read_again(kind):
    for stays in (False, True):
        loader = DataLoader(Failing(ValueError("five")), 1, num_workers=3, worker_type=kind, persistent_workers=stays)
        for _ in range(2):
            batches = iter(loader)
            assert [next(batches).item() for _ in range(5)] == [0, 1, 2, 3, 4]
            with pytest.raises(ValueError, match="five"):
                next(batches)
            assert loader.state_dict()["batches"] == 5


def test_a_batch_that_cannot_be_sent_is_said_to_be():
    loader = DataLoader(Listed([lambda: 1, 2]), None, num_workers=1, sampler=[1, 0])
    batches = iter(loader)
    assert next(batches) == 2
    with pytest.raises(
        TypeError, match=r"^the batch can't be sent to the main process, since a part of it can't be pickled: "
    ) as raised:
        next(batches)
    assert 'collate_fn may make Tensors or arrays of it, and worker_type="thread" sends nothing' in str(raised.value)
    assert "by sending batch 1" in str(raised.value)
    x = mt.ones(2, requires_grad=True)
    with pytest.raises(TypeError, match=r"pickle: this tensor is the result of mul .*: use .detach\(\) first"):
        list(DataLoader(Listed([x * 2]), None, num_workers=1))
    (batch,) = DataLoader(Listed([x * 2]), None, num_workers=1, worker_type="thread")
    assert batch.requires_grad


def test_a_dataset_that_cannot_be_sent_is_said_to_be():
    loader = DataLoader(Listed([lambda: 1]), num_workers=1, multiprocessing_context="spawn")
    with pytest.raises(TypeError) as raised:
        list(loader)
    said = str(raised.value)
    assert said.startswith(
        "DataLoader: processes that start by 'spawn' are sent the dataset and the functions by pickle, and "
    )
    assert said.endswith('multiprocessing_context="fork" and worker_type="thread" do without')


class Dying(Listed):
    """Ends its process at one of its samples."""

    def __getitem__(self, index):
        if index == 5:
            if isinstance(self.samples, int):
                faulthandler.disable()  # pytest's, which would write of it
                resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
                os.kill(os.getpid(), self.samples)
                time.sleep(60)
            os._exit(7)
        return np.full(1000, index)

    def __len__(self):
        return 20


DEATHS = {
    signal.SIGKILL: "was killed by SIGKILL: so does a system that runs out of memory",
    signal.SIGSEGV: "was killed by SIGSEGV: a library has gone wrong",
    signal.SIGBUS: "was killed by SIGBUS: a library has gone wrong, or the disk or the shared memory is full",
    signal.SIGTERM: "was killed by SIGTERM",
    None: "has ended with exit code 7: what it wrote to the standard error says why",
}


@pytest.mark.parametrize("how", DEATHS, ids=str)
def test_a_worker_that_dies_is_said_to_have_died(how):
    before = signal.signal(signal.SIGTERM, lambda *_: None)  # the main program's own, which is nothing to a worker
    try:
        loader = DataLoader(Dying(how), 1, num_workers=2, persistent_workers=True)
        for _ in range(2):
            with pytest.raises(RuntimeError) as raised:
                list(loader)
            assert re.sub(r"\d+\)", "N)", str(raised.value)) == f"DataLoader: worker 1 (process N) {DEATHS[how]}"
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_worker_that_dies_while_nobody_waits_is_found_dead():
    """Between two batches; and between two passes, where another one takes its place."""

    class Telling(Listed):
        def __getitem__(self, index):
            return os.getpid()

    loader = DataLoader(Telling([0] * 20), None, num_workers=2)
    batches = iter(loader)
    os.kill(next(batches), signal.SIGKILL)
    with pytest.raises(RuntimeError, match=r"^DataLoader: worker 0 \(process \d+\) was killed by SIGKILL"):
        list(batches)
    loader = DataLoader(Telling([0] * 20), None, num_workers=2, persistent_workers=True)
    first = set(loader)
    os.kill(min(first), signal.SIGKILL)
    for _ in range(500):
        if not loader._crew.is_alive():
            break
        time.sleep(0.01)
    assert len(set(loader)) == 2


def test_a_worker_that_dies_in_the_middle_of_a_batch_is_found_dead():
    """While a batch that is larger than any buffer is being sent."""

    class Large(Listed):
        def __getitem__(self, index):
            threading.Timer(0.3, os._exit, (3,)).start()
            return np.ones(20_000_000)

    def wait(_):
        time.sleep(0.5)

    batches = iter(DataLoader(Large([0] * 3), None, num_workers=1))
    with pytest.raises(RuntimeError, match="has ended with exit code 3"):
        list(map(wait, batches))


def test_an_order_that_fails_is_no_workers_fault():
    class Broken:
        def __iter__(self):
            yield 3
            raise ValueError("no more")

    for number, kind in ((0, "process"), (2, "process"), (2, "thread")):
        with pytest.raises(ValueError, match=r"^no more$"):
            list(DataLoader(range(10), sampler=Broken(), num_workers=number, worker_type=kind))
