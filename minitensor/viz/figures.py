"""What the pictures of a network share: figures that show themselves in a notebook, and tiles side by side."""

from __future__ import annotations

import io
from functools import partial
from math import ceil, sqrt
from typing import Any

import numpy as np

from minitensor.dtypes import Array
from minitensor.extras import extra

POINTS = 9  # the size of letters

# Told apart by everybody, after M. Okabe and K. Ito, "Color Universal Design" (2008)
BLUE, ORANGE, GREEN, VERMILION, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#767676"
CYCLE = (BLUE, ORANGE, GREEN, "#CC79A7", "#56B4E9", VERMILION, "#F0E442", "black")


def new_figure(function: str, figsize: tuple[float, float]) -> Any:
    """A matplotlib figure, in inches, that pyplot does not keep.

    Raises
    ------
    ModuleNotFoundError
        There is no matplotlib.
    """
    figure = extra("matplotlib.figure", function, "viz").Figure(figsize=figsize, layout="constrained")
    figure._repr_png_ = partial(_png, figure)
    return figure


def new_axes(function: str, ax: Any, figsize: tuple[float, float]) -> Any:
    """The axes to draw on: those that were given, or those of a new figure, which show themselves in a notebook."""
    if ax is not None:
        return ax
    figure = new_figure(function, figsize)
    ax = figure.add_subplot()
    ax._repr_png_ = figure._repr_png_
    return ax


def tiled(tiles: Array, gap: int = 1) -> Array:
    """Pictures (rows, columns, h, w) as one, (rows*(h+gap) - gap, columns*(w+gap) - gap), with NaN between them.

    Examples
    --------
    >>> tiled(np.ones((1, 2, 1, 2)))
    array([[ 1.,  1., nan,  1.,  1.]])
    """
    rows, columns, height, width = tiles.shape
    whole = np.full((rows, height + gap, columns, width + gap), np.nan)
    whole[:, :height, :, :width] = tiles.transpose(0, 2, 1, 3)  # (rows, h, columns, w)
    return whole.reshape(rows * (height + gap), columns * (width + gap))[: -gap or None, : -gap or None]


def in_rows(pictures: Array, columns: int) -> Array:
    """Pictures (n, h, w) in rows, (ceil(n/columns), columns, h, w), with NaN for those that are missing at the end."""
    missing = -len(pictures) % columns
    empty = np.full((missing, *pictures.shape[1:]), np.nan)
    return np.concatenate([pictures, empty]).reshape(-1, columns, *pictures.shape[1:])


def columns_for(count: int, height: int, width: int, shape: float) -> int:
    """In how many columns so many pictures make a whole that is about `shape` times as wide as high, with full rows at best.

    Examples
    --------
    >>> columns_for(64, 8, 8, 4.5), columns_for(7, 8, 8, 4.5)
    (16, 7)
    """
    wanted = sqrt(count * shape * height / width)
    full = (one for one in range(1, count + 1) if count % one == 0 and 0.9 * wanted <= one <= 1.6 * wanted)
    return next(full, min(count, ceil(wanted)))


def number_tiles(ax: Any, axis: str, count: int, length: int, words: str, gap: int = 1) -> None:
    """Write the tiles' numbers along an axis, "x" or "y", in steps that leave room."""
    step = next(one for one in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1 << 30) if count / one <= 16)
    places = range(0, count, step)
    getattr(ax, f"set_{axis}ticks")([place * (length + gap) + (length - 1) / 2 for place in places], [*map(str, places)])
    getattr(ax, f"set_{axis}label")(words, fontsize=POINTS)
    ax.tick_params(axis=axis, length=0, labelsize=POINTS - 2)


def as_picture(image: Array) -> Array:
    """A sample (C, H, W) as what matplotlib draws, from 0 to 1: colours (H, W, 3) of three channels, else their mean (H, W).

    Values from 0 to 1 stay as they are; others are scaled together.
    """
    wide = image.astype(np.float64)
    colours = np.moveaxis(wide, 0, -1) if len(image) == 3 else wide.mean(axis=0)
    low, high = float(np.nanmin(colours)), float(np.nanmax(colours))
    if low < 0 or high > 1:
        colours = (colours - low) / ((high - low) or 1)
    return np.asarray(colours)


def _png(figure: Any) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return file.getvalue()
