"""From the tape to a picture's data: every node and every edge, with names, frames, formulas and what is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from minitensor.nn import Module
from minitensor.tape import Derivation, Edge, Node, Traced
from minitensor.tensor import Tensor
from minitensor.viz.calls import Calls
from minitensor.viz.convolutions import convolution_of
from minitensor.viz.elements import Direction, GraphData, GraphEdge, GraphNode
from minitensor.viz.formulas import behind_views, formula_of, owner_of
from minitensor.viz.gradients import Gradients
from minitensor.viz.groups import Frames
from minitensor.viz.kept import Storages, constant_of, value_of
from minitensor.viz.naming import Name, Names, kind_of, place_of
from minitensor.viz.record import recording_of, statistics_of
from minitensor.walk import reachable

FREED = (
    "a backward pass has freed what operations kept, and with it what is known of tensors without gradient: draw before it, "
    "or within record()"
)
GONE = "modules that ran are gone, and their names with them: keep the model in a variable"


def build(
    outputs: Sequence[Tensor],
    model: Module | None,
    given: Mapping[str, Any],
    variables: Mapping[str, Any],
    direction: Direction,
    values: bool,
) -> GraphData:
    """The data of the whole picture of how `outputs` were computed, or of their gradients, or of both.

    Without a model, the one that all operations ran in is taken, if there is one. `given` and `variables` are the names of
    tensors, as `Names` takes them.
    """
    roots = [output._edge() for output in outputs]
    gradients = Gradients(outputs, roots, values) if direction != "forward" else None
    edges = list(roots) if direction != "backward" else []
    if gradients is not None:
        edges += [gradient._edge() for _, gradient in gradients.of_leaves]
    nodes = reachable(edges)[::-1]  # the earliest first
    calls = Calls(nodes)
    drawing = Drawing(Names(model or calls.model(), given, variables), calls, direction, values, gradients)
    for node in nodes:
        if direction != "backward" or drawing.is_drawn_now(node):
            drawing.add_operation(node)
    return drawing.finish(edges)


class Drawing:
    """Collects the elements of a picture while the tape is read from its beginning to its end.

    Parameters
    ----------
    names : Names
    calls : Calls
        Those that the operations ran in.
    direction : str
    values : bool
        Whether to say the norms of arrays that are at hand.
    gradients : Gradients or None
        The backward pass that was run for the picture.
    """

    def __init__(self, names: Names, calls: Calls, direction: Direction, values: bool, gradients: Gradients | None) -> None:
        self._names, self._direction, self._values, self._gradients = names, direction, values, gradients
        self._frames, self._storages = Frames(names, calls), Storages()
        self._notes = [GONE] if calls.gone else []
        self._ids: dict[Any, str] = {}  # by tape node, leaf, or place in memory
        self._nodes: list[GraphNode] = []
        self._edges: list[GraphEdge] = []
        self._unnamed = 0
        self._formulas: dict[Derivation, tuple[str, list[int]]] = {}  # the formula, and where its operations stand

    def is_drawn_now(self, node: Node) -> bool:
        """Whether a node is of the backward pass that was run for the picture."""
        return self._gradients is not None and node.sequence > self._gradients.begin

    def add_operation(self, node: Node) -> None:
        """Add a node of the tape, with the edges that lead to it and the leaves that they come from."""
        recording = recording_of(node)
        if node.saved is None and recording is None and FREED not in self._notes:
            self._notes.append(FREED)
        derivation = node.scope if isinstance(node.scope, Derivation) else None
        stray = derivation is None and self.is_drawn_now(node)  # what a leaf's hook did
        group = None if stray else self._frames.of_operation(node)
        sources, constants = [], {}
        for index, edge in enumerate(node.inputs):
            argument = node.primitive.argument(index)
            constant = None if edge is not None else constant_of(node, index)
            if edge is not None:
                sources.append((self._id_of(edge, group), argument))
            elif isinstance(constant, tuple) or (isinstance(constant, np.ndarray) and constant.ndim):
                sources.append((self._id_of_constant(constant, group), argument))
            else:
                constants[argument] = "?" if constant is None else self._written(constant)
        element = GraphNode(
            self._new_id(node), "operation", node.primitive.label(node.parameters), node.shape, str(node.dtype), group,
            name=self._names.of_node(node), operation=node.name, constants=constants, saved=self._storages.kept_by(node),
            line=recording.line if recording else None,
            seconds=recording.seconds if recording else None,
            backward_seconds=recording.backward_seconds or None if recording else None,
            value=recording.value if recording else value_of(node) if self._values else None,
            gradient=recording.gradient if recording else None,
            convolution=None if self.is_drawn_now(node) else convolution_of(node),
        )  # fmt: skip
        if derivation is not None:
            element = self._as_gradient(element, derivation, node)
        elif stray:
            element = replace(element, kind="gradient", formula="a hook's answer", line=None)
        self._nodes.append(element)
        self._edges += [GraphEdge(source, element.id, argument) for source, argument in sources]

    def _as_gradient(self, element: GraphNode, derivation: Derivation, node: Node) -> GraphNode:
        """An operation of a backward pass, with its formula and what it is the gradient of."""
        forward, argument, _ = derivation
        leaf = behind_views(forward.inputs[argument]) if argument is not None else None
        parameter = self._names.of_leaf(leaf) if isinstance(leaf, Traced) else None
        summed = node.name == "sum_to" and forward.primitive.broadcasts
        formula = formula_of(derivation, summed, parameter.text if parameter is not None else "")
        places = self._formulas[derivation][1] if derivation in self._formulas else []
        self._formulas[derivation] = formula, places  # what comes last, the sum over copies, has the last word
        places.append(len(self._nodes))
        owner: Edge = owner_of(derivation)
        if derivation.part == "sum" and argument is not None:
            owner = forward.inputs[argument]  # what the summands arrive at, a leaf perhaps
        of_label = owner.primitive.label(owner.parameters) if isinstance(owner, Node) else None
        recording = recording_of(owner) if isinstance(owner, Node) else None
        return replace(
            element, kind="gradient", convolution=None, formula=formula, of=self._ids.get(owner),
            of_label=of_label if of_label or parameter is None else parameter.text,
            argument=None if argument is None else forward.primitive.argument(argument),
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
            self._add(edge, edge, Name(edge.primitive.label(edge.parameters), "value"), group, self._names.of_node(edge))
        elif isinstance(edge, Traced):
            seed = self._seed_of(edge)
            name = self._names.of_leaf(edge) or Name(seed or self._numbered(), kind_of(edge))
            self._add(
                edge,
                edge._array,
                name,
                self._frame_of(name, group),
                gradient=edge.grad if isinstance(edge, Tensor) else None,
            )
        return self._ids[edge]

    def _id_of_constant(self, constant: Any, group: str | None) -> str:
        """The id of an array that no gradient is wanted for: by its place in memory, since nothing else is known of it."""
        if isinstance(constant, tuple):  # its shape and dtype are all that was kept of it
            like = np.broadcast_to(np.empty((), constant[1]), constant[0])
            return self._add(object(), like, Name(_word_for(constant[1]), "input"), group, known=False)
        key = place_of(constant)
        if key not in self._ids:
            name = self._names.of_array(constant)
            inner = name is None and constant.dtype.kind != "f"  # a mask or an index is its operation's affair
            name = name or Name(_word_for(constant.dtype), "input")
            self._add(key, constant, name, group if inner else self._frame_of(name, group))
        return self._ids[key]

    def _frame_of(self, name: Name, user: str | None) -> str | None:
        """The frame of a parameter or buffer, which is used in the frame `user`; an input stands outside of all."""
        return None if name.owner is None else self._frames.of_owner(name.owner, self._direction == "backward", user)

    def _add(
        self, key: Any, like: Any, name: Name, group: str | None, called: str | None = None, *,
        gradient: Tensor | None = None, known: bool = True,
    ) -> str:  # fmt: skip
        """Add what no operation of this picture made: a tensor of the array `like`, or a node of the forward pass."""
        look = self._values and known and isinstance(like, np.ndarray)
        element = GraphNode(
            self._new_id(key), name.kind, name.text, tuple(like.shape), str(like.dtype), group, name=called,
            elements=like.size if name.kind in ("parameter", "buffer") else 0,
            value=statistics_of(like) if look else None,
            gradient=statistics_of(gradient) if look and gradient is not None else None,
        )  # fmt: skip
        self._nodes.append(element)
        return element.id

    def _written(self, number: Any) -> str:
        """A number, with the name of the tensor without axes that holds it."""
        name = self._names.of_array(number) if isinstance(number, np.ndarray) else None
        number = number.item() if isinstance(number, (np.ndarray, np.generic)) else number
        text = f"{number:.6g}" if isinstance(number, float) else str(number)
        return text if name is None else f"{name.text} = {text}"

    def _seed_of(self, leaf: Traced) -> str | None:
        """What the gradient that a backward pass begins with is called: after its output, where there are several."""
        if self._gradients is None or id(leaf) not in self._gradients.seeds:
            return None
        number, output = self._gradients.seeds[id(leaf)]
        name = self._names.of_node(output) if isinstance(output, Node) else None
        if len(self._gradients.seeds) == 1:
            return "seed"
        return f"seed {number}" if name is None else f"seed of {name}"

    def _numbered(self) -> str:
        self._unnamed += 1
        return f"leaf {self._unnamed}"

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
            name = self._names.of_leaf(leaf)
            text = labels[self._ids[leaf]] if leaf in self._ids else name.text if name is not None else self._numbered()
            called.setdefault(self._ids[gradient._edge()], []).append(f"{text}.grad")
        numbers = {node.id: number for number, node in enumerate(self._nodes)}
        for node_id in {**outputs, **called}:
            node = self._nodes[numbers[node_id]]
            names = ", ".join(called.get(node_id, [])) or node.name
            self._nodes[numbers[node_id]] = replace(node, output=node_id in outputs, name=names)
        notes = (*self._notes, *self._names.notes())
        return GraphData(self._direction, tuple(self._nodes), tuple(self._edges), tuple(self._frames.groups), notes)


def _word_for(dtype: Any) -> str:
    """What an array without a name is called."""
    return {"b": "mask", "i": "indices", "u": "indices"}.get(np.dtype(dtype).kind, "constant")
