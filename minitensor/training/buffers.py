"""The buffers of modules, kept and put back: what a forward pass may write to, such as running statistics."""

from __future__ import annotations

from typing import Any

from minitensor.dtypes import Array
from minitensor.grad_mode import no_grad
from minitensor.nn import Module
from minitensor.tensor import Tensor


class Buffers:
    """The buffers of modules and of all modules below them, with copies of what they hold.

    Parameters
    ----------
    *modules : object
        What is no Module has none.
    """

    def __init__(self, *modules: Any) -> None:
        below = [module for one in modules if isinstance(one, Module) for module in one.modules()]
        self._owners = [module for module in below if any(True for _ in module.named_buffers(recurse=False))]
        self._kept: list[tuple[Module, str, Tensor, Array]] = []

    def keep(self) -> None:
        """Copy what they hold now."""
        self._kept = [
            (module, name, buffer, buffer._array.copy())
            for module in self._owners
            for name, buffer in module.named_buffers(recurse=False)
            if type(buffer) is Tensor  # one of a lazy layer has no shape yet
        ]

    def put_back(self) -> None:
        """Give them what was copied, also where another tensor has taken a buffer's place."""
        with no_grad():
            for module, name, buffer, kept in self._kept:
                buffer._array[...] = kept
                setattr(module, name, buffer)
