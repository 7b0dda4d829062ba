"""Finding the operation that made a NaN."""

from __future__ import annotations

import weakref
from typing import Any

import numpy as np

from minitensor.dtypes import Array
from minitensor.observer import Observer, user_line
from minitensor.tape import Node


class detect_anomaly(Observer):
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
        self._seen: weakref.WeakKeyDictionary[Node, tuple[str, bool]] = weakref.WeakKeyDictionary()

    def recorded(self, node: Node, arguments: tuple[Any, ...], result: Array) -> None:  # noqa: ARG002
        """Keep, for `node`, the line of the user's code, and whether the `result` of these `arguments` is NaN already."""
        path, line = user_line()
        self._seen[node] = (f"{path}:{line}", self._check_nan and bool(np.isnan(result).any()))

    def _again(self) -> detect_anomaly:
        return detect_anomaly(self._check_nan)

    def answered(self, node: Node, argument: int, gradient: Any) -> None:
        """Raise an error that names the operation of `node`, its `argument` and its line, where the `gradient` is NaN."""
        if not self._check_nan or not np.isnan(np.asarray(gradient)).any():
            return
        line, was_nan = self._seen.get(node, ("", False))
        already = "; its result was NaN already in the forward pass" if was_nan else ""
        raise RuntimeError(
            f"detect_anomaly: the gradient of {node.name} for its argument {node.primitive.argument(argument)!r} is NaN"
            + (f" (recorded at {line}{already})" if line else "")
        )
