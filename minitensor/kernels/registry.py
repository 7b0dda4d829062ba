"""The engines: who computes. An engine is a table of kernels, by the name of the primitive that they compute.

`numpy` has a kernel for every primitive; another engine has those that it computes in its own way, and `numpy` stands in
for the rest. A kernel is a function of ndarrays (positional) and parameters (keyword-only) that returns one new ndarray or
a view, and never changes an array that it was given by position; a parameter can name one that it writes to, as
`batch_norm`'s `statistics`.

Beside a primitive's kernel an engine may have one for its gradients: see `gradients`.
"""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable
from importlib import import_module
from types import TracebackType
from typing import Any, TypeVar

from minitensor.kernels.signature import check_gradients

Kernel = Callable[..., Any]
Listener = Callable[[str, float, Any], None]
KernelFunction = TypeVar("KernelFunction", bound=Kernel)

_engines: dict[str, dict[str, Kernel]] = {"numpy": {}, "reference": {}}
_gradients: dict[str, dict[str, Kernel]] = {}
_current = "numpy"
_listeners: tuple[tuple[Listener, int], ...] = ()  # each with the thread that it listens to
_changing = threading.Lock()

# The running engine's kernel for every primitive: the one table that a primitive reads at each call.
active: dict[str, Kernel] = {}

# The fused gradients that serve now: for each such kernel, as it was registered, what to call.
active_gradients: dict[Kernel, Kernel] = {}

# Called when another engine computes from now on, or one has new gradients.
followers: list[Callable[[], None]] = []


def add_kernel(name: str, kernel: Kernel, engine: str = "numpy") -> None:
    """Make `kernel` what `engine` computes the primitive `name` with.

    Raises
    ------
    ValueError
        The engine has a kernel of that name already.
    """
    table = _engines.setdefault(engine, {})
    if name in table:
        raise ValueError(f"the engine {engine!r} has a kernel named {name!r} already")
    table[name] = kernel
    if name in _engines["numpy"]:
        active[name] = _serving(name)


class KernelsOnDemand(dict[str, Kernel]):
    """A table of kernels that loads a module, which adds more, when it is asked for one that is not there."""

    def __init__(self, kernels: dict[str, Kernel], module: str) -> None:
        super().__init__(kernels)
        self._module = module

    def __contains__(self, name: object) -> bool:
        if not super().__contains__(name):
            import_module(self._module)
        return super().__contains__(name)

    def __missing__(self, name: str) -> Kernel:
        if name not in self:
            raise KeyError(name)
        return self[name]


def load_on_demand(module: str) -> None:
    """Have the kernels of "numpy", which has one for every primitive, completed by a module when one is not there."""
    _engines["numpy"] = KernelsOnDemand(_engines["numpy"], module)


def remove_kernel(name: str) -> None:
    """Take the kernels of a primitive out of every engine."""
    for table in (*_engines.values(), active, *_gradients.values()):
        table.pop(name, None)
    _refresh()


def kernel(engine: str) -> Callable[[KernelFunction], KernelFunction]:
    """Decorate a function as `engine`'s kernel for the primitive of the function's name."""

    def register(function: KernelFunction) -> KernelFunction:
        add_kernel(function.__name__.rstrip("_"), function, engine)
        return function

    return register


def gradients(engine: str) -> Callable[[KernelFunction], KernelFunction]:
    """Decorate a function as what `engine` works out several gradients of a primitive with, in one go.

    It stands in for the primitive's rules where the engine's own kernel serves, at least two arguments want a gradient,
    their rules keep every array that it names, and no gradient of the gradient is asked for. Its answers are those of the
    rules, up to rounding.

    The name is the primitive's. By position it takes `v`, the gradient that arrives at the result, and after it whichever it
    names of the arguments and the result `y`; by keyword `wanted`, for each argument whether its gradient is asked for, and
    whichever it names of the parameters. It returns a tuple: for each argument the gradient, or None where it is not wanted.

    Raises
    ------
    TypeError
        It takes something else.
    ValueError
        The engine has no kernel of that name, or such gradients already.

    Examples
    --------
    >>> from minitensor.kernels.registry import gradients, kernel
    >>> @kernel("reference")
    ... def plus_product(a, b, *, scale):
    ...     return a + scale * a * b
    >>> @gradients("reference")
    ... def plus_product(v, a, b, *, wanted, scale):
    ...     da = v * (1 + scale * b) if wanted[0] else None
    ...     db = v * scale * a if wanted[1] else None
    ...     return da, db
    >>> remove_kernel("plus_product")
    """

    def register(function: KernelFunction) -> KernelFunction:
        add_gradients(function.__name__.rstrip("_"), function, engine)
        return function

    return register


def add_gradients(name: str, kernel: Kernel, engine: str = "numpy") -> None:
    """Make `kernel` what `engine` works out several gradients of the primitive `name` with: see `gradients`."""
    own, table = _engines.get(engine, {}).get(name), _gradients.setdefault(engine, {})
    if own is None:
        raise ValueError(f"the engine {engine!r} has no kernel named {name!r} that gradients could belong to")
    if name in table:
        raise ValueError(f"the engine {engine!r} has gradients of {name!r} already")
    check_gradients(kernel, own)
    table[name] = kernel
    if serving_gradients(name) is kernel:
        active_gradients[kernel] = _watching(f"{name}_gradients", kernel)
    _tell_followers()


def serving_gradients(name: str) -> Kernel | None:
    """The fused gradients of the primitive `name` that serve now: those of the engine whose kernel does.

    The engine `reference` has none but its own, even of what it leaves to `numpy`: its gradients are the definition.
    """
    own = _current == "reference" or name in _engines[_current]
    return _gradients.get(_current if own else "numpy", {}).get(name)


def numpy_kernel(name: str) -> Kernel:
    """The `numpy` engine's kernel for the primitive `name`, whose signature is the primitive's."""
    return _engines["numpy"][name]


def engines() -> tuple[str, ...]:
    """The names of the engines that are there.

    Examples
    --------
    >>> import minitensor as mt
    >>> "numpy" in mt.engines()
    True
    """
    return tuple(_engines)


def current_engine() -> str:
    """The name of the engine that computes now.

    Examples
    --------
    >>> import minitensor as mt
    >>> with mt.use_engine("reference"):
    ...     mt.current_engine()
    'reference'
    """
    return _current


def _activate(name: str) -> None:
    global _current
    _current = name
    _refresh()


def _refresh() -> None:
    global active_gradients
    active.update({name: _serving(name) for name in _engines["numpy"]})
    fused = {name: serving_gradients(name) for table in _gradients.values() for name in table}
    active_gradients = {one: _watching(f"{name}_gradients", one) for name, one in fused.items() if one is not None}
    _tell_followers()


def _tell_followers() -> None:
    for follow in followers:
        follow()


def _serving(name: str) -> Kernel:
    """The kernel that the running engine computes a primitive with, with a watch on it while somebody times it."""
    return _watching(name, _engines[_current].get(name) or _engines["numpy"][name])


def _watching(name: str, kernel: Kernel) -> Kernel:
    """A kernel or, while somebody times, the kernel with a watch on it."""
    if not _listeners:
        return kernel

    @functools.wraps(kernel)
    def timed(*arrays: Any, **parameters: Any) -> Any:
        begin = time.perf_counter()
        result = kernel(*arrays, **parameters)
        seconds = time.perf_counter() - begin
        for listener, thread in _listeners:
            if thread == threading.get_ident():
                listener(name, seconds, result)
        return result

    return timed


class time_kernels:
    """Within a `with` block, tell a listener of each kernel that this thread runs.

    Parameters
    ----------
    listener : callable
        Takes the kernel's name, the seconds that it took, and its result.

    Examples
    --------
    >>> import minitensor as mt
    >>> heard = []
    >>> with time_kernels(lambda name, seconds, result: heard.append((name, result.shape))):
    ...     _ = mt.ones(2, 3).exp().sum(1)
    >>> heard
    [('exp', (2, 3)), ('sum', (2,))]
    """

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    def __enter__(self) -> time_kernels:
        global _listeners
        with _changing:
            self._entry = (self._listener, threading.get_ident())
            _listeners = (*_listeners, self._entry)
            _refresh()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        global _listeners
        with _changing:
            left = list(_listeners)
            left.remove(self._entry)
            _listeners = tuple(left)
            _refresh()


class use_engine:
    """Compute with the engine `name` from now on, or within a `with` block.

    The engine is one for all threads. The environment variable ``MINITENSOR_ENGINE`` chooses the one to begin with.

    Parameters
    ----------
    name : str
        "numpy", the default, or "reference", whose loops are slow and easy to check.

    Raises
    ------
    ValueError
        There is no engine of that name.

    Examples
    --------
    >>> import minitensor as mt
    >>> with mt.use_engine("reference"):
    ...     mt.current_engine()
    'reference'
    >>> mt.current_engine()
    'numpy'
    """

    def __init__(self, name: str) -> None:
        if name not in _engines:
            raise ValueError(f"there is no engine {name!r}: choose one of {', '.join(map(repr, _engines))}")
        self._name, self._before = name, _current
        _activate(name)

    def __enter__(self) -> use_engine:
        _activate(self._name)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        _activate(self._before)
