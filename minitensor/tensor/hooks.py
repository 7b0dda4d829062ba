"""Functions that are shown a gradient on its way."""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from minitensor.tensor.core import Tensor


next_key = itertools.count().__next__


class RemovableHandle:
    """What registering a hook answers: `remove` takes the hook away, and so does the end of a `with` block."""

    def __init__(self, hooks: dict[int, Any], hook: Any) -> None:
        self._hooks, self._key = hooks, next_key()
        hooks[self._key] = hook

    def remove(self) -> None:
        """Take the hook away; a second time does nothing."""
        self._hooks.pop(self._key, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *error: object) -> None:
        self.remove()


def register_hook(self: Tensor, hook: Callable[[Tensor], Tensor | None]) -> RemovableHandle:
    """Call `hook` with each gradient that arrives here; what it answers, if it does, is passed on instead.

    Parameters
    ----------
    hook : callable
        Takes the gradient, a Tensor, and returns another or None.

    Returns
    -------
    RemovableHandle
        Its `remove()` takes the hook away.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.ones(2, requires_grad=True)
    >>> handle = x.register_hook(lambda gradient: gradient * 10)
    >>> x.sum().backward()
    >>> x.grad
    tensor([10., 10.])
    """
    if not callable(hook):
        raise TypeError(f"register_hook: a hook is called with the gradient, got {type(hook).__name__}")
    if not self.requires_grad:
        raise RuntimeError("register_hook: no gradient arrives at a tensor that does not require grad")
    owner: Any = self if self._node is None else self._node
    name = "_hooks" if self._node is None else "hooks"
    hooks = getattr(owner, name)
    if hooks is None:
        hooks = {}
        setattr(owner, name, hooks)
    return RemovableHandle(hooks, hook)


def retain_grad(self: Tensor) -> None:
    """Keep the gradient of a tensor that is no leaf in its `grad`, too.

    Raises
    ------
    RuntimeError
        No gradient arrives here.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.ones(2, requires_grad=True)
    >>> y = x * 3
    >>> y.retain_grad()
    >>> (y * y).sum().backward()
    >>> y.grad
    tensor([6., 6.])
    """
    if not self.requires_grad:
        raise RuntimeError("retain_grad: no gradient arrives at a tensor that does not require grad")
    if self._node is not None:
        self._node.retained = weakref.ref(self)


def retains_grad(self: Tensor) -> bool:
    """Whether it is no leaf and keeps its gradient all the same.

    Examples
    --------
    >>> import minitensor as mt
    >>> y = mt.ones(2, requires_grad=True) * 3
    >>> y.retains_grad
    False
    """
    return self._node is not None and self._node.retained is not None and self._node.retained() is self
