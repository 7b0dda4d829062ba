"""One forward pass of a model that is watched layer by layer and leaves no trace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from math import prod
from typing import Any, TypeAlias

import numpy as np

from minitensor.errors import ShapeError, spatial_axes
from minitensor.grad_mode import no_grad
from minitensor.nn.conv_nd import ConvNd, ConvTransposeNd
from minitensor.nn.linear import Linear
from minitensor.nn.module import Module
from minitensor.tensor import Tensor
from minitensor.viz.unchanged import unchanged

Shape: TypeAlias = "tuple[int, ...]"
Shapes: TypeAlias = "tuple[Any, ...] | dict[str, Any] | None"  # a shape; of several tensors, a tuple or dict of Shapes


class Call:
    """A call of a module, with the calls that it made itself; or a module that was not called.

    Attributes
    ----------
    module : Module
    path : str
        Its dotted name.
    depth : int
        How many modules hold it, one within the other.
    number : int
        1 for the module's first call, 2 for its second, and so on; 0 for a module that was not called.
    input_shape, output_shape
        None where there was no tensor.
    output_bytes, multiply_adds : int
        The latter 0 for a module that holds others: theirs are counted.
    calls : list of Call
    """

    def __init__(self, module: Module, path: str = "", depth: int = 0) -> None:
        self.module = module
        self.path = path
        self.depth = depth
        self.number = 0
        self.is_layer = next(module.children(), None) is None
        self.input_shape: Shapes = None
        self.output_shape: Shapes = None
        self.output_bytes = 0
        self.multiply_adds = 0
        self.calls: list[Call] = []

    def add(self, name: str, module: Module) -> Call:
        """Begin a call within this one."""
        call = Call(module, f"{self.path}.{name}" if self.path else name, self.depth + 1)
        self.calls.append(call)
        return call

    def walk(self) -> Iterator[Call]:
        """The call itself, then the calls within it, each before those within it."""
        waiting = [self]
        while waiting:
            call = waiting.pop()
            yield call
            waiting.extend(reversed(call.calls))

    def begin(self, number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Note what goes in."""
        shapes = shapes_in((*args, kwargs))
        self.number = number
        self.input_shape = shapes[0] if isinstance(shapes, tuple) and len(shapes) == 1 else shapes

    def end(self, output: Any) -> None:
        """Note what comes out."""
        tensors = tensors_in(output)
        self.output_shape = shapes_in(output)
        self.output_bytes = sum(one.nbytes for one in tensors)
        if self.is_layer and tensors:
            self.multiply_adds = multiply_adds(self.module, tensors[0].shape)


def run(model: Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
    """The call of a model, with all that are in it and all modules that were not called.

    Raises
    ------
    ShapeError, RuntimeError
        The forward pass raised an error.
    """
    watch = _Watch(model)
    with unchanged(model, tensors_in([args, kwargs])), ExitStack() as hooks, no_grad(), np.errstate(all="ignore"):
        for module in model.modules():
            if module is not model:
                hooks.enter_context(module.register_forward_pre_hook(watch.enter, with_kwargs=True))
                hooks.enter_context(module.register_forward_hook(watch.leave, with_kwargs=True))
        watch.root.begin(1, args, kwargs)
        try:
            watch.root.end(model(*args, **kwargs))
        except Exception as error:
            raise _stopped(error, watch) from error
    _add_idle(watch.root)
    return watch.root


class _Watch:
    """Hooks that build the tree of calls."""

    def __init__(self, model: Module) -> None:
        self.root = Call(model)
        self.last = self.root
        self.open = [self.root]
        self.numbers: Counter[Module] = Counter()
        self.holders: dict[Module, dict[Module, tuple[str, Module]]] = {}
        self._below(model)  # before the model can change itself

    def enter(self, module: Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Put a call where it belongs: into the innermost running module that holds this one."""
        parent = next(call for call in reversed(self.open) if module in self._below(call.module))
        holders, path, one = self._below(parent.module), [], module
        while one is not parent.module:
            name, holder = holders[one]
            path.append((name, one))
            one = holder
        for name, one in path[:0:-1]:  # lists of modules, which are not called themselves
            known = (call for call in reversed(parent.calls) if call.module is one)
            parent = next(known, None) or parent.add(name, one)
        self.numbers[module] += 1
        self.last = parent.add(*path[0])
        self.last.begin(self.numbers[module], args, kwargs)
        self.open.append(self.last)

    def leave(self, module: Module, args: tuple[Any, ...], kwargs: dict[str, Any], output: Any) -> None:  # noqa: ARG002
        """Close a call, and those within it that an error ended which the model caught."""
        while self.open[-1].module is not module:
            self.open.pop()
        self.open.pop().end(output)

    def _below(self, module: Module) -> dict[Module, tuple[str, Module]]:
        """For each module below this one, the module that holds it and its name there; the nearest holder counts."""
        if module not in self.holders:
            found: dict[Module, tuple[str, Module]] = {}
            waiting = [module]
            for holder in waiting:
                for name, child in holder.named_children():
                    if child not in found:
                        found[child] = (name, holder)
                        waiting.append(child)
            self.holders[module] = found
        return self.holders[module]


def _add_idle(root: Call) -> None:
    """Add the modules that were not called, each after what its holder called."""
    calls = list(root.walk())
    met = {call.module for call in calls}
    for call in calls:
        for name, child in call.module.named_children():
            if child not in met:
                met.add(child)
                calls.append(call.add(name, child))


def multiply_adds(module: Module, shape: Shape) -> int:
    """How often the parameters of a layer are multiplied for an output of this shape: the rule is told in `summary`."""
    if any("Conv" in kind.__name__ for kind in type(module).__mro__):
        channels = 0 if len(shape) == getattr(module, "rank", 0) + 1 else 1  # the axis: there may be no batch
        times = prod(shape[:channels] + shape[channels + 1 :])
    else:
        times = prod(shape[:-1]) if isinstance(module, Linear) else prod(shape[:1])
    total = 0
    for name, parameter in module.named_parameters():
        if name in ("weight", "bias"):
            total += parameter.numel() * times
        elif "weight" in name or "bias" in name:
            total += parameter.numel() * prod(shape[:2])
    return total


def shapes_in(value: Any) -> Shapes:
    """The shapes of the tensors in a value, in tuples and dicts as they stand there; None where there are none."""
    if isinstance(value, Tensor):
        return value.shape
    if isinstance(value, Mapping):
        named = {str(key): shapes for key, part in value.items() if (shapes := shapes_in(part)) is not None}
        return named or None
    if isinstance(value, (list, tuple)):
        return tuple(shapes for part in value if (shapes := shapes_in(part)) is not None) or None
    return None


def tensors_in(value: Any) -> list[Tensor]:
    """The tensors in a value: itself, or those in lists, tuples and dicts."""
    if isinstance(value, Tensor):
        return [value]
    if isinstance(value, Mapping):
        value = list(value.values())
    return [one for part in value for one in tensors_in(part)] if isinstance(value, (list, tuple)) else []


def expected_axes(model: Module) -> tuple[str, tuple[str, ...]] | None:
    """The path of the first layer that says what it expects, and the axes of that, with lengths where they are known."""
    for path, module in model.named_modules():
        if isinstance(module, (ConvNd, ConvTransposeNd)):
            return path, ("N", str(module.in_channels), *spatial_axes(module.rank))
        if isinstance(module, Linear):
            return path, ("N", str(module.in_features))
    return None


def _stopped(error: Exception, watch: _Watch) -> Exception:
    """The error that says how far a model came, on what, and why no further."""
    model, within, last = watch.root.module, watch.open[-1], watch.last
    place = f"in the layer {within.path!r}, {type(within.module).__name__}" if within.path else "in its own forward"
    if last is not within:
        place += f", after the layer {last.path!r}, {type(last.module).__name__}"
    known = f"\n  in the layer {within.path!r}, {type(within.module).__name__}"  # a layer's own errors end so
    words = str(error).removesuffix(known).replace("\n", "\n  ")
    size = watch.root.input_shape
    cause = f"{type(error).__name__}: {words}" if words else type(error).__name__
    message = f"summary: {type(model).__name__} stopped {place}, on the input size {size}\n  {cause}"
    expected = expected_axes(model)
    if expected and isinstance(size, tuple) and len(size) == len(expected[1]) - 1:
        message += (
            f"\n  The layer {expected[0]!r} expects ({', '.join(expected[1])}), and this size has one axis less: "
            "input_size counts the batch too. Pass batch_dim=0 to add it"
        )
    return ShapeError(message) if isinstance(error, ShapeError) else RuntimeError(message)
