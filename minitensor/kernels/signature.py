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
    kernel = undecorated(kernel)
    code = getattr(kernel, "__code__", None)
    if code is None:
        raise TypeError(f"primitive: the kernel is a function defined with def, got {type(kernel).__name__}: wrap it in one")
    named = code.co_argcount + code.co_kwonlyargcount
    variadic = bool(code.co_flags & inspect.CO_VARARGS)
    arguments = code.co_varnames[named : named + 1] if variadic else named_by(kernel)
    parameters = named_by_keyword(kernel)
    for name in (*arguments, *parameters):
        if name in RESERVED or name.endswith(("_shape", "_dtype")):
            raise ValueError(
                f"primitive: {kernel.__name__} names something {name!r}, which means something else in a rule: rename it"
            )
    return arguments, parameters, variadic, kernel.__kwdefaults__ or {}


def check_gradients(gradients: Any, kernel: Any) -> None:
    """Refuse a fused kernel of gradients that asks for what `kernel`, its primitive's, does not have.

    Raises
    ------
    TypeError
        It does not begin with v, does not take `wanted`, or names neither an argument nor a parameter.
    """
    arguments, parameters, variadic, _ = signature_of(kernel)
    positional, keywords = named_by(undecorated(gradients)), named_by_keyword(gradients)
    kept = {"y", *arguments} | {f"{name}_{kind}" for name in arguments for kind in ("shape", "dtype")}
    if (
        variadic
        or positional[:1] != ("v",)
        or not kept.issuperset(positional[1:])
        or "wanted" not in keywords
        or not {"wanted", *parameters}.issuperset(keywords)
    ):
        raise TypeError(
            f"gradients: {gradients.__name__} takes {positional} by position and {keywords} by keyword; it can take v and, "
            f"after it, y and what is of {arguments} by position, and wanted and what is of {parameters} by keyword"
        )


def named_by(function: Any) -> tuple[str, ...]:
    """The names of a function's positional parameters."""
    code = function.__code__
    return tuple(code.co_varnames[: code.co_argcount])


def named_by_keyword(function: Any) -> tuple[str, ...]:
    """The names of a kernel's keyword-only parameters."""
    code = undecorated(function).__code__
    return tuple(code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount])


def undecorated(function: Any) -> Any:
    """What is below a function's decorators."""
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function
