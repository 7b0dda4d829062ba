"""Writes pytorch.md: which of PyTorch's names are here, which are not, and which differ.

    python docs/make_pytorch_table.py

PyTorch's names and arguments are those that `tests/golden/record_torch_names.py` has recorded; ours are asked for. What a
comparison of arguments cannot find is in `pytorch_notes.py`.
"""

from __future__ import annotations

import ast
import inspect
import json
from collections import Counter
from fnmatch import fnmatchcase as fnmatch
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from pytorch_notes import LEFT_OUT, NOTES, WHY_NOT

import minitensor as mt

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PAGE = HERE / "pytorch.md"
RECORDED = ROOT / "tests" / "golden" / "torch_names.json"
NONE = "nothing"  # in the place of a default

INTRODUCTION = """# What of PyTorch is here

The names of PyTorch {version}, and whether they are here. *Yes* is: with the same arguments, in the same order, with the
same defaults. Values, gradients and refusals of what is here are compared with PyTorch's on random calls: see
`tests/torch_calls/`.

This page is made by `docs/make_pytorch_table.py`: the arguments are compared with those that PyTorch has, what differs
beyond them is noted in `docs/pytorch_notes.py`.

Some arguments are left out everywhere, and their absence is not counted as a difference:

{left_out}

| | yes | different | no |
|---|---|---|---|
{counts}
"""

ANSWERS = """## Where answers differ

These differ on purpose, or where PyTorch disagrees with itself; the random calls leave them out.
"""


class Signature(NamedTuple):
    """The arguments of a function: {name: default as text}, those by keyword only apart."""

    plain: dict[str, str]
    by_keyword: dict[str, str]
    starred: bool
    double_starred: bool


def signature_of(line: str) -> Signature:
    """Return the signature that a line of arguments is: "input, p=0.5, *, out=None"."""
    arguments = ast.parse(f"def f({line}): ...").body[0].args  # type: ignore[attr-defined]  # it is a function
    plain = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(plain) - len(arguments.defaults)) + arguments.defaults
    return Signature(
        {a.arg: text(default) for a, default in zip(plain, defaults, strict=True)},
        {a.arg: text(default) for a, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)},
        arguments.vararg is not None,
        arguments.kwarg is not None,
    )


def text(default: ast.expr | None) -> str:
    """Return a default as text, numbers of one value alike."""
    if default is None:
        return NONE
    try:
        value = ast.literal_eval(default)
    except ValueError:
        return ast.unparse(default)
    return f"{value:g}" if isinstance(value, (int, float)) and not isinstance(value, bool) else repr(value)


def ours(value: Any, *, method: bool) -> Signature:
    """Return the signature of a function or a class of minitensor."""
    if inspect.isclass(value) and value.__init__ is object.__init__:
        return Signature({}, {}, False, False)
    function = value.__init__ if inspect.isclass(value) else value
    parameters = list(inspect.signature(function).parameters.values())[1 if method or function is not value else 0 :]
    kinds = inspect.Parameter
    defaults = {p.name: NONE if p.default is kinds.empty else shown(p.default) for p in parameters}
    return Signature(
        {p.name: defaults[p.name] for p in parameters if p.kind in (kinds.POSITIONAL_ONLY, kinds.POSITIONAL_OR_KEYWORD)},
        {p.name: defaults[p.name] for p in parameters if p.kind is kinds.KEYWORD_ONLY},
        any(p.kind is kinds.VAR_POSITIONAL for p in parameters) or takes_values(value),
        any(p.kind is kinds.VAR_KEYWORD for p in parameters),
    )


def takes_values(function: Any) -> bool:
    """Whether a method takes a sequence's values one by one, too, which its signature does not show."""
    return "values" in inspect.signature(function, follow_wrapped=False).parameters


def shown(default: Any) -> str:
    """Return a default of ours as text."""
    try:
        return text(ast.parse(repr(default), mode="eval").body)
    except SyntaxError:
        return repr(default)


def differences(theirs: Signature, here: Signature, known: set[str]) -> list[str]:
    """Return in words how our signature differs from one of PyTorch's; `known` are the arguments of its other ones."""
    found = []
    wanted, had = theirs.plain | theirs.by_keyword, here.plain | here.by_keyword
    shifted = False  # whether something is left out before, so that its place would mislead
    for name, default in wanted.items():
        if is_left_out(name) and name not in had:
            shifted = True
        elif name not in had:
            found += [] if here.double_starred or (here.starred and name in theirs.plain) else [f"no `{name}`"]
        elif had[name] == NONE != default:
            found.append(f"`{name}` has no default")
        elif default not in (had[name], NONE):
            found.append(f"`{name}` is {had[name]}, not {default}")
        elif name in theirs.plain and name in here.by_keyword and not shifted:
            found.append(f"`{name}` by keyword only")
    further = [name for name in had if name not in wanted and name not in known]
    if further and not theirs.starred:
        found.append("also " + ", ".join(f"`{name}`" for name in further))
    order = [name for name in theirs.plain if name in here.plain]
    if list(here.plain)[: len(order)] != order:
        found.append("the order is " + ", ".join(f"`{name}`" for name in here.plain))
    if theirs.starred and not here.starred:
        found.append("not as separate arguments")
    return found


def is_left_out(name: str) -> bool:
    """Whether an argument is left out everywhere: listed, or private."""
    return name in LEFT_OUT or name.startswith("_")


def here_of(section: str, name: str) -> Any:
    """Return what minitensor has under a name of PyTorch's, or None."""
    if section == "Tensor":
        getattr(mt.Tensor, name, None)  # loads it
        value = inspect.getattr_static(mt.Tensor, name, None)
        return getattr(mt.Tensor, name) if isinstance(value, (staticmethod, classmethod)) else value
    try:
        return getattr(import_module(f"minitensor.{section}"), name, None)
    except ModuleNotFoundError:
        return None


def row(section: str, name: str, ways: list[str]) -> tuple[str, str]:
    """Return whether a name is here, and how it differs or why it is missing."""
    value, path = here_of(section, name), f"{section}.{name}"
    if value is None:
        return "no", why_not(section, name)
    found: list[str] = []
    if ways and callable(value):
        here = ours(value, method=section == "Tensor")
        theirs = [signature_of(way) for way in ways]
        known = {argument for one in theirs for argument in (*one.plain, *one.by_keyword)}
        found = min((differences(one, here, known) for one in theirs), key=len)
    words = [", ".join(found)] if found else []
    words += [NOTES[path]] if path in NOTES else []
    return "different" if words else "yes", ": ".join(words)


def why_not(section: str, name: str) -> str:
    """Return why a name is not here, where that is known."""
    if section == "Tensor" and name.endswith("_") and hasattr(mt.Tensor, name[:-1]):
        return f"not in place: write `x = x.{name[:-1]}(...)`"
    return next(
        (why for why, names in WHY_NOT.items() if any(fnmatch(f"{section}.{name}", one) for one in names.split())), ""
    )


def rows() -> dict[str, dict[str, tuple[str, str]]]:
    """Return {section: {name: (whether it is here, how it differs)}}."""
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    del recorded["version"]
    return {section: {name: row(section, name, ways) for name, ways in names.items()} for section, names in recorded.items()}


def families() -> str:
    """Return what the families of random calls leave out, as their files say it."""
    parts = []
    for path in sorted((ROOT / "tests" / "torch_calls").glob("*.py")):
        title, *rest = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n\n")
        said = "\n\n".join(rest)
        if "Left out" in said:
            left_out = said[said.index("Left out") :].split(":", 1)[1]
            title = title.removeprefix("Calls of ")
            parts.append(f"### {path.stem}\n\n{title[0].upper()}{title[1:]}\n\n{left_out.strip()}\n")
    return "\n".join(parts)


def page() -> str:
    """Return the page as it is to be."""
    version = json.loads(RECORDED.read_text(encoding="utf-8"))["version"]
    left_out = "\n".join(
        f"- {why}: " + ", ".join(f"`{n}`" for n in LEFT_OUT if LEFT_OUT[n] == why)
        for why in dict.fromkeys(LEFT_OUT.values())
    )
    parts, counts = [], []
    for section, names in rows().items():
        count = Counter(here for here, _ in names.values())
        counts.append(f"| `{section}` | {count['yes']} | {count['different']} | {count['no']} |")
        lines = [f"| `{name}` | {here} | {words} |" for name, (here, words) in names.items()]
        parts.append(
            "\n".join(
                [f"## {section}", "", "| name | here | how it differs, or why it is missing |", "|---|---|---|", *lines, ""]
            )
        )
    introduction = INTRODUCTION.format(version=version, left_out=left_out, counts="\n".join(counts))
    return "\n".join([introduction, *parts, ANSWERS, families()])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
