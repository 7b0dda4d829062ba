"""Pictures of what the layers of a network answer for one input: `feature_maps`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.dtypes import Array
from minitensor.errors import ShapeError
from minitensor.grad_mode import no_grad
from minitensor.nn.module import Module
from minitensor.tensor import Tensor
from minitensor.viz.figures import POINTS, as_picture, columns_for, in_rows, new_figure, number_tiles, tiled
from minitensor.viz.layers import answers_of, check_model, convolutions, find_layer
from minitensor.viz.unchanged import unchanged

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_WIDTH = 7.0  # of the pictures, in inches
_SHAPE = 4.5  # the least width of one for a height of 1


def feature_maps(
    model: Module,
    x: Tensor,
    layers: str | Sequence[str] | None = None,
    *,
    columns: int | None = None,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """What layers answer for one input, and the input above them.

    Each layer has a colour scale of its own. The channels of an image are tiles, in the order of reading; those of a signal
    are rows; those of a volume are rows of slices; and features without spatial axes are one row. A layer that runs several
    times has a picture for each. The model evaluates, and is left as it was.

    Parameters
    ----------
    model : Module
    x : Tensor, shape (1, C, *spatial)
        One input, as a batch.
    layers : str or sequence of str, optional
        The layers' paths, as in `model.named_modules()`; left out, all convolutions. "" is the model itself.
    columns : int, optional
        How many tiles stand in a row.
    figsize : tuple of float, optional
        Width and height of the figure, in inches.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    TypeError, ValueError
        An argument is not what it should be; there is no such layer, or the model does not call it.
    ShapeError
        There is more than one input.
    ModuleNotFoundError
        There is no matplotlib.

    Examples
    --------
    >>> import minitensor as mt
    >>> model = mt.nn.Sequential(mt.nn.Conv2d(1, 4, 3), mt.nn.ReLU(), mt.nn.Conv2d(4, 8, 3))
    >>> figure = feature_maps(model, mt.rand(1, 1, 12, 12), ["0", "2"])
    >>> [ax.get_title("left") for ax in figure.axes[::2]]  # beside each is its scale
    ['input: 1x12x12', '0, Conv2d: 4x10x10', '2, Conv2d: 8x8x8']
    """
    check_model(model, "feature_maps")
    if not isinstance(x, Tensor):
        raise TypeError(f"feature_maps: x is a Tensor, got {type(x).__name__}")
    if x.ndim < 2 or x.shape[0] != 1:
        raise ShapeError(f"feature_maps: x is one input as a batch, (1, C, ...), got the shape {x.shape}: try x[:1]")
    if columns is not None and columns < 1:
        raise ValueError(f"feature_maps: columns is 1 or more, got {columns}")
    if layers is None:
        chosen = convolutions(model)
        if not chosen:
            raise ValueError(f"feature_maps: {type(model).__name__} has no convolution: name layers by their paths")
    else:
        paths = [layers] if isinstance(layers, str) else list(layers)
        chosen = {path: find_layer(model, path, "feature_maps") for path in paths}
    image = np.array(x)
    with unchanged(model, [x]), no_grad(), answers_of(chosen) as answers:
        model(x)
    met = Counter(path for path, _ in answers)
    silent = [path for path in chosen if path not in met]
    if silent:
        names = ", ".join(map(repr, silent))
        raise ValueError(f"feature_maps: the model did not call {names}, or it answered with no tensor")
    pictures = [("input", image[0])]
    turns: Counter[str] = Counter()
    for path, answer in answers:
        turns[path] += 1
        turn = f", call {turns[path]}" if met[path] > 1 else ""
        pictures.append((f"{path or 'the model'}, {type(chosen[path]).__name__}{turn}", answer.numpy()[0]))
    return _drawn(pictures, columns, figsize)


def _drawn(pictures: list[tuple[str, Array]], columns: int | None, figsize: tuple[float, float] | None) -> Figure:
    """A figure with a row for the input and each answer (C, *spatial)."""
    wholes = [_arranged(np.asarray(values, np.float64), columns) for _, values in pictures]
    if pictures[0][1].ndim == 3:
        wholes[0] = _wide(as_picture(pictures[0][1]))  # in its colours
    images = [values.ndim > 2 for _, values in pictures]
    heights = [
        _WIDTH * whole.shape[0] / whole.shape[1] if is_image else 0.08 * min(max(len(whole), 5), 20)
        for whole, is_image in zip(wholes, images, strict=True)
    ]
    figure = new_figure("feature_maps", figsize or (_WIDTH + 0.8, sum(heights) + 0.4 * len(heights)))
    grid = figure.add_gridspec(len(pictures), 1, height_ratios=heights)
    for place, ((name, values), whole) in enumerate(zip(pictures, wholes, strict=True)):
        ax: Any = figure.add_subplot(grid[place])
        shown = ax.imshow(
            whole,
            cmap="viridis" if place else "gray",
            interpolation="nearest",
            aspect="equal" if images[place] else "auto",
        )
        ax.set_title(f"{name}: {'x'.join(map(str, values.shape))}", fontsize=POINTS, loc="left")
        ax.set_xticks([])
        ax.set_yticks([])
        ax.spines[:].set_visible(False)
        if values.ndim == 2:
            number_tiles(ax, "y", len(values), 1, "channel", gap=0)
        if whole.ndim == 2:
            bar = figure.colorbar(shown, ax=ax, fraction=0.05, pad=0.01)
            bar.ax.tick_params(labelsize=POINTS - 2)
            bar.outline.set_linewidth(0.3)
    found: Figure = figure
    return found


def _arranged(values: Array, columns: int | None) -> Array:
    """One answer (C, *spatial) as one picture."""
    if values.ndim < 3:
        return values.reshape(-1, values.shape[-1])  # a row for each channel
    gap = 1
    if values.ndim > 3:  # a volume's slices side by side
        gap = 3
        values = np.stack([tiled(slices[None]) for slices in values.reshape(len(values), -1, *values.shape[-2:])])
    count, height, width = values.shape
    return _wide(tiled(in_rows(values, min(count, columns or columns_for(count, height, width, _SHAPE))), gap))


def _wide(whole: Array) -> Array:
    """A picture with nothing to its right, where it is so high that it could not fill the figure's width."""
    missing = int(_SHAPE * whole.shape[0]) - whole.shape[1]
    if missing <= 0:
        return whole
    widths = ((0, 0), (0, missing), (0, 0))[: whole.ndim]
    return np.pad(whole, widths, constant_values=1.0 if whole.ndim == 3 else np.nan)  # of colours, white
