"""The mean of numbers, such as the losses of batches."""

from __future__ import annotations

from math import fsum, isfinite, nan
from typing import Any, ClassVar

import numpy as np

from minitensor.training.metrics.base import Metric


class Mean(Metric):
    """The weighted mean of numbers: sum of weight * value / sum of weight.

    The mean of batches' mean losses, each weighing as many samples as it has, is the mean loss of the samples.

    Parameters
    ----------
    name : str
        What it is called in tables.

    Examples
    --------
    >>> loss = Mean("loss")
    >>> loss.update(0.5, 64)
    >>> loss.update(2.0, 32)
    >>> loss.compute()
    1.0
    """

    counted: ClassVar[tuple[str, ...]] = ("total", "weight")

    def __init__(self, name: str = "mean") -> None:
        super().__init__(name)

    def reset(self) -> None:
        """Forget what was seen."""
        self.total: list[float] = []
        self.weight: list[float] = []

    def update(self, value: Any, weight: Any = 1.0, /) -> None:
        """Take in one number, or the numbers of a Tensor or array, each with this weight.

        Raises
        ------
        ValueError
            The weight is negative or not finite.
        """
        if not 0 <= weight < float("inf"):
            raise ValueError(f"{self.name}: a weight is a number from 0 on, got {weight}")
        values = np.asarray(value, np.float64)
        if weight:
            self.total = exact_sum([*self.total, *np.ravel(values * weight).tolist()])
            self.weight = exact_sum([*self.weight, float(weight) * values.size])

    def compute(self) -> float:
        """The mean; NaN where nothing of any weight was seen."""
        weight = fsum(self.weight)
        return sum_of(self.total) / weight if weight else nan


def exact_sum(parts: list[float]) -> list[float]:
    """A few numbers, the largest first, whose sum is exactly that of `parts`.

    A running sum that is kept so does not depend on the order, nor on what was added up together. As J. R. Shewchuk,
    "Adaptive Precision Floating-Point Arithmetic" (1997), which is what `math.fsum` follows, too.

    Examples
    --------
    >>> exact_sum([1e16, 1.0, 1.0, -1e16]), exact_sum([1.0, 1e-20])
    ([2.0], [1.0, 1e-20])
    """
    if not all(map(isfinite, parts)):
        return [sum(parts)]
    kept: list[float] = []
    try:
        while rest := fsum([*parts, *(-part for part in kept)]):
            kept.append(rest)
    except OverflowError:
        return [sum(parts)]
    return kept


def sum_of(parts: list[float]) -> float:
    """The sum of what `exact_sum` returned, rounded once."""
    return fsum(parts) if all(map(isfinite, parts)) else sum(parts)
