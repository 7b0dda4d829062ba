"""Computing without warnings: inf and nan are answers, as in every framework.

NumPy 2 keeps its warning switch in a context variable. So a context in which it is off is made once, and what is to be quiet
runs in a copy of that: for a product of ten numbers that takes 0.1 µs, where `np.errstate` takes 0.5.
"""

from __future__ import annotations

import contextvars
import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from minitensor.kernels.registry import KernelFunction


class _Switch:
    """What stands for the context under NumPy 1, whose switch is the thread's."""

    @staticmethod
    @np.errstate(all="ignore")
    def run(function: Callable[..., Any], *arrays: Any, **parameters: Any) -> Any:
        return function(*arrays, **parameters)


_silent = contextvars.Context()
if not np.__version__.startswith("1."):
    _silent.run(np.seterr, all="ignore")

# A place to compute in without warnings, for one call: `silence().run(function, array)`. A context can't be entered twice at
# once, by two threads or by a finalizer in the midst of it; its copy costs next to nothing.
silence: Callable[[], Any] = _Switch if np.__version__.startswith("1.") else _silent.copy


def quiet(function: KernelFunction) -> KernelFunction:
    """Decorate a function that is to compute without warnings."""

    @functools.wraps(function)
    def run(*arrays: Any, **parameters: Any) -> Any:
        return silence().run(function, *arrays, **parameters)

    return run  # type: ignore[return-value]  # functools.wraps keeps the signature
