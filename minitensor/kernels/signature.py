"""What a kernel is called with, read off its definition."""

from __future__ import annotations

import inspect
from typing import Any

RESERVED = ("v", "y", "position", "shapes")  # what a rule may ask for beside the names of its primitive


def signature_of(kernel: Any) -> tuple[tuple[str, ...], tuple[str, ...], bool, dict[str, Any]]:
    """A kernel's array arguments, its parameters, whether it is variadic, and the parameters' defaults.

    Raises
    ------
    TypeError
        The kernel is no plain function.
    ValueError
        It uses a name that means something else in a rule.
    """
    while hasattr(kernel, "__wrapped__"):  # below its decorators
        kernel = kernel.__wrapped__
    code = getattr(kernel, "__code__", None)
    if code is None:
        raise TypeError(f"primitive: the kernel is a function defined with def, got {type(kernel).__name__}: wrap it in one")
    named = code.co_argcount + code.co_kwonlyargcount
    variadic = bool(code.co_flags & inspect.CO_VARARGS)
    arguments = code.co_varnames[named : named + 1] if variadic else code.co_varnames[: code.co_argcount]
    parameters = code.co_varnames[code.co_argcount : named]
    for name in (*arguments, *parameters):
        if name in RESERVED or name.endswith(("_shape", "_dtype")):
            raise ValueError(
                f"primitive: {kernel.__name__} names something {name!r}, which means something else in a rule: rename it"
            )
    return arguments, parameters, variadic, kernel.__kwdefaults__ or {}
