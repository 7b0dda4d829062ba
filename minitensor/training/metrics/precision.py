"""Precision and recall: of what was taken for a class, how much is of it; and of what is of a class, how much was found."""

from __future__ import annotations

from math import nan
from typing import Any, Literal, TypeAlias, get_args

import numpy as np

from minitensor.creation import from_numpy
from minitensor.dtypes import Array
from minitensor.tensor import Tensor
from minitensor.training.metrics.counts import ClassCounts

Average: TypeAlias = Literal["macro", "micro", "weighted", "binary"]


class _Rate(ClassCounts):
    """A ratio of counts for each class, and an average of these."""

    def __init__(
        self,
        average: Average | None = "macro",
        *,
        zero_division: float = 0.0,
        classes: int | None = None,
        threshold: float = 0.0,
        ignore_index: int | None = None,
        name: str | None = None,
    ) -> None:
        if average not in (None, *get_args(Average)):
            options = ", ".join(map(repr, get_args(Average)))
            raise ValueError(f"{type(self).__name__}: average is one of {options} or None, got {average!r}")
        self.average, self.zero_division = average, float(zero_division)
        super().__init__(classes, threshold=threshold, ignore_index=ignore_index, name=name)

    @staticmethod
    def _ratio(right: Array, predicted: Array, true: Array) -> tuple[Array, Array]:
        """Numerators and denominators, of the samples that are right, of all predicted and of all true ones of a class."""
        raise NotImplementedError

    def compute(self) -> float | Tensor:
        """The average over the classes; for average=None a float64 Tensor (C,). NaN where nothing was seen."""
        right = self.counts.diagonal().copy()  # (c,)
        predicted, true = self.counts[:, :-1].sum(axis=0), self.counts.sum(axis=1)  # (c,) each
        if self.average is None:
            return from_numpy(self._divided(right, predicted, true))
        if not true.sum():
            return nan
        if self.average == "micro":
            return float(self._divided(right.sum(), predicted.sum(), true.sum()))
        rates = self._divided(right, predicted, true)
        if self.average == "binary":
            if len(rates) != 2:
                raise ValueError(f"{self.name}: average='binary' is for two classes, there are {len(rates)}")
            return float(rates[1])
        weights = true if self.average == "weighted" else (predicted + true > 0).astype(np.int64)
        weights = np.where(np.isnan(rates), 0, weights)  # what zero_division=nan leaves out
        return float(np.where(weights > 0, rates * weights, 0).sum() / weights.sum()) if weights.any() else nan

    def _divided(self, right: Any, predicted: Any, true: Any) -> Array:
        above, below = self._ratio(right, predicted, true)
        return np.where(below == 0, self.zero_division, above / np.maximum(below, 1))


class Precision(_Rate):
    """The share of right ones among the samples that a class is predicted for; as scikit-learn's `precision_score`.

    precision = right / predicted

    Parameters
    ----------
    average : {'macro', 'micro', 'weighted', 'binary'} or None
        'macro': the mean over the classes that occur, as true or as predicted ones. 'weighted': the same, each class
        weighing as many samples as it has. 'micro': that of all classes' counts together. 'binary': of two classes, that
        of class 1. None: that of each class.
    zero_division : float
        What stands for a class for which there is nothing to divide by: 0, 1, or NaN, which is left out of averages.
    classes : int, optional
        How many there are; as many as the first output scores, unless it is given.
    threshold : float
        For two classes with one score: see `Accuracy`.
    ignore_index : int, optional
        Where the target is this, nothing counts.
    name : str, optional
        What it is called in tables: "precision", unless it is given.

    Examples
    --------
    >>> import minitensor as mt
    >>> predicted, true = mt.tensor([0, 2, 1, 0, 0, 1]), mt.tensor([0, 1, 2, 0, 1, 2])
    >>> Precision(None, classes=3)(predicted, true).tolist()
    [0.6666666666666666, 0.0, 0.0]
    >>> Precision("micro", classes=3)(predicted, true)
    0.3333333333333333
    """

    @staticmethod
    def _ratio(right: Array, predicted: Array, true: Array) -> tuple[Array, Array]:  # noqa: ARG004
        return right, predicted


class Recall(_Rate):
    """The share of a class's samples that it is predicted for; as scikit-learn's `recall_score`.

    recall = right / true

    Parameters
    ----------
    average, zero_division, classes, threshold, ignore_index, name
        As in `Precision`.

    Examples
    --------
    >>> import minitensor as mt
    >>> predicted, true = mt.tensor([0, 2, 1, 0, 0, 1]), mt.tensor([0, 1, 2, 0, 1, 2])
    >>> Recall(None, classes=3)(predicted, true).tolist()
    [1.0, 0.0, 0.0]
    """

    @staticmethod
    def _ratio(right: Array, predicted: Array, true: Array) -> tuple[Array, Array]:  # noqa: ARG004
        return right, true


class F1(_Rate):
    """The harmonic mean of precision and recall, of each class or over classes; as scikit-learn's `f1_score`.

    F1 = 2 * right / (predicted + true)

    Parameters
    ----------
    average, zero_division, classes, threshold, ignore_index, name
        As in `Precision`.

    Examples
    --------
    >>> import minitensor as mt
    >>> predicted, true = mt.tensor([0, 2, 1, 0, 0, 1]), mt.tensor([0, 1, 2, 0, 1, 2])
    >>> F1(None, classes=3)(predicted, true).tolist()
    [0.8, 0.0, 0.0]
    """

    @staticmethod
    def _ratio(right: Array, predicted: Array, true: Array) -> tuple[Array, Array]:
        return 2 * right, predicted + true
