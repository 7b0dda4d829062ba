"""A run that is killed with SIGKILL at random moments, and resumed each time, ends as the unbroken one, in every byte.

It has all that a run depends on: convolution, batch normalisation, dropout, samples that are drawn at random, in a shuffled
order, in this process and in workers; momentum, a schedule by the step, clipping, accumulation with a smaller rest, a
validation whose order the same generator draws, early stopping and best weights, layers that are frozen for some epochs, a loss
with a buffer and a generator of its own, callbacks that remember and that look at batches. See `killed_run.py`.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import time
from pathlib import Path

import minitensor as mt
from programs import nobody_is_left_of

SCRIPT = ("-W", "error", Path(__file__).with_name("killed_run.py"))
SEED = 0
KILLS = 50


def test_its_result_has_all_that_is_compared(tmp_path, start_program):
    """The unbroken run learns, its schedule ends, and its early stopping and best weights have seen something."""
    process = start_program(*SCRIPT, tmp_path, 0)
    assert process.communicate() == ("", "")
    final = mt.load(tmp_path / "final.npz")
    assert final["step"] == 18
    assert final["history"]["validation_accuracy"][-1] > 0.5
    assert [name for name, _ in final["callbacks"]] == ["EarlyStopping", "BestWeights", "Thaw"]
    assert mt.load(tmp_path / "best.npz")["5.weight"].shape == (3, 64)


def test_runs_that_are_killed_at_fifty_moments_end_with_the_same_bytes(tmp_path, start_program):
    processes = {}
    for workers in (0, 2):
        (tmp_path / str(workers)).mkdir()
        processes[workers] = start_program(*SCRIPT, tmp_path / str(workers), workers, KILLS // 2, SEED + workers)
    for workers, process in processes.items():
        directory = tmp_path / str(workers)
        output, errors = process.communicate()
        assert (process.returncode, errors) == (0, "")
        done = json.loads(output)
        assert sum(done["kills"].values()) == KILLS // 2
        for number in range(1, done["runs"] + 1):
            for name in ("final.npz", "best.npz"):
                expected = (directory / "unbroken" / name).read_bytes()
                assert (directory / f"broken-{number}" / name).read_bytes() == expected, (number, done)
            assert len(os.listdir(directory / f"broken-{number}")) == 3  # no temporary file
        assert nobody_is_left_of(process.pid)


def test_a_program_that_is_killed_from_its_start_on_ends_with_the_same_bytes(tmp_path, start_program):
    """First as soon as there is a checkpoint, then at random times."""
    drawn, broken = random.Random(SEED), tmp_path / "broken"
    for name in ("unbroken", "broken"):
        (tmp_path / name).mkdir()
    began = time.monotonic()
    assert start_program(*SCRIPT, tmp_path / "unbroken", 2).communicate() == ("", "")
    length = time.monotonic() - began
    kills = 0
    while not (broken / "final.npz").exists():
        process = start_program(*SCRIPT, broken, 2)
        try:
            while not (broken / "run.npz").exists() and process.poll() is None:
                time.sleep(0.001)
            process.wait((kills > 0) * drawn.uniform(0, length) if kills < 4 else None)
        except subprocess.TimeoutExpired:
            process.kill()
            kills += 1
        process.communicate()
        assert nobody_is_left_of(process.pid)
    assert kills
    for name in ("final.npz", "best.npz"):
        assert (broken / name).read_bytes() == (tmp_path / "unbroken" / name).read_bytes()
