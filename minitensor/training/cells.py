"""What stands in a table of numbers: what is taken for a number, and how one is written."""

from __future__ import annotations

from math import isfinite
from typing import Any, TypeAlias

import numpy as np

from minitensor.tensor import Tensor

Value: TypeAlias = int | float | None


def number_of(value: Any) -> Value:
    """An int or a float as Python's own, also of a Tensor or array of one element; None of what is none.

    Examples
    --------
    >>> import minitensor as mt
    >>> number_of(2), number_of(mt.tensor([0.5])), number_of(mt.ones(2, 2)), number_of("loss")
    (2, 0.5, None, None)
    """
    if isinstance(value, (Tensor, np.ndarray, np.generic)) and np.size(value) == 1:
        value = value.item()
    return value if type(value) in (int, float) else None


def read(cell: str, place: str) -> Value:
    """What stands in a cell of a file.

    Raises
    ------
    ValueError
        It is no number; the message begins with the place.
    """
    if not cell:
        return None
    for kind in (int, float):
        try:
            return kind(cell)
        except ValueError:
            continue
    raise ValueError(f"{place}: expected a number, got {cell!r:.60}")


def written(values: list[Value], form: str | None) -> list[str]:
    """A column's numbers as text, unless a form is given with the same number of decimals: five digits for the largest.

    A number that would lose its digits so is written with an exponent, and zeros that all have at their end are left out.
    """
    known = [value for value in values if value is not None]
    if all(isinstance(value, int) for value in known):
        form = "d"
    if form is not None:
        return ["-" if value is None else f"{value:{form}}" for value in values]
    largest = max((abs(value) for value in known if isfinite(value)), default=0.0)
    decimals = max(0, 5 - len(str(int(largest))))
    fixed = [f"{value:.{decimals}f}" for value in known if _fits(value, decimals)]
    spare = min((len(text) - len(text.rstrip("0")) for text in fixed), default=0)
    places = max(min(1, decimals), decimals - spare)
    return [
        "-" if value is None else f"{value:.{places}f}" if _fits(value, decimals) else f"{value:.3g}" for value in values
    ]


def _fits(value: float, decimals: int) -> bool:
    """Whether a number with so many decimals keeps two digits, and is not too long to be read."""
    return isfinite(value) and (value == 0 or 10.0 ** (1 - decimals) <= abs(value) < 1e9)
