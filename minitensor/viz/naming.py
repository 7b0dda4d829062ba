"""What tensors and modules are called: by the user, by the model, by the variables that hold them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from minitensor.dtypes import Array
from minitensor.nn import Module, Parameter
from minitensor.tape import Node, Traced
from minitensor.tensor import Tensor
from minitensor.viz.elements import Kind


class Name(NamedTuple):
    """What a tensor is called.

    Attributes
    ----------
    text : str
    kind : str
        parameter, buffer or input.
    owner : Module or None
        The module that a parameter or a buffer belongs to.
    """

    text: str
    kind: Kind
    owner: Module | None = None


class Names:
    """The names of tensors, of the memory they stand in, and of modules.

    What the user says comes before the model's dotted names, and those before the names of variables. The tensors are known
    by their `id`, so they must live as long as this does.

    Parameters
    ----------
    model : Module or None
    given : mapping of str to Tensor
        What the user calls tensors.
    variables : mapping of str to object
        The variables at the place where the picture is asked for.

    """

    def __init__(self, model: Module | None, given: Mapping[str, Tensor], variables: Mapping[str, Any]) -> None:
        self._given = given
        self._used: set[str] = set()
        self._met = model is None
        self._tensors: dict[int, Name] = {}
        self._nodes: dict[Node, str] = {}
        self._memory: dict[Any, Name] = {}
        modules = {} if model is None else dict(model.named_modules(remove_duplicate=False))
        self._paths: dict[int, str] = {}
        for path, module in modules.items():
            self._paths.setdefault(id(module), path)
        called = {id(tensor): name for name, tensor in given.items()}
        if model is not None:
            self._add_members(modules, called)
        for name, tensor in given.items():
            self._add(tensor, Name(name, "input"))
        for name, value in variables.items():
            if isinstance(value, (Tensor, np.ndarray)) and not name.startswith("_"):
                self._add(value, Name(name, "input"))

    def _add_members(self, modules: Mapping[str, Module], called: Mapping[int, str]) -> None:
        """Take in the model's parameters and buffers; one that several modules share has all its names."""
        members: list[tuple[str, Any, Kind, Module]] = []
        for path, module in modules.items():
            prefix = f"{path}." if path else ""
            members += [(prefix + name, one, "parameter", module) for name, one in module.named_parameters(recurse=False)]
            members += [(prefix + name, one, "buffer", module) for name, one in module.named_buffers(recurse=False)]
        shared: dict[int, list[str]] = {}
        for name, member, _, _ in members:
            shared.setdefault(id(member), []).append(name)
        for _, member, kind, module in members:
            text = called.get(id(member)) or " = ".join(shared[id(member)])
            self._add(member, Name(text, kind, module))

    def _add(self, tensor: Any, name: Name) -> None:
        """Let a tensor or an array have a name, unless it has one."""
        self._tensors.setdefault(id(tensor), name)
        if isinstance(tensor, Traced) and tensor._node is not None:
            self._nodes.setdefault(tensor._node, name.text)
            return
        array = tensor._array if isinstance(tensor, Traced) else tensor
        if array.size:
            self._memory.setdefault(place_of(array), name)

    def of_leaf(self, leaf: Traced) -> Name | None:
        """A leaf's name."""
        return self._use(self._tensors.get(id(leaf)))

    def of_node(self, node: Node) -> str | None:
        """What the user calls the result of an operation."""
        text = self._nodes.get(node)
        self._used.add(text or "")
        return text

    def of_array(self, array: Array) -> Name | None:
        """The name of the tensor that stands in this memory, whatever its shape."""
        return self._use(self._memory.get(place_of(array))) if array.size else None

    def _use(self, name: Name | None) -> Name | None:
        if name is not None:
            self._used.add(name.text)
            self._met = self._met or (name.owner is not None and id(name.owner) in self._paths)
        return name

    def path_of(self, module: Module) -> str | None:
        """A module's dotted name, "" for the model itself; None where it is not the model's."""
        path = self._paths.get(id(module))
        self._met = self._met or path is not None
        return path

    def adopt(self, module: Module, title: str) -> None:
        """Name the parameters and buffers of a module that is not the model's."""
        for name, parameter in module.named_parameters(recurse=False):
            self._add(parameter, Name(f"{title}.{name}", "parameter", module))
        for name, buffer in module.named_buffers(recurse=False):
            self._add(buffer, Name(f"{title}.{name}", "buffer", module))

    def notes(self) -> list[str]:
        """What the user should know of the names, when the picture is complete."""
        said = [
            f"names: {name!r} is not in the graph, as far as it is known" for name in self._given if name not in self._used
        ]
        if not self._met:
            said.append("nothing of the model is in this graph: another one made it")
        return said


def kind_of(leaf: Traced) -> Kind:
    """Whether a leaf is a parameter or an input."""
    return "parameter" if isinstance(leaf, Parameter) else "input"


def place_of(array: Array) -> Any:
    """Where an array's elements are: what views of all of it, in whatever shape, have in common."""
    spread = None if array.flags.c_contiguous else (array.shape, array.strides)
    return array.__array_interface__["data"][0], array.nbytes, spread
