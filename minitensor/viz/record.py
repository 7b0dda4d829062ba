"""Recording what a graph's structure does not say: the user's line, the values, the gradients, the time."""

from __future__ import annotations

import os
import sys
from typing import Any
from weakref import ref

import numpy as np

from minitensor.dtypes import Array
from minitensor.kernels import time_kernels
from minitensor.observer import Observer, user_line
from minitensor.primitive import primitives
from minitensor.tape import Node, Traced
from minitensor.viz.elements import Statistics


class Recording:
    """What was seen of one operation; it lives as long as the operation's node.

    Attributes
    ----------
    line : str
        "train.py:12", the innermost line that is not this package's own.
    arguments : tuple
        For each argument the number that it was; of a tensor or an array (weak reference or None, shape, dtype).
    value, gradient : Statistics or None
        Of the result, and of the gradient that last arrived.
    seconds, backward_seconds : float or None
        What its kernel took, and what its rules' kernels took in all passes.
    """

    __slots__ = ("arguments", "backward_seconds", "gradient", "line", "seconds", "value")

    def __init__(self, line: str, arguments: tuple[Any, ...], value: Statistics | None, seconds: float | None) -> None:
        self.line, self.arguments, self.value, self.seconds = line, arguments, value, seconds
        self.gradient: Statistics | None = None
        self.backward_seconds = 0.0


class record(Observer):
    """Within a `with` block, keep for each operation what a picture can show beside its shape.

    That is the line of the user's code, the norm of the result and of the gradient that arrives, how many of their elements
    are NaN or infinite, and the time that the kernels took, forward and backward. Pictures drawn later, inside the block or
    after it, show it all. It costs a pass over each array; outside the block nothing is paid.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.tensor([3.0, 4.0], requires_grad=True)
    >>> with mt.viz.record():
    ...     y = x * 2
    >>> mt.viz.graph(y).nodes[1].value
    Statistics(norm=10.0, nan=0, inf=0, size=2)
    """

    def __init__(self) -> None:
        self._timers: list[time_kernels] = []
        self._last = 0.0  # what the kernel that ran last took
        self._going_back: list[Recording | None] = []  # whose rules run, the innermost walk's last

    def __enter__(self) -> record:
        self._timers.append(time_kernels(self._ran).__enter__())
        return super().__enter__()

    def __exit__(self, *error: object) -> None:
        try:
            super().__exit__(*error)
        finally:
            self._timers.pop().__exit__(None, None, None)

    def recorded(self, node: Node, arguments: tuple[Any, ...], result: Array) -> None:
        """Keep what there is to see of an operation."""
        seconds = self._last if node.name in primitives else None  # a Function has no kernel
        node.recording = Recording(_place(*user_line()), kept_of(arguments), statistics_of(result), seconds)

    def arrived(self, node: Node, gradient: Any) -> None:
        """Keep what there is to see of a gradient."""
        recording = recording_of(node)
        if recording is not None:
            recording.gradient = statistics_of(gradient)
        self._going_back.append(recording)

    def left(self, node: Node) -> None:  # noqa: ARG002
        """Count no further kernels to an operation whose rules are done."""
        self._going_back.pop()

    def _ran(self, name: str, seconds: float, result: Any) -> None:  # noqa: ARG002
        self._last = seconds
        recording = self._going_back[-1] if self._going_back else None
        if recording is not None:
            recording.backward_seconds += seconds


def recording_of(node: Node) -> Recording | None:
    """What was recorded of a node, if anything was."""
    return getattr(node, "recording", None)


def statistics_of(values: Any) -> Statistics | None:
    """The norm of an array or Tensor of floats, and how many of its elements are NaN or infinite; None for integers."""
    array = values._array if isinstance(values, Traced) else np.asarray(values)
    if array.dtype.kind != "f":
        return None
    finite = np.isfinite(array)
    count, nan = int(finite.sum()), int(np.isnan(array).sum())
    wide = np.abs(array if count == array.size else array[finite]).astype(np.float64).ravel()
    largest = float(wide.max(initial=0.0))
    norm = largest * float(np.linalg.norm(wide / largest)) if largest else 0.0  # the squares alone could overflow
    return Statistics(min(norm, sys.float_info.max), nan, array.size - count - nan, array.size)


def kept_of(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """What is kept of an operation's arguments: see `Recording.arguments`."""
    return tuple([_kept(argument) for argument in arguments])


def _kept(argument: Any) -> Any:
    """What a picture needs of an argument, so that no memory is held: (weak reference, shape, dtype), or a number.

    The reference is to the tensor whose memory it is: a view that only the operation saw is gone when the picture is drawn.
    """
    if isinstance(argument, Traced):
        base = argument._view_of() if argument._view_of is not None else None
        whole = base is not None and base._array.nbytes == argument._array.nbytes
        return ref(base if whole else argument), argument.shape, argument.dtype
    if isinstance(argument, np.ndarray) and argument.ndim:
        return None, argument.shape, argument.dtype
    return argument


def _place(path: str, number: int) -> str:
    """A file and a line as briefly as they can be found again."""
    if f"{os.sep}ipykernel_" in path:
        return f"cell:{number}"
    inside = (
        os.path.relpath(path) if os.path.isabs(path) and path.startswith(os.getcwd() + os.sep) else os.path.basename(path)
    )
    return f"{inside}:{number}"
