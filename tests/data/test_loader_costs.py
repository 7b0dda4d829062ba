"""The loader's benchmark runs from a clone and prints a table; how fast anything is, is not tested."""

import re
import subprocess
import sys
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"


def test_the_benchmark_prints_what_each_way_to_load_gives():
    arguments = ["loader.py", "--only", "samples", "computing", "--rounds", "1", "--markdown"]
    program = f"import sys; sys.argv = {arguments!r}; sys.path.insert(0, {str(BENCHMARKS.parent.parent)!r}); "
    program += "import loader; loader.BATCH = 16; loader.Samples.__len__ = lambda self: 48; loader.main()"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=BENCHMARKS)
    samples, computing = done.stdout.strip().split("\n\n")
    assert samples.splitlines()[:2] == ["| samples one by one | samples/s | by the plain loop's |", "|---|---:|---:|"]
    ways = [row.split(" | ")[0] for row in computing.splitlines()[2:]]
    assert ways[:3] == ["| loop and np.stack", "| minitensor", "| minitensor, 1 process"]
    assert all(re.fullmatch(r"\| .* \| [\d,]+ \| [\d.]+ \|", row) for row in computing.splitlines()[2:])
