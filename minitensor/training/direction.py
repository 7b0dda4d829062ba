"""Whether a lower number of a column is better, or a higher one."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias, cast

Mode: TypeAlias = Literal["min", "max"]

# What a word of a column's name says.
LOWER = r"loss|error|perplexity|mae|mse|rmse"
HIGHER = r"accuracy|precision|recall|f1|top\d*|auc|iou|dice|r2"


def better(name: str) -> Mode | None:
    """Whether a lower number is better or a higher one, as far as a column's name says it.

    Examples
    --------
    >>> better("validation_loss"), better("top_5"), better("lr")
    ('min', 'max', None)
    """
    words = re.findall(r"[a-z0-9]+", name.lower())
    lower, higher = (any(re.fullmatch(said, word) for word in words) for said in (LOWER, HIGHER))
    if lower is higher:
        return None
    return "min" if lower else "max"


def direction(name: str, mode: str | None, operation: str) -> Mode:
    """The mode that is given; without one what the column's name says.

    Raises
    ------
    ValueError
        There is no such mode; or none is given, and the name does not say it.
    """
    if mode is None:
        mode = better(name)
        if mode is None:
            raise ValueError(f"{operation}: is a smaller or a larger {name} better? Say mode='min' or mode='max'")
    if mode not in ("min", "max"):
        raise ValueError(f"{operation}: mode is 'min' or 'max', got {mode!r}")
    return cast("Mode", mode)
