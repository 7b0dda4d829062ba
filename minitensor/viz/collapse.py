"""From the whole picture to what is shown of it: deep groups as single nodes, repeated blocks once, long runs cut up."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from minitensor.viz.elements import Direction, GraphData, GraphEdge, GraphNode, Group
from minitensor.viz.merge import together
from minitensor.viz.repeats import Contents, folded
from minitensor.viz.segments import with_segments

LARGEST_PAGE = 20_000  # nodes; a page with more takes a browser too long to read
CROWD = 200  # so many side by side in one frame are drawn in segments


def visible(data: GraphData, depth: int | None, max_nodes: int) -> GraphData:
    """What is shown of a picture.

    Parameters
    ----------
    data : GraphData
        Everything.
    depth : int or None
        Groups that stand as deep as this are drawn as single nodes, 1 being the outermost; None opens them all.
    max_nodes : int
        Where more nodes than this would be shown, the deepest depth that stays within it is taken, and a note says so.
    """
    data = folded(data)
    shown = closed(data, depth)
    return shown if len(shown.nodes) <= max_nodes else _within(data, max_nodes)


def for_page(data: GraphData) -> GraphData:
    """What a page is given, which collapses by itself: everything, in segments where a frame is crowded, within limits."""
    crowds = Counter([*(node.group for node in data.nodes), *(group.parent for group in data.groups)])
    if len(data.nodes) > LARGEST_PAGE:
        return _within(folded(data), LARGEST_PAGE)
    return with_segments(data) if max(crowds.values(), default=0) > CROWD else data


def _within(data: GraphData, max_nodes: int) -> GraphData:
    """The picture with segments, closed at the deepest depth that shows no more than so many nodes, and a note on it."""
    total = sum(node.count for node in data.nodes if node.kind in ("operation", "gradient"))
    data = with_segments(data)
    level = max(len(around) for around in Contents(data).around.values())
    while len((shown := closed(data, level)).nodes) > max_nodes and level > 1:
        level -= 1
    note = (
        f"{total:,} operations are more than one picture shows: what stands {level} deep is drawn as one node, "
        f"{len(shown.nodes):,} nodes in all. depth=... and max_nodes=... choose otherwise"
    )
    return replace(shown, notes=(*data.notes, note))


def closed(data: GraphData, depth: int | None) -> GraphData:
    """The picture with the groups of one depth as single nodes."""
    if depth is None:
        return data
    contents = Contents(data)
    closing = {group_id: around[depth - 1] for group_id, around in contents.around.items() if len(around) >= depth}
    place = {node.id: closing.get(node.group, node.id) for node in data.nodes}
    kinds = {node.id: node.kind for node in data.nodes}
    leaving = {
        edge.source
        for edge in data.edges
        if place[edge.source] != place[edge.target] and kinds[edge.source] == kinds[edge.target]
    }
    nodes: dict[str, GraphNode] = {}
    for node in data.nodes:
        here = place[node.id]
        if here == node.id:
            moved = node.of is not None and place.get(node.of) != node.of
            nodes[here] = replace(node, of=place.get(node.of or "")) if moved else node
        elif here not in nodes:
            nodes[here] = _as_node(contents.tree[here], contents.nodes[here], leaving, place, data.direction)
    edges = {
        GraphEdge(source, target, edge.argument if target in contents.into else ""): None
        for edge in data.edges
        if (source := place[edge.source]) != (target := place[edge.target])
    }
    groups = tuple(group for group in data.groups if len(contents.around[group.id]) < depth)
    return replace(data, nodes=tuple(nodes.values()), edges=tuple(edges), groups=groups)


def _as_node(
    group: Group, inside: list[GraphNode], leaving: set[str], place: dict[str, str], direction: Direction
) -> GraphNode:
    """A group as one node: what comes out of it, and what its nodes say together."""
    exits = [node for node in inside if node.id in leaving or node.output]
    tied = {place[node.of] for node in inside if node.of in place} - {group.id}
    names = [node.name for node in inside if node.output and node.name]
    operations = [node for node in inside if node.kind in ("operation", "gradient", "group")]
    gradients = [node for node in operations if node.kind == "gradient" or node.backward]
    return GraphNode(
        group.id, "group", group.title,
        exits[0].shape if len(exits) == 1 else None,
        exits[0].dtype if len(exits) == 1 else None,
        group.parent,
        name=names[0] if len(names) == 1 else None,
        of=tied.pop() if len(tied) == 1 else None,
        backward=direction == "backward" or group.backward or (bool(operations) and operations == gradients),
        **{**together(inside), "count": sum(node.count for node in operations)},
    )  # fmt: skip
