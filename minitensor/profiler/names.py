"""What the modules of a profile are called: "features.0 (Conv2d)"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from minitensor.nn import Module
from minitensor.profiler.slices import Slice


def name_owners(slices: Iterable[Slice], model: Module | None) -> None:
    """Let each slice say in words what module or step it is part of, and hold no module and no graph any longer."""
    slices = list(slices)
    names = names_of(dict.fromkeys([one.module for one in slices if isinstance(one.module, Module)]), model)
    for one in slices:
        one.owner = names[one.module] if isinstance(one.module, Module) else one.module or one.step
        one.module = one.call = None


def names_of(modules: Iterable[Module], model: Module | None) -> dict[Module, str]:
    """A name for each module: its class, after its dotted name in `model` or in the outermost of the modules that holds it.

    The outermost module itself is called by its class. Where two models have modules of one name, the model's class stands
    before it, with a number where that is not enough.
    """
    modules = list(modules)
    places: dict[Module, tuple[Module, str]] = {}  # of each module the outermost one that holds it, and the path there
    for root in _outermost(modules, model):
        for path, module in root.named_modules():
            places.setdefault(module, (root, path))
    titles = _numbered(dict.fromkeys([root for root, _ in places.values()]))
    common = Counter([places[module][1] for module in modules])
    names = {}
    for module in modules:
        root, path = places[module]
        name = f"{path} ({type(module).__name__})" if path else titles[root]
        names[module] = f"{titles[root]}: {name}" if path and common[path] > 1 else name
    return names


def _outermost(modules: list[Module], model: Module | None) -> list[Module]:
    """Those of the modules that no other one holds, after the model."""
    given = [] if model is None else [model]
    held = {child for module in (*given, *modules) for child in module.modules() if child is not module}
    return [*given, *(module for module in modules if module not in held and module is not model)]


def _numbered(modules: Iterable[Module]) -> dict[Module, str]:
    """The class of each module, from the second of a class on with a number."""
    met = Counter[str]()
    titles = {}
    for module in modules:
        kind = type(module).__name__
        met[kind] += 1
        titles[module] = kind if met[kind] == 1 else f"{kind} {met[kind]}"
    return titles
