"""The slices of a block added up, by operation or by module: every second of the block in one place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple, TypeAlias

from minitensor.profiler.slices import Slice

By: TypeAlias = Literal["operation", "module"]

IN_MODULES = "modules, outside of kernels"
WALKING = "the walk back, outside of rules"
NO_MODULE = "outside of modules"
REST = "the rest of the block"


class Average(NamedTuple):
    """What one operation, one module, or one of the lines below them took.

    Attributes
    ----------
    name : str
    counted : bool
        Whether it is an operation, a module or an optimiser's step: else it is what remains when those are counted.
    calls : int
    seconds : float
        In all. What other rows have is not in it.
    forward, backward : float
        The part of it in the forward pass, and in the walk back; an optimiser's step is in neither.
    kernels : float
        The part of it in kernels.
    bytes : int
        What the kernels wrote.
    """

    name: str
    counted: bool
    calls: int
    seconds: float
    forward: float
    backward: float
    kernels: float
    bytes: int

    @property
    def mean(self) -> float:
        """The seconds that a call took on average."""
        return self.seconds / self.calls if self.calls else 0.0


def averages(slices: Iterable[Slice], by: By) -> list[Average]:
    """The rows of a table, in the order in which they first ran, what is not counted last: they add up to the block.

    Raises
    ------
    ValueError
        `by` is neither "operation" nor "module".
    """
    if by not in ("operation", "module"):
        raise ValueError(f'profile: by is "operation" or "module", got {by!r}')
    found: dict[tuple[bool, str], list[Slice]] = {}
    for one in slices:
        found.setdefault(_operation_of(one) if by == "operation" else _module_of(one), []).append(one)
    rows = []
    for (counted, name), together in found.items():
        calls = sum(1 for one in together if by == "operation" or one.kind in ("module", "step")) if counted else 0
        rows.append(_added(name, counted, calls, together))
    return sorted(rows, key=lambda row: (not row.counted, row.name == REST))


def _operation_of(one: Slice) -> tuple[bool, str]:
    if one.kind in ("kernel", "step"):
        return True, one.name
    if one.kind == "rules":
        return True, f"rules of {one.name}"
    return False, {"module": IN_MODULES, "gradients": WALKING, "block": REST}[one.kind]


def _module_of(one: Slice) -> tuple[bool, str]:
    if one.owner:
        return True, one.owner
    return False, REST if one.kind == "block" else NO_MODULE


def _added(name: str, counted: bool, calls: int, together: list[Slice]) -> Average:
    return Average(
        name,
        counted,
        calls,
        seconds=sum(one.own for one in together),
        forward=sum(one.own for one in together if not (one.backward or one.kind in ("block", "step"))),
        backward=sum(one.own for one in together if one.backward),
        kernels=sum(one.own for one in together if one.kind == "kernel"),
        bytes=sum(one.bytes for one in together),
    )
