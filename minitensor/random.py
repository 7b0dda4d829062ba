"""Random numbers: NumPy's Generator, with one for everybody that `manual_seed` sets, and one for each sample of a loader."""

from __future__ import annotations

import operator
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.device import check_device

if TYPE_CHECKING:
    from typing_extensions import Self


class Generator:
    """A source of random numbers of one's own, independent of the one that all share.

    Parameters
    ----------
    device : str, optional
        "cpu".

    Attributes
    ----------
    numpy : numpy.random.Generator
        What it draws from.

    Examples
    --------
    >>> import minitensor as mt
    >>> generator = mt.Generator().manual_seed(7)
    >>> first = mt.rand(3, generator=generator)
    >>> again = mt.rand(3, generator=generator.manual_seed(7))
    >>> mt.equal(first, again)
    True
    """

    def __init__(self, device: str | None = None) -> None:
        check_device(device)
        self.seed()

    def manual_seed(self, seed: int) -> Generator:
        """Reset from a seed, and return itself."""
        self._seed = _checked(seed)
        self.numpy = np.random.default_rng(self._seed)
        return self

    def seed(self) -> int:
        """Reset from a seed that the operating system draws, and return it."""
        entropy: Any = np.random.SeedSequence().entropy
        return self.manual_seed(int(entropy)).initial_seed()

    def initial_seed(self) -> int:
        """The seed that it was reset from last."""
        return self._seed

    def get_state(self) -> dict[str, Any]:
        """Where it stands: what it draws next follows from that alone.

        Returns
        -------
        dict
            Of strings and integers, as NumPy's `bit_generator.state`.

        Examples
        --------
        >>> import minitensor as mt
        >>> generator = mt.Generator()
        >>> state = generator.get_state()
        >>> first = mt.rand(3, generator=generator)
        >>> generator.set_state(state)
        >>> mt.equal(first, mt.rand(3, generator=generator))
        True
        """
        return dict(self.numpy.bit_generator.state)

    def set_state(self, new_state: dict[str, Any]) -> None:
        """Go to where another one stood: `new_state` is what `get_state` returned there.

        Raises
        ------
        TypeError, ValueError
            It is no state of such a generator. Nothing has changed then.
        """
        try:
            self.numpy.bit_generator.state = new_state
        except (KeyError, TypeError, ValueError) as error:
            raise type(error)(f"set_state: expected what get_state returned, got {new_state!r:.80}: {error}") from None

    def __repr__(self) -> str:
        return f"Generator(seed={self._seed})"


_shared: Generator | None = None


def default_generator() -> Generator:
    """The one that all share: what draws without a generator of its own draws from it."""
    global _shared
    if _shared is None:
        _shared = Generator()
    return _shared


def manual_seed(seed: int) -> Generator:
    """Reset from a seed: what is drawn after it is the same in every run, to the byte.

    Parameters
    ----------
    seed : int
        0 or more.

    Returns
    -------
    Generator
        The one that all share.

    Raises
    ------
    TypeError, ValueError
        The seed is not an integer, or is negative.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.manual_seed(0)
    Generator(seed=0)
    >>> first = mt.rand(2)
    >>> _ = mt.manual_seed(0)
    >>> mt.equal(first, mt.rand(2))
    True
    """
    return default_generator().manual_seed(seed)


def initial_seed() -> int:
    """The seed that the generator which all share was reset from last; as PyTorch's.

    Examples
    --------
    >>> import minitensor as mt
    >>> _ = mt.manual_seed(7)
    >>> mt.initial_seed()
    7
    """
    return default_generator().initial_seed()


def get_rng_state() -> dict[str, Any]:
    """Where the generator stands that all share: `set_rng_state` goes back to it; as PyTorch's, but a dict.

    Returns
    -------
    dict
        Of strings and integers.

    Examples
    --------
    >>> import minitensor as mt
    >>> state = mt.get_rng_state()
    >>> first = mt.rand(2)
    >>> mt.set_rng_state(state)
    >>> mt.equal(first, mt.rand(2))
    True
    """
    return default_generator().get_state()


def set_rng_state(new_state: dict[str, Any]) -> None:
    """Go back to where the generator that all share stood; as PyTorch's.

    Parameters
    ----------
    new_state : dict
        What `get_rng_state` returned there.

    Raises
    ------
    TypeError, ValueError
        It is no such state. Nothing has changed then.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.set_rng_state(mt.get_rng_state())
    """
    default_generator().set_state(new_state)


@contextmanager
def keep_rng_state() -> Iterator[None]:
    """After a `with` block the generator that all share stands where it stood, also one that had drawn nothing yet.

    Examples
    --------
    >>> import minitensor as mt
    >>> _ = mt.manual_seed(0)
    >>> with keep_rng_state():
    ...     first = mt.rand(2)
    >>> mt.equal(first, mt.rand(2))
    True
    """
    global _shared
    kept, state = _shared, None if _shared is None else (_shared.initial_seed(), _shared.get_state())
    try:
        yield
    finally:
        _shared = kept
        if kept is not None and state is not None:
            kept.manual_seed(state[0]).set_state(state[1])


def numpy_generator(generator: Generator | np.random.Generator | None = None) -> np.random.Generator:
    """NumPy's generator behind `generator`; behind None, the one that all share; within `seeded`, what stands for it."""
    found = None if generator is None else getattr(generator, "numpy", generator)
    if not (found is None or isinstance(found, np.random.Generator)):
        raise TypeError(f"generator: expected mt.Generator or numpy.random.Generator, got {type(generator).__name__}")
    inside = _inside.seeded
    if inside is not None and (found is None or inside.all_generators):
        return inside.instead_of(found)
    return default_generator().numpy if found is None else found


class seeded:
    """Within a `with` block, what this thread draws follows from the seeds, however much was drawn before and elsewhere.

    In place of the generator that all share there is one that starts from the seeds; in place of each other one, one that
    starts from the seeds and from where that other one stands, which does not move. So a sample that is augmented at random
    is the same in whichever worker, and in whatever order, it is made.

    Parameters
    ----------
    *seeds : int
        0 or more each.
    all_generators : bool
        Whether that holds for the generators that are given by name too, or for the one that all share only.

    Examples
    --------
    >>> import minitensor as mt
    >>> with seeded(3, 4):
    ...     first = mt.rand(2)
    >>> with seeded(3, 4):
    ...     print(mt.equal(first, mt.rand(2)))
    True
    """

    def __init__(self, *seeds: int, all_generators: bool = True) -> None:
        self._seeds, self.all_generators = seeds, all_generators
        self._generators: dict[int, tuple[Any, np.random.Generator]] = {}

    def __enter__(self) -> Self:
        self._before = _inside.seeded
        _inside.seeded = self
        return self

    def __exit__(self, *error: object) -> None:
        _inside.seeded = self._before

    def instead_of(self, generator: np.random.Generator | None) -> np.random.Generator:
        """What stands for a generator; for the one that all share where it is None."""
        if id(generator) not in self._generators:
            words = [] if generator is None else _words(generator.bit_generator.state)
            self._generators[id(generator)] = generator, np.random.default_rng([*self._seeds, *words])
        return self._generators[id(generator)][1]


class _Inside(threading.local):
    """The innermost `seeded` that this thread is in."""

    seeded: seeded | None = None


_inside = _Inside()


def _words(state: Any) -> list[int]:
    """The integers of a bit generator's state."""
    if isinstance(state, dict):
        return [word for value in state.values() for word in _words(value)]
    return [] if isinstance(state, str) else np.ravel(state).tolist()


def _checked(seed: Any) -> int:
    try:
        number = operator.index(seed)
    except TypeError:
        raise TypeError(f"manual_seed: the seed is an integer, got {seed!r}") from None
    if number < 0:
        raise ValueError(f"manual_seed: the seed is 0 or more, got {number}")
    return number
