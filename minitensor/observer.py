"""Watching the tape at work: what an observer is told, and where in the user's code that happened.

Observers are for those who look (`viz.record`, `autograd.detect_anomaly`); with none there is nothing to pay for.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from minitensor.grad_mode import Context, mode

if TYPE_CHECKING:
    from typing_extensions import Self

    from minitensor.dtypes import Array
    from minitensor.tape import Node

PACKAGE = os.path.dirname(__file__) + os.sep


class Observer(Context):
    """Is told, within a `with` block or a decorated function, what this thread records and what goes back over the tape.

    A subclass overrides what it wants to hear of. Several observers can watch at once, the innermost hears first, and their
    blocks may end in any order, as those of generators do. One that ends in another thread than it began in is an error, but
    nobody watches any longer.
    """

    def __enter__(self) -> Self:
        self._entered = mode.now
        mode.observers = (self, *mode.observers)
        return self

    def __exit__(self, *error: object) -> None:
        here = any(one is self for one in mode.observers)
        now = mode.now if here else self._entered
        others = list(now.observers)
        others.pop(next(number for number, one in enumerate(others) if one is self))
        now.observers = tuple(others)
        if not here:
            raise RuntimeError(
                "the block of an observer, as of a profile, ends in the thread that it began in: "
                "this one was left in another, and is over"
            )

    def recorded(self, node: Node, arguments: tuple[Any, ...], result: Array) -> None:
        """An operation was recorded, right after its kernel ran: its `node`, its `arguments`, and its `result`."""

    def arrived(self, node: Node, gradient: Any) -> None:
        """The whole `gradient` of the result of `node` has arrived and met its hooks, and its rules are next."""

    def answered(self, node: Node, argument: int, gradient: Any) -> None:
        """The rule of `node` for the `argument` of this number answered with a `gradient`, of that one's shape and dtype."""

    def left(self, node: Node) -> None:
        """The rules of `node` are done, or one of them failed."""


def user_line() -> tuple[str, int]:
    """The file and the line of the innermost call that is not this package's own."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno
