"""What a profile hears of while its block runs, kept as it comes: what it means is worked out when the block has ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from minitensor.dtypes import DType
from minitensor.kernels import time_kernels
from minitensor.nn import Module
from minitensor.optim import Optimizer
from minitensor.primitive import primitives
from minitensor.profiler.calls import CallObserver
from minitensor.tape import Call, Derivation, Node

Shapes: TypeAlias = "tuple[tuple[tuple[int, ...], DType], ...]"  # of each array its shape and dtype


class Called(NamedTuple):
    """A module's call begins."""

    time: float
    module: Module


class Stepped(NamedTuple):
    """An optimiser's step begins."""

    time: float
    name: str


class Returned(NamedTuple):
    """The innermost call or step ends."""

    time: float


class Ran(NamedTuple):
    """A kernel has run.

    Attributes
    ----------
    time : float
        When it was done.
    name : str
    seconds : float
    results : tuple of (shape, dtype)
        Several, where it works out several gradients together.
    bytes : int
        What it wrote: the size of its results, 0 for a view.
    """

    time: float
    name: str
    seconds: float
    results: Shapes
    bytes: int


class Arrived(NamedTuple):
    """A gradient has arrived at an operation's result, and its rules begin.

    Attributes
    ----------
    time : float
    name : str
        The operation's.
    sequence : int
        The number of its node, which falls as a walk goes back.
    call : Call or None
        The call of a module that the operation ran in.
    """

    time: float
    name: str
    sequence: int
    call: Call | None


class Answered(NamedTuple):
    """The rules of an operation are done, or one of them failed."""

    time: float


Event: TypeAlias = "Called | Stepped | Returned | Ran | Arrived | Answered"


class Recorder(CallObserver):
    """Within a `with` block, keep what this thread runs.

    Parameters
    ----------
    clock : callable
        Says the time, in seconds.

    Attributes
    ----------
    events : list of Event
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.events: list[Event] = []

    def __enter__(self) -> Recorder:
        self._timer = time_kernels(self._ran).__enter__()
        super().__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        try:
            super().__exit__(*error)
        finally:
            self._timer.__exit__(None, None, None)
            del self._timer  # which refers back here: a model is to be freed at once

    def called(self, module: Module) -> None:
        """Note that the call of a `module` begins."""
        self.events.append(Called(self._clock(), module))

    def stepped(self, optimizer: Optimizer) -> None:
        """Note that a step of an `optimizer` begins."""
        self.events.append(Stepped(self._clock(), f"{type(optimizer).__name__}.step"))

    def returned(self) -> None:
        """Note that the innermost call or step ends."""
        self.events.append(Returned(self._clock()))

    def arrived(self, node: Node, gradient: Any) -> None:  # noqa: ARG002
        """Note that the rules of a `node` begin."""
        scope = node.scope
        while isinstance(scope, Derivation):
            scope = scope.node.scope
        self.events.append(Arrived(self._clock(), node.name, node.sequence, scope))

    def left(self, node: Node) -> None:  # noqa: ARG002
        """Note that the rules of a `node` are done."""
        self.events.append(Answered(self._clock()))

    def _ran(self, name: str, seconds: float, result: Any) -> None:
        time = self._clock()
        arrays = [one for one in result if one is not None] if isinstance(result, tuple) else [result]
        primitive = primitives.get(name)
        is_view = primitive is not None and primitive.views and result.base is not None
        size = 0 if is_view else sum([one.nbytes for one in arrays])
        self.events.append(Ran(time, name, seconds, tuple([(one.shape, one.dtype) for one in arrays]), size))
