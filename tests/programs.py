"""Helper programs of tests, none of which outlives its test; and whether a process, or a group of them, has ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LONG = 120.0  # seconds: more than a loaded machine needs for what takes a moment


@contextmanager
def programs():
    """What starts Python with arguments, in a process group of its own, which is killed when the block ends."""
    running = []

    def start(*arguments, **options):
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        process = subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            text=True,
            start_new_session=True,
            **{
                "env": {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
                "stdout": subprocess.PIPE,
                "stderr": subprocess.PIPE,
                **options,
            },
        )
        running.append(process)
        return process

    try:
        yield start
    finally:
        for process in running:
            with suppress(ProcessLookupError, PermissionError):  # nobody is left, or but zombies
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream is not None:
                    stream.close()


@pytest.fixture
def start_program():
    """What starts a program that is killed when the test is over."""
    with programs() as start:
        yield start


def fields_of(pid):
    """What the system says of a process: first its state, its parent and its group; None where it is no more."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (ProcessLookupError, FileNotFoundError):
        return None


def gone(pid):
    """Whether a process is no more; a zombie, which only waits for its parent to take notice, has ended."""
    fields = fields_of(pid)
    return fields is None or fields[0] in "ZX"


def members(group):
    """The processes of a group that have not ended."""
    pids = [int(name) for name in os.listdir("/proc") if name.isdecimal()]
    return [pid for pid in pids if (fields := fields_of(pid)) and fields[0] not in "ZX" and int(fields[2]) == group]


def wait_until(condition, seconds=LONG):
    """Whether a condition comes true within so many seconds."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def all_gone(pids):
    """Whether processes end."""
    return wait_until(lambda: all(map(gone, pids)))


def nobody_is_left_of(group):
    """Whether all processes of a group end."""
    return wait_until(lambda: not members(group))
