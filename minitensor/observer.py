"""Watching the tape at work: what an observer is told, and where in the user's code that happened.

Observers are for those who look (`viz.record`, `autograd.detect_anomaly`); with none there is nothing to pay for.
"""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any

from minitensor.grad_mode import mode

if TYPE_CHECKING:
    from typing_extensions import Self

    from minitensor.dtypes import Array
    from minitensor.tape import Node

PACKAGE = os.path.dirname(__file__) + os.sep


class Observer:
    """Is told, within a `with` block, what this thread records and what goes back over the tape.

    A subclass overrides what it wants to hear of; several observers can watch at once.
    """

    _before: tuple[Observer, ...]

    def __enter__(self) -> Self:
        self._before = mode.observers
        mode.observers = (*self._before, self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        mode.observers = self._before

    def recorded(self, node: Node, arguments: tuple[Any, ...], result: Array) -> None:
        """An operation was recorded: its node, what it was called with, and what came out."""

    def arrived(self, node: Node, gradient: Any) -> None:
        """The whole gradient of a node's result has arrived, and its rules are next."""

    def answered(self, node: Node, index: int, gradient: Any) -> None:
        """A node's rule for the argument at `index` answered with a gradient, now of the argument's shape and dtype."""

    def walked(self) -> None:
        """A walk back is over."""


def user_line() -> tuple[str, int]:
    """The file and the line of the innermost call that is not this package's own."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno
