#!/usr/bin/env python3
"""Time minitensor and other frameworks on the same work, in turn, in one run.

Each framework lives in a process of its own and is asked for a short burst at a time, one after the other, round after
round: what slows the machine down slows all of them. A figure is the median over the rounds; a ratio is the median of the
rounds' ratios, another framework's time by that of the first one named: above 1 the first one is faster.

    python tests/benchmarks/peers.py --peers minitensor torch roof
    python tests/benchmarks/peers.py --peers minitensor jax=/path/to/python --jobs models --only lenet5 --markdown

A peer is minitensor, torch, jax or roof (the matrix product's rate), with the Python that has it where that is another one.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import statistics
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from cases import CONVS, MODELS

HERE = Path(__file__).resolve().parent
BURST = 0.03  # seconds of runs that a framework is asked for at a time


class Worker:
    """A framework's process.

    Parameters
    ----------
    peer : str
        The framework's name, or name=python.
    threads : int
    """

    def __init__(self, peer: str, threads: int) -> None:
        self.name, _, python = peer.partition("=")
        command = [python or sys.executable, str(HERE / "worker.py"), self.name, str(threads)]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment(threads),
        )
        about = self.ask(about=True)
        self.version = about.get("version", "")

    def ask(self, **request: Any) -> dict[str, Any]:
        """The answer to a request; {"error": words} where there is none."""
        line = ""
        if self.process.stdin is not None and self.process.stdout is not None:
            try:
                self.process.stdin.write(json.dumps(request) + "\n")
                self.process.stdin.flush()
                line = self.process.stdout.readline()
            except BrokenPipeError:
                pass
        answer: dict[str, Any] = json.loads(line) if line else {"error": f"the process of {self.name} ended"}
        return answer

    def end(self) -> None:
        """Let the process end."""
        if self.process.stdin is not None:
            with suppress(BrokenPipeError):  # it has ended already
                self.process.stdin.close()
        self.process.wait(10)


def environment(threads: int) -> dict[str, str]:
    """The variables that keep every library to so many threads, and let this checkout's minitensor be found."""
    variables = {f"{library}_NUM_THREADS": str(threads) for library in ("OMP", "OPENBLAS", "MKL", "MINITENSOR")}
    if threads == 1:
        variables["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    paths = [str(HERE.parent.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, **variables, "PYTHONPATH": os.pathsep.join(paths)}


class Row(NamedTuple):
    """What a job took.

    Attributes
    ----------
    job : str
    seconds : dict
        For each framework the median of each round.
    failed : dict
        For each framework that could not run it, why.
    """

    job: str
    seconds: dict[str, list[float]]
    failed: dict[str, str]

    def ratio(self, name: str, first: str) -> float | None:
        """By how much the framework `first` is faster than the one of this name; None where one of them failed."""
        if name in self.failed or first in self.failed:
            return None
        return statistics.median([theirs / own for theirs, own in zip(self.seconds[name], self.seconds[first], strict=True)])

    def milliseconds(self, name: str) -> str:
        """The median over the rounds."""
        return "failed" if name in self.failed else f"{1e3 * statistics.median(self.seconds[name]):.3f}"


def timed(job: str, request: dict[str, Any], workers: list[Worker], rounds: int) -> Row:
    """Time one job on every framework, in turn."""
    row = Row(job, {worker.name: [] for worker in workers}, {})
    for worker in workers:
        answer = worker.ask(**request)
        if "error" in answer:
            row.failed[worker.name] = answer["error"]
    for _ in range(rounds):
        for worker in workers:
            if worker.name in row.failed:
                continue
            answer = worker.ask(seconds=BURST)
            if "error" in answer:
                row.failed[worker.name] = answer["error"]
            else:
                row.seconds[worker.name].append(statistics.median(answer["times"][1:]))  # the first finds cold caches
    return row


def jobs_of(options: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """The jobs that are asked for, each with the request for it."""
    jobs: dict[str, dict[str, Any]] = {}
    if options.jobs != "models":
        for name in CONVS:
            jobs |= {f"{name} {which}": {"conv": name, "backward": which == "backward"} for which in options.passes}
    if options.jobs != "convs":
        jobs |= {f"{name} step": {"model": name} for name in MODELS}
    if options.only:
        jobs = {job: request for job, request in jobs.items() if job.split()[0] in options.only}
    return jobs


def line_of(row: Row, names: list[str]) -> str:
    """A row as text, for who waits."""
    cells = []
    for name in names:
        ratio = row.ratio(name, names[0])
        said = f"{name} {row.milliseconds(name)} ms" if name not in row.failed else f"{name} failed: {row.failed[name][:60]}"
        cells.append(said if ratio is None or name == names[0] else f"{said} x{ratio:.2f}")
    return f"{row.job:28s} " + " | ".join(cells)


def means_of(rows: list[Row], names: list[str]) -> list[str]:
    """For each other framework, how the first one stands against it over all jobs."""
    said = []
    for name in names[1:]:
        ratios = [ratio for row in rows if (ratio := row.ratio(name, names[0])) is not None]
        if ratios:
            mean, faster = math.exp(statistics.fmean(map(math.log, ratios))), sum(ratio >= 1 for ratio in ratios)
            counts = f"{faster} of {len(ratios)} jobs faster"
            said.append(f"{names[0]} against {name}: geometric mean x{mean:.2f}, worst x{min(ratios):.2f}, {counts}")
    return said


def markdown(rows: list[Row], workers: list[Worker], threads: int) -> str:
    """The rows as a table for a page, with what they were measured on."""
    names = [worker.name for worker in workers]
    titles = ["job", *[f"{name} ms" for name in names], *[f"{name} / {names[0]}" for name in names[1:]]]
    lines = [f"| {' | '.join(titles)} |", "|---" + "|---:" * (len(titles) - 1) + "|"]
    for row in rows:
        ratios = [row.ratio(name, names[0]) for name in names[1:]]
        cells = [row.job, *map(row.milliseconds, names), *["" if ratio is None else f"{ratio:.2f}" for ratio in ratios]]
        lines.append(f"| {' | '.join(cells)} |")
    versions = ", ".join(f"{worker.name} {worker.version}" for worker in workers)
    on = f"{processor()}, {threads} thread{'s' if threads > 1 else ''}, Python {platform.python_version()}: {versions}."
    return "\n".join([*lines, "", *[f"{said}.  " for said in means_of(rows, names)], on])


def processor() -> str:
    """The processor's name, where the system says it."""
    about = Path("/proc/cpuinfo")
    named = [line for line in about.read_text().splitlines() if line.startswith("model name")] if about.exists() else []
    return named[0].partition(":")[2].strip() if named else platform.processor() or platform.machine()


def main() -> None:
    """Time what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--peers", nargs="+", default=["minitensor", "torch"], help="NAME or NAME=PYTHON, the first one is compared"
    )
    parser.add_argument("--jobs", choices=["convs", "models", "all"], default="all")
    parser.add_argument("--only", nargs="*", choices=[*CONVS, *MODELS], metavar="NAME", help="names of cases")
    parser.add_argument(
        "--passes", nargs="+", default=["forward", "backward"], choices=["forward", "backward"], help="of the convolutions"
    )
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--markdown", action="store_true", help="end with a table for docs/speed.md")
    parser.add_argument("--json", type=Path, help="write every figure here")
    options = parser.parse_args()
    workers = [Worker(peer, options.threads) for peer in options.peers]
    names = [worker.name for worker in workers]
    rows = []
    for job, request in jobs_of(options).items():
        rows.append(timed(job, request, workers, options.rounds))
        print(line_of(rows[-1], names), file=sys.stderr if options.markdown else sys.stdout, flush=True)
    print(markdown(rows, workers, options.threads) if options.markdown else "\n".join(means_of(rows, names)))
    if options.json:
        figures = {"threads": options.threads, "rows": [row._asdict() for row in rows]}
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    for worker in workers:
        worker.end()


if __name__ == "__main__":
    main()
