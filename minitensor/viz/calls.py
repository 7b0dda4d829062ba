"""The calls of modules that a graph's operations ran in."""

from __future__ import annotations

from collections.abc import Iterable

from minitensor.nn import Module
from minitensor.tape import Call, Derivation, Node
from minitensor.viz.formulas import owner_of


class Calls:
    """Every call that some of these operations ran in, in order, whether or not an operation is its own.

    Parameters
    ----------
    nodes : iterable of Node
        In the order of computation.

    Attributes
    ----------
    gone : bool
        Whether the module of one of them is no longer there.
    """

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._of: dict[int, list[Call]] = {}
        self._numbers: dict[Call, int] = {}
        self._outermost: dict[Module, None] = {}
        self.gone = False
        for node in nodes:
            while isinstance(node.scope, Derivation):
                node = owner_of(node.scope)
            self._add(node.scope)

    def _add(self, call: object) -> None:
        waiting = []
        while isinstance(call, Call) and call not in self._numbers:
            waiting.append(call)
            call = call.around
        for one in reversed(waiting):  # the outer ones first
            module = one.module()
            calls = self._of.setdefault(id(module), [])
            calls.append(one)
            self._numbers[one] = len(calls)
            if module is None:
                self.gone = True
            elif not isinstance(one.around, Call):
                self._outermost[module] = None

    def of(self, module: Module) -> list[Call]:
        """The calls of a module."""
        return self._of.get(id(module), [])

    def number(self, call: Call) -> int:
        """Which call of its module this is, counted from 1."""
        return self._numbers[call]

    def model(self) -> Module | None:
        """The module that all others ran in, where there is one."""
        return next(iter(self._outermost)) if len(self._outermost) == 1 else None
