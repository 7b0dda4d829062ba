"""What a module's attributes may become, and the ways to name one a buffer, a parameter or a child."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minitensor.nn.members import Members
from minitensor.nn.parameter import Parameter
from minitensor.tensor import Tensor

if TYPE_CHECKING:
    from minitensor.nn.module import Module


class Attributes(Members):
    """A module's attributes, as they are set: what is a parameter, a buffer or a child is nothing else by accident."""

    def __setattr__(self, name: str, value: Any) -> None:
        before, owner, given = vars(self).get(name), type(self).__name__, type(value).__name__
        member = value is None or isinstance(value, (Parameter, Members))
        if isinstance(before, Parameter) and not member:
            raise TypeError(
                f"{owner}.{name} is a Parameter and cannot become a {given}: wrap it in nn.Parameter(...), or write its "
                "values with .copy_() under mt.no_grad()"
            )
        if isinstance(before, Members) and not member:
            raise TypeError(
                f"{owner}.{name} is a module ({type(before).__name__}) and cannot become a {given}: assign a Module or "
                "None, or delete it first, with del"
            )
        if name in self._buffer_names:
            if isinstance(value, Parameter):
                del self._buffer_names[name]
            elif not (value is None or isinstance(value, Tensor)):
                raise TypeError(f"{owner}.{name} is a buffer and cannot become a {given}: assign a tensor or None")
        super().__setattr__(name, value)

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Set an attribute to a tensor that belongs to the module's state and is not learned.

        Parameters
        ----------
        name : str
        tensor : Tensor or None
        persistent : bool
            Whether it is in the state dict.

        Raises
        ------
        TypeError
            It is no tensor, or the name is no string.
        KeyError
            The name has a dot, is empty, or is that of another attribute.

        Examples
        --------
        >>> import minitensor as mt
        >>> module = mt.nn.Module()
        >>> module.register_buffer("count", mt.tensor(0))
        >>> module.state_dict()
        {'count': tensor(0)}
        """
        self._check_name(name, "register_buffer", self._buffer_names)
        if not (tensor is None or isinstance(tensor, Tensor)):
            raise TypeError(f"register_buffer: {name!r} is to be a tensor or None, got {type(tensor).__name__}")
        self._buffer_names[name] = persistent
        setattr(self, name, tensor)

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Set an attribute to the parameter `param`; the same as assigning it, with a check of the name.

        Raises
        ------
        TypeError
            It is no Parameter, or the name is no string.
        KeyError
            The name has a dot, is empty, or is that of another attribute.
        """
        self._check_name(name, "register_parameter", [name for name, _ in self.named_parameters(recurse=False)])
        if not (param is None or isinstance(param, Parameter)):
            raise TypeError(
                f"register_parameter: {name!r} is to be a Parameter or None, got {type(param).__name__}: "
                "wrap it in nn.Parameter(...)"
            )
        setattr(self, name, param)

    def add_module(self, name: str, module: Module | None) -> None:
        """Set an attribute to the child `module`; the same as assigning it, with a check of the name.

        Raises
        ------
        TypeError
            It is no Module, or the name is no string.
        KeyError
            The name has a dot, is empty, or is that of another attribute.
        """
        self._check_name(name, "add_module", [name for name, _ in self._children()])
        if not (module is None or isinstance(module, Members)):
            raise TypeError(f"add_module: {name!r} is to be a Module or None, got {type(module).__name__}")
        setattr(self, name, module)

    register_module = add_module

    def _check_name(self, name: str, operation: str, known: Any) -> None:
        if not isinstance(name, str):
            raise TypeError(f"{operation}: the name is a string, got {type(name).__name__}")
        if not name or "." in name:
            raise KeyError(f"{operation}: the name is a word without a dot, got {name!r}")
        if hasattr(self, name) and name not in known:
            raise KeyError(f"{operation}: {type(self).__name__} has an attribute {name!r} already")
