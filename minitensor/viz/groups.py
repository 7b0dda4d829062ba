"""The frames of a picture: a module for what ran in it, and within it one for each gradient of several operations."""

from __future__ import annotations

from typing import Any

from minitensor.nn import Module
from minitensor.tape import Call, Derivation, Node
from minitensor.viz.calls import Calls
from minitensor.viz.elements import Group
from minitensor.viz.formulas import owner_of
from minitensor.viz.naming import Names


class Frames:
    """Makes the group that a node belongs to, with the groups around it, when it is first asked for.

    Each call of a module has a frame, within that of the call that it was a part of; the model itself has none.

    Parameters
    ----------
    names : Names
    calls : Calls
        Those that the picture's operations ran in.

    Attributes
    ----------
    groups : list of Group
        In the order in which they were made: parents before their children.
    """

    def __init__(self, names: Names, calls: Calls) -> None:
        self._names, self._calls = names, calls
        self._made: dict[Any, str] = {}
        self._numbers: dict[str, int] = {}
        self._strangers: dict[int, tuple[Module, str]] = {}  # modules that are not the model's, with their titles
        self.groups: list[Group] = []

    def of_operation(self, node: Node) -> str | None:
        """The frame of the call that a node ran in; for a gradient's operation, of the call that the forward ran in."""
        backward = False
        while isinstance(node.scope, Derivation):
            node, backward = owner_of(node.scope), True
        return self._of_call(node.scope, backward)

    def of_gradient(self, derivation: Derivation, formula: str, around: str | None, of: str | None) -> str:
        """The frame of the operations of one formula."""
        return self._make((derivation, formula), around, formula, "gradient", of=of)

    def of_owner(self, module: Module, backward: bool, user: str | None) -> str | None:
        """The frame of a module's parameters: its call's, the one around several, or where they are used, if it has none."""
        calls = self._calls.of(module)
        if not calls:
            return user
        return self._of_call(calls[0] if len(calls) == 1 else calls[0].around, backward)

    def _of_call(self, call: Any, backward: bool) -> str | None:
        if not isinstance(call, Call):
            return None
        module = call.module()
        if (id(call), backward) in self._made:
            return self._made[id(call), backward]
        around = self._of_call(call.around, backward)
        path = self._names.path_of(module) if module is not None else ""
        if module is None or path == "":
            return around
        title = self._title_of(module) if path is None else f"{path}: {type(module).__name__}"
        calls = self._calls.of(module)
        if len(calls) > 1:
            title += f" (call {self._calls.number(call)} of {len(calls)})"
        if backward:
            return self._make((id(call), backward), around, f"gradient of {title}", "backward", path or "")
        return self._make((id(call), backward), around, title, "module", path or "")

    def _title_of(self, module: Module) -> str:
        """The class of a module that is not the model's, numbered from the second on."""
        if id(module) not in self._strangers:
            name = type(module).__name__
            self._numbers[name] = number = self._numbers.get(name, 0) + 1
            title = name if number == 1 else f"{name} {number}"
            self._strangers[id(module)] = module, title
            self._names.adopt(module, title)
        return self._strangers[id(module)][1]

    def _make(self, key: Any, parent: str | None, title: str, kind: Any, path: str = "", of: str | None = None) -> str:
        if key not in self._made:
            self._made[key] = f"g{len(self.groups)}"
            self.groups.append(Group(self._made[key], parent, title, kind, path, of=of))
        return self._made[key]
