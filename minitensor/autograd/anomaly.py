"""Finding the operation that made a NaN."""

from __future__ import annotations

import sys
import weakref
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from minitensor.dtypes import Array
from minitensor.grad_mode import mode
from minitensor.tape import Node

PACKAGE = str(Path(__file__).resolve().parent.parent)


class detect_anomaly:
    """Within a `with` block, look for NaN in each gradient, and name the operation that made the first, and its line.

    Forward and backward both belong inside the block. It slows everything down: use it to search.

    Parameters
    ----------
    check_nan : bool
        Whether to look; without it only the lines are kept.

    Raises
    ------
    RuntimeError
        From `backward`: a gradient is NaN.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.tensor([0.0], requires_grad=True)
    >>> with mt.autograd.detect_anomaly():
    ...     (mt.sqrt(x) * 0).backward()  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    RuntimeError: detect_anomaly: the gradient of sqrt for its argument 'a' is NaN ...
    """

    def __init__(self, check_nan: bool = True) -> None:
        self._check_nan = check_nan

    def __enter__(self) -> None:
        self._before = mode.observer, mode.check_nan
        mode.observer, mode.check_nan = _Watch(mode.observer), self._check_nan

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        mode.observer, mode.check_nan = self._before


class _Watch:
    """Keeps, for each node that is recorded, the line of the user's code and whether its result was NaN already."""

    def __init__(self, outer: Any) -> None:
        self._outer = outer
        self._seen: weakref.WeakKeyDictionary[Node, tuple[str, bool]] = weakref.WeakKeyDictionary()

    def __call__(self, node: Node, result: Array) -> None:
        if self._outer is not None:
            self._outer(node, result)
        self._seen[node] = (_user_line(), bool(np.isnan(result).any()))

    def line_of(self, node: Node) -> str:
        """Where a node was recorded, in words that end an error's message."""
        line, was_nan = self._seen.get(node, ("", False))
        already = "; its result was NaN already in the forward pass" if was_nan else ""
        return f" (recorded at {line}{already})" if line else ""


def _user_line() -> str:
    """The innermost line that is not this package's own."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(PACKAGE):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
