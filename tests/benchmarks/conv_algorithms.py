#!/usr/bin/env python3
"""Times the algorithms of the numpy engine's convolution against each other: the measurement behind `choice`.

For each geometry, the milliseconds of the convolution and of both its gradients by every algorithm that can serve it, in turn,
and which one is chosen. The families walk across the bounds of the choice; --only takes some of them.

    python tests/benchmarks/conv_algorithms.py --only kernels tiles
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from minitensor.geometry import ConvGeometry
from minitensor.kernels.numpy_.conv import choice, direct, lines, pointwise, spectrum, winograd

ALGORITHMS: dict[str, Any] = {
    "direct": direct,
    "pointwise": pointwise,
    "winograd": winograd,
    "spectrum": spectrum,
}
BURST = 0.02  # seconds

Case = tuple[str, int, int, int, ConvGeometry]  # what it is, samples, and channels in and out of a group


def cases(family: str) -> Iterator[Case]:
    """The geometries of a family."""
    if family == "kernels":  # signals, from short kernels to long ones
        for taps, channels in product((9, 17, 33, 65, 129), (4, 16, 64)):
            geometry = ConvGeometry.from_conv((4096,), taps, padding=taps // 2)
            yield f"{taps} taps, {channels} channels", 4, channels, channels, geometry
        for taps, channels in product((33, 65), (16, 64, 128)):
            yield f"one short, {taps} taps, {channels}", 1, channels, channels, ConvGeometry.from_conv((256,), taps)
    elif family == "tiles":  # three taps on each axis, from few channels to many
        for size, (channels, out_channels) in product((8, 16, 28, 56), ((16, 16), (32, 32), (32, 64), (64, 64), (128, 128))):
            geometry = ConvGeometry.from_conv((size, size), 3, padding=1)
            yield f"{size}x{size}, {channels} to {out_channels}", 8, channels, out_channels, geometry
        for samples, size, channels in product((1, 4, 16, 64), (4, 8), (128, 512)):
            geometry = ConvGeometry.from_conv((size, size), 3, padding=1)
            yield f"{samples} of {size}x{size}, {channels}", samples, channels, channels, geometry
        for size, (channels, out_channels) in product((4, 8, 16), ((8, 16), (16, 32), (32, 32))):
            geometry = ConvGeometry.from_conv((size,) * 3, 3, padding=1)
            yield f"{size}x{size}x{size}, {channels} to {out_channels}", 4, channels, out_channels, geometry
    else:  # one tap, from large images to small ones
        for size in (56, 28, 14, 7, 4):
            yield f"{size}x{size}, one tap", 8, 64, 128, ConvGeometry.from_conv((size, size), 1)


def serves(name: str, case: Case) -> bool:
    """Whether an algorithm can compute a case at all."""
    geometry = case[4]
    single_steps = max(geometry.stride) == max(geometry.dilation) == 1
    return {
        "direct": True,
        "pointwise": single_steps and max(geometry.kernel) == 1,
        "winograd": single_steps and set(geometry.kernel) == {winograd.TAPS},
        "spectrum": single_steps and geometry.rank == 1,
    }[name]


def jobs(by: Any, case: Case) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """The convolution, and both its gradients."""
    _, samples, channels, out_channels, geometry = case
    rng = np.random.default_rng(0)
    x = rng.standard_normal((samples, channels * geometry.groups, *geometry.in_spatial), np.float32)
    w = rng.standard_normal((out_channels * geometry.groups, channels, *geometry.kernel), np.float32)
    g = rng.standard_normal((samples, len(w), *geometry.out_spatial), np.float32)
    return lambda: by.conv(x, w, None, geometry), lambda: by.gradients(g, x, w, geometry)


def fastest(job: Callable[[], Any]) -> float:
    """The least milliseconds of a burst of runs."""
    least, until = float("inf"), time.perf_counter() + BURST
    while time.perf_counter() < until:
        begin = time.perf_counter()
        job()
        least = min(least, time.perf_counter() - begin)
    return 1e3 * least


def run(case: Case, rounds: int) -> str:
    """One line: each algorithm's milliseconds, forward and backward, the chosen one marked."""
    names = [name for name in ALGORITHMS if serves(name, case)]
    pairs = {name: jobs(ALGORITHMS[name], case) for name in names}
    least = {name: [float("inf")] * 2 for name in names}
    for _, name in product(range(rounds), names):
        least[name] = [min(before, fastest(job)) for before, job in zip(least[name], pairs[name], strict=True)]
    chosen = choice.algorithm(case[4], case[2], case[3], case[1])
    cells = [f"{'*' if ALGORITHMS[name] is chosen else ' '}{name} {a:.2f} {b:.2f}" for name, (a, b) in least.items()]
    return f"{case[0]:28s}" + "  ".join(cells)


def layouts(rounds: int) -> Iterator[str]:
    """Flat runs and rows of the direct algorithm, which `lines` chooses between by its costs."""
    row = lines.ROW
    for size, channels, out_channels, taps in ((28, 1, 32, 3), (14, 6, 16, 5), (28, 32, 64, 3), (14, 256, 256, 3)):
        case = ("", 8, channels, out_channels, ConvGeometry.from_conv((size, size), taps))
        least = {0.0: [float("inf")] * 2, 1e9: [float("inf")] * 2}
        for _, cost in product(range(rounds), least):
            lines.ROW = cost
            lines.plan_of.cache_clear()
            lines.adjoint_plan_of.cache_clear()
            least[cost] = [min(before, fastest(job)) for before, job in zip(least[cost], jobs(direct, case), strict=True)]
        lines.ROW = row
        (a, b), (c, d) = least.values()
        yield f"{size}x{size}, {channels} to {out_channels}, {taps} taps: rows {a:.2f} {b:.2f}  flat {c:.2f} {d:.2f}"


def main() -> None:
    """Print a table for each family."""
    families = ("kernels", "tiles", "points", "layouts")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=families, default=families)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    for family in options.only:
        print(f"{family}: milliseconds forward and backward, * is chosen", flush=True)
        for line in (
            layouts(options.rounds) if family == "layouts" else (run(case, options.rounds) for case in cases(family))
        ):
            print("  " + line, flush=True)


if __name__ == "__main__":
    main()
