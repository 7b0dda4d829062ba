"""A picture as text: a line for each operation, in the order of computation, under the titles of their modules."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from minitensor.viz.elements import GraphData, GraphNode, Group
from minitensor.viz.words import (
    contents_words,
    one_line,
    saved_bytes,
    saved_words,
    size,
    statistics_words,
    time_words,
    title_of,
)

_LEAVES = {"input": "inputs", "parameter": "parameters", "buffer": "buffers", "value": "values of the forward pass"}
_NAMED = ("input", "parameter", "buffer")  # their labels are names; those of operations and of their values are not
_WIDEST = 72  # a longer cell does not move the columns after it: it reaches into them

Row = tuple[str, ...]  # cells, of which each stands in a column


def as_text(data: GraphData, *, saved: bool = False, values: bool = False) -> str:
    """The picture as a listing.

    Parameters
    ----------
    data : GraphData
    saved : bool
        Whether to say what the operations keep for their gradients.
    values : bool
        Whether to say the norms that are known.

    Returns
    -------
    str
        First the tensors that no operation made; then an operation a line, with what it was given, its shape and dtype and
        what else is known. A result is called by its name where that is its alone, else by a number: %1, %2, ….
        A line feed within a name is written as its escape, so that a line remains a line.

    Examples
    --------
    >>> from minitensor.viz.elements import GraphData, GraphEdge, GraphNode
    >>> nodes = GraphNode("n0", "input", "x", (3,), "float32"), GraphNode("n1", "operation", "mul", (3,), "float32")
    >>> edges = GraphEdge("n0", "n1", "a"), GraphEdge("n0", "n1", "b")
    >>> print(as_text(GraphData("forward", nodes, edges)), end="")
    forward graph: 1 operation
    <BLANKLINE>
    inputs
      x  (3,)  float32
    <BLANKLINE>
    %1 = mul (x, x)  (3,)  float32
    """
    names = references(data.nodes)
    title = title_of(data)
    if saved:
        title += f", {size(saved_bytes(data.nodes))} kept for the gradient"
    parts = [
        [title],
        aligned(_leaves(data, names, values=values)),
        aligned(_operations(data, names, saved=saved, values=values)),
        [f"note: {one_line(note)}" for note in data.notes],
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


def references(nodes: Sequence[GraphNode]) -> dict[str, str]:
    """What each node is called in the listing: its name, or a leaf's label, where no other has that; else a number."""
    wanted = {node.id: one_line(node.name or (node.label if node.kind in _NAMED else "")) for node in nodes}
    uses = Counter(wanted.values())
    numbers = (f"%{count}" for count in range(1, len(nodes) + 1))
    return {
        key: name if name and uses[name] == 1 and not name.startswith("%") else next(numbers) for key, name in wanted.items()
    }


def display_width(text: str) -> int:
    """How many columns of a terminal a text takes: two for a wide character, none for one that joins the one before it.

    Examples
    --------
    >>> display_width("abc"), display_width("日本"), display_width("e\u0301")
    (3, 4, 1)
    """
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.category(char) in ("Mn", "Me", "Cf") else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def aligned(entries: Iterable[str | Row]) -> list[str]:
    """Rows as lines whose columns stand below each other, titles as they are. Columns in which nothing stands are left out.

    Examples
    --------
    >>> aligned(["sizes", ("a", "", "(3,)"), ("long", "", "()")])
    ['sizes', 'a     (3,)', 'long  ()']
    """
    entries = list(entries)
    cells = zip(*(entry for entry in entries if not isinstance(entry, str)), strict=True)
    widths = [max((width for cell in column if (width := display_width(cell)) <= _WIDEST), default=0) for column in cells]
    return [entry if isinstance(entry, str) else _line(entry, widths) for entry in entries]


def _line(row: Row, widths: Sequence[int]) -> str:
    """One row of cells that are so wide; a longer one takes from the room that the next ones leave."""
    line, end = "", 0
    for cell, width in zip(row, widths, strict=True):
        if cell:
            line += " " * max(end - display_width(line), 2 if line else 0) + cell
        end += width + 2 if width else 0
    return line.rstrip()


def _leaves(data: GraphData, names: dict[str, str], *, values: bool) -> Iterator[str | Row]:
    """The tensors that no operation in the picture made, kind by kind."""
    widest = _widest_number(names[node.id] for node in data.nodes if node.kind in _LEAVES)
    for kind, title in _LEAVES.items():
        found = [node for node in data.nodes if node.kind == kind]
        if found:
            yield title
        for node in found:
            name, label = names[node.id], one_line(node.label)
            called = name if name == label else f"{name:{widest}} = {label}"
            yield (f"  {called}", *_cells(node, saved=False, values=values))


def _operations(data: GraphData, names: dict[str, str], *, saved: bool, values: bool) -> Iterator[str | Row]:
    """The operations in the order of computation. Where the module changes, the titles of those that are entered."""
    inputs: defaultdict[str, list[str]] = defaultdict(list)
    for edge in data.edges:
        inputs[edge.target].append(names[edge.source])
    groups = {group.id: group for group in data.groups}
    paths = _paths(data.groups)
    widest = _widest_number(names[node.id] for node in data.nodes if node.kind not in _LEAVES)
    inside: tuple[str, ...] = ()
    seen: set[str] = set()
    for node in data.nodes:
        if node.kind in _LEAVES:
            continue
        path = paths[node.group]
        common = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(path, inside, strict=False))))
        for depth, key in enumerate(path[common:], common):
            of = f"  {_of(node, names)}" if groups[key].kind == "gradient" else ""
            yield "  " * depth + one_line(groups[key].title) + of + ("  (continued)" if key in seen else "")
        inside = path
        seen.update(path)
        given = ", ".join([*inputs[node.id], *(f"{key} = {one_line(value)}" for key, value in node.constants.items())])
        label = f"[{one_line(node.label)}]" if node.kind == "group" else one_line(node.label)
        made = f"{'  ' * len(path)}{names[node.id]:{widest}} = {label} ({given})"
        titled = node.group is not None and groups[node.group].kind == "gradient"
        told = ("", "") if titled else (_content(node), _of(node, names))
        yield (made, *_cells(node, saved=saved, values=values, told=told))


def _cells(node: GraphNode, *, saved: bool, values: bool, told: tuple[str, str] = ("", "")) -> Row:
    """What is known of a node, a cell for each kind of knowledge; what is told of its formula stands behind its shape."""
    value = statistics_words(node.value, norm=values) + statistics_words(node.gradient, norm=values, of="gradient")
    return (
        "" if node.shape is None else str(node.shape),
        node.dtype or "",
        *told,
        saved_words(node) if saved else "",
        ", ".join(value),
        time_words(node),
        one_line(node.line or ""),
    )


def _content(node: GraphNode) -> str:
    """What a group holds; a gradient as its formula, or in words where it has none."""
    if node.kind == "group":
        return contents_words(node)
    if node.formula is not None:
        return one_line(node.formula)
    return f"gradient of {node.argument}" if node.kind == "gradient" and node.argument else ""


def _of(node: GraphNode, names: dict[str, str]) -> str:
    """The forward operation that a gradient belongs to: by what it is called here, or by its label where it is not drawn."""
    if node.of in names:
        return f"of {names[node.of]}"
    return f"of {one_line(node.of_label)}" if node.of_label is not None else ""


def _widest_number(names: Iterable[str]) -> int:
    """The width of the longest of the numbers among these names: they stand below each other, other names as they come."""
    return max((len(name) for name in names if name.startswith("%")), default=0)


def _paths(groups: Iterable[Group]) -> dict[str | None, tuple[str, ...]]:
    """The groups that a node stands in, outermost first, by its innermost one."""
    paths: dict[str | None, tuple[str, ...]] = {None: ()}
    for group in groups:
        paths[group.id] = (*paths[group.parent], group.id)
    return paths
