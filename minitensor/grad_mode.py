"""What is recorded: per thread, whether operations go on the tape, in which scope, and who watches."""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from minitensor.observer import Observer

FunctionType = TypeVar("FunctionType", bound=Callable[..., Any])


class Now:
    """What a thread's operations read.

    Attributes
    ----------
    grad_enabled : bool
        Whether operations are recorded.
    scope : object
        What the next node belongs to: the `Call` of the running module or, while a gradient is itself recorded, the
        `Derivation` that says of which forward node.
    observers : tuple of Observer
        Who is told of what is recorded and of what goes back.
    """

    __slots__ = ("grad_enabled", "observers", "scope")

    def __init__(self) -> None:
        self.grad_enabled = True
        self.scope: Any = None
        self.observers: tuple[Observer, ...] = ()


class Mode(threading.local):
    """A thread's `now`, and what is in it: finding what is a thread's own takes its time, so an operation does it once."""

    def __init__(self) -> None:
        self.now = Now()

    @property
    def grad_enabled(self) -> bool:
        """Whether operations are recorded."""
        return self.now.grad_enabled

    @grad_enabled.setter
    def grad_enabled(self, enabled: bool) -> None:
        self.now.grad_enabled = enabled

    @property
    def scope(self) -> Any:
        """What the next node belongs to."""
        return self.now.scope

    @scope.setter
    def scope(self, scope: Any) -> None:
        self.now.scope = scope

    @property
    def observers(self) -> tuple[Observer, ...]:
        """Who is told."""
        return self.now.observers

    @observers.setter
    def observers(self, observers: tuple[Observer, ...]) -> None:
        self.now.observers = observers


mode = Mode()


def is_grad_enabled() -> bool:
    """Whether this thread records operations for backward.

    Examples
    --------
    >>> import minitensor as mt
    >>> with mt.no_grad():
    ...     mt.is_grad_enabled()
    False
    """
    return mode.grad_enabled


class Context:
    """A context manager that is a decorator too, of functions and of generators."""

    def __enter__(self) -> Any:
        raise TypeError("a context says what it does on entry")

    def __exit__(self, *error: object) -> None:
        raise TypeError("a context says what it does on exit")

    def _again(self) -> Context:
        return type(self)()

    def __call__(self, function: FunctionType) -> FunctionType:
        """Decorate a function or a generator."""
        if inspect.isgeneratorfunction(function):
            return self._around_generator(function)

        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            with self._again():
                return function(*args, **kwargs)

        return run  # type: ignore[return-value]  # functools.wraps keeps the signature

    def _around_generator(self, function: FunctionType) -> FunctionType:
        """Hold the mode only while the generator runs, never while its caller does."""

        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            generator, resume, sent = function(*args, **kwargs), "send", None
            try:
                while True:
                    with self._again():
                        try:
                            value = getattr(generator, resume)(sent)
                        except StopIteration as stop:
                            return stop.value
                    try:
                        resume, sent = "send", (yield value)
                    except Exception as error:
                        resume, sent = "throw", error
            finally:
                generator.close()

        return run  # type: ignore[return-value]  # functools.wraps keeps the signature


class set_grad_enabled(Context):
    """Record operations or do not, from now on or within a `with` block or a function.

    Parameters
    ----------
    enabled : bool

    Raises
    ------
    TypeError
        `enabled` is neither True nor False.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.ones(2, requires_grad=True)
    >>> with mt.set_grad_enabled(False):
    ...     (x * 2).requires_grad
    False
    """

    def __init__(self, enabled: bool) -> None:
        if not isinstance(enabled, bool):
            raise TypeError(f"set_grad_enabled: enabled is True or False, got {type(enabled).__name__}")
        self._enabled, self._before = enabled, mode.grad_enabled
        mode.grad_enabled = enabled

    def __enter__(self) -> None:
        mode.grad_enabled = self._enabled

    def __exit__(self, *error: object) -> None:
        mode.grad_enabled = self._before

    def _again(self) -> set_grad_enabled:
        return set_grad_enabled(self._enabled)

    def __call__(self, function: FunctionType) -> FunctionType:
        """Decorate a function."""
        mode.grad_enabled = self._before  # as a decorator it holds inside the function only
        return super().__call__(function)


class no_grad(Context):
    """Record nothing within a `with` block or a decorated function: for evaluation, and for writing to parameters.

    Parameters
    ----------
    function : callable, optional
        What is decorated, where it is written without brackets: `@mt.no_grad`.

    Examples
    --------
    >>> import minitensor as mt
    >>> w = mt.ones(2, requires_grad=True)
    >>> with mt.no_grad():
    ...     w -= 0.5
    >>> w
    tensor([0.5000, 0.5000], requires_grad=True)
    """

    _enabled = False
    _before: list[bool]

    def __new__(cls, function: Any = None) -> Any:
        """Make the context or, written without brackets above a function, decorate it."""
        if function is not None and not callable(function):
            raise TypeError(f"{cls.__name__}: a function to decorate is expected, or nothing, got {type(function).__name__}")
        context = super().__new__(cls)
        context._before = []
        return context if function is None else context(function)

    def __enter__(self) -> None:
        self._before.append(mode.grad_enabled)
        mode.grad_enabled = self._enabled

    def __exit__(self, *error: object) -> None:
        mode.grad_enabled = self._before.pop()


class enable_grad(no_grad):
    """Record operations again within a `with` block or a decorated function, inside a `no_grad` block.

    Parameters
    ----------
    function : callable, optional
        What is decorated, where it is written without brackets: `@mt.enable_grad`.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.ones(2, requires_grad=True)
    >>> with mt.no_grad(), mt.enable_grad():
    ...     (x * 2).requires_grad
    True
    """

    _enabled = True


class inference_mode(no_grad):
    """As `no_grad`, for code that uses a model and does not train it; with `mode` False, operations are recorded again.

    As PyTorch's, but that what is made in it is a tensor like any other.

    Parameters
    ----------
    mode : bool or callable
        Whether nothing is recorded; or the function that is decorated, where it is written without brackets.

    Examples
    --------
    >>> import minitensor as mt
    >>> model = mt.nn.Linear(3, 2)
    >>> with mt.inference_mode():
    ...     model(mt.ones(3)).requires_grad
    False
    """

    def __new__(cls, mode: Any = True) -> Any:
        """Make the context, with the mode, or decorate a function."""
        if not isinstance(mode, bool):
            return super().__new__(cls, mode)
        context = super().__new__(cls)
        context._enabled = not mode
        return context

    def _again(self) -> inference_mode:
        again: inference_mode = type(self)(not self._enabled)
        return again
