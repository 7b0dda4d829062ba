"""What there is to say of an array's numbers, in a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from minitensor.dtypes import Array, DType
from minitensor.tape import Traced

MOST_SAMPLES = 8  # of so many samples the numbers are listed


class Values(NamedTuple):
    """What an array holds.

    Attributes
    ----------
    shape, dtype
    size : int
    low, high : float
        The least and the greatest of those numbers that are finite; 0 where there are none.
    zeros, nan, inf : int
        How many are 0, NaN, or infinite.
    """

    shape: tuple[int, ...]
    dtype: DType
    size: int
    low: float
    high: float
    zeros: int
    nan: int
    inf: int

    @property
    def finite(self) -> bool:
        """Whether all numbers are finite."""
        return not (self.nan or self.inf)

    @property
    def state(self) -> str:
        """What its numbers are, where they are not finite: "NaN" or "infinite"."""
        return "NaN" if self.nan else "infinite"

    def __str__(self) -> str:
        if not self.shape:
            return f"{f'{self.high:.4g}' if self.finite else self.state}, {self.dtype}"
        known = self.size - self.nan - self.inf
        counts = [(self.zeros if self.low < self.high else 0, "zero"), (self.nan, "NaN"), (self.inf, "infinite")]
        told = [f"{count} of {self.size} {what}" for count, what in counts if count]
        if self.low < self.high:
            told.insert(0, f"from {self.low:.4g} to {self.high:.4g}")
        elif known:
            told.append(f"{'all' if self.finite else 'the others'} {self.low:.4g}")
        return ", ".join([f"{self.shape} {self.dtype}", *told])


def array_in(value: Any) -> Array:
    """The array of a tensor, an array or a number."""
    return value._array if isinstance(value, Traced) else np.asarray(value)


def values_of(value: Any) -> Values:
    """What a tensor, an array or a number holds.

    Examples
    --------
    >>> import minitensor as mt
    >>> print(values_of(mt.tensor([0.5, -2.0, float("nan")])))
    (3,) float32, from -2 to 0.5, 1 of 3 NaN
    """
    array = array_in(value)
    good = np.isfinite(array)
    count, nan = int(np.count_nonzero(good)), int(np.count_nonzero(np.isnan(array)))
    known = array if count == array.size else array[good]
    low, high = (float(known.min()) + 0.0, float(known.max()) + 0.0) if count else (0.0, 0.0)  # no -0.0
    zeros = count - int(np.count_nonzero(known))
    return Values(array.shape, array.dtype, array.size, low, high, zeros, nan, array.size - count - nan)


def is_finite(value: Any) -> bool:
    """Whether all numbers of a tensor, an array or a number are finite."""
    array = array_in(value)
    return array.dtype.kind != "f" or bool(np.isfinite(array).all())


def samples_of(array: Array, batch_size: int | None) -> str:
    """Which samples of a batch have numbers that are not finite; "" where the array is not of so many samples."""
    if array.ndim == 0 or len(array) != batch_size or array.size == 0:
        return ""
    bad = np.flatnonzero(~np.isfinite(array).reshape(len(array), -1).all(axis=1))
    if len(bad) == len(array):
        return "all samples of the batch"
    return f"sample{'s' if len(bad) > 1 else ''} {listed(bad.tolist())} of the batch"


def listed(numbers: Sequence[int]) -> str:
    """A few numbers in words.

    Examples
    --------
    >>> listed([3]), listed([3, 5, 8]), listed(range(100))
    ('3', '3, 5 and 8', '0, 1, 2, 3, 4, 5, 6, 7 and 92 more')
    """
    texts = [str(number) for number in numbers[:MOST_SAMPLES]]
    if len(numbers) > MOST_SAMPLES:
        texts.append(f"{len(numbers) - MOST_SAMPLES} more")
    return " and ".join([", ".join(texts[:-1]), texts[-1]]) if len(texts) > 1 else texts[0]
