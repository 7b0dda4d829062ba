#!/usr/bin/env python3
"""Measure how many samples a second a loader gives, beside a plain loop over the same data and PyTorch's loader.

    python tests/benchmarks/loader.py
    python tests/benchmarks/loader.py --only python numpy --rounds 9 --markdown

But in the last case nobody computes with the batches: this is what loading itself costs. The ways to load take turns, pass by pass, in one
process; a figure is the median over the rounds, its ratio the median of the rounds' ratios to the plain loop. A pass with
workers begins and ends them. PyTorch's rows are there where PyTorch is installed.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np  # noqa: E402  # its threads are set

import minitensor as mt  # noqa: E402

try:
    import torch
    import torch.utils.data
except ImportError:
    torch: Any = None  # type: ignore[no-redef]

BATCH = 64
IMAGES = np.random.default_rng(0).random((25_600, 1, 28, 28), np.float32)  # (n, c, h, w)
LABELS = np.arange(len(IMAGES))


class Samples:
    """Some of the images, each with its label, after so much work.

    Parameters
    ----------
    count : int
    work : callable
        What a sample takes before it is there.
    """

    def __init__(self, count: int, work: Callable[[], Any] | None = None) -> None:
        self.count, self.work = count, work

    def __getitem__(self, index: int) -> tuple[Any, Any]:
        if self.work is not None:
            self.work()
        return IMAGES[index], LABELS[index]

    def __len__(self) -> int:
        return self.count


def in_python() -> int:
    """About a millisecond of Python, which holds its lock."""
    return sum(range(60_000))


def in_numpy() -> Any:
    """About a millisecond of NumPy, which lets go of the lock."""
    return np.sort(IMAGES.reshape(-1)[:60_000])


def waiting() -> None:
    """A millisecond of waiting, as for a disk or the net."""
    time.sleep(0.001)


def sliced() -> Iterator[Any]:
    """The plain loop over tensors: views of them, in order."""
    x, y = mt.from_numpy(IMAGES), mt.from_numpy(LABELS)
    for start in range(0, len(x), BATCH):
        yield x[start : start + BATCH], y[start : start + BATCH]


def copied() -> Iterator[Any]:
    """The same with copies, which a program may write to."""
    for x, y in sliced():
        yield x.clone(), y.clone()


def indexed() -> Iterator[Any]:
    """The plain loop over tensors in a random order."""
    x, y = mt.from_numpy(IMAGES), mt.from_numpy(LABELS)
    order = np.random.default_rng(0).permutation(len(x))
    for start in range(0, len(x), BATCH):
        yield x[order[start : start + BATCH]], y[order[start : start + BATCH]]


def stacked(dataset: Samples) -> Iterator[Any]:
    """The plain loop over samples."""
    for start in range(0, len(dataset), BATCH):
        samples = [dataset[index] for index in range(start, min(start + BATCH, len(dataset)))]
        yield np.stack([image for image, _ in samples]), np.array([label for _, label in samples])


def ours(dataset: Any, **options: Any) -> Iterable[Any]:
    """The loader of minitensor."""
    return mt.data.DataLoader(dataset, BATCH, **options)


def theirs(dataset: Any, **options: Any) -> Iterable[Any]:
    """The loader of PyTorch."""
    return torch.utils.data.DataLoader(dataset, BATCH, **options)


class Case(NamedTuple):
    """A dataset and the ways to read it, the first of which is the plain loop.

    Attributes
    ----------
    title : str
    samples : int
    ways : dict of callable
        By their names; each returns what is iterated over.
    compute : callable, optional
        What the program does with each batch.
    """

    title: str
    samples: int
    ways: dict[str, Callable[[], Iterable[Any]]]
    compute: Callable[[], Any] | None = None


def tensors() -> Case:
    """Tensors that are in memory."""
    dataset = mt.data.TensorDataset(mt.from_numpy(IMAGES), mt.from_numpy(LABELS))
    ways: dict[str, Callable[[], Iterable[Any]]] = {
        "slices, in order": sliced,
        "slices copied, in order": copied,
        "indexed, shuffled": indexed,
        "minitensor, in order": lambda: ours(dataset),
        "minitensor, shuffled": lambda: ours(dataset, shuffle=True),
        "minitensor, shuffled, 1 process": lambda: ours(dataset, shuffle=True, num_workers=1),
        "minitensor, shuffled, 1 thread": lambda: ours(dataset, shuffle=True, num_workers=1, worker_type="thread"),
    }
    if torch is not None:
        same = torch.utils.data.TensorDataset(torch.from_numpy(IMAGES), torch.from_numpy(LABELS))
        ways |= {
            "PyTorch, in order": lambda: theirs(same),
            "PyTorch, shuffled": lambda: theirs(same, shuffle=True),
            "PyTorch, shuffled, 1 process": lambda: theirs(same, shuffle=True, num_workers=1),
        }
    return Case("tensors in memory", len(IMAGES), ways)


def samples(title: str, dataset: Samples, *, workers: bool, compute: Callable[[], Any] | None = None) -> Case:
    """Samples that are read one by one."""
    ways: dict[str, Callable[[], Iterable[Any]]] = {"loop and np.stack": lambda: stacked(dataset)}
    ways["minitensor"] = lambda: ours(dataset)
    if workers:
        for kind, name in (("process", "processes"), ("thread", "threads")):
            ways[f"minitensor, 1 {kind}"] = lambda kind=kind: ours(dataset, num_workers=1, worker_type=kind)
            ways[f"minitensor, 2 {name}"] = lambda kind=kind: ours(dataset, num_workers=2, worker_type=kind)
    if torch is not None:
        ways["PyTorch"] = lambda: theirs(dataset)
        if workers:
            ways["PyTorch, 1 process"] = lambda: theirs(dataset, num_workers=1)
            ways["PyTorch, 2 processes"] = lambda: theirs(dataset, num_workers=2)
    return Case(title, len(dataset), ways, compute)


CASES: dict[str, Callable[[], Case]] = {
    "tensors": tensors,
    "samples": lambda: samples("samples one by one", Samples(6_400), workers=False),
    "python": lambda: samples("samples that take 1 ms of Python", Samples(512, in_python), workers=True),
    "numpy": lambda: samples("samples that take 1 ms of NumPy", Samples(512, in_numpy), workers=True),
    "waiting": lambda: samples("samples that are waited for 1 ms", Samples(512, waiting), workers=True),
    "computing": lambda: samples(
        "the same, while the program computes for about as long",
        Samples(512, waiting),
        workers=True,
        compute=lambda: sum(range(BATCH * 60_000)),
    ),
}


def seconds(way: Callable[[], Iterable[Any]], compute: Callable[[], Any] | None) -> float:
    """The time of one pass."""
    gc.collect()
    begin = time.perf_counter()
    for _ in way():
        if compute is not None:
            compute()
    return time.perf_counter() - begin


def measured(case: Case, rounds: int) -> dict[str, list[float]]:
    """For each way the seconds of each round, the ways in turn; the first round, which finds cold caches, left out."""
    found: dict[str, list[float]] = {name: [] for name in case.ways}
    for number in range(rounds + 1):
        for name, way in case.ways.items():
            took = seconds(way, case.compute)
            if number:
                found[name].append(took)
    return found


def rows_of(case: Case, found: dict[str, list[float]]) -> Iterator[tuple[str, str, str]]:
    """For each way its name, samples a second, and its rate by that of the plain loop."""
    plain = next(iter(found.values()))
    for name, times in found.items():
        ratio = statistics.median([first / took for first, took in zip(plain, times, strict=True)])
        yield name, f"{case.samples / statistics.median(times):,.0f}", f"{ratio:.2f}" if ratio > 0.1 else f"{ratio:.3f}"


def main() -> None:
    """Time what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", choices=list(CASES), default=list(CASES), metavar="CASE", help=", ".join(CASES))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--markdown", action="store_true", help="print tables for docs/data.md")
    options = parser.parse_args()
    for name in options.only:
        case = CASES[name]()
        rows = rows_of(case, measured(case, options.rounds))
        if options.markdown:
            print(f"| {case.title} | samples/s | by the plain loop's |\n|---|---:|---:|")
            print("\n".join(f"| {' | '.join(row)} |" for row in rows), end="\n\n")
        else:
            print(case.title)
            print("\n".join(f"  {way:34s} {rate:>12s} samples/s  x{ratio}" for way, rate, ratio in rows), flush=True)


if __name__ == "__main__":
    main()
