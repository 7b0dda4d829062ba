"""Shows that tasks run on as many threads as are allowed, and that nothing is lost on the way."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import traceback

import numpy as np
import pytest

import minitensor as mt
from minitensor import blas, threads
from minitensor.threads import run, shares, sharing


@pytest.fixture(autouse=True)
def _number_given_back():
    before = mt.get_num_threads()
    yield
    mt.set_num_threads(before)


def message_of(error, call):
    """The whole text of the error that a call raises."""
    with pytest.raises(error) as caught:
        call()
    return str(caught.value)


def all_at_once(count):
    """Tasks that end only when as many threads are in one of them, and the set of the threads that were."""
    together, seen = threading.Barrier(count, timeout=20), set()

    def task():
        together.wait()
        seen.add(threading.get_ident())

    return [task] * count, seen


def test_the_number_is_what_was_set():
    mt.set_num_threads(3)
    assert mt.get_num_threads() == 3
    mt.set_num_threads(np.int64(2))
    assert mt.get_num_threads() == 2


def test_a_number_that_is_none_is_refused_and_nothing_is_changed():
    mt.set_num_threads(2)
    assert message_of(TypeError, lambda: mt.set_num_threads(2.0)) == "set_num_threads: the number is an integer, got 2.0"
    assert message_of(TypeError, lambda: mt.set_num_threads(True)) == "set_num_threads: the number is an integer, got True"
    assert message_of(ValueError, lambda: mt.set_num_threads(0)) == "set_num_threads: the number is 1 or more, got 0"
    assert mt.get_num_threads() == 2


@pytest.mark.parametrize(
    ("environment", "number"),
    [
        ({"MINITENSOR_NUM_THREADS": "5", "OMP_NUM_THREADS": "3"}, 5),
        ({"OMP_NUM_THREADS": "3"}, 3),
        ({"OMP_NUM_THREADS": "4,2"}, 4),
        ({"OMP_NUM_THREADS": "many", "MINITENSOR_NUM_THREADS": ""}, None),
        ({}, None),
    ],
)
def test_the_environment_says_how_many_to_begin_with(monkeypatch, environment, number):
    for name in ("MINITENSOR_NUM_THREADS", "OMP_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    assert threads.number_to_begin_with() == (number or processors)


@pytest.mark.parametrize("said", ["0", "-1", "two", "1.5"])
def test_a_number_that_the_environment_cannot_mean_is_refused(monkeypatch, said):
    monkeypatch.setenv("MINITENSOR_NUM_THREADS", said)
    expected = f"MINITENSOR_NUM_THREADS: the number is an integer of 1 or more, got {said!r}"
    assert message_of(ValueError, threads.number_to_begin_with) == expected


@pytest.mark.parametrize("number", [1, 2, 3, 7])
@pytest.mark.parametrize("count", [0, 1, 2, 5, 64, 100])
@pytest.mark.parametrize("least", [1, 4, 200])
def test_shares_cover_the_range_nearly_equally(number, count, least):
    mt.set_num_threads(number)
    found = shares(count, least)
    assert [index for share in found for index in range(count)[share]] == list(range(count))
    sizes = [share.stop - share.start for share in found]
    assert len(found) <= number
    assert max(sizes) - min(sizes) <= 1
    assert len(found) == 1 or min(sizes) >= least


@pytest.mark.parametrize(("work", "parts"), [(0, 1), (threads.SHARE, 1), (2 * threads.SHARE, 2), (10**12, 4)])
def test_what_is_little_work_is_not_shared(work, parts):
    mt.set_num_threads(4)
    assert len(shares(100, work=work)) == parts
    assert len(shares(100, least=60, work=work)) == 1


def test_a_kernel_of_little_work_runs_alone_and_blas_keeps_to_one_thread_in_it():
    libraries = blas.blas_libraries()
    before = [library.get_num_threads() for library in libraries]
    mt.set_num_threads(4)
    try:
        for library in libraries:
            library.set_num_threads(2)
        for work, parts in ((0, 1), (2 * threads.SHARE, 4)):
            with sharing(work):
                assert len(shares(100)) == parts
                assert [library.get_num_threads() for library in libraries] == [1] * len(libraries)
                with sharing(10**12):
                    assert len(shares(100)) == parts
            assert [library.get_num_threads() for library in libraries] == [2] * len(libraries)
        assert len(shares(100)) == 4
    finally:
        for library, count in zip(libraries, before, strict=True):
            library.set_num_threads(count)


@pytest.mark.parametrize("number", [1, 2, 4])
def test_every_task_is_run_once(number):
    mt.set_num_threads(number)
    done = np.zeros(50, int)

    def task(index):
        done[index] += 1

    run([lambda index=index: task(index) for index in range(50)])
    run([])
    assert done.tolist() == [1] * 50


def test_tasks_run_side_by_side_one_of_them_on_the_calling_thread():
    mt.set_num_threads(3)
    tasks, seen = all_at_once(3)
    run(tasks)
    assert len(seen) == 3
    assert threading.get_ident() in seen


def test_with_one_thread_no_other_is_begun():
    code = (
        "import threading, minitensor as mt; from minitensor.threads import run; mt.set_num_threads(1)\n"
        "run([lambda: None] * 4); print(threading.active_count())\n"
        "mt.set_num_threads(3); run([lambda: None]); print(threading.active_count())\n"
        "run([lambda: None] * 9); print(threading.active_count())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "1", "3"]


def test_an_exception_arrives_with_its_traceback_and_what_nobody_began_is_left_out():
    mt.set_num_threads(2)
    begun, together = [], threading.Barrier(2, timeout=20)

    def on_a_worker():
        together.wait()
        if threading.current_thread() is not threading.main_thread():
            raise LookupError("no such line")
        begun.append(None)

    with pytest.raises(LookupError, match="no such line") as caught:
        run([on_a_worker, on_a_worker])
    assert "on_a_worker" in [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert len(begun) == 1

    mt.set_num_threads(2)
    tasks, seen = all_at_once(2)
    run(tasks)  # the workers live on
    assert len(seen) == 2

    def fails():
        together.wait()
        raise LookupError("both")

    with pytest.raises(LookupError, match="both"):
        run([fails, fails, *[lambda: begun.append(None)] * 20])
    assert len(begun) == 1


def test_an_interrupt_waits_for_what_others_write():
    mt.set_num_threads(2)
    interrupted, written = threading.Event(), []
    together = threading.Barrier(2, timeout=20)

    def task():
        together.wait()
        if threading.current_thread() is threading.main_thread():
            interrupted.set()
            raise KeyboardInterrupt
        interrupted.wait(20)
        written.append(sum(range(100_000)))

    with pytest.raises(KeyboardInterrupt):
        run([task, task])
    assert len(written) == 1


def test_a_run_within_a_task_is_one_after_the_other_on_its_thread():
    mt.set_num_threads(2)
    together, inner = threading.Barrier(2, timeout=20), []

    def task():
        together.wait()
        here, seen = threading.get_ident(), []
        assert shares(10) == [slice(0, 10)]
        run([lambda: seen.append(threading.get_ident())] * 5)
        inner.append(seen == [here] * 5)

    run([task, task])
    assert inner == [True, True]
    assert shares(10) == [slice(0, 5), slice(5, 10)]


def test_runs_of_several_threads_share_the_workers():
    mt.set_num_threads(3)
    totals = [np.zeros(200, int) for _ in range(4)]

    def caller(total):
        for start in range(0, 200, 20):
            run([lambda index=index: total.__setitem__(index, total[index] + 1) for index in range(start, start + 20)])

    callers = [threading.Thread(target=caller, args=(total,)) for total in totals]
    for one in callers:
        one.start()
    for one in callers:
        one.join()
    assert all((total == 1).all() for total in totals)


def test_workers_compute_without_warnings_of_numpy():
    mt.set_num_threads(2)
    together, found = threading.Barrier(2, timeout=20), {}

    def task():
        together.wait()
        with np.errstate() if threading.current_thread() is not threading.main_thread() else np.errstate(all="ignore"):
            found[threading.get_ident()] = (np.log(np.zeros(2)), np.geterr()["divide"])

    run([task, task])
    assert {setting for _, setting in found.values()} == {"ignore"}
    assert len(found) == 2


def test_a_forked_process_has_workers_of_its_own():
    code = """
import os, threading
import minitensor as mt
from minitensor.blas import one_blas_thread
from minitensor.threads import run
mt.set_num_threads(3)

def threads_of_a_run():
    together, seen = threading.Barrier(3, timeout=20), set()
    def task():
        together.wait()
        seen.add(threading.get_ident())
    run([task] * 3)
    return len(seen)

print(threads_of_a_run(), flush=True)
with one_blas_thread:
    child = os.fork()
if child == 0:
    print(threads_of_a_run(), flush=True)
    os._exit(0)
print(os.waitpid(child, 0)[1], threads_of_a_run())
"""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["3", "3", "0", "3"]


def test_importing_loads_no_threads_and_no_threadpoolctl():
    code = "import sys, threading, minitensor; print('threadpoolctl' in sys.modules, threading.active_count())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "1"]
