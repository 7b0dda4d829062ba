"""What the examples share: the command line, Ctrl-C, the pictures of a run, and the verdict at its end."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

import minitensor as mt
from minitensor.training import ConfusionMatrix, History


def parser_for(name: str, description: str | None) -> argparse.ArgumentParser:
    """The command line that all examples have; one that has more of its own adds it."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="learn less, in seconds, with a lower target")
    parser.add_argument("--seed", type=int, default=0, help="of the random numbers: the same, the same weights (0)")
    parser.add_argument("--out", type=Path, default=Path(name), help=f"directory for the pictures ({name})")
    return parser


def read_arguments(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """Read the command line, refuse what cannot work before the training rather than after it, and set the seed."""
    options = parser.parse_args()
    if options.seed < 0:
        parser.error(f"argument --seed: expected 0 or more, got {options.seed}")
    check_matplotlib(parser)
    check_directory(parser, "--out", options.out)
    mt.manual_seed(options.seed)
    return options


def check_matplotlib(parser: argparse.ArgumentParser) -> None:
    """End, and say how to get it, where matplotlib is missing."""
    if find_spec("matplotlib") is None:
        parser.error("the pictures need matplotlib: pip install 'minitensor[train]', or pip install matplotlib")


def check_directory(parser: argparse.ArgumentParser, argument: str, path: Path) -> None:
    """Make a directory where there is none; end, and say why, where nothing can be written in it."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=path).close()
    except OSError as error:
        parser.error(f"argument {argument}: cannot write in {path}: {error.strerror}")


class UntilCtrlC:
    """A `with` block that Ctrl-C ends early, and after which the program goes on with what was learnt until then."""

    interrupted = False

    def __enter__(self) -> UntilCtrlC:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        self.interrupted = kind is not None and issubclass(kind, KeyboardInterrupt)
        if self.interrupted:
            print("\nStopped early: what was learnt so far is tested and kept.")
        return self.interrupted


def save_curves(history: History, names: Sequence[str], path: Path) -> None:
    """Draw columns of the history side by side; nothing where no epoch was finished."""
    if not len(history):
        return
    figure = new_figure(width=5.5 * len(names), height=3.8)
    for ax, name in zip(figure.subplots(1, len(names), squeeze=False)[0], names, strict=True):
        history.plot(name, ax=ax)
    figure.savefig(path)


def save_confusion(matrix: ConfusionMatrix, path: Path) -> None:
    """Draw which classes are taken for which."""
    figure = new_figure(width=6.5, height=6)
    matrix.plot(ax=figure.subplots())
    figure.savefig(path)


def save_answers(
    draw: Callable[..., Any],
    inputs: mt.Tensor,
    answers: mt.Tensor,
    labels: mt.Tensor,
    names: Sequence[str],
    path: Path,
    each: int = 8,
    **settings: Any,
) -> None:
    """Draw some inputs that were named right (blue) and then as many that were named wrong (vermilion), with their names."""
    right = answers == labels
    rows = [place for wanted in (True, False) for place in np.flatnonzero(right.numpy() == wanted)[:each].tolist()]
    titles = [
        names[label] if answer == label else f"{names[label]}, taken\nfor {names[answer]}"
        for answer, label in zip(answers[rows].tolist(), labels[rows].tolist(), strict=True)
    ]
    draw(inputs[rows], titles, colours=right[rows], **settings).savefig(path)


def new_figure(width: float, height: float) -> Any:
    """An empty figure, of a size in inches."""
    from matplotlib.figure import Figure  # which takes a while to load

    return Figure(figsize=(width, height), layout="constrained")


def verdict(name: str, value: float, target: float, run: UntilCtrlC, out: Path, lower: bool = False) -> int:
    """Say whether the target is reached; answer with the exit code: 0, 1 where it is not, 130 after Ctrl-C."""
    reached = value <= target if lower else value >= target
    bound = "at most" if lower else "at least"
    print(f"\n{name}: {value:.2%}, and the target is {bound} {target:.0%}: {'reached' if reached else 'MISSED'}")
    print(f"The pictures are in {out}")
    return 130 if run.interrupted else 0 if reached else 1
