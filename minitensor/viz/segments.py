"""Runs of operations framed together, where there are too many side by side to be drawn one by one."""

from __future__ import annotations

from dataclasses import replace

from minitensor.viz.elements import GraphData, GraphNode, Group

MOST = 40  # so many stand side by side in one frame


def with_segments(data: GraphData) -> GraphData:
    """The same picture, with what stands side by side in a frame split into runs, and those again, of `MOST` at most.

    Runs follow the order of computation, and none crosses from the forward pass into the backward pass. Where there are few
    tensors that no operation made, they stay outside.
    """
    inside: dict[str | None, dict[str, None]] = {}  # by frame: the nodes and groups in it, in order
    numbers: dict[str, list[int]] = {}  # by node or group: the first and the last node's number, and how many there are
    backward: set[str] = set()
    parent = {group.id: group.parent for group in data.groups}
    number = 0
    for node in data.nodes:
        child, frame = node.id, node.group
        number += node.operation is not None
        while True:
            first, _, count = numbers.get(child, (number, number, 0))
            numbers[child] = [first or number, number, count + (node.operation is not None)]
            if _goes_back(node):
                backward.add(child)
            inside.setdefault(frame, {})[child] = None
            if frame is None:
                break
            child, frame = frame, parent[frame]
    home: dict[str, str] = {}
    made: dict[str | None, list[Group]] = {}
    for frame, children in inside.items():
        leaves = [child for child in children if numbers[child][2] == 0]
        order = [child for child in children if numbers[child][2] or len(leaves) > MOST]
        border = next((place for place, child in enumerate(order) if child in backward), len(order))
        made[frame] = [
            *_split(order[:border], frame, f"{frame or 'top'}-", False, home, numbers),
            *_split(order[border:], frame, f"{frame or 'top'}-back-", True, home, numbers),
        ]
    groups = list(made.get(None, []))
    for group in data.groups:
        groups.append(replace(group, parent=home.get(group.id, group.parent)))
        groups += made.get(group.id, [])
    nodes = tuple([replace(node, group=home[node.id]) if node.id in home else node for node in data.nodes])
    return replace(data, nodes=nodes, groups=tuple(groups))


def _goes_back(node: GraphNode) -> bool:
    return node.kind in ("gradient", "value")


def _split(
    children: list[str],
    frame: str | None,
    prefix: str,
    backward: bool,
    home: dict[str, str],
    numbers: dict[str, list[int]],
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
        groups.append(Group(segment, frame, _title(run, numbers), "segment", backward=backward))
        home.update(dict.fromkeys(run, segment))
        groups += _split(run, segment, f"{segment}.", backward, home, numbers)
    return groups


def _title(run: list[str], numbers: dict[str, list[int]]) -> str:
    """What is in a run: its steps where they are one after another, else how many there are."""
    first, last = min(numbers[one][0] for one in run), max(numbers[one][1] for one in run)
    count = sum(numbers[one][2] for one in run)
    return f"steps {first:,} to {last:,}" if last - first + 1 == count else f"{count:,} steps"
