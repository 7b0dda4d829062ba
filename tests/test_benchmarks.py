"""The benchmarks run from a clone, print a table, and count what a case multiplies; how fast anything is, is not tested."""

import re
import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parent / "benchmarks"


def said(*command):
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=True, cwd=BENCHMARKS)
    return done.stdout


def test_the_runner_ends_with_a_table_of_ratios():
    options = ("--peers", "minitensor", "roof", "--only", "digits_first", "digits_cnn", "--rounds", "1", "--markdown")
    titles, rule, *rows = said("peers.py", *options).splitlines()
    assert titles == "| job | minitensor ms | roof ms | roof / minitensor |"
    assert rule == "|---|---:|---:|---:|"
    cells = [row.split(" | ") for row in rows[:3]]
    assert [row[0] for row in cells] == ["| digits_first forward", "| digits_first backward", "| digits_cnn step"]
    assert all(float(cell.removesuffix(" |")) > 0 for row in cells for cell in row[1:])
    assert rows[4].startswith("minitensor against roof: geometric mean x")
    assert re.search(r", 1 thread, Python [\d.]+: minitensor [\d.]+, roof NumPy [\d.]+\.$", rows[-1])


def test_a_framework_that_is_not_there_is_said_to_have_failed():
    options = (
        "--peers",
        "minitensor",
        "no_such_framework",
        "--only",
        "digits_first",
        "--passes",
        "forward",
        "--rounds",
        "1",
    )
    assert "| no_such_framework failed: the process of no_such_framework ended" in said("peers.py", *options)


def test_the_costs_are_measured_in_processes_of_their_own():
    assert re.fullmatch(
        r"import: minitensor [\d.]+ s \(x1\.00\)\n",
        said("costs.py", "--peers", "minitensor", "--only", "import", "--rounds", "1"),
    )


def test_what_a_case_multiplies_is_counted_by_the_definition():
    program = "from cases import CONVS, MODELS; print(CONVS['strided'].multiply_adds(), CONVS['grouped'].multiply_adds(), MODELS['lenet5'].multiply_adds())"
    strided, grouped, lenet5 = map(int, said("-c", program).split())
    assert strided == 8 * 128 * 28 * 28 * 64 * 3 * 3
    assert grouped == 8 * 64 * 28 * 28 * (64 // 4) * 3 * 3
    forward = [6 * 28 * 28 * 25, 16 * 10 * 10 * 6 * 25, 400 * 120, 120 * 84, 84 * 10]
    assert lenet5 == 64 * (2 * forward[0] + 3 * sum(forward[1:]))
