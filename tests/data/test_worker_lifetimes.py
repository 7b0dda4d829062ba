"""Worker processes end with whoever began them: after a pass, a break, an exception, Ctrl-C, an exit, or a SIGKILL."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
import weakref
from pathlib import Path

import pytest

import minitensor as mt
from loader_samples import Augmented, Failing, Listed
from minitensor.data import DataLoader
from minitensor.data.workers import processes
from programs import LONG, all_gone, gone, nobody_is_left_of, wait_until

PROGRAM = """
import os, sys, time
import minitensor as mt
from minitensor.data import DataLoader, Dataset

class Pids(Dataset):
    def __init__(self, doing="nothing"):
        self.doing = doing
    def __len__(self):
        return 1000
    def __getitem__(self, index):
        if self.doing == "waiting" and index > 3:
            time.sleep(100)
        while self.doing == "computing" and index > 3:
            pass
        if self.doing == "sending":
            return os.getpid(), mt.zeros(3_000_000)
        return os.getpid(), 0

def loader(doing="nothing", **options):
    return DataLoader(Pids(doing), None, num_workers=2, **options)

def begin(batches):
    print(*{next(batches)[0] for _ in range(4)}, flush=True)
    return batches

if __name__ == "__main__":
"""


@pytest.fixture
def program(start_program, tmp_path):
    """Start a program, which says first of all which workers it has."""

    def start(lines):
        path = tmp_path / "program.py"
        path.write_text(PROGRAM + "\n".join(f"    {line}" for line in lines.splitlines()))
        return start_program(path)

    return start


def workers_of(running, *, at_work=True):
    pids = [int(pid) for pid in running.stdout.readline().split()]
    assert len(pids) == 2, running.stderr.read()
    assert not (at_work and any(map(gone, pids)))
    return pids


DOING = ["nothing", "waiting", "computing", "sending"]


@pytest.mark.parametrize("doing", DOING)
@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_workers_of_a_program_that_is_killed_end_by_themselves(doing, method, program):
    running = program(f"batches = begin(iter(loader({doing!r}, multiprocessing_context={method!r})))\ntime.sleep(100)")
    pids = workers_of(running)
    running.kill()
    running.wait()
    assert all_gone(pids)
    assert running.communicate() == ("", "")


@pytest.mark.parametrize("doing", DOING)
def test_ctrl_c_ends_the_program_and_its_workers_without_a_word_of_theirs(doing, program):
    """The signal goes to all processes, as that of a terminal does."""
    running = program(f"batches = begin(iter(loader({doing!r})))\nfor batch in batches: time.sleep(0.01)")
    pids = workers_of(running)
    os.killpg(running.pid, signal.SIGINT)
    said = running.communicate(timeout=LONG)
    assert all(map(gone, pids))
    assert said[0] == ""
    assert said[1].count("Traceback") == 1
    assert said[1].endswith("\nKeyboardInterrupt\n")
    assert running.returncode == -signal.SIGINT


def test_ctrl_c_again_and_again_leaves_nothing(program):
    """While workers begin and end, at moments that are drawn."""
    lines = "while True:\n  for batch in loader(): pass\n  begin(iter(loader()))"
    for moment in range(5):
        running = program(lines)
        pids = workers_of(running, at_work=False)
        time.sleep(0.06 * moment)
        # again and again: one that comes while Python drops an object is lost
        assert wait_until(lambda: running.poll() is not None or os.killpg(running.pid, signal.SIGINT))  # noqa: B023
        said = running.communicate(timeout=LONG)
        pids += [int(pid) for pid in said[0].split()]
        assert all_gone(pids)
        assert nobody_is_left_of(running.pid)


ENDS = {
    "its end, in the middle of a pass": ("batches = begin(iter(loader(OPTIONS)))", ""),
    "its end, in the middle of two": ("one = loader(OPTIONS); a, b = begin(iter(one)), iter(one); next(b)", ""),
    "its end, with workers that stay": ("one = loader(OPTIONS); begin(iter(one)); list(one)", ""),
    "exit": ("batches = begin(iter(loader(OPTIONS))); sys.exit()", ""),
    "a break": ("for _ in begin(iter(loader(OPTIONS))): break", ""),
    "an exception": ("for _ in begin(iter(loader(OPTIONS))): 1 / 0", "ZeroDivisionError"),
    "a cycle": ("batches = begin(iter(loader(OPTIONS))); one = [batches]; one.append(one); del batches, one", ""),
}


@pytest.mark.parametrize("name", ENDS)
@pytest.mark.parametrize("options", ["", "persistent_workers=True"])
def test_workers_end_with_the_program(name, options, program):
    lines, error = ENDS[name]
    running = program(lines.replace("OPTIONS", options))
    pids = workers_of(running, at_work=False)
    said = running.communicate(timeout=LONG)
    assert all(map(gone, pids))
    assert said[0] == ""
    assert error in said[1]
    assert bool(said[1]) == bool(error)


def test_a_program_that_is_told_to_end_ends_its_workers(program):
    running = program("batches = begin(iter(loader()))\ntime.sleep(100)")
    pids = workers_of(running)
    running.terminate()
    running.communicate(timeout=LONG)
    assert all_gone(pids)


class Pid(Listed):
    """Each sample is the number of the process that reads it."""

    def __getitem__(self, index):
        return os.getpid()


def pids_of(batches):
    return {next(batches) for _ in range(4)}


def read_and_fail(batches):
    for _ in batches:
        1 / 0  # noqa: B018


def test_workers_end_when_nobody_reads_on():
    """At once, without waiting for a collection of garbage: after a break, an exception, or when the iterator is dropped."""

    def leave(batches, how):
        found = pids_of(batches)
        if how == "break":
            for _ in batches:
                break
        elif how == "error":
            with pytest.raises(ZeroDivisionError):
                read_and_fail(batches)
        elif how == "close":
            batches.close()
        return found

    gc.disable()
    try:
        for how in ("drop", "break", "error", "close"):
            pids = leave(iter(DataLoader(Pid([0] * 100), None, num_workers=2)), how)
            assert len(pids) == 2
            assert all(map(gone, pids)), how
            assert multiprocessing.active_children() == []
    finally:
        gc.enable()


def test_workers_that_stay_end_with_the_loader():
    loader = DataLoader(Pid([0] * 100), None, num_workers=2, persistent_workers=True)
    first = set(loader)
    assert set(loader) == first
    assert not any(map(gone, first))
    alive = weakref.ref(loader)
    del loader
    assert alive() is None
    assert all(map(gone, first))


def test_each_pass_has_workers_of_its_own_unless_they_stay():
    loader = DataLoader(Pid([0] * 10), None, num_workers=2)
    assert len({*loader, *loader, *loader}) == 6


def test_thirty_passes_leave_no_process_no_file_and_no_memory():
    def in_use():
        children = [path.read_text() for path in Path("/proc/self/task").glob("*/children")]
        shared = Path("/proc/self/maps").read_text().count("/dev/shm")
        return len(os.listdir("/proc/self/fd")), shared, threading.active_count(), "".join(children).split()

    def read(number):
        loader = DataLoader(Augmented(8), 2, num_workers=2, persistent_workers=number % 3 == 0)
        for count, _ in enumerate(loader):
            if number % 5 == count:
                break
        if number % 7 == 0:
            with pytest.raises(ValueError, match="five"):
                list(DataLoader(Failing(ValueError("five")), num_workers=2))

    read(0)  # what is loaded once
    before = in_use()
    for number in range(30):
        read(number)
    assert in_use() == before


@pytest.mark.parametrize("kind", ["process", "thread"])
def test_a_worker_that_does_not_end_is_not_waited_for_long(kind, monkeypatch):
    module = processes if kind == "process" else sys.modules["minitensor.data.workers.threads"]
    monkeypatch.setattr(module, "GRACE", 0.2)
    waits, leave = os.pipe()

    class Hanging(Listed):
        def __getitem__(self, index):
            if index == 1:
                os.read(waits, 1)
            return index

    for _ in DataLoader(Hanging([0] * 4), 1, num_workers=2, worker_type=kind):
        break
    assert multiprocessing.active_children() == []
    os.write(leave, b"now")  # which the thread has waited for, and nobody else
    os.close(leave)


def test_a_forked_copy_of_the_program_leaves_the_workers_alone():
    loader = DataLoader(Pid([0] * 100), None, num_workers=2, persistent_workers=True)
    first = set(loader)
    child = os.fork()
    if child == 0:
        del loader
        gc.collect()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert not any(map(gone, first))
    assert set(loader) == first


def test_memory_of_a_batch_is_kept_no_longer_than_by_whom_it_was_given_to():
    for number, kind in ((0, "process"), (2, "process"), (2, "thread")):
        for batch in DataLoader(mt.zeros(10, 3), 2, num_workers=number, worker_type=kind):
            array = weakref.ref(batch.numpy())
            del batch
            assert array() is None
