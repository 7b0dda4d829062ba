"""The calls of modules and the steps of optimisers, told to the profiles of the thread that they run in.

Neither says by itself that it begins: they are to cost nothing while nobody looks. While somebody does, watched versions
stand in for `Module.__call__` and `Optimizer.step`. A subclass's own version of either is heard of where it calls these.
"""

from __future__ import annotations

import functools
import threading
from typing import Any

from minitensor.grad_mode import mode
from minitensor.nn import Module
from minitensor.observer import Observer
from minitensor.optim import Optimizer


class CallObserver(Observer):
    """An observer that is told of the calls of modules and of the steps of optimisers too."""

    def __enter__(self) -> CallObserver:
        _count(1)
        return super().__enter__()

    def __exit__(self, *error: object) -> None:
        try:
            super().__exit__(*error)
        finally:
            _count(-1)

    def called(self, module: Module) -> None:
        """The call of a `module` begins."""

    def stepped(self, optimizer: Optimizer) -> None:
        """A step of an `optimizer` begins."""

    def returned(self) -> None:
        """The innermost call or step is done, or it failed."""


_call, _step = Module.__call__, Optimizer.step
_watching = 0  # how many blocks are open, in all threads
_changing = threading.Lock()


@functools.wraps(_call)
def _watched_call(module: Module, *args: Any, **kwargs: Any) -> Any:
    told = _told()
    for observer in told:
        observer.called(module)
    try:
        return _call(module, *args, **kwargs)
    finally:
        for observer in told:
            observer.returned()


@functools.wraps(_step)
def _watched_step(optimizer: Optimizer, *args: Any, **kwargs: Any) -> Any:
    told = _told()
    for observer in told:
        observer.stepped(optimizer)
    try:
        return _step(optimizer, *args, **kwargs)
    finally:
        for observer in told:
            observer.returned()


def _told() -> list[CallObserver]:
    return [observer for observer in mode.observers if isinstance(observer, CallObserver)]


def _count(change: int) -> None:
    """Let the watched versions stand in as long as a block is open."""
    global _watching
    with _changing:
        _watching += change
        call, step = (_watched_call, _watched_step) if _watching else (_call, _step)
        type.__setattr__(Module, "__call__", call)
        type.__setattr__(Optimizer, "step", step)
