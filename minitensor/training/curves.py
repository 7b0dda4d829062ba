"""Curves over the epochs of a training run, drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from math import isfinite
from typing import TYPE_CHECKING, Any

from minitensor.extras import extra
from minitensor.training.direction import better

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# The colours of M. Okabe and K. Ito (2008) that stand out on white: readers with any colour vision can tell them apart.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MOST_MARKERS = 15  # up to so many points each has a marker
DECADES = 100.0  # from this ratio on a loss is drawn on a logarithmic axis

Point = tuple[float, float]
Curve = tuple[str, Sequence[float | None]]


def draw_curves(epochs: Sequence[float], curves: Mapping[str, Sequence[Curve]], ax: Axes | None) -> Axes:
    """Draw the curves of each name: the validation's dashed; in one colour, where there are several names."""
    if ax is None:
        pyplot = extra("matplotlib.pyplot", "History.plot", "train")
        _, ax = pyplot.subplots(figsize=(6.4, 4.0), layout="constrained")
    used = len({line.get_color() for line in ax.lines})
    for number, (name, group) in enumerate(curves.items()):
        for place, (label, values) in enumerate(group):
            points = [(epoch, value) for epoch, value in zip(epochs, values, strict=True) if value is not None]
            colour = COLOURS[(used + number + (place if len(curves) == 1 else 0)) % len(COLOURS)]
            _draw(ax, points, label, colour)
        _mark_best(ax, points, better(name), colour)  # of the last of them, which is the validation's where there is one
    _dress(ax, list(curves), list(chain.from_iterable(values for group in curves.values() for _, values in group)))
    return ax


def _draw(ax: Axes, points: list[Point], label: str, colour: str) -> None:
    size = 7 if len(points) == 1 else 3.5
    marker = "o" if len(points) <= MOST_MARKERS else ""
    style = "--" if label.startswith("validation_") else "-"
    x, y = [epoch for epoch, _ in points], [value for _, value in points]
    ax.plot(x, y, style, color=colour, marker=marker, markersize=size, linewidth=1.8, label=label.replace("_", " "))


def _mark_best(ax: Axes, points: list[Point], mode: str | None, colour: str) -> None:
    """Draw a ring around the best of several points, and say in the legend which it is."""
    known = [point for point in points if isfinite(point[1])]
    if mode is None or len(known) < 2:
        return
    epoch, value = (min if mode == "min" else max)(known, key=lambda point: point[1])
    label = f"best: {value:.4g} in epoch {epoch:g}"
    ax.plot(
        [epoch],
        [value],
        "o",
        markersize=10,
        markerfacecolor="none",
        markeredgecolor=colour,
        markeredgewidth=1.8,
        label=label,
    )


def _dress(ax: Axes, names: list[str], values: list[Any]) -> None:
    """Name the axes, let the epochs be whole numbers, and make the other axis logarithmic where that shows more."""
    ticker = extra("matplotlib.ticker", "History.plot", "train")
    known = [value for value in values if value is not None and isfinite(value)]
    lower = all(better(name) != "max" for name in names)
    if lower and known and min(known) > 0 and max(known) >= DECADES * min(known):
        ax.set_yscale("log")
    ax.set_xlabel("epoch")
    if len(names) == 1:
        ax.set_ylabel(names[0].replace("_", " "))
    ax.xaxis.set_major_locator(ticker.MaxNLocator(integer=True, min_n_ticks=1))
    left, right = ax.dataLim.intervalx
    if left == right:  # one epoch: its neighbours' places beside it
        ax.set_xlim(left - 1, right + 1)
    ax.grid(color="0.9", linewidth=0.8)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False)
