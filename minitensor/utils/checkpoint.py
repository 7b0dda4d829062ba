"""Memory for time: parts of a network that keep nothing for the backward pass, and are computed again when it comes.

Every operation leaves a node on the tape, with the arrays that its rules need. Within `checkpoint` the nodes are left as
always, and so are all their edges, but each node's arrays are replaced by a note where to get them. The first rule that asks
for one has the function run again; its nodes come in the same order, and each hands its arrays to the node of its number. So
the gradient is that of the recorded graph, of any order, with respect to arguments and whatever else the function uses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from weakref import ref

from minitensor.dtypes import Array
from minitensor.grad_mode import enable_grad, mode
from minitensor.observer import Observer
from minitensor.random import numpy_generator
from minitensor.tape import Node, Traced


def checkpoint(
    function: Callable[..., Any], *args: Any, use_reentrant: bool = False, preserve_rng_state: bool = True, **kwargs: Any
) -> Any:
    """Call a function so that what it keeps for the backward pass is dropped, and computed again then; as PyTorch's.

    Parameters
    ----------
    function : callable
        Part of a network. It is called twice, and must do the same both times: what it changes besides, it changes twice.
    *args, **kwargs
        What it is called with: kept until the backward pass.
    use_reentrant : bool
        As PyTorch's, of no effect: there is one way, which has none of the limits of PyTorch's reentrant one.
    preserve_rng_state : bool
        Whether random numbers (of the generator that all share) are the same the second time, as dropout needs it.

    Returns
    -------
    object
        What the function returns.

    Raises
    ------
    RuntimeError
        In the backward pass: the function does not do the same the second time, or an argument has been written to since.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor.utils.checkpoint import checkpoint
    >>> layer = mt.nn.Sequential(mt.nn.Linear(8, 64), mt.nn.ReLU(), mt.nn.Linear(64, 8))
    >>> y = checkpoint(layer, mt.ones(4, 8))
    >>> y.sum().backward()
    >>> layer[0].weight.grad.shape
    (64, 8)

    References
    ----------
    T. Chen et al., "Training Deep Nets with Sublinear Memory Cost", 2016; as PyTorch's `utils.checkpoint.checkpoint`.
    """
    if not callable(function):
        raise TypeError(f"checkpoint: expected a function and its arguments, got {type(function).__name__}")
    for name, value in (("use_reentrant", use_reentrant), ("preserve_rng_state", preserve_rng_state)):
        if not isinstance(value, bool):
            raise TypeError(f"checkpoint: {name} is True or False, got {type(value).__name__}")
    if not mode.grad_enabled:
        return function(*args, **kwargs)
    with _Drop(_Run(function, args, kwargs, preserve_rng_state)):
        return function(*args, **kwargs)


def checkpoint_sequential(
    functions: Any, segments: int, input: Any, use_reentrant: bool = False, preserve_rng_state: bool = True
) -> Any:
    """Call functions one after the other in a number of segments, of which all but the last are checkpoints; as PyTorch's.

    Parameters
    ----------
    functions : Sequential, or sequence of callables
        Each is given what the one before it returned.
    segments : int
        How many parts they are divided into, as equal as can be; the last one takes what is left over.
    input : Tensor
        What the first is given.
    use_reentrant, preserve_rng_state
        As in `checkpoint`.

    Returns
    -------
    object
        What the last function returns.

    Raises
    ------
    ValueError
        There are not as many functions as segments, or no segment.
    RuntimeError
        As `checkpoint`.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor.utils.checkpoint import checkpoint_sequential
    >>> network = mt.nn.Sequential(*[mt.nn.Linear(8, 8) for _ in range(6)])
    >>> checkpoint_sequential(network, 3, mt.ones(4, 8)).shape
    (4, 8)
    """
    found = list(functions.children()) if callable(getattr(functions, "children", None)) else list(functions)
    if not isinstance(segments, int) or not 1 <= segments <= len(found):
        raise ValueError(
            f"checkpoint_sequential: segments is from 1 to {len(found)}, the number of functions, got {segments!r}"
        )
    size = len(found) // segments
    for begin in range(0, size * (segments - 1), size):
        part = _in_turn(found[begin : begin + size])
        input = checkpoint(part, input, use_reentrant=use_reentrant, preserve_rng_state=preserve_rng_state)
    return _in_turn(found[size * (segments - 1) :])(input)


def _in_turn(functions: list[Callable[[Any], Any]]) -> Callable[[Any], Any]:
    def call(value: Any) -> Any:
        for function in functions:
            value = function(value)
        return value

    return call


class _Run:
    """A call of a function whose nodes have dropped what they had saved.

    Attributes
    ----------
    dropped : list of (name, weak reference to a _Dropped or None)
        For each node, in order: its operation, and the note in the place of its arrays, where it had any.
    """

    def __init__(
        self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], preserve_rng_state: bool
    ) -> None:
        self.function = function
        self.args = args
        self.kwargs = kwargs
        self.random_state = numpy_generator().bit_generator.state if preserve_rng_state else None
        tensors = [one for one in (*args, *kwargs.values()) if isinstance(one, Traced)]
        self.versions = [(one._version, one._version[0]) for one in tensors]
        self.dropped: list[tuple[str, ref[_Dropped] | None]] = []

    def drop(self, node: Node) -> None:
        """Put a note in the place of what a node has saved."""
        note = None
        if node.plan.arrays:
            note = _Dropped(self, len(node.saved or ()))
            node.saved = note
        self.dropped.append((node.name, None if note is None else ref(note)))

    def again(self) -> None:
        """Run the function a second time, and hand what its nodes save to those of the first time."""
        for cell, version in self.versions:
            if cell[0] != version:
                raise RuntimeError(
                    "checkpoint: an argument of the function has been written to in place since it was called (version "
                    f"{cell[0]}, called at version {version}), so it cannot be computed again. Write to a clone()"
                )
        generator, watching = numpy_generator(), mode.observers
        random_state = generator.bit_generator.state
        mode.observers = ()  # they have seen it already
        try:
            if self.random_state is not None:
                generator.bit_generator.state = self.random_state
            with _HandOver(self) as handing, enable_grad():
                self.function(*self.args, **self.kwargs)
        finally:
            mode.observers = watching
            if self.random_state is not None:
                generator.bit_generator.state = random_state
        missing = next(handing.waiting, None)
        if missing is not None:
            raise RuntimeError(self.differently(f"nothing instead of {missing[0]}"))

    def differently(self, what: str) -> str:
        called = getattr(self.function, "__name__", type(self.function).__name__)
        return (
            f"checkpoint: {called} did not do the same when it was computed again for the backward pass: {what}. "
            "It must not depend on anything that has changed since"
        )


class _Drop(Observer):
    """Watches the first run: each node drops what it has saved. An outer checkpoint drops the note in turn."""

    def __init__(self, run: _Run) -> None:
        self.run = run

    def recorded(self, node: Node, arguments: tuple[Any, ...], result: Array) -> None:  # noqa: ARG002
        """Leave a note in the place of a node's arrays."""
        self.run.drop(node)


class _HandOver(Observer):
    """Watches the second run: each node hands what it saves to the node of its number in the first."""

    def __init__(self, run: _Run) -> None:
        self.run = run
        self.waiting = iter(run.dropped)

    def recorded(self, node: Node, arguments: tuple[Any, ...], result: Array) -> None:  # noqa: ARG002
        """Give a node's arrays away; these nodes are not walked."""
        name, note = next(self.waiting, (None, None))
        if name != node.name:
            raise RuntimeError(self.run.differently(f"{node.name} instead of {name or 'nothing'}"))
        target = None if note is None else note()
        if target is not None:
            target.arrays = node.saved
        node.saved = None


class _Dropped(Sequence[Any]):
    """What stands in the place of the arrays that a node had saved: it gets them when one is asked for."""

    __slots__ = ("__weakref__", "arrays", "length", "run")

    def __init__(self, run: _Run, length: int) -> None:
        self.run = run
        self.length = length
        self.arrays: Sequence[Any] | None = None

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[Any]:
        return iter(self._found())

    def __getitem__(self, key: Any) -> Any:
        return self._found()[key]

    def _found(self) -> Sequence[Any]:
        if self.arrays is None:
            self.run.again()
        if self.arrays is None:
            raise RuntimeError(self.run.differently("an array is missing"))
        return self.arrays
