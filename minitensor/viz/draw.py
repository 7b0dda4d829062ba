"""`graph`: from what is asked for to the picture."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping, Sequence
from types import FrameType, NoneType
from typing import Any

import numpy as np

from minitensor.nn import Module
from minitensor.tensor import Tensor
from minitensor.viz.build import build
from minitensor.viz.elements import Direction
from minitensor.viz.repeats import with_repeats
from minitensor.viz.view import GraphView


def graph(
    output: Tensor | Sequence[Tensor] | Mapping[str, Tensor],
    model: Module | None = None,
    *,
    direction: Direction = "forward",
    depth: int | None = None,
    saved: bool = False,
    values: bool = False,
    names: Mapping[str, Tensor] | None = None,
    max_nodes: int = 500,
) -> GraphView:
    """Draw how a tensor was computed, or how its gradients are, or both.

    The nodes are the operations that were recorded, with the tensors that they began from. A gradient's operations are
    written as the formula that they are, dX = conv_transpose(dY, W), and tied to the forward operation that they belong to.
    To draw a backward pass, it is run with `autograd.grad`, which calls hooks as any backward pass does, and leaves every
    `grad` and the graph itself as they were. An argument that no operation keeps is unknown, "?", unless `record()` saw it.

    Parameters
    ----------
    output : Tensor, sequence of Tensor, or dict of str to Tensor
        What the picture is to end in; a dict's keys are names.
    model : Module, optional
        Gives its parameters and buffers their dotted names, and frames to the operations of its modules, one for each call.
        Left out, it is the module that everything ran in, if there is one.
    direction : {"forward", "backward", "both"}
    depth : int, optional
        Draw the modules that stand so deep as single nodes, 1 being the outermost; all are open unless it is given.
    saved : bool
        Show the arrays that each operation keeps for its gradient, with their bytes.
    values : bool
        Show the norms of the arrays that are at hand, and how many elements are NaN or infinite. Inside `record()` they are
        kept for every operation, and shown without asking.
    names : dict of str to Tensor, optional
        What to call tensors. Without it, those that a variable of the calling function holds are called like the variable.
    max_nodes : int
        Above this many nodes the pictures and the text are collapsed, and say so.

    Returns
    -------
    GraphView
        Has `.dot`, `.text()`, `.json()`, `.svg()`, `.png()`, `.html()`, `.save(path)`, `.to_networkx()`; shows itself in a
        notebook.

    Raises
    ------
    RuntimeError
        Nothing was recorded, or a backward pass has freed what the gradients need.
    TypeError, ValueError
        An argument is not what it should be.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.ones(1, 1, 5, 5)
    >>> weight = mt.ones(1, 1, 3, 3, requires_grad=True)
    >>> y = mt.nn.functional.conv2d(x, weight, stride=2)
    >>> [(node.kind, node.label, node.shape) for node in mt.viz.graph(y).nodes]
    [('input', 'x', (1, 1, 5, 5)), ('input', 'weight', (1, 1, 3, 3)), ('operation', 'conv2d 3x3 /2', (1, 1, 2, 2))]
    >>> [node.formula for node in mt.viz.graph(y, direction="backward").nodes if node.formula]
    ['dW = conv_weight_grad(X, dY)']
    """
    return drawn(
        output, model, _variables(), direction=direction, depth=depth, saved=saved, values=values, names=names,
        max_nodes=max_nodes,
    )  # fmt: skip


def drawn(
    output: Tensor | Sequence[Tensor] | Mapping[str, Tensor],
    model: Module | None,
    variables: Mapping[str, Any],
    *,
    direction: Direction = "forward",
    depth: int | None = None,
    saved: bool = False,
    values: bool = False,
    names: Mapping[str, Tensor] | None = None,
    max_nodes: int = 500,
) -> GraphView:
    """The picture that `graph` answers with, with tensors called like these variables."""
    named = output if isinstance(output, Mapping) else {}
    outputs: Any = list(output.values()) if isinstance(output, Mapping) else output
    outputs = [outputs] if isinstance(outputs, Tensor) else outputs
    if not isinstance(names, (Mapping, NoneType)):
        raise TypeError(f"graph: names is a dict of names and tensors, {{'image': x}}, got {type(names).__name__}")
    given = {**named, **(names or {})}
    _check(outputs, model, direction, depth, given, max_nodes)
    data = with_repeats(build(list(outputs), model, given, variables, direction, values))
    title = f"{type(model).__name__}: {direction}" if model is not None else f"{direction} graph"
    recorded = any(node.seconds is not None for node in data.nodes)
    return GraphView(data, depth=depth, saved=saved, values=values or recorded, max_nodes=max_nodes, title=title)


def _variables() -> dict[str, Any]:
    """The tensors and arrays that variables hold where `graph` was called."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_code.co_name in ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "<lambda>"):
        frame = frame.f_back
    if frame is None:
        return {}
    names = frame.f_locals
    found = {name: value for name, value in names.items() if isinstance(value, (Tensor, np.ndarray))}
    if frame.f_code.co_flags & inspect.CO_OPTIMIZED and sys.version_info < (3, 13):
        for name in found:  # what a function's frame answers with is a copy that it keeps until it returns
            del names[name]
    return found


def _check(outputs: Any, model: Any, direction: Any, depth: Any, names: Any, max_nodes: Any) -> None:
    """Refuse what cannot be drawn, in words."""
    if isinstance(outputs, Module):
        raise TypeError("graph: the first argument is what a model returned: graph(model(x), model)")
    many = outputs if isinstance(outputs, Sequence) else [outputs]
    wrong = next((type(one).__name__ for one in many if not isinstance(one, Tensor)), None if many else "an empty one")
    if wrong is not None:
        raise TypeError(f"graph: output is a tensor, or a sequence or a dict of tensors, got {wrong}")
    for one in many:
        if not one.requires_grad:
            raise RuntimeError(
                f"graph: nothing was recorded for this tensor of shape {tuple(one.shape)}, since nothing that it was "
                "computed from requires grad. Compute it outside of no_grad, from parameters or a tensor with "
                "requires_grad=True"
            )
    if model is not None and not isinstance(model, Module):
        raise TypeError(f"graph: model is a Module, got {type(model).__name__}")
    if direction not in ("forward", "backward", "both"):
        raise ValueError(f'graph: direction is "forward", "backward" or "both", got {direction!r}')
    for name, number in (("depth", depth), ("max_nodes", max_nodes)):
        if number is None and name == "depth":
            continue
        if isinstance(number, bool) or not isinstance(number, int):
            raise TypeError(f"graph: {name} is a whole number, got {type(number).__name__}")
        if number < 1:
            raise ValueError(f"graph: {name} is 1 or more, got {number}")
    for name, tensor in names.items():
        if not isinstance(name, str) or not isinstance(tensor, (Tensor, np.ndarray)):
            said = f"{type(name).__name__} for {type(tensor).__name__}"
            raise TypeError(f"graph: names are strings for tensors, {{'image': x}}, got {said}")
