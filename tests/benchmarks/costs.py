#!/usr/bin/env python3
"""Measure what is no kernel: the import, one recorded operation, the memory of training, the time to the first step.

    python tests/benchmarks/costs.py --peers minitensor torch

Each figure comes from new processes, the frameworks in turn; it is the median, and the ratio to the last peer that is named.
"""

from __future__ import annotations

import argparse
import math
import statistics
import subprocess
import sys
from typing import NamedTuple

from peers import HERE, environment


class Cost(NamedTuple):
    """A figure: what it is called, and the program that prints it of the framework {name}."""

    title: str
    program: str
    unit: str
    factor: float = 1.0


COSTS = {
    "import": Cost(
        "import",
        "from time import perf_counter as clock; begin = clock(); import {name}; print(clock() - begin)",
        "s",
    ),
    "operation": Cost(
        "one multiplication of 10 numbers, forward and backward, in a chain of 2000",
        "import single; print(single.operation('{name}'))",
        "µs",
        1e6,
    ),
    "memory": Cost(
        "memory of training vgg_small, beyond the import",
        "import single; print(single.memory('{name}'))",
        "MB",
        1e-6,
    ),
    "first": Cost(
        "first training step of lenet5 in a new process, with the import",
        "from time import perf_counter as clock; begin = clock(); import single; "
        "single.first_step('{name}'); print(clock() - begin)",
        "s",
    ),
}


def measured(cost: Cost, peer: str) -> float:
    """A figure of one framework from a new process; not a number where that failed."""
    name, _, python = peer.partition("=")
    program = [python or sys.executable, "-c", cost.program.format(name=name)]
    done = subprocess.run(program, capture_output=True, text=True, check=False, cwd=HERE, env=environment(1))
    if done.returncode != 0:
        print(f"{name}: {(done.stderr.splitlines() or ['it ended without a word'])[-1]}", file=sys.stderr)
        return math.nan
    return cost.factor * float(done.stdout.split()[-1])


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", nargs="+", default=["minitensor", "torch"], help="NAME or NAME=PYTHON")
    parser.add_argument("--only", nargs="*", choices=COSTS, default=list(COSTS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--markdown", action="store_true", help="print a table for docs/speed.md")
    options = parser.parse_args()
    names = [peer.partition("=")[0] for peer in options.peers]
    if options.markdown:
        print(f"| | {' | '.join(names)} | {names[0]} / {names[-1]} |", "|---" + "|---:" * (len(names) + 1) + "|", sep="\n")
    for cost in map(COSTS.__getitem__, options.only):
        rounds = [[measured(cost, peer) for peer in options.peers] for _ in range(options.rounds)]
        middles = [statistics.median(figures) for figures in zip(*rounds, strict=True)]
        shares = [middle / middles[-1] for middle in middles]
        if options.markdown:
            cells = [f"{cost.title}, {cost.unit}", *[f"{middle:.3g}" for middle in middles], f"{shares[0]:.2f}"]
            print(f"| {' | '.join(cells)} |", flush=True)
        else:
            said = zip(names, middles, shares, strict=True)
            figures = ", ".join(f"{name} {middle:.3g} {cost.unit} (x{share:.2f})" for name, middle, share in said)
            print(f"{cost.title}: {figures}", flush=True)


if __name__ == "__main__":
    main()
