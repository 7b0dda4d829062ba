"""A model's summary: its rows and totals, as data, as text and as HTML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from html import escape
from typing import Any, NamedTuple

from minitensor.tables import aligned, width_of
from minitensor.viz.summary_run import Shapes

TITLES = ("path", "layer", "kernel", "output shape", "parameters", "multiply-adds")
NOTHING = "-"  # stands where there is no number to add


@dataclass(frozen=True)
class Row:
    """A call of a layer; or a layer that was not called.

    Attributes
    ----------
    path : str
        Its dotted name; "" for the model itself.
    layer : str
        Its class.
    depth : int
        How many modules hold it, one within the other: 0 for the model itself.
    kernel : tuple of int, or None
        The kernel's sizes, where it has a `kernel_size`.
    input_shape, output_shape : tuple of int, or None
        For several tensors a tuple of their shapes, for a dict a dict of them; None where there is no tensor.
    parameters, trainable : int
        The size of all parameters in it and below, and of those that require grad.
    multiply_adds : int
        Of this call, with the calls below it.
    counted : int
        The size of those parameters that it holds itself and that are in no row before: over all rows, these add up to the
        model's parameters.
    call : int
        1 for its first call, 2 for its second, ...; 0 where it was not called.
    """

    path: str
    layer: str
    depth: int
    kernel: tuple[int, ...] | None
    input_shape: Shapes
    output_shape: Shapes
    parameters: int
    trainable: int
    multiply_adds: int
    counted: int
    call: int


@dataclass(frozen=True, repr=False)
class Summary:
    """What `summary` answers: printed, it is a table.

    In the columns of the parameters and of the multiply-adds, each number stands once, where it belongs, so that they add
    up to the totals. "(shared)" is a layer whose parameters were counted before.

    Attributes
    ----------
    model : str
        The model's class.
    rows : tuple of Row
        The model itself, then what it called, each before what it called in turn; then what it did not call.
    total_parameters, trainable_parameters : int
        A parameter that is held twice counts once.
    multiply_adds : int
        Of one forward pass.
    input_bytes, parameter_bytes : int
        What the inputs and the parameters take.
    output_bytes : int
        What the outputs of all layers with parameters take, and as much again for their gradients.
    depth : int or None
        How many levels are printed below the model.
    """

    model: str
    rows: tuple[Row, ...]
    total_parameters: int
    trainable_parameters: int
    multiply_adds: int
    input_bytes: int
    output_bytes: int
    parameter_bytes: int
    depth: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """The same as dicts, tuples, strings and numbers, for JSON."""
        return asdict(self)

    def __repr__(self) -> str:
        lines = [(line.tree + line.name, *line.cells) for line in _lines(self)]
        table = aligned([TITLES, *lines], left=4)
        totals = aligned(list(_totals(self)), left=1)
        rule = "─" * max(map(width_of, table))
        return "\n".join([_title(self), "", table[0], rule, *table[1:], rule, *totals])

    def _repr_html_(self) -> str:
        """The table for a notebook."""
        lines = [(line.name, *line.cells) for line in _lines(self)]
        indents = [2 * line.depth for line in _lines(self)]
        head = _html_row(TITLES, "th", left=4)
        body = [_html_row(line, "td", left=4, indent=indent) for line, indent in zip(lines, indents, strict=True)]
        foot = [_html_row(line, "td", left=1) for line in _totals(self)]
        caption = f"<caption>{escape(_title(self))}</caption>"
        table = ["<table>", caption, "<thead>", head, "</thead>", "<tbody>", *body, "</tbody>", "</table>"]
        return "\n".join([*table, "<table>", "<tbody>", *foot, "</tbody>", "</table>"])


def _title(summary: Summary) -> str:
    """What was summarised."""
    return f"{_shown(summary.model)}, called with {_shape(summary.rows[0].input_shape)}"


class _Line(NamedTuple):
    """A row as it is printed: the branches of the tree before its name, and the cells after it."""

    tree: str
    name: str
    depth: int
    cells: tuple[str, ...]


def _lines(summary: Summary) -> Iterator[_Line]:
    """The rows that are printed, the deepest ones standing for what is in them."""
    rows = summary.rows
    ends = _ends(rows)
    last_at: list[bool] = []  # of the row before and those above it: whether no other follows on its level
    paths: list[str] = []
    for place, (row, end) in enumerate(zip(rows, ends, strict=True)):
        del last_at[row.depth :], paths[row.depth :]
        last_at.append(end == len(rows) or rows[end].depth < row.depth)
        paths.append(row.path)
        if summary.depth is not None and row.depth > summary.depth:
            continue
        whole = end == place + 1 or row.depth == summary.depth  # whether it stands for all that is in it
        tree = "".join("   " if last else "│  " for last in last_at[1:-1])
        tree += "" if row.depth == 0 else "└─ " if last_at[-1] else "├─ "
        name = row.path[len(paths[-2]) :].removeprefix(".") if row.depth else "(model)"
        yield _Line(tree, _shown(name), row.depth, _cells(row, rows[place + 1 : end], whole))


def _ends(rows: tuple[Row, ...]) -> list[int]:
    """For each row, the place after the last row that is in it."""
    ends = [len(rows)] * len(rows)
    open_rows: list[int] = []
    for place, row in enumerate(rows):
        while open_rows and rows[open_rows[-1]].depth >= row.depth:
            ends[open_rows.pop()] = place
        open_rows.append(place)
    return ends


def _cells(row: Row, below: tuple[Row, ...], whole: bool) -> tuple[str, ...]:
    """What stands beside a row's name; `whole` is a row that stands for all rows below it too."""
    counted = row.counted + sum(one.counted for one in below if whole)
    shared = whole and row.parameters > 0
    frozen = "" if row.trainable == row.parameters else " (partly frozen)" if row.trainable else " (frozen)"
    idle = "" if any(one.call for one in (row, *below)) else "not called"
    return (
        _shown(row.layer) + (frozen if whole else ""),
        "x".join(map(str, row.kernel or ())),
        idle if row.output_shape is None else _shape(row.output_shape),
        f"{counted:,}" if counted else "(shared)" if shared else NOTHING,
        f"{row.multiply_adds:,}" if whole and row.multiply_adds else NOTHING,
    )


def _totals(summary: Summary) -> Iterator[tuple[str, str, str]]:
    """The lines below the table: what it is, the number, and the same in short."""
    in_all = summary.input_bytes + summary.output_bytes + summary.parameter_bytes
    for title, number, unit in (
        ("parameters", summary.total_parameters, ""),
        ("trainable parameters", summary.trainable_parameters, ""),
        ("multiply-adds", summary.multiply_adds, ""),
        ("bytes of the input", summary.input_bytes, "B"),
        ("bytes of the outputs and their gradients", summary.output_bytes, "B"),
        ("bytes of the parameters", summary.parameter_bytes, "B"),
        ("bytes in all", in_all, "B"),
    ):
        yield title, f"{number:,}", _short(number, unit)


def _short(number: int, unit: str) -> str:
    """A number with one decimal and a prefix: 61,706 is 61.7 k."""
    if number < 1000:
        return f"{number} {unit}".rstrip()
    power = next(power for power in (1, 2, 3, 4) if power == 4 or round(number / 1000**power, 1) < 1000)
    return f"{number / 1000**power:,.1f} {'kMGT'[power - 1]}{unit}"


def _shape(shapes: Shapes) -> str:
    """A shape as Python writes it; several of them in square brackets, those of a dict with their names in curly ones."""
    if isinstance(shapes, dict):
        return "{" + ", ".join(f"{_shown(name)}: {_shape(part)}" for name, part in shapes.items()) + "}"
    if isinstance(shapes, tuple) and not all(isinstance(part, int) for part in shapes):
        return "[" + ", ".join(map(_shape, shapes)) + "]"
    return str(shapes)


def _shown(name: str) -> str:
    """A name on one line: what cannot be printed is escaped."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in name)


def _html_row(cells: tuple[str, ...], tag: str, left: int, indent: int = 0) -> str:
    """A row of an HTML table, its first cell indented by `indent` letters."""
    styles = ["text-align: left" if place < left else "text-align: right" for place in range(len(cells))]
    styles[0] += f"; padding-left: {indent + 0.5}em"
    inner = "".join(f'<{tag} style="{style}">{escape(cell)}</{tag}>' for style, cell in zip(styles, cells, strict=True))
    return f"<tr>{inner}</tr>"
