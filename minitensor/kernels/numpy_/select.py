"""A choice between two arrays, element by element, without a branch.

NumPy's `where` asks the mask at each element, and a processor that guesses the answer wrong every other time waits for it:
on the mask of a relu that costs ten times the arithmetic. Here the mask becomes a word of all bits or of none, and the
choice is made of bitwise operations.
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
    word, truth = WORDS[a.dtype.itemsize], mask.view(np.int8)
    first, second = a.view(word), b.view(word)
    if b.ndim == 0 and second == 0:
        bits = np.negative(truth, dtype=word) & first
    elif a.ndim == 0 and first == 0:
        bits = np.subtract(truth, 1, dtype=word) & second
    else:
        bits = ((first ^ second) & np.negative(truth, dtype=word)) ^ second
    return bits.view(a.dtype)
