"""Pictures of what a convolution looks for: its kernels."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.dtypes import Array
from minitensor.nn.conv_nd import ConvNd, ConvTransposeNd
from minitensor.viz.figures import CYCLE, POINTS, new_figure, number_tiles, tiled
from minitensor.viz.images import image_grid, signal_grid, video_grid

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def filters(
    conv: ConvNd | ConvTransposeNd,
    *,
    channel: int | None = None,
    columns: int | None = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """The kernels of a convolution.

    All are drawn to one scale around 0: black is the most negative, grey 0, white the most positive. Where an
    output channel has one input channel, or the layer three, which are drawn as red, green and blue, each output channel has
    one picture; otherwise there is a table with a row for each output channel and a column for each input channel of its
    group. Kernels of signals are curves, one for each input channel; those of volumes are rows of slices.

    Parameters
    ----------
    conv : Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d or ConvTranspose3d
    channel : int, optional
        Draw this input channel alone, counted within its group.
    columns : int, optional
        How many pictures stand in a row, where each output channel has one.
    figsize : tuple of float, optional
        Width and height of the figure, in inches.

    Returns
    -------
    matplotlib.figure.Figure
        `.savefig("filters.png")` writes it, and a notebook shows it.

    Raises
    ------
    TypeError, ValueError
        It is no convolution, or there is no such channel.
    RuntimeError
        A lazy layer has no kernels yet.
    ModuleNotFoundError
        There is no matplotlib.

    Examples
    --------
    >>> import minitensor as mt
    >>> figure = filters(mt.nn.Conv2d(3, 8, 5))
    >>> len(figure.axes)
    8
    >>> filters(mt.nn.Conv2d(16, 8, 3)).axes[0].get_xlabel()
    'input channel'
    """
    if not isinstance(conv, (ConvNd, ConvTransposeNd)):
        raise TypeError(f"filters: expected a convolution layer, got {type(conv).__name__}")
    weight = _by_output(conv)  # (o, c, *kernel)
    count = weight.shape[1]
    if channel is not None:
        if isinstance(channel, bool) or not isinstance(channel, int) or not 0 <= channel < count:
            raise ValueError(f"filters: channel is from 0 to {count - 1}, an input channel of a group, got {channel!r}")
        weight = weight[:, channel : channel + 1]
    finite = np.abs(weight[np.isfinite(weight)])
    largest = float(finite.max(initial=0)) or 1.0
    words = f"{type(conv).__name__}, kernel {'x'.join(map(str, conv.kernel_size))}"
    titles = range(len(weight))
    if conv.rank == 1:
        figure = signal_grid(weight, titles, columns=columns, figsize=figsize)
        for ax in figure.axes:
            for line, colour in zip(ax.lines, cycle(CYCLE), strict=False):
                line.set_color(colour)
            ax.axhline(0, color="black", linewidth=0.5)
        channels = [channel] if channel is not None else range(count)
        return _headed(figure, f"{words}, by output channel: from {-largest:.2g} to {largest:.2g}", channels)
    if weight.shape[1] == 1 or (weight.shape[1] == 3 and conv.groups == 1):
        grey = weight / (2 * largest) + 0.5  # 0 is in the middle
        if conv.rank == 2:
            figure = image_grid(grey, titles, columns=columns, figsize=figsize)
        else:
            figure = video_grid(grey, titles, figsize=figsize)
        scale = f"black {-largest:.2g}, grey 0, white {largest:.2g}"
        return _headed(figure, f"{words}, by output channel: {scale}")
    return _table(weight, largest, words, figsize)


def _by_output(conv: ConvNd | ConvTransposeNd) -> Array:
    """A layer's weight with the output channels first, (o, c, *kernel): c counts the input channels of a group."""
    weight: Array = np.asarray(conv.weight)
    if not conv.transposed:
        return weight
    kernel = weight.shape[2:]
    by_group = weight.reshape(conv.groups, -1, *weight.shape[1:])  # (g, c, o/g, *kernel)
    return by_group.swapaxes(1, 2).reshape(conv.out_channels, -1, *kernel)


def _table(weight: Array, largest: float, words: str, figsize: tuple[float, float] | None) -> Figure:
    """All kernels, output channels downwards and input channels to the right; a volume's slices side by side."""
    if weight.ndim == 5:
        o, c, depth, height, width = weight.shape
        slices = np.full((o, c, height, depth, width + 1), np.nan)  # (o, c, kh, kd, kw)
        slices[..., :width] = weight.transpose(0, 1, 3, 2, 4)
        weight = slices.reshape(o, c, height, depth * (width + 1))[..., :-1]
    gap = 2 if weight.shape[3] > weight.shape[2] else 1  # wider between the rows of slices
    whole = tiled(weight, gap)
    inches = min(0.055, 8 / whole.shape[1], 10 / whole.shape[0])  # a cell
    high, wide = (max(length * inches, 1.2) for length in whole.shape)
    figure = new_figure("filters", figsize or (wide + 1.6, high + 0.7))
    ax: Any = figure.add_subplot()
    image = ax.imshow(whole, cmap="gray", vmin=-largest, vmax=largest, interpolation="nearest")
    number_tiles(ax, "x", weight.shape[1], weight.shape[3], "input channel", gap)
    number_tiles(ax, "y", weight.shape[0], weight.shape[2], "output channel", gap)
    ax.spines[:].set_visible(False)
    ax.set_title(words, fontsize=POINTS)
    bar = figure.colorbar(image, ax=ax, shrink=min(1.0, 2.5 / high), pad=0.02)
    bar.set_label("weight", fontsize=POINTS)
    bar.ax.tick_params(labelsize=POINTS - 2)
    found: Figure = figure
    return found


def _headed(figure: Any, words: str, channels: Sequence[int] = ()) -> Figure:
    """A grid with a line of words above it, as broad as it needs, and below that what the curves of these channels are."""
    width, height = figure.get_size_inches()
    explained = 1 < len(channels) <= len(CYCLE)
    wide, high = max(width, 0.075 * len(words)), height + (0.5 if explained else 0.28)
    for ax in figure.axes:
        left, bottom, across, up = ax.get_position().bounds
        left = (left * width + (wide - width) / 2) / wide  # in the middle
        ax.set_position((left, bottom * height / high, across * width / wide, up * height / high))
    figure.set_size_inches(wide, high)
    figure.text(0.5, 1 - 0.07 / high, words, ha="center", va="top", fontsize=POINTS)
    if explained:
        lines, labels = figure.axes[0].lines[: len(channels)], [f"input {channel}" for channel in channels]
        place = (0.5, 1 - 0.22 / high)
        figure.legend(lines, labels, loc="upper center", bbox_to_anchor=place, ncols=8, frameon=False, fontsize=POINTS - 2)
    found: Figure = figure
    return found
