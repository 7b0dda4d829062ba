"""A choice between two arrays, element by element, without a branch.

NumPy's `where` asks the mask at each element, and a processor that guesses the answer wrong every other time waits for it:
on the mask of a relu that costs ten times the arithmetic. Here the bits of a float, taken as an integer, are multiplied by
the mask's 1 or 0, which keeps them, inf and NaN too, or makes them 0. Between two floats, that is done to the bits in which
they differ.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minitensor.dtypes import Array

FEW = 2048  # elements up to which `where` is as fast
WORDS: dict[int, Any] = {1: np.int8, 2: np.int16, 4: np.int32, 8: np.int64}  # by their bytes


def select(mask: Array, a: Array, b: Array) -> Any:
    """Take a where the mask holds, b elsewhere; a and b are of one dtype, the three broadcast together."""
    if max(mask.size, a.size, b.size) <= FEW:
        return np.where(mask, a, b)
    word = WORDS[a.dtype.itemsize]
    first, second = a.view(word), b.view(word)
    if b.ndim == 0 and second == 0:
        bits = _times(mask, first)
    elif a.ndim == 0 and first == 0:
        bits = _times(np.logical_not(mask), second)
    else:
        bits = _times(mask, first ^ second)
        bits ^= second
    return bits.view(a.dtype)


def _times(mask: Array, words: Array) -> Array:
    """The words where the mask holds, 0 elsewhere: multiplied in the memory of the mask's 1 and 0 where they fit there."""
    factor = mask.view(np.int8).astype(words.dtype)
    fits = np.broadcast_shapes(factor.shape, words.shape) == factor.shape
    product: Array = np.multiply(factor, words, out=factor if fits else None)
    return product
