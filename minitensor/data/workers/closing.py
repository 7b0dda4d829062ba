"""Workers that end: when they are told, or with the object that has them, or with the program."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any


class Closing:
    """An object that ends its workers when it goes, or before by `close`."""

    _end: weakref.finalize[..., Closing]

    def ends_by(self, function: Callable[..., None], *args: Any, grace: float) -> None:
        """Say how: `function(*args, grace)` ends the workers, and waits so many seconds for what they are doing."""
        self._end = weakref.finalize(self, function, *args, grace)

    def close(self, grace: float | None = None) -> None:
        """End the workers, within so many seconds: at once those that do nothing."""
        found: Any = self._end.peek()
        if found is not None:
            _, function, args, _ = found
            function(*args[:-1], args[-1] if grace is None else grace)
            self._end.detach()
