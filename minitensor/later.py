"""What is loaded when it is first asked for: so importing takes little longer than importing NumPy.

A package gives its table of what is where, and gets the functions that Python calls for a name that is not there yet:

    __getattr__, __dir__ = later(__name__, {"minitensor.autograd.check": "gradcheck gradgradcheck"})

A class names its members by `Later`, which stands for a module, for a member of one, or for what a function makes of these:

    math, shape = Later.modules("minitensor.functions", "math shape")

    class Methods:
        exp = math.exp

For type checkers both import the same names under `TYPE_CHECKING`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any


def later(package: str, places: dict[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """What loads a name of a package when it is first asked for, and what lists its names.

    Parameters
    ----------
    package : str
        Its full name.
    places : dict of str
        For each module the names that it has, with spaces between; one that is the module's own is the module.
    """
    homes = {name: module for module, names in places.items() for name in names.split()}

    def __getattr__(name: str) -> Any:  # noqa: N807 (Python's name)
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module = import_module(homes[name])
        value = module if homes[name] == f"{package}.{name}" else getattr(module, name)
        setattr(sys.modules[package], name, value)  # the next time it is there
        return value

    def __dir__() -> list[str]:  # noqa: N807
        return sorted({*vars(sys.modules[package]), *homes})

    return __getattr__, __dir__


class Later:
    """What a class's member will be: worked out when it is first asked for, and then put in its place.

    Parameters
    ----------
    work_out : callable
        Takes nothing, and returns the member.
    """

    def __init__(self, work_out: Callable[[], Any]) -> None:
        self._work_out = work_out
        self._places: list[tuple[type, str]] = []

    @classmethod
    def modules(cls, package: str, names: str) -> list[Later]:
        """The modules of a package, named with spaces between."""
        return [cls(partial(import_module, f"{package}.{name}")) for name in names.split()]

    def __getattr__(self, name: str) -> Later:
        if name.startswith("__"):
            raise AttributeError(name)
        return Later(lambda: getattr(self._work_out(), name))

    def __call__(self, *args: Any) -> Later:
        """What it will answer when it is called with these."""
        return Later(lambda: self._work_out()(*[one._work_out() if isinstance(one, Later) else one for one in args]))

    def __set_name__(self, owner: type, name: str) -> None:
        self._places.append((owner, name))

    def __get__(self, instance: Any, owner: type) -> Any:
        member = self._work_out()
        for place in self._places:
            setattr(*place, member)
        # Bound as Python would, and not looked up anew: a subclass that asked for its super's member has one of that name.
        return member.__get__(instance, owner) if hasattr(type(member), "__get__") else member
