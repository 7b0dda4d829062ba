"""Ctrl-C while a network trains: the first lets the step be finished, the second interrupts at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Self


class Interrupt:
    """Within a `with` block the first Ctrl-C is noted, and the second one raises a KeyboardInterrupt.

    Only where Ctrl-C would raise one anyway: in the main thread, and if nobody has another handler for it.

    Parameters
    ----------
    noted : callable
        Called at the first.

    Attributes
    ----------
    requested : bool
        Whether there was one.
    """

    def __init__(self, noted: Callable[[], None]) -> None:
        self.requested = False
        self._noted = noted
        self._handling = False

    def __enter__(self) -> Self:
        in_main = threading.current_thread() is threading.main_thread()
        if in_main and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            self._handling = True
            signal.signal(signal.SIGINT, self._note)
        return self

    def _note(self, number: int, frame: Any) -> None:
        if self.requested:
            signal.default_int_handler(number, frame)
        self.requested = True
        self._noted()

    def __exit__(self, *error: object) -> None:
        if self._handling:
            signal.signal(signal.SIGINT, signal.default_int_handler)
