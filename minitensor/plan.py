"""Plans: what the tape keeps of a call, and how the rules of its gradients are called with that.

The names of a rule's parameters say what it needs. They are read once for each set of arguments that want a gradient, and a
primitive keeps the plan: recording an operation and going back over it then only follow a list.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from minitensor.kernels.registry import Kernel, serving_gradients
from minitensor.kernels.signature import named_by, named_by_keyword, undecorated

if TYPE_CHECKING:
    from minitensor.primitive import Primitive

Rule: TypeAlias = Callable[..., Any]
Source: TypeAlias = tuple[str, int]


class Fused(NamedTuple):
    """One kernel for the gradients of several arguments, and what it is called with after v.

    Attributes
    ----------
    kernel : callable
        As an engine registered it.
    keys : tuple of int
        Positions in what was saved.
    parameters : tuple of str
        The keyword parameters that it takes of the operation's.
    """

    kernel: Kernel
    keys: tuple[int, ...]
    parameters: tuple[str, ...]


class Plan(NamedTuple):
    """What one way of calling a primitive keeps, and how its rules are called with it.

    Attributes
    ----------
    capture : tuple of (kind, argument)
        What to save, in this order: kind is "array", "shape", "dtype", "shapes" or "result".
    arrays : tuple of (position, argument)
        The positions in what was saved that are arrays; argument is None for the result.
    rules : tuple of (argument, rule, keys)
        For each argument that wants a gradient: its rule, and for each of the rule's further parameters a position in
        what was saved, a slice of it, or the name of a keyword parameter.
    fused : Fused or None
        What can stand in for several of the rules.
    """

    capture: tuple[Source, ...]
    arrays: tuple[tuple[int, int | None], ...]
    rules: tuple[tuple[int, Rule, tuple[int | slice | str, ...]], ...]
    fused: Fused | None


def plan_of(primitive: Primitive, wanted: tuple[bool, ...]) -> Plan:
    """Work out what to keep and how to call the rules, where a gradient is wanted for these arguments."""
    capture: list[Source] = []
    rules = []
    for index, needed in enumerate(wanted):
        rule = primitive.rules.get(primitive.arguments[0 if primitive.variadic else index])
        if not needed or rule is None:
            continue
        names = named_by(rule)[2 if primitive.variadic else 1 :]
        keys = tuple([_key(primitive, name, len(wanted), capture) for name in names])
        rules.append((index, _at_position(rule, index) if primitive.variadic else rule, keys))
    fused = _fused(primitive, capture) if len(rules) > 1 else None
    arrays = tuple(
        (position, None if kind == "result" else index)
        for position, (kind, index) in enumerate(capture)
        if kind in ("array", "result")
    )
    return Plan(tuple(capture), arrays, tuple(rules), fused)


def _fused(primitive: Primitive, capture: list[Source]) -> Fused | None:
    """The fused gradients that serve now, with what they name added to what is kept."""
    kernel = serving_gradients(primitive.name)
    if kernel is None:
        return None
    _, *kept = named_by(undecorated(kernel))
    keys: list[Any] = [_key(primitive, name, len(primitive.arguments), capture) for name in kept]
    parameters = [name for name in named_by_keyword(kernel) if name != "wanted"]
    return Fused(kernel, tuple(keys), tuple(parameters))


def _key(primitive: Primitive, name: str, count: int, capture: list[Source]) -> int | slice | str:
    """Where the rules' parameter `name` finds its value; what has to be kept for it is added to `capture`."""
    sources = sources_of(primitive, name, count)
    if sources is None:
        return name
    if sources[0] not in capture:
        capture.extend(sources)
    first = capture.index(sources[0])
    several = primitive.variadic and name == primitive.arguments[0]
    return slice(first, first + len(sources)) if several else first


def sources_of(primitive: Primitive, name: str, count: int) -> list[Source] | None:
    """What a rule's parameter called `name` has the tape keep; None where it is a keyword parameter."""
    if name == "y":
        return [("result", 0)]
    if name == "shapes" and primitive.variadic:
        return [("shapes", 0)]
    if primitive.variadic and name == primitive.arguments[0]:
        return [("array", index) for index in range(count)]
    if name in primitive.arguments:
        return [("array", primitive.arguments.index(name))]
    argument, _, kind = name.rpartition("_")
    if argument in primitive.arguments and kind in ("shape", "dtype"):
        return [(kind, primitive.arguments.index(argument))]
    return None


def _at_position(rule: Rule, index: int) -> Rule:
    """A variadic primitive's rule, told which of the arguments it works for."""
    return lambda v, *kept: rule(v, index, *kept)
