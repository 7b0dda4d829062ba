"""What is loaded when it is first asked for: so importing takes little longer than importing NumPy.

A package gives its table of what is where, and gets the functions that Python calls for a name that is not there yet:

    __getattr__, __dir__ = later(__name__, {"minitensor.autograd.check": "gradcheck gradgradcheck"})

For type checkers it imports the same names under `TYPE_CHECKING`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
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
