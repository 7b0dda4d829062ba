"""The confusion matrix as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.dtypes import Array
from minitensor.extras import extra

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_NUMBERS = 25  # of so many classes the cells have their numbers; of more, the colour alone says it
DARK = 0.715  # on the blue of a larger share white is read best, on that of a smaller one black
LONG = 4  # column names from so many letters on are turned


def draw_matrix(
    counts: Array,
    shares: Array,
    rows: list[str],
    columns: list[str],
    title: str,
    normalize: bool,
    ax: Axes | None,
) -> Axes:
    """Draw counts, or with `normalize` percentages of the rows, as cells whose colour is their share of the row."""
    if normalize:
        title += "; in % of the true class"
    if ax is None:
        pyplot = extra("matplotlib.pyplot", "ConfusionMatrix.plot", "train")
        side = max(3.6, 2.2 + 0.5 * len(rows)) if len(rows) <= MOST_NUMBERS else 9.0
        _, ax = pyplot.subplots(figsize=(side + 0.6, side), layout="constrained")
    image = ax.imshow(np.nan_to_num(shares), cmap="Blues", vmin=0, vmax=1)
    step = -(-len(rows) // MOST_NUMBERS) or 1
    _name(ax.xaxis, columns, step, turned=max(map(len, columns), default=0) >= LONG)
    _name(ax.yaxis, rows, step, turned=False)
    ax.set(xlabel="predicted class", ylabel="true class", title=title)
    ax.spines[:].set_visible(False)
    if step == 1:
        _write_numbers(ax, counts, shares, normalize)
    else:
        ax.figure.colorbar(image, ax=ax, label="share of the true class", shrink=0.8)
    return ax


def _name(axis: Any, names: list[str], step: int, turned: bool) -> None:
    """Write every `step`th name beside its row or below its column, and white lines between the cells."""
    axis.set_ticks(range(0, len(names), step), names[::step])
    if turned:
        axis.set_tick_params(labelrotation=45)
        for label in axis.get_ticklabels():
            label.set(ha="right", rotation_mode="anchor")
    axis.set_tick_params(which="both", length=0)
    if step == 1:
        axis.set_ticks(np.arange(len(names) - 1) + 0.5, minor=True)
        axis.grid(which="minor", color="white", linewidth=1.5)


def _write_numbers(ax: Axes, counts: Array, shares: Array, normalize: bool) -> None:
    """Write each cell's number, light on dark; a 0 recedes, and where the class has no samples there is no share."""
    digits, size = (1, "medium") if len(counts) <= 12 else (0, "small")
    for (row, column), count in np.ndenumerate(counts):
        share = float(shares[row, column])
        if normalize and np.isnan(share):
            continue
        text = f"{100 * share:.{digits}f}" if normalize and count else str(count)
        colour = "white" if share > DARK else "black" if count else "0.65"
        ax.text(column, row, text, ha="center", va="center", color=colour, fontsize=size)
