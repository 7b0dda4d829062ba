"""What tensors and modules are called: by the user, by the model, by the variables that hold them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minitensor.dtypes import Array
from minitensor.nn import Module, Parameter
from minitensor.tape import Node, Traced
from minitensor.tensor import Tensor
from minitensor.viz.elements import Kind


class Names:
    """The names of tensors, of the memory they stand in, and of modules.

    What the user says comes before the model's dotted names, and those before the names of variables.

    Parameters
    ----------
    model : Module or None
    given : mapping of str to Tensor
        What the user calls tensors.
    variables : mapping of str to object
        The variables at the place where the picture is asked for.

    Attributes
    ----------
    modules : dict of str to Module
        The model's modules by their dotted names; empty without a model.
    """

    def __init__(self, model: Module | None, given: Mapping[str, Tensor], variables: Mapping[str, Any]) -> None:
        self._tensors: dict[int, str] = {}
        self._nodes: dict[Node, str] = {}
        self._memory: dict[tuple[int, int], tuple[str, Kind]] = {}
        self._paths: dict[int, str] = {}
        self.modules: dict[str, Module] = {}
        for name, tensor in given.items():
            self._add(name, tensor, "input")
        if model is not None:
            self.modules = dict(model.named_modules())
            self._paths = {id(module): path for path, module in self.modules.items()}
            shared: dict[int, list[str]] = {}
            for name, parameter in model.named_parameters(remove_duplicate=False):
                shared.setdefault(id(parameter), []).append(name)
            for parameter in model.parameters():
                self._add(" = ".join(shared[id(parameter)]), parameter, "parameter")
            for name, buffer in model.named_buffers():
                self._add(name, buffer, "buffer")
        for name, value in variables.items():
            if isinstance(value, Tensor) and not name.startswith("_"):
                self._add(name, value, "input")

    def _add(self, name: str, tensor: Tensor, kind: Kind) -> None:
        self._tensors.setdefault(id(tensor), name)
        if tensor._node is not None:
            self._nodes.setdefault(tensor._node, name)
        elif tensor._array.size:
            self._memory.setdefault(place_of(tensor._array), (name, kind))

    def of_leaf(self, leaf: Traced) -> str | None:
        """A leaf's name."""
        return self._tensors.get(id(leaf))

    def of_node(self, node: Node) -> str | None:
        """What the user calls the result of an operation."""
        return self._nodes.get(node)

    def of_array(self, array: Array) -> tuple[str, Kind] | None:
        """The name and the kind of the tensor that holds this memory, whatever its shape."""
        return self._memory.get(place_of(array)) if array.size else None

    def path_of(self, module: Module) -> str | None:
        """A module's dotted name, "" for the model itself; None where it is not the model's."""
        return self._paths.get(id(module))

    def adopt(self, module: Module, title: str) -> None:
        """Name the parameters and buffers of a module that is not the model's."""
        for name, parameter in module.named_parameters(recurse=False):
            self._add(f"{title}.{name}", parameter, "parameter")
        for name, buffer in module.named_buffers(recurse=False):
            self._add(f"{title}.{name}", buffer, "buffer")


def kind_of(leaf: Traced) -> Kind:
    """Whether a leaf is a parameter or an input."""
    return "parameter" if isinstance(leaf, Parameter) else "input"


def place_of(array: Array) -> tuple[int, int]:
    """Where an array's memory begins, and how long it is: what views of all of it have in common."""
    return array.__array_interface__["data"][0], array.nbytes
