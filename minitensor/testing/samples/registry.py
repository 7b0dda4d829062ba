"""The table of samples by primitive, and what their arrays are drawn from."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from minitensor.dtypes import Array

Shape: TypeAlias = tuple[int, ...]
Draw: TypeAlias = Callable[[Shape], Array]


class Sample(NamedTuple):
    """One call of a primitive.

    Attributes
    ----------
    args : tuple
        Arrays, and numbers where the primitive takes them.
    parameters : dict
        Its keyword arguments.
    """

    args: tuple[Any, ...]
    parameters: dict[str, Any]


Make: TypeAlias = Callable[[np.random.Generator], list[Sample]]

_makers: dict[str, Make] = {}


def samples_for(*names: str) -> Callable[[Make], Make]:
    """Decorate a function that makes the samples of some primitives.

    Parameters
    ----------
    *names : str
        Primitives that take the same arguments.

    Raises
    ------
    ValueError
        One of them has samples already.

    Examples
    --------
    >>> @samples_for("cube")
    ... def _cube(rng):
    ...     return [Sample((rng.standard_normal(3),), {})]
    >>> [sample.args[0].shape for sample in samples("cube")]
    [(3,)]
    """

    def register(make: Make) -> Make:
        for name in names:
            if name in _makers:
                raise ValueError(f"samples_for: the primitive {name!r} has samples already")
            _makers[name] = make
        return make

    return register


def samples(name: str) -> list[Sample]:
    """Make the samples of a primitive: new arrays at each call, with the same values.

    Raises
    ------
    LookupError
        The primitive has no samples.

    Examples
    --------
    >>> samples("cumsum")[0].parameters
    {'axis': 0}
    """
    if name not in _makers:
        raise LookupError(
            f"the primitive {name!r} has no samples: write some in testing/samples, with @samples_for({name!r})"
        )
    return _makers[name](np.random.default_rng(zlib.crc32(name.encode())))


def away(rng: np.random.Generator, fraction: float = 0.3) -> Draw:
    """Draw integers from -3 to 3 plus a fraction: never near 0, an integer, or numbers with another fraction."""
    return lambda shape: np.asarray(rng.integers(-3, 4, shape) + fraction)


def distinct(rng: np.random.Generator, low: float = 0.4, high: float = 2.0) -> Draw:
    """Draw evenly spaced numbers between the bounds, in a random order: no two are equal."""

    def draw(shape: Shape) -> Array:
        count = int(np.prod(shape))
        steps = np.arange(count) + 0.5
        return np.asarray(rng.permutation(low + (high - low) * steps / max(count, 1)).reshape(shape))

    return draw


def wholes(rng: np.random.Generator) -> Draw:
    """Draw integers from 1 to 3 with a random sign, as float64."""
    return lambda shape: np.asarray(rng.integers(1, 4, shape) * rng.choice([-1.0, 1.0], shape))


def layouts(draw: Draw) -> list[Array]:
    """Draw without axes, with one and two, empty, transposed, and in reverse."""
    return [draw(()), draw((3,)), draw((2, 3)), draw((0, 3)), draw((3, 2)).T, draw((4,))[::-1]]


def pairs(first: Draw, second: Draw) -> list[tuple[Any, Any]]:
    """Draw operands of one shape, operands that are broadcast, empty ones, and a number on either side."""
    shapes: list[tuple[Shape, Shape]] = [
        ((2, 3), (2, 3)),
        ((2, 1, 3), (4, 1)),
        ((3,), ()),
        ((), (2,)),
        ((), ()),
        ((0, 3), (3,)),
    ]
    drawn: list[tuple[Any, Any]] = [(first(a), second(b)) for a, b in shapes]
    return [
        *drawn,
        (first((3, 2)).T, second((3,))[::-1]),
        (first((2,)), float(second(()))),
        (float(first(())), second((2,))),
    ]


def calls(args: list[Any], **parameters: Any) -> list[Sample]:
    """One sample for each array, or tuple of arguments, with these parameters."""
    return [Sample(one if isinstance(one, tuple) else (one,), dict(parameters)) for one in args]


def shaped(draw: Draw, name: str, cases: list[tuple[Shape, Any]]) -> list[Sample]:
    """One sample for each shape, with what stands beside it as the parameter `name`."""
    return [Sample((draw(shape),), {name: value}) for shape, value in cases]
