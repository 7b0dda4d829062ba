"""Blocks that follow each other with the same structure: found, framed together, and shown once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from typing import Any

from minitensor.viz.elements import GraphData, GraphEdge, GraphNode, Group
from minitensor.viz.merge import together

FEWEST = 3  # as many blocks of the same structure in a row are worth a frame of their own


class Contents:
    """What stands in each group of a picture, at any depth, in the order of computation."""

    def __init__(self, data: GraphData) -> None:
        self.tree = {group.id: group for group in data.groups}
        self.around: dict[str | None, tuple[str, ...]] = {None: ()}  # for each group, those around it and itself
        for group in data.groups:
            self.around[group.id] = (*self.around[group.parent], group.id)
        self.nodes: dict[str, list[GraphNode]] = {group.id: [] for group in data.groups}
        for node in data.nodes:
            for group_id in self.around[node.group]:
                self.nodes[group_id].append(node)
        self.group_of = {node.id: node.group for node in data.nodes}
        self.into: dict[str, list[GraphEdge]] = {}
        for edge in data.edges:
            self.into.setdefault(edge.target, []).append(edge)


def with_repeats(data: GraphData) -> GraphData:
    """The same picture with a frame of the kind "repeat" around each run of blocks that have the same structure."""
    contents = Contents(data)
    siblings: dict[str | None, list[Group]] = {}
    inner = {group.parent for group in data.groups if group.kind != "gradient"}
    for group in data.groups:
        if group.kind in ("module", "backward") and group.path and group.id in inner and contents.nodes[group.id]:
            siblings.setdefault(group.parent, []).append(group)
    place = {node.id: number for number, node in enumerate(data.nodes)}
    frames: dict[str, Group] = {}
    parents: dict[str, str] = {}  # of the blocks
    for blocks in siblings.values():
        blocks.sort(key=lambda group: place[contents.nodes[group.id][0].id])
        for run in _runs(blocks, contents):
            first, last = run[0], run[-1]
            words, _, class_name = first.title.partition(" (call ")[0].partition(": ")
            title = f"{words} … {last.path}: {class_name}" if last.path != first.path else f"{words}: {class_name}, called"
            frame = Group(f"r{len(frames)}", first.parent, title, "repeat", first.path, len(run))
            frames[frame.id] = frame
            parents.update({block.id: frame.id for block in run})
    waiting = set(frames)
    groups: list[Group] = []
    for group in data.groups:
        frame_of = frames.get(parents.get(group.id, ""))
        if frame_of is None:
            groups.append(group)
            continue
        if parents[group.id] in waiting:
            waiting.remove(frame_of.id)
            groups.append(frame_of)
        groups.append(replace(group, parent=frame_of.id))
    return replace(data, groups=tuple(groups))


def _runs(blocks: Sequence[Group], contents: Contents) -> Iterator[list[Group]]:
    """The runs of blocks with the same structure, each fed by the one before it."""
    signatures = [(_signature(block, contents), block) for block in blocks]
    for _, same in groupby(signatures, key=lambda pair: pair[0]):
        run: list[Group] = []
        for _, block in same:
            if run and not _feeds(run[-1], block, contents):
                if len(run) >= FEWEST:
                    yield run
                run = []
            run.append(block)
        if len(run) >= FEWEST:
            yield run


def _feeds(before: Group, after: Group, contents: Contents) -> bool:
    edges = (edge for node in contents.nodes[after.id] for edge in contents.into.get(node.id, ()))
    return any(before.id in contents.around[contents.group_of[edge.source]] for edge in edges)


def _signature(block: Group, contents: Contents) -> Any:
    """What two blocks of the same structure have in common: their nodes in order, and the edges into them."""
    nodes = contents.nodes[block.id]
    number = {node.id: index for index, node in enumerate(nodes)}
    depth = len(contents.around[block.id])
    said = []
    for node in nodes:
        frames = tuple(_relative(contents.tree[one], block) for one in contents.around[node.group][depth:])
        label = node.label if node.operation else node.label.removeprefix(block.path)
        constants = tuple(node.constants.items())
        edges = tuple((number.get(edge.source), edge.argument) for edge in contents.into.get(node.id, ()))
        said.append((node.kind, label, node.shape, node.dtype, node.formula, constants, frames, edges))
    return tuple(said)


def _relative(frame: Group, block: Group) -> tuple[str, str]:
    """What a frame within a block is, and where, as seen from the block."""
    return frame.path.removeprefix(block.path), frame.title.partition(" (call ")[0].rpartition(": ")[2]


def folded(data: GraphData) -> GraphData:
    """The picture with each run of repeated blocks shown as its first block, in the run's frame."""
    if not any(group.kind == "repeat" for group in data.groups):
        return data
    contents = Contents(data)
    blocks: dict[str, list[str]] = {group.id: [] for group in data.groups if group.kind == "repeat"}
    for group in data.groups:
        if group.parent in blocks:
            blocks[group.parent].append(group.id)
    stands_for: dict[str, str] = {}
    frame_of: dict[str | None, str] = {}  # the first block's frame is the run's
    for frame, (first, *others) in blocks.items():
        frame_of[first] = frame
        for other in others:
            for kept, node in zip(contents.nodes[first], contents.nodes[other], strict=True):
                stands_for[node.id] = kept.id
    dropped = {block for run in blocks.values() for block in run}
    image = {node.id: _last(node.id, stands_for) for node in data.nodes}
    block = {node.id: _blocks_of(contents.around[node.group], contents.tree) for node in data.nodes}
    edges = {
        GraphEdge(image[edge.source], image[edge.target], edge.argument): None
        for edge in data.edges
        if not any(block[edge.target].get(run, one) != one for run, one in block[edge.source].items())
    }
    folded_into: dict[str, list[GraphNode]] = {}
    for node in data.nodes:
        folded_into.setdefault(image[node.id], []).append(node)
    nodes = []
    for node in data.nodes:
        if node.id not in stands_for:
            same = folded_into[node.id]
            moved = replace(node, group=frame_of.get(node.group, node.group), of=image.get(node.of or "", node.of))
            nodes.append(moved if len(same) == 1 else replace(moved, name=_name_of(same), **together(same)))
    used = {one for node in nodes for one in contents.around[node.group]}
    groups = [
        replace(
            group,
            parent=frame_of.get(group.parent, group.parent),
            title=f"{group.title} x{group.repeat}" if group.kind == "repeat" else group.title,
        )
        for group in data.groups
        if group.id in used and group.id not in dropped
    ]
    return replace(data, nodes=tuple(nodes), edges=tuple(edges), groups=tuple(groups))


def _name_of(same: Sequence[GraphNode]) -> str | None:
    """The name of what stands for several: the output's, where one is; the first one's, else."""
    return next((node.name for node in same if node.output and node.name), same[0].name)


def _last(key: str, stands_for: dict[str, str]) -> str:
    while key in stands_for:
        key = stands_for[key]
    return key


def _blocks_of(around: Sequence[str], tree: dict[str, Group]) -> dict[str, str]:
    """For each run that a node stands in, the block of it."""
    return {outer: one for outer, one in pairwise(around) if tree[outer].kind == "repeat"}
