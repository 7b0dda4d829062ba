"""A helper program does not outlive its test, nor does what it has begun; a zombie counts as ended."""

from __future__ import annotations

import os

import pytest

from programs import all_gone, gone, members, nobody_is_left_of, programs, wait_until

FORKS = "import os, sys, time; child = os.fork(); child and print(os.getpid(), child, flush=True); time.sleep(1000)"


def fail_with(start):
    running = start("-c", FORKS)
    pids = [int(pid) for pid in running.stdout.readline().split()]
    assert sorted(members(running.pid)) == sorted(pids)
    assert not any(map(gone, pids))
    raise LookupError(*pids)


def test_a_group_is_killed_at_the_end_of_a_test_that_fails():
    with pytest.raises(LookupError) as error, programs() as start:
        fail_with(start)
    assert all_gone(error.value.args)
    assert nobody_is_left_of(min(error.value.args))


def test_a_zombie_has_ended(start_program):
    running = start_program("-c", "pass")
    assert wait_until(lambda: gone(running.pid))
    os.kill(running.pid, 0)  # it is still there
    assert members(running.pid) == []
