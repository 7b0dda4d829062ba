"""What a picture of a graph consists of: nodes, edges, groups of nodes. Plain data, which every format is written from."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Direction = Literal["forward", "backward", "both"]

# operation: a node of the tape. gradient: an operation of a backward pass. parameter, buffer, input: a tensor that no
# recorded operation made. value: a result of the forward pass that a backward pass alone is drawn with. group: what a
# collapsed group of nodes is drawn as.
Kind = Literal["operation", "gradient", "parameter", "buffer", "input", "value", "group"]


@dataclass(frozen=True)
class Saved:
    """An array that an operation keeps for its gradient.

    Attributes
    ----------
    argument : str
        Which of the operation's arrays it is; "y" is its result.
    shape, dtype
        Its own.
    nbytes : int
        Its size in bytes.
    storage : int
        Arrays that share memory have the same number, so that a sum can count them once.
    held : int
        The bytes of the memory that it keeps alive: more than its own for a part of an array, less for one that repeats.
    """

    argument: str
    shape: tuple[int, ...]
    dtype: str
    nbytes: int
    storage: int
    held: int


@dataclass(frozen=True)
class Statistics:
    """What is said of an array's values: their 2-norm over what is finite, and how many are NaN or infinite, of how many."""

    norm: float
    nan: int
    inf: int
    size: int


@dataclass(frozen=True)
class GraphNode:
    """One node of the picture.

    Attributes
    ----------
    id : str
        "n0", "n1", …: in the order in which things were computed, the same in every run.
    kind : str
        See `Kind`.
    label : str
        "conv2d 5x5 /2", or a tensor's dotted name, or a collapsed group's title.
    shape, dtype
        Those of the result; None for a group.
    group : str or None
        The innermost group that it stands in.
    name : str or None
        What the user calls this tensor, where that is not the label.
    operation : str or None
        The primitive's name.
    constants : dict
        The arguments that are numbers, as they are written; "?" for one of which nothing is known.
    output : bool
        Whether the picture was asked of it.
    formula : str or None
        For a gradient: "dX = conv_transpose(dY, W)".
    of : str or None
        For a gradient: the id of the forward node that it belongs to, where that is in the picture.
    of_label : str or None
        For a gradient: that node's label.
    argument : str or None
        For a gradient: the argument of the forward operation whose gradient this is.
    saved : tuple of Saved
        What it keeps for its gradient.
    line : str or None
        Where in the user's code it ran, "train.py:12", where that was recorded.
    seconds, backward_seconds : float or None
        What its kernel took, and its rules, where that was recorded.
    value, gradient : Statistics or None
        Of its result, and of the gradient that arrived, where they are known.
    count : int
        How many operations it stands for: those in a group, and those of the repeated blocks that are not shown.
    elements : int
        How many elements the parameters and buffers have that it stands for.
    backward : bool
        For a group: whether what it stands for is of a backward pass.
    convolution : dict or None
        For a convolution: its settings, by the names that the lens has for them.
    """

    id: str
    kind: Kind
    label: str
    shape: tuple[int, ...] | None = None
    dtype: str | None = None
    group: str | None = None
    name: str | None = None
    operation: str | None = None
    constants: dict[str, str] = field(default_factory=dict, hash=False)
    output: bool = False
    formula: str | None = None
    of: str | None = None
    of_label: str | None = None
    argument: str | None = None
    saved: tuple[Saved, ...] = ()
    line: str | None = None
    seconds: float | None = None
    backward_seconds: float | None = None
    value: Statistics | None = None
    gradient: Statistics | None = None
    count: int = 1
    elements: int = 0
    backward: bool = False
    convolution: dict[str, Any] | None = field(default=None, hash=False)


@dataclass(frozen=True)
class GraphEdge:
    """An array that flows from one node to another, as an argument of that name. `a * a` has two."""

    source: str
    target: str
    argument: str


@dataclass(frozen=True)
class Group:
    """Nodes that are drawn in one frame, or as one node.

    Attributes
    ----------
    id : str
        "g0", "g1", …: parents before their children.
    parent : str or None
        The group around it.
    title : str
        What stands above the frame: the module's path and class, a gradient's formula, "blocks.0 … blocks.11".
    kind : str
        module: what ran in a module. backward: the gradients of what ran there. gradient: the operations of one formula.
        repeat: modules, one after another, of the same structure. segment: a run of operations, where there are too many.
    path : str
        A module's dotted name, "" for the model itself.
    repeat : int
        How many modules of the same structure stand in a group of the kind repeat.
    of : str or None
        For a gradient's operations: the id of the forward node.
    backward : bool
        For a segment: whether it is of a backward pass.
    """

    id: str
    parent: str | None
    title: str
    kind: Literal["module", "backward", "gradient", "repeat", "segment"]
    path: str = ""
    repeat: int = 1
    of: str | None = None
    backward: bool = False


@dataclass(frozen=True)
class GraphData:
    """A whole picture. Nodes stand in the order in which they were computed; edges in the order of their targets."""

    direction: Direction
    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]
    groups: tuple[Group, ...] = ()
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The same as dicts, lists, strings and numbers, for JSON; what says nothing is left out."""
        return {
            "direction": self.direction,
            "nodes": [_telling(node) for node in self.nodes],
            "edges": [asdict(edge) for edge in self.edges],
            "groups": [_telling(group) for group in self.groups],
            "notes": list(self.notes),
        }


def _telling(element: GraphNode | Group) -> dict[str, Any]:
    """An element's fields without those that have nothing to say, such as the line of what was not recorded."""
    idle: dict[str, Any] = {"saved": (), "constants": {}, "count": 1, "repeat": 1, "elements": 0}
    idle |= {"output": False, "backward": False}
    return {key: value for key, value in asdict(element).items() if value is not None and value != idle.get(key)}
