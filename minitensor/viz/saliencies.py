"""Pictures of what a score depends on: `saliency`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.creation import from_numpy
from minitensor.dtypes import Array
from minitensor.errors import ShapeError
from minitensor.nn.functional.resize import interpolate
from minitensor.nn.module import Module
from minitensor.tensor import Tensor
from minitensor.viz.attribution import explained
from minitensor.viz.figures import CYCLE, POINTS, as_picture, new_figure, tiled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_LINEAR = {1: "linear", 2: "bilinear", 3: "trilinear"}


def saliency(
    model: Module,
    x: Tensor,
    target: int | Sequence[int] | Tensor | None = None,
    method: str = "gradient",
    layer: str | None = None,
    *,
    figsize: tuple[float, float] | None = None,
) -> Figure:
    """Inputs, and beside each how much a score depends on its parts: what `saliency_map` works out.

    Of a gradient, the largest |dS/dX| of the channels is drawn; the map of Grad-CAM is resized to the input's size,
    linearly, and laid over it. Each sample has a scale of its own, from 0 to its largest value.

    Parameters
    ----------
    model, x, target, method, layer
        As for `saliency_map`; x is (N, C, L), (N, C, H, W) or (N, C, D, H, W), of which a volume's slices are side by side.
    figsize : tuple of float, optional
        Width and height of the figure, in inches.

    Returns
    -------
    matplotlib.figure.Figure
        A row for each sample.

    Raises
    ------
    TypeError, ValueError, ShapeError, RuntimeError
        As for `saliency_map`.
    ModuleNotFoundError
        There is no matplotlib.

    Examples
    --------
    >>> import minitensor as mt
    >>> model = mt.nn.Sequential(mt.nn.Conv2d(1, 4, 3), mt.nn.ReLU(), mt.nn.Flatten(), mt.nn.Linear(144, 10))
    >>> figure = saliency(model, mt.rand(2, 1, 8, 8), target=[3, 5], method="grad_cam")
    >>> [ax.get_title().split(":")[0] for ax in figure.axes if ax.get_title()]
    ['score 3', "Grad-CAM of layer '0'", 'score 5', "Grad-CAM of layer '0'"]
    """
    if isinstance(x, Tensor) and not 3 <= x.ndim <= 5:
        raise ShapeError(f"saliency: x is (N, C, L), (N, C, H, W) or (N, C, D, H, W), got the shape {x.shape}")
    found = explained("saliency", model, x, target, method, layer)
    spatial = x.shape[2:]
    if method == "grad_cam":
        maps = _resized(found.map, spatial)
        words = f"Grad-CAM of layer {found.layer!r}"
    else:
        maps = np.abs(found.map.numpy()).max(axis=1)  # (n, *spatial)
        words = {"gradient": "|∂score/∂input|", "guided": "guided |∂score/∂input|"}[method]
    inputs = np.asarray(x)
    rank, count = len(spatial), len(inputs)
    wide, high = _size(spatial)
    down = count if rank == 2 else 2 * count
    across = 2 if rank == 2 else 1
    figure = new_figure("saliency", figsize or (across * wide + 0.9, down * (high + 0.35)))
    axes: Any = figure.subplots(down, across, squeeze=False).reshape(count, 2)
    for (left, right), image, heat, number, score in zip(axes, inputs, maps, found.targets, found.scores, strict=True):
        _draw(left, image)
        left.set_title(f"score {number}: {score:.3g}", fontsize=POINTS)
        if method == "grad_cam" and rank > 1:
            _draw(right, image)
        shown = _heat(right, heat, over=method == "grad_cam" and rank > 1)
        right.set_title(words, fontsize=POINTS)
        bar = figure.colorbar(shown, ax=right, fraction=0.06, pad=0.02)
        bar.ax.tick_params(labelsize=POINTS - 2)
        bar.solids.set_alpha(1)
        for ax in left, right:
            ax.set_yticks([])
            if rank > 1:
                ax.set_xticks([])
            ax.tick_params(labelsize=POINTS - 2)
            ax.spines[:].set_linewidth(0.5)
    answer: Figure = figure
    return answer


def _resized(maps: Tensor, spatial: tuple[int, ...]) -> Array:
    """The maps of a layer (N, *spatial) in the input's size, where it has as many axes."""
    array = maps.numpy()
    if array.ndim - 1 != len(spatial):
        raise ShapeError(f"saliency: maps of {array.ndim - 1} spatial axes cannot be laid over an input of {len(spatial)}")
    beside = from_numpy(array[:, None])  # (n, 1, *spatial)
    return interpolate(beside, size=spatial, mode=_LINEAR[len(spatial)]).numpy()[:, 0]


def _size(spatial: tuple[int, ...]) -> tuple[float, float]:
    """Width and height of a picture, in inches."""
    if len(spatial) == 1:
        return 6.0, 1.1
    height, width = spatial[-2], spatial[-1] * (spatial[0] if len(spatial) == 3 else 1)
    wide = 2.4 if len(spatial) == 2 else 7.0
    return wide, min(max(wide * height / width, 0.6), 6.0)


def _draw(ax: Any, image: Array) -> None:
    """A sample (C, *spatial): a signal's curves, an image, or a volume's slices."""
    if image.ndim == 2:
        for line, colour in zip(image, cycle(CYCLE), strict=False):
            ax.plot(line, linewidth=0.9, color=colour)
        ax.set_xlim(-0.5, image.shape[1] - 0.5)
    elif image.ndim == 3:
        ax.imshow(as_picture(image), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
    else:
        ax.imshow(tiled(image.mean(axis=0)[None]), cmap="gray", interpolation="nearest")


def _heat(ax: Any, heat: Array, over: bool) -> Any:
    """A map (*spatial), alone or over what is drawn already."""
    largest = float(heat.max(initial=0)) or 1.0
    if heat.ndim == 1:
        return ax.imshow(heat[None], cmap="inferno", vmin=0, vmax=largest, aspect="auto", interpolation="nearest")
    whole = heat if heat.ndim == 2 else tiled(heat[None])
    alpha = 0.6 if over else None
    return ax.imshow(whole, cmap="inferno", vmin=0, vmax=largest, alpha=alpha, interpolation="nearest")
