"""Writes torch_names.json: the public names of PyTorch's `nn`, `nn.functional`, `optim`, `Tensor` ... with their arguments.

A name's entry lists the ways in which it can be called, each as it would stand in a `def` line ("input, p=0.5, *, out=None");
none for what is no function. They come from `inspect.signature`, from the first lines of the docstring where the function is
written in C++, and from the operator's schemas.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
from pathlib import Path

import torch
from torch import nn
from torch.optim import lr_scheduler

HERE = Path(__file__).parent
NO_PART = {"Optional", "assert_int_or_pair", "boolean_dispatch", "Container", "NLLLoss2d"}  # what PyTorch does not document


def written(parameters: list[tuple[str, str, str | None]]) -> str:
    """Return arguments (name, kind, default) as a line; kind is "", "*" for keyword-only, or "*args" or "**args"."""
    words, starred = [], False
    for name, kind, default in parameters:
        if kind == "*" and not starred:
            words.append("*")
            starred = True
        starred = starred or kind == "*args"
        prefix = {"*args": "*", "**args": "**"}.get(kind, "")
        words.append(f"{prefix}{name}{'' if default is None else f'={default}'}")
    return ", ".join(words)


def of_inspection(function: object) -> str | None:
    """Return the arguments that `inspect` sees, without `self`."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (ValueError, TypeError):
        return None
    kinds = {
        inspect.Parameter.KEYWORD_ONLY: "*",
        inspect.Parameter.VAR_POSITIONAL: "*args",
        inspect.Parameter.VAR_KEYWORD: "**args",
    }
    found = [
        (p.name, kinds.get(p.kind, ""), None if p.default is inspect.Parameter.empty else default_of(p.default))
        for p in parameters
        if p.name != "self"
    ]
    return None if [p[1] for p in found] == ["*args", "**args"] else written(found)


def default_of(value: object) -> str:
    """Return a default as Python text; what is no literal as a name."""
    text = repr(list(value) if type(value).__name__ == "immutable_list" else value)
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return repr(str(value))
    return text


class Numbers(ast.NodeTransformer):
    """Works out the quotients of numbers: 1.0 / 8."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.Constant:
        """Return the value of two numbers."""
        return ast.Constant(eval(ast.unparse(node)))


def of_docstring(name: str, function: object) -> list[str]:
    """Return the arguments that the first lines of a docstring show."""
    found = []
    for arguments in re.findall(rf"^\s*(?:torch\.)?{name}\((.*?)\)(?: ->|\s*$)", (function.__doc__ or "")[:2000], re.M):
        line = re.sub(r"=\s*(torch\.[\w.]+)", r"='\1'", arguments.replace("\\", "")).removeprefix("self, ")
        line = re.sub(r"(\w+)\.\.\.", r"*\1", line)
        try:
            tree = Numbers().visit(ast.parse(f"def f({line}): ...")).body[0].args
            found.append(ast.unparse(tree))
        except SyntaxError:
            continue
    return found


def of_schemas(name: str) -> list[str]:
    """Return the arguments of a method's schemas, but for those that write into `out`."""
    packet = getattr(torch.ops.aten, name, None)
    found = []
    for overload in packet.overloads() if packet else ():
        schema = getattr(packet, overload)._schema
        into = any(a.kwarg_only and a.alias_info is not None and a.alias_info.is_write for a in schema.arguments)
        if not into and "Dimname" not in str(schema) and "self" in [a.name for a in schema.arguments]:
            found.append(written([of_argument(a) for a in schema.arguments if a.name != "self"]))
    return found


def of_argument(argument: object) -> tuple[str, str, str | None]:
    """Return a schema's argument as (name, kind, default)."""
    name = {"from": "from_", "lambda": "lambd"}.get(argument.name, argument.name)
    return (
        name,
        "*" if argument.kwarg_only else "",
        default_of(argument.default_value) if argument.has_default_value() else None,
    )


def ways(name: str, value: object, *, method: bool = False) -> list[str]:
    """Return all the ways in which a name can be called."""
    if inspect.isclass(value):
        return [""] if value.__init__ is nn.Module.__init__ else [of_inspection(value) or ""]
    if not callable(value):
        return []
    inspected = of_inspection(value)
    found = ([] if inspected is None else [inspected]) + of_docstring(name, value)
    found += of_schemas(name) if method and inspected is None else []
    return list(dict.fromkeys(found))


def names_of(module: object, *, classes: bool) -> dict[str, list[str]]:
    """Return the public classes, or functions, that a module of PyTorch's has."""
    found = {}
    for name in sorted(dir(module)):
        value = getattr(module, name)
        ours = str(getattr(value, "__module__", None) or "torch").startswith("torch") and not inspect.ismodule(value)
        if name.startswith(("_", "handle_torch", "has_torch")) or name in NO_PART or not ours or not callable(value):
            continue
        if inspect.isclass(value) == classes:
            found[name] = ways(name, value)
    return found


if __name__ == "__main__":
    sections = {
        "nn": names_of(nn, classes=True),
        "nn.functional": names_of(nn.functional, classes=False),
        "nn.init": {
            name: way
            for name, way in names_of(nn.init, classes=False).items()
            if name.endswith("_") or name == "calculate_gain"
        },
        "nn.utils": names_of(nn.utils, classes=False),
        "optim": names_of(torch.optim, classes=True),
        "optim.lr_scheduler": {name: ways(name, getattr(lr_scheduler, name)) for name in sorted(lr_scheduler.__all__)},
        "Tensor": {
            name: ways(
                name,
                inspect.getattr_static(torch.Tensor, name) if name in vars(torch.Tensor) else getattr(torch.Tensor, name),
                method=True,
            )
            for name in sorted(dir(torch.Tensor))
            if not name.startswith("_")
        },
    }
    text = json.dumps({"version": torch.__version__.split("+")[0], **sections}, indent=1)
    (HERE / "torch_names.json").write_text(text + "\n", encoding="utf-8")
    print({name: len(found) for name, found in sections.items()})
