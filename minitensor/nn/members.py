"""What a module holds: its parameters, buffers and children, found among its attributes, with dotted names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar, cast

from minitensor.nn.parameter import Parameter
from minitensor.tensor import Tensor

if TYPE_CHECKING:
    from minitensor.nn.module import Module

Held = TypeVar("Held")


class Members:
    """The walks over a module's attributes.

    A member is an attribute, or stands in an attribute that is a list, a tuple or a dict, at any depth: then its place or
    key follows the attribute's name, "layers.0". The order is that of assignment, its own members before its children's.
    """

    _buffer_names: dict[str, bool]  # whether each is persistent

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """Every parameter once: what an optimiser is given.

        Parameters
        ----------
        recurse : bool
            Whether the children's follow the module's own.
        """
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """Every parameter with its dotted name.

        Parameters
        ----------
        prefix : str
            Stands before each name, with a dot.
        recurse : bool
            Whether the children's follow the module's own.
        remove_duplicate : bool
            Whether one that several modules share comes once, under its first name.

        Examples
        --------
        >>> import minitensor as mt
        >>> model = mt.nn.Sequential(mt.nn.Linear(3, 4), mt.nn.ReLU(), mt.nn.Linear(4, 2))
        >>> [(name, parameter.shape) for name, parameter in model.named_parameters()]
        [('0.weight', (4, 3)), ('0.bias', (4,)), ('2.weight', (2, 4)), ('2.bias', (2,))]
        """
        return self._named(_own_parameters, prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """Every buffer once; with `recurse` False only the module's own."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """Every buffer with its dotted name; the arguments are as in `named_parameters`."""
        return self._named(_own_buffers, prefix, recurse, remove_duplicate)

    def children(self) -> Iterator[Module]:
        """The modules that this one holds itself, each once."""
        return (child for _, child in self.named_children())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules that this one holds itself, each once, with their names."""
        return _unique(self._children())

    def modules(self) -> Iterator[Module]:
        """The module itself, its children, theirs, and so on, each once."""
        return (module for _, module in self.named_modules())

    def named_modules(
        self, memo: set[Module] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Module]]:
        """The module itself, its children, theirs, and so on, with dotted names; its own is the prefix.

        Parameters
        ----------
        memo : set of Module, optional
            Modules that are left out; the ones that come are added.
        prefix : str
            Stands before each name, with a dot.
        remove_duplicate : bool
            Whether a module that several hold comes once, under its first name.

        Examples
        --------
        >>> import minitensor as mt
        >>> [name for name, _ in mt.nn.Sequential(mt.nn.Sequential(mt.nn.ReLU())).named_modules()]
        ['', '0', '0.0']
        """
        module = cast("Module", self)
        memo = set() if memo is None else memo
        if module in memo:
            return
        memo.add(module)
        yield prefix, module
        for name, child in self._children():
            yield from child.named_modules(memo, joined(prefix, name), remove_duplicate)
        if not remove_duplicate:
            memo.remove(module)  # so that it comes again elsewhere, but never within itself

    def get_submodule(self, target: str) -> Module:
        """The module of a dotted name, `target`; of the empty one, this module.

        Raises
        ------
        AttributeError
            There is no module of that name.

        Examples
        --------
        >>> import minitensor as mt
        >>> mt.nn.Sequential(mt.nn.Sequential(mt.nn.ReLU())).get_submodule("0.0")
        ReLU()
        """
        return self._get(self.named_modules(remove_duplicate=False), target, "module")

    def get_parameter(self, target: str) -> Parameter:
        """The parameter of a dotted name, `target`.

        Raises
        ------
        AttributeError
            There is no parameter of that name.
        """
        return self._get(self.named_parameters(remove_duplicate=False), target, "parameter")

    def get_buffer(self, target: str) -> Tensor:
        """The buffer of a dotted name, `target`.

        Raises
        ------
        AttributeError
            There is no buffer of that name.
        """
        return self._get(self.named_buffers(remove_duplicate=False), target, "buffer")

    def _get(self, named: Iterable[tuple[str, Held]], target: str, kind: str) -> Held:
        for name, found in named:
            if name == target:
                return found
        raise AttributeError(f"{type(self).__name__} has no {kind} named {target!r}")

    def _children(self) -> list[tuple[str, Module]]:
        """Each child as often as it is held."""
        return [(name, cast("Module", value)) for name, value in _members(self) if isinstance(value, Members)]

    def _named(self, own: Any, prefix: str, recurse: bool, remove_duplicate: bool) -> Iterator[tuple[str, Any]]:
        """What `own` answers for each module, with dotted names."""
        modules = self.named_modules(prefix=prefix, remove_duplicate=remove_duplicate) if recurse else [(prefix, self)]
        named = ((joined(before, name), held) for before, module in modules for name, held in own(module))
        return _unique(named) if remove_duplicate else named


def _members(module: Members) -> Iterator[tuple[str, Any]]:
    """Each attribute, and what lists, tuples and dicts among them hold."""
    for name, value in list(vars(module).items()):
        yield from _opened(name, value)


def _opened(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, (list, tuple)):
        for place, part in enumerate(value):
            yield from _opened(f"{name}.{place}", part)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _opened(f"{name}.{key}", part)
    else:
        yield name, value


def _own_parameters(module: Members) -> Iterator[tuple[str, Parameter]]:
    return ((name, value) for name, value in _members(module) if isinstance(value, Parameter))


def _own_buffers(module: Members) -> Iterator[tuple[str, Tensor]]:
    named = ((name, getattr(module, name, None)) for name in module._buffer_names)
    return ((name, buffer) for name, buffer in named if buffer is not None)


def _unique(named: Iterable[tuple[str, Held]]) -> Iterator[tuple[str, Held]]:
    """Each thing once, under its first name; two tensors are one only if they are the same object."""
    seen: set[int] = set()
    for name, held in named:
        if id(held) not in seen:
            seen.add(id(held))
            yield name, held


def joined(prefix: str, name: str) -> str:
    """A dotted name."""
    return f"{prefix}.{name}" if prefix else name
