"""Runs of operations framed together, where there are too many side by side to be drawn one by one."""

from __future__ import annotations

from dataclasses import replace

from minitensor.viz.elements import GraphData, Group

MOST = 40  # so many stand side by side in one frame


def with_segments(data: GraphData) -> GraphData:
    """The same picture, with what stands side by side in a frame split into runs, and those again, of `MOST` at most.

    A run is contiguous in the order of computation, so that no edge leads back from a later run to an earlier one.
    """
    first = {node.id: number for number, node in enumerate(data.nodes, 1)}
    last = dict(first)
    inside: dict[str | None, dict[str, None]] = {}  # by frame: the nodes and groups in it, in order
    parent = {group.id: group.parent for group in data.groups}
    for number, node in enumerate(data.nodes, 1):
        child, frame = node.id, node.group
        inside.setdefault(frame, {})[child] = None
        while frame is not None:
            first.setdefault(frame, number)
            last[frame] = number
            child, frame = frame, parent[frame]
            inside.setdefault(frame, {})[child] = None
    home: dict[str, str] = {}
    made: dict[str | None, list[Group]] = {}
    for frame, children in inside.items():
        made[frame] = _split(list(children), frame, f"{frame or 'top'}-", home, first, last)
    groups = list(made[None])
    for group in data.groups:
        groups.append(replace(group, parent=home.get(group.id, group.parent)))
        groups += made.get(group.id, [])
    nodes = tuple([replace(node, group=home[node.id]) if node.id in home else node for node in data.nodes])
    return replace(data, nodes=nodes, groups=tuple(groups))


def _split(
    children: list[str], frame: str | None, prefix: str, home: dict[str, str], first: dict[str, int], last: dict[str, int]
) -> list[Group]:
    """Frames for runs of children, outer ones before inner ones; `home` learns in which of them a child stands."""
    if len(children) <= MOST:
        return []
    size = MOST
    while size * MOST < len(children):
        size *= MOST
    groups = []
    for number, begin in enumerate(range(0, len(children), size)):
        run = children[begin : begin + size]
        segment = f"{prefix}{number}"
        title = f"steps {first[run[0]]:,} to {last[run[-1]]:,}"
        groups.append(Group(segment, frame, title, "segment"))
        home.update(dict.fromkeys(run, segment))
        groups += _split(run, segment, f"{segment}.", home, first, last)
    return groups
