"""Random numbers: NumPy's Generator, with one for everybody that `manual_seed` sets."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from minitensor.device import check_device


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
        self.numpy = np.random.default_rng()

    def manual_seed(self, seed: int) -> Generator:
        """Reset from a seed, and return itself."""
        self.numpy = np.random.default_rng(_checked(seed))
        return self


_shared: np.random.Generator | None = None


def manual_seed(seed: int) -> None:
    """Reset from a seed: what is drawn after it is the same in every run, to the byte.

    Parameters
    ----------
    seed : int
        0 or more.

    Raises
    ------
    TypeError, ValueError
        The seed is not an integer, or is negative.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.manual_seed(0)
    >>> first = mt.rand(2)
    >>> mt.manual_seed(0)
    >>> mt.equal(first, mt.rand(2))
    True
    """
    global _shared
    _shared = np.random.default_rng(_checked(seed))


def numpy_generator(generator: Generator | np.random.Generator | None = None) -> np.random.Generator:
    """NumPy's generator behind `generator`; behind None, the one that all share."""
    global _shared
    if generator is None:
        if _shared is None:
            _shared = np.random.default_rng()
        return _shared
    found = getattr(generator, "numpy", generator)
    if not isinstance(found, np.random.Generator):
        raise TypeError(f"generator: expected mt.Generator or numpy.random.Generator, got {type(generator).__name__}")
    return found


def _checked(seed: Any) -> int:
    try:
        number = operator.index(seed)
    except TypeError:
        raise TypeError(f"manual_seed: the seed is an integer, got {seed!r}") from None
    if number < 0:
        raise ValueError(f"manual_seed: the seed is 0 or more, got {number}")
    return number
