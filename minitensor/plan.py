"""Plans: what the tape keeps of a call, and how the rules of its gradients are called with that.

The names of a rule's parameters say what it needs. They are read once for each set of arguments that want a gradient, and a
primitive keeps the plan: recording an operation and going back over it then only follow a list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from minitensor.kernels import registry
from minitensor.kernels.registry import Kernel, serving_gradients
from minitensor.kernels.signature import named_by, named_by_keyword, undecorated

if TYPE_CHECKING:
    from minitensor.primitive import Primitive
    from minitensor.tape import Edge, Node

Rule: TypeAlias = Callable[..., Any]
Together: TypeAlias = "Callable[[Node, Any, Sequence[Any], set[Edge] | None, bool], tuple[Any, ...] | None]"
Source: TypeAlias = tuple[str, int]
Versions: TypeAlias = tuple[tuple[int, list[int], int], ...]


class Fused(NamedTuple):
    """One kernel for the gradients of several arguments, and what it is called with after v; see `Plan.fused`.

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

    def answers(
        self, node: Node, gradient: Any, saved: Sequence[Any], wanted: set[Edge] | None, create_graph: bool
    ) -> tuple[Any, ...] | None:
        """What the engine's kernel answers, where it serves and several gradients are asked for."""
        kernel = None if create_graph else registry.active_gradients.get(self.kernel)
        by_rule = {index for index, _ in node.plan.rules}
        asked = tuple([index in by_rule and (wanted is None or edge in wanted) for index, edge in enumerate(node.inputs)])
        if kernel is None or sum(asked) < 2:
            return None
        parameters = {name: node.parameters[name] for name in self.parameters}
        answers: tuple[Any, ...] = kernel(gradient, *[saved[key] for key in self.keys], wanted=asked, **parameters)
        if tuple([answer is not None for answer in answers]) != asked:
            raise RuntimeError(f"the fused gradients of {node.name}, asked for {asked} by argument, answered with {answers}")
        return answers


class Plan(NamedTuple):
    """What one way of calling a primitive keeps, and how its rules are called with it.

    Attributes
    ----------
    capture : tuple of (kind, argument)
        What to save, in this order: kind is "array", "shape", "dtype", "shapes" or "result".
    arrays : tuple of (position, argument)
        The positions in what was saved that are arrays; argument is None for the result.
    save : callable
        From the arguments, their arrays, the result and its version cell to what the node keeps: what was saved and, for
        each array of a tensor in it, its position, its version cell and what that says.
    rules : tuple of (argument, callable)
        For each argument that wants a gradient its rule, called with v, what was saved, and the keyword parameters.
    fused : callable or None
        What can stand in for the rules, all together. From the node, v, what was saved, the edges that a gradient is wanted
        for (None: all) and whether this is to be recorded, to the gradients by argument, or to None where it cannot.
    """

    capture: tuple[Source, ...]
    arrays: tuple[tuple[int, int | None], ...]
    save: Callable[[tuple[Any, ...], Sequence[Any], Any, list[int]], tuple[tuple[Any, ...], Versions]]
    rules: tuple[tuple[int, Rule], ...]
    fused: Together | None


def plan_of(primitive: Primitive, traced: list[bool], wanted: list[bool]) -> Plan:
    """Work out what to keep and how to call the rules, where these arguments are tensors and want a gradient."""
    capture: list[Source] = []
    rules: list[tuple[int, Rule]] = []
    readings: dict[Rule, Rule] = {}  # a variadic primitive has one rule for all
    for index, needed in enumerate(wanted):
        rule = primitive.rules.get(primitive.arguments[0 if primitive.variadic else index])
        if not needed or rule is None:
            continue
        if rule not in readings:
            names = named_by(rule)[2 if primitive.variadic else 1 :]
            readings[rule] = _reading(
                rule, [_key(primitive, name, len(wanted), capture) for name in names], primitive.variadic
            )
        rules.append((index, partial(readings[rule], index) if primitive.variadic else readings[rule]))
    fused = _fused(primitive, capture) if len(rules) > 1 else None
    arrays = tuple(
        (position, None if kind == "result" else index)
        for position, (kind, index) in enumerate(capture)
        if kind in ("array", "result")
    )
    together = None if fused is None else fused.answers
    return Plan(tuple(capture), arrays, _saving(capture, arrays, traced), tuple(rules), together)


# The two functions of a plan that run for every operation are written out as source, as those of a NamedTuple are: following
# a list in a loop takes four times as long.


def _saving(capture: list[Source], arrays: tuple[tuple[int, int | None], ...], traced: list[bool]) -> Callable[..., Any]:
    """Write the `save` of a plan: where b is to be kept, ((arrays[1],), ((0, args[1]._version, args[1]._version[0]),))."""
    forms = {
        "array": "arrays[{}]",
        "result": "result",
        "shape": "shape(arrays[{}])",
        "dtype": "arrays[{}].dtype",
        "shapes": "tuple([array.shape for array in arrays])",
    }
    cells = [
        (position, "version" if index is None else f"args[{index}]._version")
        for position, index in arrays
        if index is None or traced[index]
    ]
    saved = "".join(f"{forms[kind].format(index)}, " for kind, index in capture)
    versions = "".join(f"({position}, {cell}, {cell}[0]), " for position, cell in cells)
    return _written(f"lambda args, arrays, result, version: (({saved}), ({versions}))", shape=np.shape)


def _reading(rule: Rule, keys: list[int | slice | str], variadic: bool) -> Rule:
    """Write how a rule is called: rule(v, saved[0], parameters["axis"])."""
    values = [f"parameters[{key!r}]" if isinstance(key, str) else f"saved[{key!r}]" for key in keys]
    given = "position, v, saved, parameters" if variadic else "v, saved, parameters"
    return _written(f"lambda {given}: rule({', '.join([*(('v', 'position') if variadic else ('v',)), *values])})", rule=rule)


def _written(source: str, **names: Any) -> Callable[..., Any]:
    function: Callable[..., Any] = eval(source, {"__builtins__": {"tuple": tuple, "slice": slice}, **names})
    return function


def _fused(primitive: Primitive, capture: list[Source]) -> Fused | None:
    """The fused gradients that serve now, where the rules keep every array that they name.

    Where one is missing the rules serve: no array is kept alive that no rule names.
    """
    kernel = serving_gradients(primitive.name)
    if kernel is None:
        return None
    _, *names = named_by(undecorated(kernel))
    count = len(primitive.arguments)
    needed = [source for name in names for source in sources_of(primitive, name, count) or ()]
    if any(source not in capture for source in needed if source[0] in ("array", "result")):
        return None
    keys: list[Any] = [_key(primitive, name, count, capture) for name in names]
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
