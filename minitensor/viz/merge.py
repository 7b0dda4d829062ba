"""Several nodes as one: what is said of them together."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from minitensor.viz.elements import GraphNode, Statistics


def together(nodes: Sequence[GraphNode]) -> dict[str, Any]:
    """The fields of a node that stands for several: sums, and whatever one of them says that must not be lost."""
    return {
        "output": any(node.output for node in nodes),
        "saved": tuple([kept for node in nodes for kept in node.saved]),
        "seconds": _total(node.seconds for node in nodes),
        "backward_seconds": _total(node.backward_seconds for node in nodes),
        "value": _statistics(node.value for node in nodes),
        "gradient": _statistics(node.gradient for node in nodes),
        "count": sum(node.count for node in nodes),
        "elements": sum(node.elements for node in nodes),
    }


def _total(seconds: Iterable[float | None]) -> float | None:
    known = [one for one in seconds if one is not None]
    return math.fsum(known) if known else None


def _statistics(statistics: Iterable[Statistics | None]) -> Statistics | None:
    """What is said of several arrays as if they were one."""
    known = [one for one in statistics if one is not None]
    if not known:
        return None
    norm = min(math.hypot(*[one.norm for one in known]), sys.float_info.max)
    return Statistics(norm, sum(one.nan for one in known), sum(one.inf for one in known), sum(one.size for one in known))
