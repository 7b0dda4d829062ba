"""A gradient's formula, as it is written beside the operation that works it out."""

from __future__ import annotations

from minitensor.tape import Derivation, Edge, Node


def formula_of(derivation: Derivation, summed: bool, parameter: str) -> str:
    """The formula of what an operation of a backward pass belongs to.

    Parameters
    ----------
    derivation : Derivation
    summed : bool
        Whether the tape sums the gradient back over what was broadcast.
    parameter : str
        The dotted name of the tensor whose gradient this is, looked up through views; "" where it has none.
    """
    node, index, part = derivation
    if part == "hook":
        return "a hook's answer"
    if part == "rule" and index is None:
        return f"the backward of {node.name}"
    if part == "sum" or index is None:
        return "the sum of what arrives"
    argument = node.primitive.argument(index)
    known = node.primitive.formulas.get(node.primitive.arguments[0] if node.primitive.variadic else argument)
    left, equals, right = (known or f"d{argument.upper()} = the rule of {node.name}").partition(" = ")
    if parameter.rpartition(".")[2] == "bias":
        left = "db"
    if summed:
        right = f"sum {right}" if right.isalnum() else f"sum of {right}"
    return left + equals + right


def behind_views(edge: Edge) -> Edge:
    """What an edge leads to when views of it are looked through: a bias behind its reshape, say."""
    while isinstance(edge, Node) and edge.primitive.views:
        edge = edge.inputs[0]
    return edge


def owner_of(derivation: Derivation) -> Node:
    """The forward node that an operation of a backward pass is drawn with: a sum belongs to what its summands arrive at."""
    node, index, part = derivation
    arrived_at = node.inputs[index] if part == "sum" and index is not None else None
    return arrived_at if isinstance(arrived_at, Node) else node
