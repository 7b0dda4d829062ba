"""From tensors to the tape and back: the checks before a backward pass, and where its gradients go."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.errors import ShapeError
from minitensor.grad_mode import set_grad_enabled
from minitensor.ops.elementwise import where
from minitensor.tape import Edge, Node, Traced
from minitensor.walk import propagate

if TYPE_CHECKING:
    from minitensor.tensor.core import Tensor


_collecting = threading.Lock()  # two threads may add to one leaf


def roots_of(
    outputs: Sequence[Tensor], gradients: Sequence[Any], create_graph: bool, operation: str
) -> list[tuple[Edge, Any]]:
    """Pair each output with the gradient that begins there: 1 for a scalar, unless one is given.

    Raises
    ------
    RuntimeError
        An output was not recorded, or has several elements and no gradient is given.
    ShapeError
        A gradient is not of its output's shape.
    """
    roots: list[tuple[Edge, Any]] = []
    for output, gradient in zip(outputs, gradients, strict=True):
        edge = output._edge()
        if edge is None:
            raise RuntimeError(
                f"{operation}: nothing that this tensor was computed from requires grad, so there is no gradient to work "
                "out. Set requires_grad=True on a tensor (a layer's parameters have it) before computing with it, outside "
                "of no_grad"
            )
        if gradient is None:
            if output._array.size != 1:
                raise RuntimeError(
                    f"{operation}: only a scalar has a gradient of 1 to begin with, this tensor has the shape "
                    f"{output.shape}. Reduce it first, with .sum() or .mean(), or pass a gradient of that shape"
                )
            start: Any = np.ones(output.shape, output.dtype)
        else:
            start = gradient._array if isinstance(gradient, Traced) else np.asarray(gradient)
            if start.shape != output.shape:
                raise ShapeError(f"{operation}: the gradient's shape {start.shape} is not the output's, {output.shape}")
            start = start.astype(output.dtype, copy=False)
        if create_graph:
            same = isinstance(gradient, Traced) and gradient.dtype == output.dtype
            start = gradient if same else output._box(start, None, [0])
        roots.append((edge, start))
    return roots


def backward(
    outputs: Sequence[Tensor],
    gradients: Sequence[Any],
    *,
    retain_graph: bool | None,
    create_graph: bool,
    inputs: Sequence[Tensor] | None,
) -> None:
    """Add the gradients of the outputs to the `grad` of the leaves, or of `inputs` alone."""
    roots = roots_of(outputs, gradients, create_graph, "backward")
    if create_graph:
        warnings.warn(
            "backward(create_graph=True) makes each parameter and its gradient hold each other, so that their memory waits "
            "for the garbage collector. autograd.grad(..., create_graph=True) does not; or set .grad to None afterwards",
            UserWarning,
            stacklevel=3,
        )
    keep = create_graph if retain_graph is None else retain_graph
    box, edges = outputs[0]._box, None if inputs is None else edges_of(inputs, "backward")
    arrived = propagate(roots, edges, retain_graph=keep, create_graph=create_graph, box=box)
    with set_grad_enabled(create_graph):  # the hooks and the sums are recorded as the rules were
        hooked = [
            (tensor, _hooked(tensor, gradient if create_graph else box(gradient, None, [0])))
            for tensor, gradient in _holders(arrived, inputs)
        ]
        with _collecting:
            for tensor, gradient in hooked:
                tensor._collect(gradient)


def _holders(arrived: dict[Edge, Any], inputs: Sequence[Tensor] | None) -> list[tuple[Traced, Any]]:
    """The tensors that keep what has arrived: `inputs`, or all leaves; and those in between that retain it."""
    holders: dict[Edge, Any] = {tensor._edge(): tensor for tensor in inputs or ()}
    for edge in arrived:
        if isinstance(edge, Node):
            holders.setdefault(edge, None if edge.retained is None else edge.retained())
        elif inputs is None:
            holders[edge] = edge
    return [(tensor, arrived[edge]) for edge, tensor in holders.items() if tensor is not None and edge in arrived]


def grad(
    outputs: Sequence[Tensor],
    inputs: Sequence[Tensor],
    gradients: Sequence[Any],
    *,
    retain_graph: bool | None,
    create_graph: bool,
) -> list[Tensor | None]:
    """The gradients of the outputs with respect to the inputs; None for an input that no output depends on."""
    roots = roots_of(outputs, gradients, create_graph, "grad")
    keep = create_graph if retain_graph is None else retain_graph
    arrived = propagate(roots, edges_of(inputs, "grad"), retain_graph=keep, create_graph=create_graph, box=outputs[0]._box)
    found: dict[Edge, Tensor] = {}
    with set_grad_enabled(create_graph):
        for tensor in inputs:
            edge = tensor._edge()
            if edge in arrived and edge not in found:
                gradient = arrived[edge]
                own = _tied(gradient, tensor) if create_graph else tensor._box(np.array(gradient), None, [0])
                found[edge] = _hooked(tensor, own)
    return [found.get(tensor._edge()) for tensor in inputs]


def _tied(gradient: Tensor, tensor: Tensor) -> Tensor:
    """A gradient that depends on its tensor, if only with the derivative 0, as that of a piecewise linear function does.

    So a penalty on the gradient goes backward, whatever the function is.
    """
    return gradient if gradient.requires_grad else where(False, tensor, gradient)


def edges_of(inputs: Sequence[Tensor], operation: str) -> list[Edge]:
    """The edges of tensors whose gradient is asked for.

    Raises
    ------
    RuntimeError
        One of them does not require grad.
    """
    for number, tensor in enumerate(inputs):
        if not isinstance(tensor, Traced):
            raise TypeError(f"{operation}: input {number} is a {type(tensor).__name__}, expected a tensor")
        if tensor._edge() is None:
            raise RuntimeError(
                f"{operation}: input {number} does not require grad: set requires_grad=True before computing with it"
            )
    return [tensor._edge() for tensor in inputs]


def _hooked(tensor: Traced, gradient: Any) -> Any:
    """A leaf's gradient after its hooks; that of a recorded tensor has met its node's hooks on the walk."""
    return gradient if isinstance(tensor._edge(), Node) else tensor._hooked(gradient)
