"""The backward pass as a graph: the gradients, worked out once so that their operations can be drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minitensor import autograd
from minitensor.creation import ones_like
from minitensor.dtypes import Array
from minitensor.grad_mode import mode
from minitensor.tape import Edge, Node, Traced, next_sequence_number
from minitensor.tensor import Tensor
from minitensor.viz.record import Recording, kept_of, record, recording_of, statistics_of
from minitensor.walk import reachable


class Gradients:
    """The gradients of some outputs with respect to all leaves, with the operations that they took.

    The gradient to begin with, the seed, is a tensor of ones that requires grad itself. So every operation of a rule is
    recorded, since each works on what arrives, even where nothing else that it works on would have needed a gradient.
    Nobody's `grad` is touched, and the graph is kept as it was.

    Parameters
    ----------
    outputs : sequence of Tensor
    roots : sequence of edges
        Theirs.
    values : bool
        Whether to keep statistics of the gradients, as `record` does.

    Attributes
    ----------
    begin : int
        A sequence number: the operations of the backward pass have larger ones.
    of_leaves : list of (leaf, Tensor)
        Each leaf with its gradient, in the order in which the forward pass came to them.
    seeds : dict of int to (int, edge)
        By the id of the tensor that a backward pass begins with, its number and its output.
    """

    def __init__(self, outputs: Sequence[Tensor], roots: Sequence[Edge], values: bool) -> None:
        order = reachable(roots)
        leaves = _leaves(order, roots)
        self._starts = [ones_like(output, requires_grad=True) for output in outputs]
        pairs = zip(self._starts, roots, strict=True)
        self.seeds = {id(start): (number, root) for number, (start, root) in enumerate(pairs, 1)}
        if any(node.saved is None for node in order):
            raise RuntimeError(
                "graph: a backward pass has freed what the gradients need. Draw before backward(), or pass "
                "retain_graph=True to it"
            )
        self.begin = next_sequence_number()
        before = mode.observers
        mode.observers = ()  # what others record is the program's run, not the drawing of it
        try:
            with _Quiet(statistics=values or any(recording_of(node) is not None for node in order)):
                found = autograd.grad(list(outputs), leaves, self._starts, create_graph=True, allow_unused=True)  # type: ignore[arg-type]
        finally:
            mode.observers = before
        self.of_leaves = [
            (leaf, one) for leaf, one in zip(leaves, found, strict=True) if one is not None and one._edge() is not None
        ]


class _Quiet(record):
    """Records the operations of a backward pass, and lets what was recorded of the forward pass be.

    Parameters
    ----------
    statistics : bool
        Whether to look at values and time; the arguments, which a picture names, are kept in any case.
    """

    def __init__(self, statistics: bool) -> None:
        super().__init__()
        self._statistics = statistics

    def recorded(self, node: Node, arguments: tuple[Any, ...], result: Array) -> None:
        """Keep what there is to see of an operation."""
        if self._statistics:
            super().recorded(node, arguments, result)
        else:
            node.recording = Recording("", kept_of(arguments), None, None)

    def arrived(self, node: Node, gradient: Any) -> None:
        """Take note of a gradient where nothing is known of it yet."""
        recording = recording_of(node) if self._statistics else None
        if recording is not None and recording.gradient is None:
            recording.gradient = statistics_of(gradient)
        self._going_back.append(None)  # drawing is no part of what the program takes


def _leaves(order: Sequence[Node], roots: Sequence[Edge]) -> list[Traced]:
    """The leaves in the order in which the forward pass came to them."""
    edges = [edge for node in reversed(order) for edge in node.inputs] + list(roots)
    return list({id(edge): edge for edge in edges if isinstance(edge, Traced)}.values())
