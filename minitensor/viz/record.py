"""Recording what a graph's structure does not say: the user's line, the values, the gradients, the time."""

from __future__ import annotations

import os
from types import TracebackType
from typing import Any
from weakref import ref

import numpy as np

from minitensor.dtypes import Array
from minitensor.kernels import time_kernels
from minitensor.observer import Observer, user_line
from minitensor.tape import Node, Traced
from minitensor.viz.elements import Statistics


class Recording:
    """What was seen of one operation; it lives as long as the operation's node.

    Attributes
    ----------
    line : str
        "train.py:12", the innermost line that is not this package's own.
    arguments : tuple
        For each argument: a weak reference to its tensor, or the number or array that it was.
    value, gradient : Statistics or None
        Of the result, and of the gradient that last arrived.
    seconds, backward_seconds : float
        What its kernel took, and what its rules' kernels took in all passes.
    """

    __slots__ = ("arguments", "backward_seconds", "gradient", "line", "seconds", "value")

    def __init__(self, line: str, arguments: tuple[Any, ...], value: Statistics | None, seconds: float) -> None:
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
        self._going_back: Recording | None = None  # whose rules run

    def __enter__(self) -> record:
        self._timers.append(time_kernels(self._ran).__enter__())
        return super().__enter__()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        super().__exit__(kind, error, trace)
        self._timers.pop().__exit__(kind, error, trace)
        self._going_back = None

    def recorded(self, node: Node, arguments: tuple[Any, ...], result: Array) -> None:
        """Keep what there is to see of an operation."""
        path, number = user_line()
        kept = tuple([ref(argument) if isinstance(argument, Traced) else _kept(argument) for argument in arguments])
        node.recording = Recording(f"{os.path.basename(path)}:{number}", kept, statistics_of(result), self._last)

    def arrived(self, node: Node, gradient: Any) -> None:
        """Keep what there is to see of a gradient."""
        self._going_back = recording_of(node)
        if self._going_back is not None:
            self._going_back.gradient = statistics_of(gradient)

    def walked(self) -> None:
        """Count no further kernels to the last operation of the walk."""
        self._going_back = None

    def _ran(self, name: str, seconds: float, result: Any) -> None:  # noqa: ARG002
        self._last = seconds
        if self._going_back is not None:
            self._going_back.backward_seconds += seconds


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
    wide = array.astype(np.float64) if count == array.size else array[finite].astype(np.float64)
    return Statistics(float(np.linalg.norm(wide.ravel())), nan, array.size - count - nan, array.size)


def _kept(argument: Any) -> Any:
    """A number as it is; of an array what a picture shows, so that its memory is not held."""
    return (argument.shape, argument.dtype) if isinstance(argument, np.ndarray) and argument.ndim else argument
