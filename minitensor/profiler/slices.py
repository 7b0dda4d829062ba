"""A block's time as slices, one within the other.

    block
      module              a call of a module; those that it calls are within it
        kernel
      gradients           what a walk back over the tape does for one call of a module; nested as the calls were
        rules             those of one operation, from the arrival of its gradient until they have answered
          kernel
      step                of an optimiser

A slice's own time is what no slice within it takes. So the own times of all slices add up to the block's time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from minitensor.nn import Module
from minitensor.profiler.events import Answered, Arrived, Called, Event, Ran, Returned, Shapes, Stepped
from minitensor.tape import Call

GONE = "(a module that is gone)"

Kind: TypeAlias = Literal["block", "module", "kernel", "gradients", "rules", "step"]


class Slice:
    """A stretch of time.

    Attributes
    ----------
    kind : str
        "block", "module", "kernel", "gradients", "rules" or "step".
    name : str
        The operation's or the step's; "" for a block, a module and its gradients.
    module : Module, str or None
        The innermost module that it is part of, or `GONE`.
    step : str
        The optimiser's step that it is part of, or "".
    owner : str
        The name of the innermost module, or else of the step, that it is part of; "" where there is neither.
    backward : bool
        Whether it is part of the walk back over the tape.
    begin, end : float
        Seconds, by the clock of the events.
    within : float
        The seconds that slices within it take.
    results : tuple of (shape, dtype)
    bytes : int
        Of a kernel, as `events.Ran` has them.
    call : Call or None
        Of gradients, the call that they are for.
    """

    __slots__ = ("backward", "begin", "bytes", "call", "end", "kind", "module", "name", "owner", "results", "step", "within")

    def __init__(self, kind: Kind, name: str, begin: float, parent: Slice | None) -> None:
        self.kind = kind
        self.name = name
        self.begin = self.end = begin
        self.within = 0.0
        self.module: Module | str | None = None if parent is None else parent.module
        self.step: str = "" if parent is None else parent.step
        self.owner = ""
        self.backward: bool = kind in ("gradients", "rules") or (parent is not None and parent.backward)
        self.results: Shapes = ()
        self.bytes = 0
        self.call: Call | None = None

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.end - self.begin

    @property
    def own(self) -> float:
        """The seconds that no slice within it takes."""
        return self.seconds - self.within


def slices_of(events: Iterable[Event], begin: float, end: float) -> list[Slice]:
    """The slices of a block that lasts from `begin` to `end`, in the order in which they begin, the block first."""
    building = _Building(begin)
    for event in events:
        building.take(event)
    building.close_all(end)
    return building.slices


class _Building:
    """The slices so far, and which of them are open."""

    def __init__(self, begin: float) -> None:
        block = Slice("block", "", begin, None)
        self.slices = [block]
        self.open = [block]
        self.now = begin  # when the event before was
        self.sequence = -1  # of the node whose rules ran last

    def take(self, event: Event) -> None:
        if not isinstance(event, Arrived):
            self.end_gradients()
        if isinstance(event, Ran):
            self.add("kernel", event.name, max(event.time - event.seconds, self.now))
            self.open[-1].results, self.open[-1].bytes = event.results, event.bytes
            self.close(event.time)
        elif isinstance(event, Called):
            self.add("module", "", event.time)
            self.open[-1].module = event.module
        elif isinstance(event, Stepped):
            self.add("step", event.name, event.time)
            self.open[-1].module, self.open[-1].step = None, event.name
        elif isinstance(event, Arrived):
            self.begin_rules(event)
        elif isinstance(event, Answered):
            self.close_to(("rules",), event.time)
        elif isinstance(event, Returned):
            self.close_to(("module", "step"), event.time)
        self.now = event.time

    def begin_rules(self, event: Arrived) -> None:
        """Open the rules of an operation, in the gradients of the calls that it was in, the outermost first."""
        path = _path(event.call)
        if event.sequence >= self.sequence:  # another walk: in one, the numbers fall
            self.end_gradients()
        running = [one.call for one in self.running_gradients()]
        common = 0
        while common < min(len(path), len(running)) and path[common] is running[common]:
            common += 1
        for _ in running[common:]:
            self.close(self.now)
        for call in path[common:]:
            self.add("gradients", "", event.time)
            self.open[-1].module, self.open[-1].call = call.module() or GONE, call
        self.add("rules", event.name, event.time)
        self.sequence = event.sequence

    def running_gradients(self) -> list[Slice]:
        """The gradients that are open with nothing open within them, the outermost first."""
        first = len(self.open)
        while self.open[first - 1].kind == "gradients":
            first -= 1
        return self.open[first:]

    def end_gradients(self) -> None:
        """Close them as of the last answer: that a walk is over shows only when something else begins."""
        for _ in self.running_gradients():
            self.close(self.now)

    def add(self, kind: Kind, name: str, begin: float) -> None:
        self.open.append(Slice(kind, name, begin, self.open[-1]))
        self.slices.append(self.open[-1])

    def close(self, end: float) -> None:
        done = self.open.pop()
        done.end = end
        self.open[-1].within += done.seconds

    def close_to(self, kinds: tuple[Kind, ...], end: float) -> None:
        """Close the innermost slice of one of these kinds, and what is open within it."""
        if not any(one.kind in kinds for one in self.open):
            return  # it began before the block did
        while self.open[-1].kind not in kinds:
            self.close(end)
        self.close(end)

    def close_all(self, end: float) -> None:
        self.end_gradients()
        while len(self.open) > 1:
            self.close(end)
        self.open[0].end = end


def _path(call: object) -> list[Call]:
    """A call and those that it is in, the outermost first."""
    path: list[Call] = []
    while isinstance(call, Call):
        path.append(call)
        call = call.around
    return path[::-1]
