"""Where the sources of random numbers stand that a process has: minitensor's, Python's and NumPy's."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from minitensor.random import get_rng_state, set_rng_state


def random_states() -> dict[str, Any]:
    """The states of the generators that all share, of minitensor, of `random` and of `numpy.random`.

    We draw from the first only; what a user's dataset or loss draws may come from the others.
    """
    version, words, gauss = random.getstate()
    return {
        "minitensor": get_rng_state(),
        "python": [version, np.array(words), gauss],  # an array is saved faster than so many numbers
        "numpy": np.random.get_state(legacy=False),  # noqa: NPY002
    }


def set_random_states(states: dict[str, Any]) -> None:
    """Go back to where they stood when `random_states` returned these."""
    set_rng_state(states["minitensor"])
    version, words, gauss = states["python"]
    random.setstate((version, tuple(words.tolist()), gauss))
    np.random.set_state(states["numpy"])  # noqa: NPY002
