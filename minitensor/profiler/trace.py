"""Slices as a trace that browsers draw: chrome://tracing, or https://ui.perfetto.dev.

The format is Chrome's Trace Event Format, as PyTorch's profiler writes it: one complete event ("ph": "X") for each slice,
with its begin and duration in microseconds; those of a thread are drawn one within the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from minitensor.profiler.slices import Slice


def chrome_trace(slices: Iterable[Slice], process: int, thread: int) -> str:
    """The trace as JSON; time begins with the first slice, which is the block."""
    slices = list(slices)
    place = {"pid": process, "tid": thread}
    events: list[dict[str, Any]] = [{"name": "process_name", "ph": "M", "ts": 0, **place, "args": {"name": "minitensor"}}]
    for one in slices:
        span = {"ts": _microseconds(one.begin - slices[0].begin), "dur": _microseconds(one.seconds)}
        event: dict[str, Any] = {"name": _name_of(one), "cat": one.kind, "ph": "X", **span, **place}
        if one.kind == "kernel":
            event["args"] = {
                "shape": [list(shape) for shape, _ in one.results] if len(one.results) != 1 else list(one.results[0][0]),
                "dtype": ", ".join(dict.fromkeys(str(dtype) for _, dtype in one.results)),
                "bytes": one.bytes,
            }
        events.append(event)
    lines = ",\n".join(map(json.dumps, events))  # one event on each, for who reads it without a browser
    return f'{{"displayTimeUnit": "ms", "traceEvents": [\n{lines}\n]}}\n'


def _name_of(one: Slice) -> str:
    if one.kind == "block":
        return "profile"
    if one.kind == "rules":
        return f"rules of {one.name}"
    if one.kind in ("module", "gradients"):
        return one.owner if one.kind == "module" else f"gradients of {one.owner}"
    return one.name


def _microseconds(seconds: float) -> float:
    return round(1e6 * seconds, 3)
