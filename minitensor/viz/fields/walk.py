"""The fields of a tensor, worked out along the tape from the input that it was computed from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from minitensor.tape import Edge, Node
from minitensor.viz.fields.field import Field
from minitensor.viz.fields.rules import RULES
from minitensor.walk import reachable


def fields_of(output: Edge, input: Edge, rank: int, place: Callable[[Node], str]) -> list[Field] | None:
    """The fields of a tensor along each of the last `rank` axes of another; None where it was not computed from that.

    Parameters
    ----------
    output, input : Node or Tensor
        Where they stand on the tape: the input is a leaf.
    rank : int
        The number of the input's spatial axes, its last.
    place : callable
        Says of a node, in words, what and where it is.
    """
    if input is None:
        return None
    front = len(input.shape) - rank
    lengths = input.shape[front:]
    known: dict[Edge, list[Field]] = {
        input: [Field((front + axis,), 0, 1, 1, (0, length - 1)) for axis, length in enumerate(lengths)]
    }
    for node in reversed(reachable([output])):  # the earliest first
        incoming = [(edge, known[edge]) for edge in node.inputs if edge in known]
        if incoming:
            known[node] = [
                _joined([_through(node, edge, fields[axis], place) for edge, fields in incoming], node, place)
                for axis in range(rank)
            ]
    return known.get(output)


def _through(node: Node, edge: Any, field: Field, place: Callable[[Node], str]) -> Field:
    """What an argument's field is after an operation."""
    if not field.axes:  # whatever happens to the cells, they all read the same
        return field
    rule = RULES.get(node.name)
    found = None if rule is None else rule(node, edge, field)
    if found is None:
        return field.hull(edge.shape)._replace(axes=tuple(range(len(node.shape))), uneven=place(node))
    if found.order is not None:
        found = found._replace(order=np.broadcast_to(found.order, node.shape))
    if found.axes and not found.uneven and (not found.stride or found.order is not None):
        found = found._replace(uneven=place(node))
    if found.axes and found.stride and found.order is None:
        last = found.start + found.stride * (node.shape[found.axes[0]] - 1) + found.size - 1
        found = found._replace(seen=(max(found.seen[0], found.start), min(found.seen[1], last)))
    return found


def _joined(fields: list[Field], node: Node, place: Callable[[Node], str]) -> Field:
    """The field of what several tensors went into: the hull of theirs."""
    first = fields[0]
    if len(fields) == 1:
        return first
    seen = min(one.seen[0] for one in fields), max(one.seen[1] for one in fields)
    if not all(_alike(one, first) for one in fields):
        everything = next((one for one in fields if not one.axes and one.at(0) == seen), None)
        if everything is not None:
            return everything
        fields = [one.hull(node.shape) for one in fields]
        axes = tuple(sorted({axis for one in fields for axis in one.axes}))
        uneven = next((one.uneven for one in fields if one.uneven), "") or place(node)
        first = fields[0]._replace(axes=axes, uneven=uneven)
    start = min(one.start for one in fields)
    end = max(one.start + one.size for one in fields)
    return first._replace(start=start, size=end - start, seen=seen, copies=any(one.copies for one in fields))


def _alike(one: Field, other: Field) -> bool:
    """Whether the cells of both follow one another in the same way."""
    if (one.axes, one.stride, bool(one.uneven)) != (other.axes, other.stride, bool(other.uneven)):
        return False
    if one.order is None or other.order is None:
        return one.order is other.order
    return np.array_equal(one.order, other.order)
