"""The frames of a picture: a module for what ran in it, and within it one for each gradient of several operations."""

from __future__ import annotations

from typing import Any

from minitensor.nn import Module
from minitensor.tape import Derivation, Node
from minitensor.viz.elements import Group
from minitensor.viz.formulas import owner_of
from minitensor.viz.naming import Names


class Frames:
    """Makes the group that a node belongs to, with the groups around it, when it is first asked for.

    Attributes
    ----------
    groups : list of Group
        In the order in which they were made: parents before their children.
    gone : bool
        Whether an operation ran in a module that is no longer there.
    """

    def __init__(self, names: Names) -> None:
        self._names = names
        self._made: dict[Any, str] = {}
        self._numbers: dict[str, int] = {}
        self._strangers: dict[int, tuple[Module, str]] = {}  # modules that are not the model's, with their titles
        self.groups: list[Group] = []
        self.gone = False

    def of_operation(self, node: Node) -> str | None:
        """The frame of the module that a node ran in; for a gradient's operation, of the module that the forward ran in."""
        backward = False
        while isinstance(node.scope, Derivation):
            node, backward = owner_of(node.scope), True
        module = node.scope() if node.scope is not None else None
        self.gone = self.gone or (node.scope is not None and module is None)
        return None if module is None else self.of_module(module, backward)

    def of_gradient(self, derivation: Derivation, formula: str, around: str | None, of: str | None) -> str:
        """The frame of the operations of one formula."""
        return self._make((derivation, formula), around, formula, "gradient", of=of)

    def of_module(self, module: Module, backward: bool) -> str | None:
        """The frame of a module, or of the gradients of what ran in it; the model itself has none."""
        path = self._names.path_of(module)
        if path == "":
            return None
        around = None if path is None else self._around(path, backward)
        title = self._title_of(module) if path is None else f"{path}: {type(module).__name__}"
        if backward:
            return self._make((id(module), backward), around, f"gradient of {title}", "backward", path or "")
        return self._make((id(module), backward), around, title, "module", path or "")

    def _around(self, path: str, backward: bool) -> str | None:
        """The frame of the nearest module around the one at `path`."""
        while path:
            path = path.rpartition(".")[0]
            if path in self._names.modules:
                return self.of_module(self._names.modules[path], backward)
        return None

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
