"""Libraries that not everybody needs: loaded when they are first used, and asked for in words where they are missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

PACKAGES = {"PIL": "pillow"}  # what a library is installed by, where that is another name


def extra(module: str, purpose: str, extra: str) -> Any:
    """Import an optional library.

    Parameters
    ----------
    module : str
        Its full name: "matplotlib.pyplot".
    purpose : str
        What needs it: "history.plot".
    extra : str
        The extra of this package that installs it: "train".

    Raises
    ------
    ModuleNotFoundError
        It is not installed; the message says how to get it.

    Examples
    --------
    >>> extra("no_such_library", "a picture", "train")
    Traceback (most recent call last):
        ...
    ModuleNotFoundError: a picture needs no_such_library: pip install 'minitensor[train]', or pip install no_such_library
    """
    library = module.partition(".")[0]
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != library:
            raise
        package = PACKAGES.get(library, library)
        raise ModuleNotFoundError(
            f"{purpose} needs {package}: pip install 'minitensor[{extra}]', or pip install {package}", name=error.name
        ) from None
