"""How large the gradients of a network's parameters are, layer by layer: `gradient_flow`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from minitensor.dtypes import Array
from minitensor.nn.module import Module
from minitensor.viz.figures import BLUE, GREEN, GREY, ORANGE, POINTS, new_axes
from minitensor.viz.layers import check_model

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Flow(NamedTuple):
    """What there is to say of one parameter's gradient.

    Attributes
    ----------
    path : str
        The parameter's.
    mean, largest : float
        Of the gradient's absolute values, those that are finite.
    ratio : float
        The gradient's Euclidean norm over the parameter's; NaN where the latter is 0.
    words : str
        What cannot be drawn: that there is no gradient, that it is 0, or how much of it is not finite.
    """

    path: str
    mean: float
    largest: float
    ratio: float
    words: str


def gradient_flow(model: Module, *, ax: Axes | None = None) -> Axes:
    """The gradients of a model's parameters after a backward pass, in the model's order.

    For each parameter w with the gradient g of the loss, on a logarithmic scale: the mean and the maximum of abs(g), and the
    ratio of their norms, norm(g) / norm(w). Gradients that vanish towards the first layers, or grow, are seen as a slope; a
    ratio says how far a step of plain gradient descent moves a parameter for each unit of the learning rate. What cannot be
    drawn is written: no gradient, a gradient of 0, and how many elements are NaN or infinite.

    Parameters
    ----------
    model : Module
        After `loss.backward()`, and before `optimizer.zero_grad()`.
    ax : matplotlib.axes.Axes, optional
        Where to draw it; left out, in a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    TypeError
        It is no Module.
    RuntimeError
        No parameter has a gradient.
    ModuleNotFoundError
        There is no matplotlib.

    References
    ----------
    X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010, which looks
    at gradients layer by layer.

    Examples
    --------
    >>> import minitensor as mt
    >>> model = mt.nn.Sequential(mt.nn.Linear(3, 8), mt.nn.ReLU(), mt.nn.Linear(8, 1))
    >>> model(mt.rand(4, 3)).sum().backward()
    >>> [label.get_text() for label in gradient_flow(model).get_yticklabels()]
    ['0.weight', '0.bias', '2.weight', '2.bias']
    """
    check_model(model, "gradient_flow")
    flows = [_flow(name, np.asarray(one), one.grad) for name, one in model.named_parameters()]
    if all(flow.words == _MISSING for flow in flows):
        raise RuntimeError(
            f"gradient_flow: no parameter of {type(model).__name__} has a gradient: draw after loss.backward() and before "
            "optimizer.zero_grad()"
        )
    ax = new_axes("gradient_flow", ax, (6.4, 1.0 + 0.2 * len(flows)))
    _draw(ax, flows)
    return ax


_MISSING = "no gradient"


def _flow(path: str, parameter: Array, gradient: Any) -> Flow:
    """The numbers of one parameter."""
    nothing = float("nan")
    if gradient is None:
        return Flow(path, nothing, nothing, nothing, _MISSING)
    values = np.abs(np.asarray(gradient, np.float64)).ravel()
    finite = values[np.isfinite(values)]
    largest = float(finite.max(initial=0))
    if not largest:
        words = "the gradient is 0" if finite.size == values.size else "the gradient is not finite"
        return Flow(path, nothing, nothing, nothing, words if values.size else "no elements")
    norm = float(np.linalg.norm(np.asarray(parameter, np.float64)))
    ratio = largest * float(np.linalg.norm(finite / largest)) / norm if norm else nothing
    lost = values.size - finite.size
    return Flow(path, float(finite.mean()), largest, ratio, f"{lost} of {values.size} are NaN or infinite" if lost else "")


def _draw(ax: Any, flows: list[Flow]) -> None:
    """A row for each parameter, the first at the top."""
    rows = np.arange(len(flows))
    mean, largest, ratio = (np.array([flow[place] for flow in flows]) for place in (1, 2, 3))
    ax.set_xscale("log")
    ax.hlines(rows, mean, largest, color=BLUE, linewidth=1.2, alpha=0.5)
    ax.plot(mean, rows, "o", color=BLUE, markersize=5, label="mean |∂L/∂w|")
    ax.plot(largest, rows, ">", color=ORANGE, markersize=5, label="max |∂L/∂w|")
    ax.plot(ratio, rows, "D", color=GREEN, markersize=4, fillstyle="none", label="‖∂L/∂w‖ / ‖w‖")
    for row, flow in enumerate(flows):
        if flow.words:
            ax.annotate(
                f"  {flow.words}", (1, row), xycoords=("axes fraction", "data"), va="center", fontsize=POINTS - 2, color=GREY
            )
    ax.set_yticks(rows, [flow.path for flow in flows])
    ax.set_ylim(len(flows) - 0.5, -0.5)
    ax.tick_params(labelsize=POINTS - 1)
    ax.set_xlabel("gradient, in units of the loss for a unit of the parameter", fontsize=POINTS)
    ax.set_title(f"gradients of {len(flows)} parameters, the first layer's at the top", fontsize=POINTS + 1, pad=22)
    ax.grid(axis="x", color="#dddddd", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(fontsize=POINTS - 1, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False)
