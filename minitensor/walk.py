"""The walk back over the tape, which carries gradients from the results to the leaves.

Operations run at once, so the number that each node draws is larger than those of all the nodes it came from: sorting by it
is a topological order, and the walk is a loop, never a recursion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import asarray, generic

from minitensor.grad_mode import mode
from minitensor.tape import Derivation, Edge, Node, Traced, adjust

if TYPE_CHECKING:
    from minitensor.observer import Observer


by_sequence = attrgetter("sequence")


def reachable(edges: Iterable[Edge]) -> list[Node]:
    """The nodes that the edges lead to, each once, the latest first."""
    waiting: list[Edge] = list(edges)
    found: dict[Node, None] = {}  # in the order of discovery, which is almost that of the numbers: quick to sort
    while waiting:
        edge = waiting.pop()
        if isinstance(edge, Node) and edge not in found:
            found[edge] = None
            waiting.extend(edge.inputs)
    return sorted(found, key=by_sequence, reverse=True)


def between(order: Sequence[Node], targets: set[Edge]) -> set[Edge]:
    """Of the nodes in `order`, latest first, those through which a gradient reaches one of `targets`."""
    through: set[Edge] = set()
    for node in reversed(order):
        if not (targets.isdisjoint(node.inputs) and through.isdisjoint(node.inputs)):
            through.add(node)
    return through


def propagate(
    roots: Sequence[tuple[Edge, Any]],
    targets: Sequence[Edge] | None = None,
    *,
    retain_graph: bool = False,
    create_graph: bool = False,
    box: Callable[..., Any],
) -> dict[Edge, Any]:
    """Walk the tape back from `roots`, and return what arrives at the leaves, or at `targets` alone.

    What arrives at a node whose tensor retains its gradient is returned with it.

    Parameters
    ----------
    roots : sequence of (edge, gradient)
        Where to begin, and the gradient there: ndarrays, or Tensors with `create_graph`.
    targets : sequence of edges, optional
        Rules run only for what leads to one of them. None: all leaves.
    retain_graph : bool
        Keep what the nodes saved, so that the walk can be repeated.
    create_graph : bool
        Run the rules on Tensors, so that what they do is recorded in turn.
    box : callable
        Makes a Tensor of an array.
    """
    order = reachable([edge for edge, _ in roots])  # latest first
    asked: set[Edge] = set(targets or ())
    through = None if targets is None else between(order, asked)  # the nodes whose rules run; None: all
    wanted = None if through is None else asked | through
    for node in order:
        if (node.versions or node.saved is None) and (through is None or node in through):
            node.check_saved()
    arrived: dict[Edge, Any] = {}
    before = mode.scope, mode.grad_enabled
    observers = mode.observers
    mode.grad_enabled = create_graph  # the rules run on arrays, or are to be recorded; hooks see the same mode
    try:
        with np.errstate(all="ignore"):  # inf and nan are answers here, not accidents
            for edge, gradient in roots:  # one tensor may be given twice
                if create_graph and isinstance(edge, Node):
                    mode.scope = Derivation(edge, None, "sum")
                _accumulate(arrived, edge, gradient)
            for node in order:
                gradient = arrived.pop(node, None)
                if gradient is None:
                    continue
                if node.hooks:
                    gradient = _run_hooks(node, gradient, box, create_graph)
                if node in asked or (node.retained is not None and node.retained() is not None):
                    arrived[node] = gradient
                if through is not None and node not in through:
                    continue
                for observer in observers:
                    observer.arrived(node, gradient)
                saved = _boxed(node, box) if create_graph else node.saved
                try:
                    _apply_rules(node, gradient, saved or (), arrived, wanted, create_graph, observers)
                finally:
                    for observer in observers:
                        observer.left(node)
                if not retain_graph and node.plan.arrays:
                    node.saved = None
    finally:
        mode.scope, mode.grad_enabled = before
    return arrived


def _apply_rules(
    node: Node,
    gradient: Any,
    saved: Sequence[Any],
    arrived: dict[Edge, Any],
    wanted: set[Edge] | None,
    create_graph: bool,
    observers: tuple[Observer, ...],
) -> None:
    """Apply a node's rules to the gradient that has arrived at it, and add what they answer to its inputs' gradients."""
    plan = node.plan
    answers = None if plan.fused is None else plan.fused(node, gradient, saved, wanted, create_graph)
    for index, rule in plan.rules:
        edge: Any = node.inputs[index]
        if wanted is not None and edge not in wanted:
            continue
        if create_graph:
            mode.scope = Derivation(node, index, "rule")
        value = rule(gradient, saved, node.parameters) if answers is None else answers[index]
        if value is None and answers is not None:  # a `Function` may say that nothing flows there
            continue
        if isinstance(value, generic):
            value = asarray(value)
        if value.shape != edge.shape:
            if not node.primitive.broadcasts:
                raise RuntimeError(
                    f"the rule of {node.name} for its argument {node.primitive.argument(index)!r} "
                    f"returned a gradient of shape {value.shape}; the argument's is {edge.shape}"
                )
            value = adjust.sum_to(value, shape=edge.shape)
        if value.dtype != edge.dtype:
            value = adjust.cast(value, dtype=edge.dtype)
        for observer in observers:
            observer.answered(node, index, value)
        if create_graph:
            mode.scope = Derivation(node, index, "sum")
        _accumulate(arrived, edge, value)


def _accumulate(arrived: dict[Edge, Any], edge: Edge, gradient: Any) -> None:
    """Add a gradient to what has arrived: out of place, since a rule may hand the same array to several inputs."""
    before = arrived.get(edge)
    if before is None:
        arrived[edge] = gradient
    else:
        total = before + gradient
        arrived[edge] = asarray(total) if isinstance(total, generic) else total


def _boxed(node: Node, box: Callable[..., Any]) -> tuple[Any, ...]:
    """What a node saved, as Tensors tied to where it came from: so what the rules do to them is differentiable."""
    saved = list(node.saved or ())
    cells = {position: cell for position, cell, _ in node.versions}
    for position, argument in node.plan.arrays:
        edge = node if argument is None else node.inputs[argument]
        if isinstance(edge, Traced):
            saved[position] = edge
        elif position in cells:  # what was no tensor stays what it is
            saved[position] = box(saved[position], edge, cells[position])
    return tuple(saved)


def run_hooks(hooks: dict[int, Callable[[Any], Any]] | None, gradient: Any) -> Any:
    """What hooks, one after the other, make of a gradient: a Tensor of its own memory, which they may write to.

    Raises
    ------
    TypeError, RuntimeError
        A hook returns something other than None or a tensor of the gradient's shape and dtype.
    """
    for hook in list((hooks or {}).values()):
        answer = hook(gradient)
        if answer is None:
            continue
        if not isinstance(answer, Traced):
            raise TypeError(f"a hook returns a tensor or None, got {type(answer).__name__}")
        if answer.shape != gradient.shape or answer.dtype != gradient.dtype:
            raise RuntimeError(
                f"a hook returned {answer.dtype} of shape {answer.shape}, "
                f"the gradient is {gradient.dtype} of shape {gradient.shape}"
            )
        gradient = answer
    return gradient


def _run_hooks(node: Node, gradient: Any, box: Callable[..., Any], create_graph: bool) -> Any:
    """Show the gradient that arrives at a node to its hooks, always as a Tensor."""
    if create_graph:
        mode.scope = Derivation(node, None, "hook")
    shown = run_hooks(node.hooks, gradient if create_graph else box(np.array(gradient), None, [0]))
    return shown if create_graph else shown._array
