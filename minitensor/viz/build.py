"""From the tape to a picture's data: every node and every edge, with names, frames, formulas and what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from weakref import ref

import numpy as np

from minitensor.tape import Derivation, Edge, Node, Traced
from minitensor.tensor import Tensor
from minitensor.viz.elements import Direction, GraphData, GraphEdge, GraphNode, Kind, Saved
from minitensor.viz.formulas import behind_views, formula_of, owner_of
from minitensor.viz.gradients import Gradients
from minitensor.viz.groups import Frames
from minitensor.viz.naming import Names, kind_of, place_of
from minitensor.viz.record import recording_of, statistics_of
from minitensor.walk import reachable


def build(outputs: Sequence[Tensor], names: Names, direction: Direction, values: bool) -> GraphData:
    """The data of the whole picture of how `outputs` were computed, or of their gradients, or of both."""
    roots = [output._edge() for output in outputs]
    gradients = Gradients(outputs, roots, values) if direction != "forward" else None
    begin = gradients.begin if gradients is not None and direction == "backward" else -1
    drawing = Drawing(names, direction, values, gradients)
    edges = list(roots) if direction != "backward" else []
    if gradients is not None:
        edges += [gradient._edge() for _, gradient in gradients.of_leaves]
    for node in reversed(reachable(edges)):  # the earliest first
        if node.sequence > begin:
            drawing.add_operation(node)
    return drawing.finish(edges)


class Drawing:
    """Collects the elements of a picture while the tape is read from its beginning to its end."""

    def __init__(self, names: Names, direction: Direction, values: bool, gradients: Gradients | None) -> None:
        self._names, self._direction, self._values, self._gradients = names, direction, values, gradients
        self._frames = Frames(names)
        self._ids: dict[Any, str] = {}  # by tape node, leaf, or place in memory
        self._nodes: list[GraphNode] = []
        self._edges: list[GraphEdge] = []
        self._storages: dict[int, int] = {}
        self._unnamed = 0
        self._formulas: dict[Derivation, tuple[str, list[int]]] = {}  # the formula, and where its operations stand

    def add_operation(self, node: Node) -> None:
        """Add a node of the tape, with the edges that lead to it and the leaves that they come from."""
        recording = recording_of(node)
        group = self._frames.of_operation(node)
        sources, constants = [], {}
        for index, edge in enumerate(node.inputs):
            argument = node.primitive.argument(index)
            if edge is not None:
                sources.append((self._id_of(edge, group), argument))
                continue
            constant = _constant(node, index)
            if constant is not None and not isinstance(constant, (np.ndarray, tuple)):
                constants[argument] = f"{constant:.6g}" if isinstance(constant, float) else str(constant)
            elif constant is not None:
                sources.append((self._constant_id(constant, group), argument))
        value = recording.value if recording else None
        element = GraphNode(
            self._new_id(node), "operation", node.primitive.label(node.parameters), node.shape, str(node.dtype), group,
            name=self._names.of_node(node), operation=node.name, constants=constants, saved=self._saved(node),
            line=recording.line if recording else None,
            seconds=recording.seconds if recording else None,
            backward_seconds=recording.backward_seconds or None if recording else None,
            value=value or (self._kept_value(node) if self._values else None),
            gradient=recording.gradient if recording else None,
        )  # fmt: skip
        if isinstance(node.scope, Derivation):
            element = self._as_gradient(element, node.scope, node)
        self._nodes.append(element)
        self._edges += [GraphEdge(source, element.id, argument) for source, argument in sources]

    def _as_gradient(self, element: GraphNode, derivation: Derivation, node: Node) -> GraphNode:
        forward, index, _ = derivation
        leaf = behind_views(forward.inputs[index]) if index is not None else None
        parameter = self._names.of_leaf(leaf) if isinstance(leaf, Traced) else None
        summed = node.name == "sum_to" and forward.primitive.broadcasts
        formula = formula_of(derivation, summed, parameter)
        places = self._formulas.setdefault(derivation, (formula, []))[1]
        self._formulas[derivation] = formula, places  # what comes last, the sum over copies, has the last word
        places.append(len(self._nodes))
        owner = owner_of(derivation)
        recording = recording_of(owner)
        return replace(
            element, kind="gradient", formula=formula, of=self._ids.get(owner),
            of_label=owner.primitive.label(owner.parameters),
            argument=None if index is None else forward.primitive.argument(index),
            line=recording.line if recording else None,
        )  # fmt: skip

    def _new_id(self, key: Any) -> str:
        self._ids[key] = f"n{len(self._ids)}"
        return self._ids[key]

    def _id_of(self, edge: Edge, group: str | None) -> str:
        """The id of what an edge comes from, which is added if this is the first that is seen of it."""
        if edge in self._ids:
            return self._ids[edge]
        if isinstance(edge, Node):  # a value of the forward pass, in a picture of the backward pass alone
            self._add(edge, "value", edge.primitive.label(edge.parameters), edge, group, name=self._names.of_node(edge))
        elif isinstance(edge, Traced):
            name, kind = self._names.of_leaf(edge), kind_of(edge)
            if self._gradients is not None and name is None:
                name = self._gradients.seeds.get(id(edge))
            owner = self._frames.of_owner(name, self._direction == "backward") if name else None
            gradient = (
                statistics_of(edge.grad) if self._values and isinstance(edge, Tensor) and edge.grad is not None else None
            )
            self._add(edge, kind, name or self._numbered(), edge, owner, gradient=gradient, array=edge._array)
        return self._ids[edge]

    def _constant_id(self, constant: Any, group: str | None) -> str:
        """The id of an array that no gradient is wanted for: by its place in memory, since nothing else is known of it."""
        if isinstance(constant, tuple):  # its shape and dtype are all that was kept of it
            shape, dtype = constant
            self._ids[object()] = identifier = f"n{len(self._ids)}"
            self._nodes.append(GraphNode(identifier, "input", _word_for(dtype), shape, str(dtype), group))
            return identifier
        key = place_of(constant)
        if key not in self._ids:
            name, kind = self._names.of_array(constant) or (None, "input")
            owner = self._frames.of_owner(name, self._direction == "backward") if name else None
            if name is None and constant.dtype.kind != "f":  # a mask or an index is its operation's affair
                owner = group
            self._add(key, kind, name or _word_for(constant.dtype), constant, owner, array=constant)
        return self._ids[key]

    def _add(self, key: Any, kind: Kind, label: str, like: Any, group: str | None, array: Any = None, **said: Any) -> None:
        """Add what no operation of this picture made."""
        elements = array.size if kind in ("parameter", "buffer") else 0
        value = statistics_of(array) if self._values and array is not None else None
        self._nodes.append(
            GraphNode(
                self._new_id(key), kind, label, tuple(like.shape), str(like.dtype), group,
                elements=elements, value=value, **said,
            )
        )  # fmt: skip

    def _numbered(self) -> str:
        self._unnamed += 1
        return f"leaf {self._unnamed}"

    def _saved(self, node: Node) -> tuple[Saved, ...]:
        """The arrays that a node keeps; none, where a backward pass has freed them."""
        kept = []
        for position, argument in node.plan.arrays if node.saved is not None else ():
            array = node.saved[position]  # type: ignore[index]
            if isinstance(array, np.ndarray):
                name = "y" if argument is None else node.primitive.argument(argument)
                kept.append(Saved(name, array.shape, str(array.dtype), array.nbytes, self._storage(array)))
        return tuple(kept)

    def _storage(self, array: Any) -> int:
        while isinstance(array.base, np.ndarray):
            array = array.base
        return self._storages.setdefault(array.__array_interface__["data"][0], len(self._storages))

    def _kept_value(self, node: Node) -> Any:
        """Statistics of a result that the node itself keeps."""
        for position, argument in node.plan.arrays if node.saved is not None else ():
            if argument is None:
                return statistics_of(node.saved[position])  # type: ignore[index]
        return None

    def finish(self, roots: Sequence[Edge]) -> GraphData:
        """The picture, with a frame around each gradient that takes several operations."""
        for derivation, (formula, places) in self._formulas.items():
            for place in places:
                node = self._nodes[place]
                group = node.group
                if len(places) > 1:
                    group = self._frames.of_gradient(derivation, formula, node.group, self._ids.get(owner_of(derivation)))
                self._nodes[place] = replace(node, formula=formula, group=group)
        outputs = dict.fromkeys(self._id_of(edge, None) for edge in roots)
        labels = {node.id: node.label for node in self._nodes}
        called: dict[str, list[str]] = {}
        for leaf, gradient in self._gradients.of_leaves if self._gradients is not None else ():
            name = labels[self._ids[leaf]] if leaf in self._ids else self._names.of_leaf(leaf) or self._numbered()
            called.setdefault(self._ids[gradient._edge()], []).append(f"{name}.grad")
        numbers = {node.id: number for number, node in enumerate(self._nodes)}
        for node_id in {**outputs, **called}:
            node = self._nodes[numbers[node_id]]
            names = ", ".join(called.get(node_id, [])) or node.name
            self._nodes[numbers[node_id]] = replace(node, output=node_id in outputs, name=names)
        return GraphData(self._direction, tuple(self._nodes), tuple(self._edges), tuple(self._frames.groups))


def _constant(node: Node, index: int) -> Any:
    """What is known of an argument without gradient: its array, a number, its (shape, dtype), or None for nothing."""
    recording = recording_of(node)
    argument = recording.arguments[index] if recording is not None else None
    if isinstance(argument, ref):
        tensor = argument()
        argument = None if tensor is None else _plain(tensor._array)
    if argument is not None and not isinstance(argument, tuple):
        return argument
    for position, source in node.plan.arrays if node.saved is not None else ():
        if source == index:
            return _plain(node.saved[position])  # type: ignore[index]
    return argument


def _plain(constant: Any) -> Any:
    """An array without axes as the number that it holds."""
    if isinstance(constant, np.generic) or (isinstance(constant, np.ndarray) and constant.ndim == 0):
        return constant.item()
    return constant


def _word_for(dtype: Any) -> str:
    """What an array without a name is called."""
    return {"b": "mask", "i": "indices", "u": "indices"}.get(np.dtype(dtype).kind, "constant")
