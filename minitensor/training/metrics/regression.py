"""How far numbers are from what they should be."""

from __future__ import annotations

from math import nan, prod
from typing import Any, ClassVar

import numpy as np

from minitensor.dtypes import Array
from minitensor.errors import ShapeError
from minitensor.training.metrics.base import Metric
from minitensor.training.metrics.mean import exact_sum, sum_of
from minitensor.training.metrics.reading import array_of


class _MeanError(Metric):
    """The mean of a function of the errors, output - target, over all elements."""

    counted: ClassVar[tuple[str, ...]] = ("total", "count")

    def reset(self) -> None:
        """Forget what was seen."""
        self.total: list[float] = []
        self.count = 0

    def update(self, output: Any, target: Any, /) -> None:
        """Take in a batch: two Tensors of one shape, (N, *).

        Raises
        ------
        ShapeError, TypeError
            Their shapes differ; one is no Tensor. Nothing is counted then.
        """
        answers, wanted = array_of(output, "output", self.name), array_of(target, "target", self.name)
        if answers.shape != wanted.shape:
            raise ShapeError(_message(answers, wanted, self.name))
        with np.errstate(all="ignore"):
            errors = self._of(answers.astype(np.float64) - wanted.astype(np.float64))
        samples = errors.reshape(*errors.shape[:1] or (1,), prod(errors.shape[1:]))  # (n, cells)
        self.total = exact_sum([*self.total, *samples.sum(axis=1).tolist()])
        self.count += errors.size

    def compute(self) -> float:
        """The mean; NaN where nothing was seen, or where an output is NaN."""
        return sum_of(self.total) / self.count if self.count else nan

    @staticmethod
    def _of(errors: Array) -> Array:
        raise NotImplementedError


class MeanAbsoluteError(_MeanError):
    """The mean of |output - target|, over all elements of all samples; as scikit-learn's `mean_absolute_error`.

    Parameters
    ----------
    name : str, optional
        What it is called in tables: "mean_absolute_error", unless it is given.

    Examples
    --------
    >>> import minitensor as mt
    >>> MeanAbsoluteError()(mt.tensor([2.5, 0.0, 2.0, 8.0]), mt.tensor([3.0, -0.5, 2.0, 7.0]))
    0.5
    """

    @staticmethod
    def _of(errors: Array) -> Array:
        return np.abs(errors)


class MeanSquaredError(_MeanError):
    """The mean of (output - target)^2, over all elements of all samples; as scikit-learn's `mean_squared_error`.

    Parameters
    ----------
    name : str, optional
        What it is called in tables: "mean_squared_error", unless it is given.

    Examples
    --------
    >>> import minitensor as mt
    >>> MeanSquaredError()(mt.tensor([2.5, 0.0, 2.0, 8.0]), mt.tensor([3.0, -0.5, 2.0, 7.0]))
    0.375
    """

    @staticmethod
    def _of(errors: Array) -> Array:
        return errors * errors


def _message(answers: Array, wanted: Array, operation: str) -> str:
    text = f"{operation}: the output's shape {answers.shape} is not the target's, {wanted.shape}"
    if answers.size == wanted.size and tuple(n for n in answers.shape if n != 1) == tuple(n for n in wanted.shape if n != 1):
        fewer, name = (wanted, "output") if answers.ndim > wanted.ndim else (answers, "target")
        text += f"\n  Broadcast, each sample would meet each other: try {name}.reshape{fewer.shape}"
    return text
