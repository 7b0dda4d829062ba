"""A receptive field, drawn over the input."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import Any, TypeAlias

import numpy as np

from minitensor.dtypes import Array
from minitensor.extras import extra
from minitensor.viz.figures import BLUE, CYCLE, GREY, ORANGE, POINTS, as_picture, new_axes

Frame: TypeAlias = "tuple[int, int] | None"  # where the arithmetic's field begins, and its size

_GRADIENT, _ARITHMETIC = "has a gradient", "field, by arithmetic"


def draw_field(
    support: Array,
    measured: Sequence[tuple[int, int]],
    frames: Sequence[Frame],
    image: Array | None,
    title: str,
    ax: Any,
) -> Any:
    """Draw what has a gradient and the arithmetic's frame over an input (C, *spatial), or over nothing."""
    rank = support.ndim
    if rank == 3:
        depth = sum(measured[0]) // 2
        title = f"{title} (slice {depth})"
        support, measured, frames = support[depth], measured[1:], frames[1:]
        image = None if image is None else image[:, depth]
    if rank == 1:
        ax = new_axes("ReceptiveField.plot", ax, (6.5, 2.0))
        handles = _draw_signal(ax, support, frames[0], image)
    else:
        height, width = support.shape
        ax = new_axes("ReceptiveField.plot", ax, (4.6, min(max(4.2 * height / width, 1.5), 8.0) + 0.6))
        handles = _draw_image(ax, support, measured, frames, image)
    ax.set_title(title, fontsize=POINTS, pad=20)
    ax.tick_params(labelsize=POINTS - 2)
    ax.legend(handles=handles, fontsize=POINTS - 2, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False)
    for axis in ax.xaxis, ax.yaxis:
        if rank > 1 or axis is ax.xaxis:
            axis.set_major_locator(extra("matplotlib.ticker", "ReceptiveField.plot", "viz").MaxNLocator(integer=True))
    return ax


def _draw_signal(ax: Any, support: Array, frame: Frame, image: Array | None) -> list[Any]:
    """Draw it over a signal, and answer with what belongs into the legend."""
    length = len(support)
    for line, colour in zip([] if image is None else image, cycle(CYCLE), strict=False):
        ax.plot(line, color=colour, linewidth=0.9)
    shaded = [ax.axvspan(first - 0.5, last + 0.5, color=ORANGE, alpha=0.35, linewidth=0) for first, last in _runs(support)]
    low, high = _with_frame(frame, length)
    ax.set_xlim(low - 1, high + 1)
    edges = [] if frame is None else [frame[0] - 0.5, frame[0] + frame[1] - 0.5]
    lines = [ax.axvline(edge, color=BLUE, linewidth=1.8) for edge in edges]
    for edge in -0.5, length - 0.5:
        ax.axvline(edge, color=GREY, linewidth=1.0, linestyle=":")
    ax.set_xlabel("L, cells of the input", fontsize=POINTS)
    for drawn, words in (shaded, _GRADIENT), (lines, _ARITHMETIC):
        if drawn:
            drawn[0].set_label(words)
    return [*shaded[:1], *lines[:1]]


def _draw_image(
    ax: Any, support: Array, measured: Sequence[tuple[int, int]], frames: Sequence[Frame], image: Array | None
) -> list[Any]:
    """Draw it over an image, and answer with what belongs into the legend."""
    patches = extra("matplotlib.patches", "ReceptiveField.plot", "viz")
    height, width = support.shape
    over = np.zeros((height, width, 4))  # (h, w, rgba)
    if image is None:
        picture = np.full((height, width), 0.92)
        over[support] = (0.90, 0.62, 0.0, 0.6)  # ORANGE
        shaded = patches.Patch(color=ORANGE, alpha=0.6, label=_GRADIENT)
    else:
        picture = as_picture(image)
        over[~support] = (1.0, 1.0, 1.0, 0.7)
        shaded = patches.Patch(facecolor="#dddddd", label="faded: no gradient")
    ax.imshow(picture, cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    ax.imshow(over, interpolation="nearest")
    outline = {"fill": False, "zorder": 3}
    border = patches.Rectangle((-0.5, -0.5), width, height, edgecolor=GREY, linewidth=1.0, linestyle=":", **outline)
    ax.add_patch(border)
    (top, down), (left, across) = (
        (first, last - first + 1) if frame is None else frame for frame, (first, last) in zip(frames, measured, strict=True)
    )
    known = None not in frames
    words = _ARITHMETIC if known else "hull of the gradient"
    hull = patches.Rectangle(
        (left - 0.5, top - 0.5), across, down, edgecolor=BLUE, linewidth=1.8, linestyle="-" if known else "--", label=words,
        **outline,
    )  # fmt: skip
    ax.add_patch(hull)
    (low_y, high_y), (low_x, high_x) = _with_frame((top, down), height), _with_frame((left, across), width)
    ax.set_xlim(low_x - 1, high_x + 1)
    ax.set_ylim(high_y + 1, low_y - 1)
    ax.spines[:].set_visible(False)
    ax.set_xlabel("W, cells of the input", fontsize=POINTS)
    ax.set_ylabel("H, cells of the input", fontsize=POINTS)
    return [shaded, hull]


def _with_frame(frame: Frame, length: int) -> tuple[float, float]:
    """From where to where an axis has to be drawn, so that the input and the field are seen."""
    first, size = frame or (0, length)
    return min(0, first), max(length, first + size) - 1


def _runs(support: Array) -> list[tuple[int, int]]:
    """The first and the last cell of each run of cells that are in the support."""
    steps = np.diff(np.concatenate([[0], support.astype(int), [0]]))
    return list(zip(np.flatnonzero(steps == 1).tolist(), (np.flatnonzero(steps == -1) - 1).tolist(), strict=True))
