"""Watching a forward and a backward pass for the first numbers that are not finite.

Of each operation whose result is not finite a `Step` is kept, with what it followed from: so the way leads back from the
loss to where it began, and past infinities that do no harm, as those of a mask.
"""

from __future__ import annotations

import functools
import linecache
import os
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from minitensor.dtypes import Array
from minitensor.grad_mode import mode
from minitensor.kernels import active
from minitensor.kernels.registry import Kernel
from minitensor.observer import Observer, user_line
from minitensor.primitive import primitives
from minitensor.tape import Call, Derivation, Edge, Node
from minitensor.training.not_finite.values import Values, array_in, is_finite, samples_of, values_of
from minitensor.viz.naming import Names

if TYPE_CHECKING:
    from typing_extensions import Self


class Source(NamedTuple):
    """Numbers that are not finite and that no operation made.

    Attributes
    ----------
    kind : str
        parameter, buffer, input, number or unknown.
    name : str
        What it is called.
    values : Values
    samples : str
        Which samples of the batch they are in, in words.
    """

    kind: str
    name: str
    values: Values
    samples: str


class Step(NamedTuple):
    """An operation, or the rule of one for an argument, whose answer is not finite.

    Attributes
    ----------
    name : str
        The primitive's.
    label : str
        A few words for the call.
    argument : str or None
        For a rule, the argument whose gradient it is; "" where gradients that are finite add up to one that is not, or a
        hook made it so.
    formula : str
        The rule's.
    path : str or None
        The dotted name of the module that it ran in; None where it was no module of the model.
    place : str
        The module in words.
    line : str
        The user's line, with its code.
    operands : dict of Values
        What it was worked out from, by name.
    result : Values
    samples : str
        Which samples of the batch are not finite in the result, in words.
    silent : bool
        For a rule: whether 0 arrived wherever its answer is not finite.
    because : Step, Source or None
        What of the operands was not finite already.
    """

    name: str
    label: str
    argument: str | None
    formula: str
    path: str | None
    place: str
    line: str
    operands: dict[str, Values]
    result: Values
    samples: str
    silent: bool
    because: Step | Source | None


class KernelObserver(Observer):
    """An observer that is told of what every kernel answers, also of those whose operations are not recorded.

    While its block is open, watched versions stand in for the kernels that serve.
    """

    def __enter__(self) -> Self:
        self._served = dict(active)
        self._watched = {name: self._watch(name, kernel) for name, kernel in self._served.items()}
        active.update(self._watched)
        return super().__enter__()

    def __exit__(self, *error: object) -> None:
        try:
            super().__exit__(*error)
        finally:  # another engine may serve meanwhile, or a profile watch
            active.update({name: one for name, one in self._served.items() if active.get(name) is self._watched[name]})

    def _watch(self, name: str, kernel: Kernel) -> Kernel:
        @functools.wraps(kernel)
        def watched(*arrays: Any, **parameters: Any) -> Any:
            result = np.asarray(kernel(*arrays, **parameters))
            if any(one is self for one in mode.observers):  # and not another thread
                self.computed(name, arrays, parameters, result)
            return result

        return watched

    def computed(self, name: str, arrays: tuple[Any, ...], parameters: dict[str, Any], result: Array) -> None:
        """The kernel of the primitive `name` made `result` of arrays and numbers."""


class Search(KernelObserver):
    """Keeps the steps whose answers are not finite.

    Parameters
    ----------
    names : Names
        What parameters, buffers and the tensors of the batch are called.
    batch_size : int or None
    outside : str
        What to say of an operation that runs in no module.

    Attributes
    ----------
    steps : list of Step
        In the order in which they ran.
    gradients : dict of Step
        For a node or a leaf whose gradient is not finite the step that it goes back to.
    backward : bool
        Whether the gradients that pass are those of the loss.
    """

    def __init__(self, names: Names, batch_size: int | None, outside: str) -> None:
        self._names, self._batch_size, self._outside = names, batch_size, outside
        self._caller = user_line()
        self._lines: WeakKeyDictionary[Node, str] = WeakKeyDictionary()
        self._made: dict[int, tuple[Array, Step]] = {}  # by the array whose memory it is, which is kept so that its id is
        self._going_back: list[Any] = []  # the gradients whose rules run, the innermost walk's last
        self.steps: list[Step] = []
        self.gradients: dict[Edge, Step] = {}
        self.backward = False

    # Forward

    def recorded(self, node: Node, arguments: tuple[Any, ...], result: Array) -> None:  # noqa: ARG002
        """Keep the line where a `node` comes from: its rules may be what fails."""
        self._lines[node] = self._line()

    def computed(self, name: str, arrays: tuple[Any, ...], parameters: dict[str, Any], result: Array) -> None:
        """Keep a step where the `result` of a forward kernel is not finite."""
        if self.backward or is_finite(result):
            return
        primitive = primitives[name]
        operands = {primitive.argument(place): one for place, one in enumerate(arrays)}
        path, place = self._module(mode.scope)
        because = [self.origin_of(one) for one in operands.values() if not is_finite(one)]
        step = Step(
            primitive.name,
            primitive.label({**primitive.defaults, **parameters}),
            None,
            "",
            path,
            place,
            self._line(),
            _seen(operands),
            values_of(result),
            samples_of(result, self._batch_size),
            False,
            max(because, key=_is_nan, default=None),
        )
        self.steps.append(step)
        owner = _owner(result)
        self._made.setdefault(id(owner), (owner, step))

    def origin_of(self, value: Any) -> Step | Source:
        """What made a tensor, an array or a number that is not finite."""
        array = array_in(value)
        made = self._made.get(id(_owner(array)))
        if made is not None:
            return made[1]
        name = self._names.of_array(array)
        if name is not None:
            return Source(name.kind, name.text, values_of(array), samples_of(array, self._batch_size))
        kind = "unknown" if array.ndim else "number"
        return Source(kind, str(array) if kind == "number" else "tensor", values_of(array), "")

    # Backward

    def arrived(self, node: Node, gradient: Any) -> None:
        """Keep a step where a `gradient` is not finite though all that it was summed from is."""
        if not self.backward:
            return
        self._going_back.append(gradient)
        if is_finite(gradient):
            self.gradients.pop(node, None)  # a hook has mended it
        elif node not in self.gradients:
            self.gradients[node] = self._backward_step(node, "", {}, gradient, "")

    def answered(self, node: Node, argument: int, gradient: Any) -> None:
        """Keep what a `gradient` goes back to that is not finite: what had arrived, or the rule for this `argument`."""
        if not self.backward or is_finite(gradient):
            return
        step = self.gradients.get(node)
        if step is None:
            name = node.primitive.argument(argument)
            operands = {"dY": self._going_back[-1], **_saved(node)}
            formula = node.primitive.formulas.get(node.primitive.arguments[0 if node.primitive.variadic else argument], "")
            step = self._backward_step(node, name, operands, gradient, formula)
        self.gradients.setdefault(node.inputs[argument], step)

    def left(self, node: Node) -> None:  # noqa: ARG002
        """Forget the gradient of a `node` whose rules are done."""
        if self.backward:
            self._going_back.pop()

    def _backward_step(self, node: Node, argument: str, operands: dict[str, Any], gradient: Any, formula: str) -> Step:
        path, place = self._module(node.scope)
        arriving, answer = operands.get("dY"), array_in(gradient)
        silent = (
            arriving is not None and arriving.shape == answer.shape and not array_in(arriving)[~np.isfinite(answer)].any()
        )
        because = [self.origin_of(one) for name, one in operands.items() if name != "dY" and not is_finite(one)]
        return Step(
            node.name,
            node.primitive.label(node.parameters),
            argument,
            formula,
            path,
            place,
            self._lines.get(node, ""),
            _seen(operands),
            values_of(answer),
            samples_of(answer, self._batch_size),
            bool(silent),
            max(because, key=_is_nan, default=None),
        )

    # Where

    def _line(self) -> str:
        """The user's line and its code; "" where it is only the call of whoever searches."""
        path, number = user_line()
        if (path, number) == self._caller:
            return ""
        code = linecache.getline(path, number).strip()
        inside = path.startswith(os.getcwd() + os.sep)
        shown = "cell" if f"{os.sep}ipykernel_" in path else os.path.relpath(path) if inside else path
        return f"{shown}:{number}" + (f": {code}" if code else "")

    def _module(self, scope: Any) -> tuple[str | None, str]:
        """The path of the module that something runs in, and the module in words."""
        while isinstance(scope, Derivation):
            scope = scope.node.scope
        module = scope.module() if isinstance(scope, Call) else None
        if module is None:
            return None, self._outside
        path, kind = self._names.path_of(module), type(module).__name__
        if path is None:
            return None, ", ".join(filter(None, [f"in {kind}", self._outside]))
        return path, f"in the module {path!r} ({kind})" if path else f"in the model itself ({kind})"


def _is_nan(origin: Step | Source) -> bool:
    return bool((origin.result if isinstance(origin, Step) else origin.values).nan)


def _seen(operands: dict[str, Any]) -> dict[str, Values]:
    """What there is to see of operands of floats and of numbers."""
    return {name: values_of(one) for name, one in operands.items() if array_in(one).dtype.kind in "fiu"}


def _saved(node: Node) -> dict[str, Any]:
    """The arrays that the rules of a node were given, by their names there."""
    if node.saved is None:
        return {}
    return {
        "Y" if argument is None else node.primitive.argument(argument): node.saved[position]
        for position, argument in node.plan.arrays
    }


def _owner(array: Array) -> Array:
    """The array whose memory another one looks at."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array
