"""A picture as DOT, the language of Graphviz. The same graph is the same text, on every run and every Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import graphviz

from minitensor.viz.elements import GraphData, GraphNode, Kind
from minitensor.viz.palette import ALARM, COLOURS, INK
from minitensor.viz.words import is_marked, lines_of, one_line, printable, title_of

FAMILY = "Helvetica,Arial,sans-serif"

SHAPES: dict[Kind, dict[str, str]] = {
    "operation": {"shape": "box", "style": "rounded,filled"},
    "gradient": {"shape": "box", "style": "filled"},
    "parameter": {"shape": "cylinder", "style": "filled"},
    "buffer": {"shape": "note", "style": "filled"},
    "input": {"shape": "ellipse", "style": "filled", "margin": "0.04,0.02"},
    "value": {"shape": "box", "style": "dashed,rounded,filled"},
    "group": {"shape": "box", "style": "filled", "peripheries": "2"},
}


def escaped(lines: Iterable[str], *, times: int = 1) -> str:
    r"""Lines as a DOT string that is shown as they are, whatever is in them.

    Graphviz reads a label three times: a backslash begins an escape ("\N" is the node's name), an ampersand an entity, and
    angle brackets around the whole make it HTML.

    Parameters
    ----------
    lines : iterable of str
    times : int
        How often Graphviz undoes the escapes with a backslash: once in a label, twice in a tooltip.

    Examples
    --------
    >>> print(escaped(["<b>", r"\N &amp;"]))
    <b>\n\\N &amp;amp;
    """
    written = [line.replace("&", "&amp;").replace("\\", "\\" * 2**times) for line in lines]
    if len(written) > 1:
        written = [line or " " for line in written]  # Graphviz 14.1 crashes on a label that begins with an empty line
    plain: str = graphviz.nohtml("\\n".join(written))
    return plain


def dot_source(data: GraphData, *, saved: bool = False, values: bool = False) -> str:
    """The picture as DOT.

    Parameters
    ----------
    data : GraphData
    saved : bool
        Whether the nodes say what they keep for their gradients.
    values : bool
        Whether they say the norms that are known.

    Returns
    -------
    str
        A digraph: a node for each node, named by its id; a cluster for each group, within that of its parent; an edge for
        each edge. In a picture of both directions the edges between gradients are written the other way round, with
        dir=back, and dashed ones without an arrow lead from forward operations to their gradients. Labels are plain text.
        The tooltips say all that is known.

    Examples
    --------
    >>> from minitensor.viz.elements import GraphData, GraphEdge, GraphNode
    >>> nodes = GraphNode("n0", "input", "x", (3,), "float32"), GraphNode("n1", "operation", "relu", (3,), "float32")
    >>> source = dot_source(GraphData("forward", nodes, (GraphEdge("n0", "n1", "x"),)))
    >>> print(source.splitlines()[-2].strip())
    n0 -> n1 [tooltip="x of relu"]
    """
    picture = graphviz.Digraph(
        name=title_of(data),
        graph_attr={"bgcolor": "transparent", "compound": "true", "fontcolor": INK, "fontname": FAMILY, "fontsize": "11",
                    "labeljust": "l", "nodesep": "0.25", "ranksep": "0.35"},
        node_attr={"fontname": FAMILY, "fontsize": "11", "margin": "0.14,0.07", **_appearance("operation")},
        edge_attr={"arrowsize": "0.7", "color": INK},
    )  # fmt: skip
    if data.notes:
        picture.attr(label=_left_aligned(data.notes), labelloc="b")
    frames = {group.id: graphviz.Digraph(name=f"cluster_{group.id}") for group in data.groups}
    formulas = {group.id for group in data.groups if group.kind == "gradient"}
    for group in data.groups:
        title = printable(group.title).split("\n")
        frames[group.id].attr(
            label=escaped(title), tooltip=escaped(title, times=2), labelloc="t", style="rounded", color=INK, fontcolor=INK
        )
    for node in data.nodes:
        frame = picture if node.group is None else frames[node.group]
        frame.node(node.id, **_attributes(node, saved=saved, values=values, titled=node.group in formulas))
    within: defaultdict[str | None, list[graphviz.Digraph]] = defaultdict(list)
    for group in data.groups:
        within[group.parent].append(frames[group.id])
    for group in reversed(data.groups):  # parents stand before their children, so what is put into a frame is full already
        for inner in within[group.id]:
            frames[group.id].subgraph(inner)
    for inner in within[None]:
        picture.subgraph(inner)
    _connect(picture, data)
    if data.direction == "both":
        _tie(picture, data.nodes, formulas)
    return str(picture.source)


def _attributes(node: GraphNode, *, saved: bool, values: bool, titled: bool) -> dict[str, str]:
    """How one node is drawn."""
    usual = _appearance("operation")
    everything = lines_of(node, saved=True, values=True)
    if node.of_label is not None:
        everything.append(one_line(f"gradient of {node.argument or 'an argument'} of {node.of_label}"))
    attributes = {
        "label": escaped(lines_of(node, saved=saved, values=values, titled=titled)),
        "tooltip": escaped(everything, times=2),
        **{key: value for key, value in _appearance(node.kind).items() if value != usual.get(key)},
    }
    if node.kind == "group" and node.of is not None:
        attributes["color"] = COLOURS["gradient"].line
    if node.output:
        attributes["penwidth"] = "2.5"
    if is_marked(node):
        attributes.update(color=ALARM, penwidth="4")
    return attributes


def _appearance(kind: Kind) -> dict[str, str]:
    """The shape and the colours of a kind of node."""
    colours = COLOURS[kind]
    return {**SHAPES[kind], "fillcolor": colours.fill, "color": colours.line, "fontcolor": colours.font}


def _connect(picture: graphviz.Digraph, data: GraphData) -> None:
    """Draw the edges. In a picture of both directions the backward pass runs upwards, beside what it is the gradient of.

    There an edge between gradients is written from its target to its source, with its arrow at the source's end, so that the
    layout puts the target above; and one from the forward pass to a gradient has no say in what stands above what.
    """
    labels = {node.id: node.label for node in data.nodes}
    backward = _backward_side(data) if data.direction == "both" else set()
    for edge in data.edges:
        tooltip = escaped([one_line(f"{edge.argument or 'an argument'} of {labels[edge.target]}")], times=2)
        if edge.target not in backward:
            picture.edge(edge.source, edge.target, tooltip=tooltip)
        elif edge.source in backward:
            picture.edge(edge.target, edge.source, tooltip=tooltip, dir="back")
        else:
            picture.edge(edge.source, edge.target, tooltip=tooltip, constraint="false")


def _backward_side(data: GraphData) -> set[str]:
    """The nodes that belong to the backward pass: gradients, groups of them, and leaves that only they are computed from."""
    side = {node.id for node in data.nodes if node.kind == "gradient" or node.of is not None}
    groups = {node.id for node in data.nodes if node.kind == "group"}
    for edge in data.edges:  # in the order of their targets
        if edge.source in side and edge.target in groups:
            side.add(edge.target)
    leaves = {node.id for node in data.nodes if node.kind in ("input", "parameter", "buffer")}
    return side | leaves.difference(edge.source for edge in data.edges if edge.target not in side)


def _tie(picture: graphviz.Digraph, nodes: Iterable[GraphNode], formulas: set[str]) -> None:
    """Draw the dashed lines from forward operations to their gradients, each to its formula's frame where it has one.

    They draw the two to the same height.
    """
    names = {node.id for node in nodes}
    tied = set()
    for node in nodes:
        frame = node.group if node.group in formulas else None
        if node.of in names and (node.of, frame or node.id) not in tied:
            tied.add((node.of, frame or node.id))
            picture.edge(
                node.of,
                node.id,
                style="dashed",
                arrowhead="none",
                minlen="0",
                color=COLOURS["gradient"].line,
                tooltip="its gradient",
                **({"lhead": f"cluster_{frame}"} if frame else {}),
            )


def _left_aligned(notes: Iterable[str]) -> str:
    r"""Notes that stand below the whole picture: the escape \l ends a line that begins at the left."""
    lines = (line or " " for note in notes for line in printable(note).split("\n"))
    plain: str = graphviz.nohtml("".join(escaped([line]) + "\\l" for line in lines))
    return plain
