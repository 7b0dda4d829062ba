"""Watching one number of the history, and knowing when it is better than before."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from minitensor.training.callbacks.callback import Callback
from minitensor.training.direction import direction

if TYPE_CHECKING:
    from minitensor.training.trainer import Trainer


class Monitor(Callback):
    """A callback that watches a column of the history.

    Parameters
    ----------
    monitor : str
        The column's name.
    mode : {'min', 'max'}, optional
        Whether smaller is better, or larger; without it the name says it, where it has "loss" or "accuracy", say, in it.
    min_delta : float
        By how much a value must be better to count.

    Attributes
    ----------
    best : float or None
        The best value so far; nan is never the best.

    Raises
    ------
    ValueError
        The name does not say what is better; an unknown mode; `min_delta` is below 0.
    """

    def __init__(self, monitor: str, mode: str | None, min_delta: float = 0.0) -> None:
        name = type(self).__name__
        if not isinstance(monitor, str):
            raise TypeError(f"{name}: monitor is the name of a column of the history, got {type(monitor).__name__}")
        if not isinstance(min_delta, (int, float)) or not 0 <= min_delta < math.inf:
            raise ValueError(f"{name}: min_delta is a number, 0 or more, got {min_delta!r}")
        self.monitor, self.mode, self.min_delta = monitor, direction(monitor, mode, name), float(min_delta)
        self.best: float | None = None

    def on_fit_begin(self, trainer: Trainer) -> None:
        """Refuse a column that the `trainer` will not write.

        Raises
        ------
        ValueError
            It is none of those that it writes.
        """
        if self.monitor not in trainer.columns:
            self._refuse(trainer.columns)

    def value(self, row: dict[str, Any]) -> float:
        """The watched number of a `row` of the history.

        Raises
        ------
        ValueError
            The line has none.
        """
        if self.monitor not in row:
            self._refuse(list(row))
        return float(row[self.monitor])

    def is_better(self, value: float) -> bool:
        """Whether a `value` is better than the best so far."""
        if self.best is None:
            return not math.isnan(value)
        return value < self.best - self.min_delta if self.mode == "min" else value > self.best + self.min_delta

    def _refuse(self, columns: list[str]) -> None:
        way_out = ": fit needs validation data for it" if self.monitor.startswith("validation_") else ""
        found = ", ".join(columns)
        raise ValueError(f"{type(self).__name__}: the history has no column {self.monitor!r}, it has {found}{way_out}")
