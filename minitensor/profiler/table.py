"""Averages as a table of text."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

from minitensor.profiler.averages import Average, By
from minitensor.tables import aligned, width_of

ORDERS: dict[str, Callable[[Average], Any]] = {
    "total": lambda row: -row.seconds,
    "mean": lambda row: -row.mean,
    "calls": lambda row: -row.calls,
    "forward": lambda row: -row.forward,
    "backward": lambda row: -row.backward,
    "bytes": lambda row: -row.bytes,
    "name": lambda row: row.name,
    "order": lambda row: 0,  # noqa: ARG005  # that in which they first ran
}


def table_of(rows: list[Average], by: By, sort_by: str, limit: int | None) -> str:
    """A table of the rows that are counted, at most `limit` of them, then of the others, then of what they add up to.

    Raises
    ------
    ValueError
        There is no such column to sort by, or the limit is negative.
    """
    if sort_by not in ORDERS:
        raise ValueError(f"profile: sort_by is one of {', '.join(map(repr, ORDERS))}, got {sort_by!r}")
    if limit is not None and limit < 0:
        raise ValueError(f"profile: the number of rows is at least 0, got {limit}")
    counted = sorted([row for row in rows if row.counted], key=ORDERS[sort_by])
    others = [row for row in rows if not row.counted]
    shown, hidden = counted[:limit], counted[len(counted[:limit]) :]
    if hidden:
        others.insert(0, _sum(f"{len(hidden)} more", hidden))
    total = _sum("the block", rows)
    sections = [[_cells(row, total.seconds, by) for row in part] for part in (shown, others, [total])]
    kernels = ("kernels ms",) if by == "module" else ()
    titles = (by, "calls", "total ms", "%", "mean µs", "forward ms", "backward ms", *kernels, "bytes")
    return _aligned([[titles], *sections])


def _sum(name: str, rows: list[Average]) -> Average:
    """Several rows as one."""
    calls, *sums = (sum(column) for column in zip(*[row[2:] for row in rows], strict=True))
    return Average(name, False, calls, *sums)


def _cells(row: Average, whole: float, by: By) -> tuple[str, ...]:
    counts = (str(row.calls) if row.calls and row.counted else "",)
    share = f"{100 * row.seconds / whole:.1f}" if whole else ""
    mean = f"{1e6 * row.mean:.1f}" if row.calls and row.counted else ""
    cells = (row.name, *counts, _ms(row.seconds), share, mean, _ms(row.forward, ""), _ms(row.backward, ""))
    kernels = (_ms(row.kernels, ""),) if by == "module" else ()
    return (*cells, *kernels, size(row.bytes) if row.bytes else "")


def _ms(seconds: float, nothing: str = "0.000") -> str:
    return f"{1e3 * seconds:.3f}" if seconds else nothing


def size(count: int) -> str:
    """A number of bytes with one decimal and a prefix.

    Examples
    --------
    >>> size(12), size(61706)
    ('12 B', '61.7 kB')
    """
    if count < 1000:
        return f"{count} B"
    power = next(power for power in (1, 2, 3, 4) if power == 4 or round(count / 1000**power, 1) < 1000)
    return f"{count / 1000**power:.1f} {'kMGT'[power - 1]}B"


def _aligned(sections: list[list[tuple[str, ...]]]) -> str:
    """Lines of cells in columns, the first flush left and the others flush right, with a rule between the sections."""
    lines = aligned([line for part in sections for line in part], left=1)
    rule, rest = "─" * max(map(width_of, lines)), iter(lines)
    parts = [list(islice(rest, len(part))) for part in sections if part]
    return f"\n{rule}\n".join("\n".join(part) for part in parts)
