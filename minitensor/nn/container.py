"""Modules that hold others, and lists and dicts of parameters. The entries are attributes, so names are dotted paths."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, Any

from minitensor.nn.entries import Named, Numbered
from minitensor.nn.module import Module, represent
from minitensor.nn.parameter import Parameter
from minitensor.tensor import Tensor

if TYPE_CHECKING:
    from typing_extensions import Self


class Sequential(Numbered[Module]):
    """Modules that run one after the other, each on the answer of the one before. As PyTorch's `nn.Sequential`.

    Parameters
    ----------
    *args : Module
        In their order; or one mapping from names to modules.

    Raises
    ------
    TypeError
        One of them is no module.

    Examples
    --------
    >>> import minitensor as mt
    >>> model = mt.nn.Sequential(mt.nn.Flatten(), mt.nn.Linear(9, 4), mt.nn.ReLU())
    >>> model(mt.ones(5, 1, 3, 3)).shape
    (5, 4)
    >>> model[1]
    Linear(in_features=9, out_features=4, bias=True)
    """

    def __init__(self, *args: Any) -> None:
        if len(args) == 1 and isinstance(args[0], (list, tuple)):
            raise TypeError(
                f"Sequential: expected modules one by one, got a {type(args[0]).__name__}: write Sequential(*modules)"
            )
        named = args[0].items() if len(args) == 1 and isinstance(args[0], Mapping) else enumerate(args)
        for name, module in named:
            self._put(str(name), module)

    def forward(self, input: Any) -> Any:
        """Run all modules in their order."""
        for module in self:
            input = module(input)
        return input

    def _part(self, part: slice) -> Self:
        taken = type(self)()
        for name, module in list(self._entries().items())[part]:
            taken._put(name, module)
        return taken


class ModuleList(Numbered[Module]):
    """A list of modules, for a `forward` of one's own; a plain list works too. As PyTorch's `nn.ModuleList`.

    Parameters
    ----------
    modules : iterable of Module, optional

    Raises
    ------
    TypeError
        One of them is no module.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.ModuleList([mt.nn.ReLU() for _ in range(3)])
    ModuleList(
      (0-2): 3 x ReLU()
    )
    """

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        self.extend(modules or ())

    def __repr__(self) -> str:
        runs = [list(run) for _, run in groupby(enumerate(map(repr, self)), key=operator.itemgetter(1))]
        lines = []
        for run in runs:
            (first, text), (last, _) = run[0], run[-1]
            lines.append((f"{first}-{last}", f"{len(run)} x {text}") if len(run) > 1 else (f"{first}", text))
        return represent(self, lines)


class ParameterList(Numbered[Parameter]):
    """A list of parameters; tensors become parameters. As PyTorch's `nn.ParameterList`, which takes other values, too.

    Parameters
    ----------
    values : iterable of Parameter or Tensor, optional

    Raises
    ------
    TypeError
        One of them is neither.

    Examples
    --------
    >>> import minitensor as mt
    >>> [name for name, _ in mt.nn.ParameterList([mt.zeros(2), mt.zeros(3)]).named_parameters()]
    ['0', '1']
    """

    _kind = Parameter

    def __init__(self, values: Iterable[Tensor] | None = None) -> None:
        for value in values or ():
            self.append(self._entry(value))

    def _entry(self, value: Any) -> Parameter:
        return super()._entry(_as_parameter(value))

    def extra_repr(self) -> str:
        """A line for each parameter."""
        return _parameter_lines(self._entries())


class ModuleDict(Named[Module]):
    """Modules by name; a plain dict does, too. As PyTorch's `nn.ModuleDict`.

    Parameters
    ----------
    modules : mapping, or iterable of (str, Module), optional

    Raises
    ------
    TypeError
        One of them is no module.
    KeyError
        A name is empty, has a dot, or is that of an attribute that all modules have.

    Examples
    --------
    >>> import minitensor as mt
    >>> heads = mt.nn.ModuleDict({"digits": mt.nn.Linear(4, 10), "parity": mt.nn.Linear(4, 2)})
    >>> heads["parity"](mt.ones(4)).shape
    (2,)
    """

    def __init__(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]] | None = None) -> None:
        super().__init__(modules)


class ParameterDict(Named[Parameter]):
    """Parameters by name; tensors become parameters. As PyTorch's `nn.ParameterDict`, which takes other values, too.

    Parameters
    ----------
    parameters : mapping, or iterable of (str, Parameter or Tensor), optional

    Raises
    ------
    TypeError
        One of them is neither.
    KeyError
        A name is empty, has a dot, or is that of an attribute that all modules have.

    Examples
    --------
    >>> import minitensor as mt
    >>> list(mt.nn.ParameterDict({"scale": mt.ones(2)}))
    ['scale']
    """

    _kind = Parameter

    def __init__(self, parameters: Mapping[str, Tensor] | Iterable[tuple[str, Tensor]] | None = None) -> None:
        super().__init__(parameters)

    def _entry(self, value: Any) -> Parameter:
        return super()._entry(_as_parameter(value))

    def extra_repr(self) -> str:
        """A line for each parameter."""
        return _parameter_lines(self._entries())


def _as_parameter(value: Any) -> Any:
    return Parameter(value) if isinstance(value, Tensor) and not isinstance(value, Parameter) else value


def _parameter_lines(parameters: dict[str, Parameter]) -> str:
    return "\n".join(
        f"  ({name}): Parameter containing: [{parameter.dtype} of size {'x'.join(map(str, parameter.shape))}]"
        for name, parameter in parameters.items()
    )
