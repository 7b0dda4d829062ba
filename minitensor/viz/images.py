"""Pictures of data: images, signals and videos side by side, each under a title of its own."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.data.arguments import checked_integer
from minitensor.dtypes import Array
from minitensor.errors import ShapeError
from minitensor.tensor import Tensor
from minitensor.viz.figures import BLUE, POINTS, VERMILION, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_RIGHT, _WRONG, _PLAIN = BLUE, VERMILION, "black"
_NOT_A_NUMBER = (255, 0, 255)  # magenta, which no grey picture has
_MARGIN = 0.08  # about a grid, in inches


def image_grid(
    images: Any,
    titles: Sequence[Any] | Tensor | None = None,
    *,
    columns: int | None = None,
    colours: Sequence[Any] | Tensor | None = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Images side by side.

    Values from 0 to 1 are shown as they are, and bytes from 0 to 255. Where any is outside, all images are scaled together:
    the lowest value of all is black then, and the highest white. What is not a number is magenta.

    Parameters
    ----------
    images : Tensor or array_like
        (N, C, H, W) with one channel, grey, or three, red, green and blue; or (N, H, W).
    titles : sequence or Tensor, optional
        One for each image; anything that can be printed, and nothing for None.
    columns : int, optional
        How many stand in a row; left out, about as many as there are rows.
    colours : sequence or Tensor, optional
        One for each image, of its title and its frame: matplotlib's colours; or True for blue and False for vermilion, for
        what was answered right and wrong.
    figsize : tuple of float, optional
        Width and height of the figure, in inches.

    Returns
    -------
    matplotlib.figure.Figure
        `.savefig("images.png")` writes it, and a notebook shows it.

    Raises
    ------
    ShapeError
        The images have other axes, or there are none.
    ValueError
        There are not as many titles or colours as images.
    ModuleNotFoundError
        There is no matplotlib.

    Examples
    --------
    >>> import minitensor as mt
    >>> images, labels = mt.data.load_digits("test")
    >>> figure = image_grid(images[:12], titles=labels[:12], columns=6)
    >>> len(figure.axes)
    12
    """
    pictures = _coloured(_array("image_grid", images, {4: "(N, C, H, W)", 3: "(N, H, W)"}), "image_grid")
    _, height, width, _ = pictures.shape
    figure, axes = _grid("image_grid", len(pictures), titles, columns, colours, figsize, (1.1, 1.1 * height / width))
    for ax, picture in zip(axes, pictures, strict=True):
        ax.imshow(picture, interpolation="nearest", aspect="auto" if figsize is None else "equal")
    return figure


def signal_grid(
    signals: Any,
    titles: Sequence[Any] | Tensor | None = None,
    *,
    columns: int | None = None,
    colours: Sequence[Any] | Tensor | None = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Signals side by side, all of them to one scale.

    Parameters
    ----------
    signals : Tensor or array_like
        (N, C, L), a line for each channel; or (N, L).
    titles, columns, colours, figsize
        As in `image_grid`.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ShapeError, ValueError, ModuleNotFoundError
        As for `image_grid`.

    Examples
    --------
    >>> import minitensor as mt
    >>> figure = signal_grid(mt.linspace(0, 20, 100).sin().reshape(2, 1, 50), titles=["early", "late"])
    >>> len(figure.axes)
    2
    """
    lines = _array("signal_grid", signals, {3: "(N, C, L)", 2: "(N, L)"})
    lines = lines if lines.ndim == 3 else lines[:, None]  # (n, c, l)
    figure, axes = _grid("signal_grid", len(lines), titles, columns, colours, figsize, (2.0, 0.9))
    low, high = _range(lines)
    margin = 0.05 * high - 0.05 * low
    for ax, line in zip(axes, lines, strict=True):
        ax.plot(line.T, linewidth=0.9)
        ax.set_xlim(0, max(lines.shape[2] - 1, 1))
        ax.set_ylim(low - margin, high + margin)
    return figure


def video_grid(
    videos: Any,
    titles: Sequence[Any] | Tensor | None = None,
    *,
    colours: Sequence[Any] | Tensor | None = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Videos, or volumes, one below the other, each as the row of its frames.

    Parameters
    ----------
    videos : Tensor or array_like
        (N, C, T, H, W) with one channel or three; or (N, T, H, W).
    titles, colours, figsize
        As in `image_grid`: one for each video.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ShapeError, ValueError, ModuleNotFoundError
        As for `image_grid`.

    Examples
    --------
    >>> import minitensor as mt
    >>> videos, labels = mt.data.datasets.make_moving_shapes(3)
    >>> figure = video_grid(videos, titles=[mt.data.datasets.MOTIONS[label] for label in labels.tolist()])
    >>> len(figure.axes)
    3
    """
    frames = _array("video_grid", videos, {5: "(N, C, T, H, W)", 4: "(N, T, H, W)"})
    frames = frames if frames.ndim == 5 else frames[:, None]  # (n, c, t, h, w)
    count, channels, length, height, width = frames.shape
    pictures = _coloured(frames.swapaxes(1, 2).reshape(-1, channels, height, width), "video_grid")
    gap = max(1, width // 12)
    strips = np.full((count, height, length, width + gap, 3), 255, np.uint8)  # (n, h, t, w, c)
    strips[:, :, :, :width] = pictures.reshape(count, length, height, width, 3).swapaxes(1, 2)
    rows = strips.reshape(count, height, length * (width + gap), 3)[:, :, :-gap]
    size = (0.75 * rows.shape[2] / width, 0.75 * height / width)
    figure, axes = _grid("video_grid", count, titles, 1, colours, figsize, size)
    for ax, row in zip(axes, rows, strict=True):
        ax.imshow(row, interpolation="nearest", aspect="auto" if figsize is None else "equal")
    return figure


def _array(function: str, values: Any, axes: dict[int, str]) -> Array:
    """What is to be drawn, with one of the numbers of axes, and something along each of them."""
    found = np.asarray(values)
    if found.ndim not in axes or 0 in found.shape:
        wanted = " or ".join(axes.values())
        raise ShapeError(f"{function}: expected {wanted}, none of them 0, got the shape {found.shape}")
    return found


def _range(values: Array) -> tuple[float, float]:
    """The lowest and the highest of the finite numbers; 0 and 1 where these are the same, or where there are none."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    return (low, high) if low < high else (0.0, 1.0)


def _coloured(images: Array, function: str) -> Array:
    """Images as bytes with a colour last: (N, H, W, 3)."""
    images = images if images.ndim == 4 else images[:, None]  # (n, c, h, w)
    if images.shape[1] not in (1, 3):
        raise ShapeError(f"{function}: expected one channel or three, (N, C, H, W) = {images.shape} has {images.shape[1]}")
    if images.dtype == np.uint8:
        scaled = images / 255
    else:
        images = images.astype(np.float64)
        low, high = _range(images)
        low, high = (0.0, 1.0) if low >= 0 and high <= 1 else (low, high)
        with np.errstate(invalid="ignore"):
            scaled = np.clip((images / 2 - low / 2) / (high / 2 - low / 2), 0, 1)  # halves, whose difference is finite
    missing = np.isnan(scaled).any(axis=1)  # (n, h, w)
    colours = np.rint(np.where(np.isnan(scaled), 0, scaled) * 255).astype(np.uint8)
    colours = np.repeat(np.moveaxis(colours, 1, -1), 3 // images.shape[1], axis=3)  # (n, h, w, 3)
    colours[missing] = _NOT_A_NUMBER
    return colours


def _grid(
    function: str,
    count: int,
    titles: Sequence[Any] | Tensor | None,
    columns: int | None,
    colours: Sequence[Any] | Tensor | None,
    figsize: tuple[float, float] | None,
    cell: tuple[float, float],
) -> tuple[Figure, list[Any]]:
    """A figure with a place for each of `count` pictures, of width and height `cell` in inches, with their titles."""
    words, shades = (_listed(values, count) for values in (titles, colours))
    for name, values in ("titles", words), ("colours", shades):
        if len(values) != count:
            raise ValueError(f"{function}: {name} has {len(values)} entries, and there are {count} pictures")
    if columns is not None:
        columns = checked_integer(function, "columns", columns, 1)
    across = min(count, columns or ceil(sqrt(count * cell[1] / cell[0])))
    down = ceil(count / across)
    words = ["" if word is None else str(word) for word in words]
    lines = [max(len(word.splitlines()) for word in words[row * across : (row + 1) * across]) for row in range(down)]
    heights = [_MARGIN + count * POINTS * 1.35 / 72 + cell[1] for count in lines]  # of rows with their titles, in inches
    width, height = across * (cell[0] + _MARGIN) + _MARGIN, sum(heights) + _MARGIN
    figure = new_figure(function, figsize or (width, height))
    figure.set_layout_engine("none")
    axes = []
    for place, (word, shade) in enumerate(zip(words, shades, strict=True)):
        row, column = divmod(place, across)
        left, bottom = _MARGIN + column * (cell[0] + _MARGIN), height - sum(heights[: row + 1])
        ax = figure.add_axes((left / width, bottom / height, cell[0] / width, cell[1] / height), xticks=[], yticks=[])
        colour = _PLAIN if shade is None else shade
        if isinstance(shade, (bool, np.bool_)):
            colour = _RIGHT if shade else _WRONG
        ax.set_title(word, fontsize=POINTS, pad=2, color=colour, parse_math=False)
        ax.spines[:].set(color=colour, linewidth=0.5 if shade is None else 1.5)
        axes.append(ax)
    return figure, axes


def _listed(values: Sequence[Any] | Tensor | None, count: int) -> list[Any]:
    if values is None:
        return [None] * count
    return list(values.tolist() if isinstance(values, (Tensor, np.ndarray)) else values)
