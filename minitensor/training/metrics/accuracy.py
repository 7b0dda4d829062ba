"""The share of the samples that are right."""

from __future__ import annotations

from math import nan
from typing import Any, ClassVar

import numpy as np

from minitensor.errors import ShapeError
from minitensor.training.metrics.base import Metric
from minitensor.training.metrics.reading import read_labels, read_ranks


class Accuracy(Metric):
    """The share of the samples, or pixels, whose class is predicted right.

    The class with the highest score is predicted, of equal scores the first; of two classes with one score, class 1 where it
    is above the threshold. A sample with a score that is NaN is not right. As scikit-learn's `accuracy_score`.

    Parameters
    ----------
    threshold : float
        For two classes with one score: 0.0 for logits, as `binary_cross_entropy_with_logits` takes them; 0.5 for
        probabilities.
    ignore_index : int, optional
        Where the target is this, nothing counts.
    name : str
        What it is called in tables.

    Examples
    --------
    >>> import minitensor as mt
    >>> accuracy = Accuracy()
    >>> accuracy.update(mt.tensor([[0.1, 0.9], [0.8, 0.2], [0.7, 0.3]]), mt.tensor([1, 0, 1]))
    >>> accuracy.update(mt.tensor([[0.1, 0.9]]), mt.tensor([1]))
    >>> accuracy.compute()
    0.75
    >>> accuracy(mt.tensor([2.5, -1.0]), mt.tensor([1, 1]))  # logits of two classes
    0.5
    """

    counted: ClassVar[tuple[str, ...]] = ("correct", "count")

    def __init__(self, *, threshold: float = 0.0, ignore_index: int | None = None, name: str = "accuracy") -> None:
        self.threshold, self.ignore_index = threshold, ignore_index
        super().__init__(name)

    def reset(self) -> None:
        """Forget what was seen."""
        self.correct = self.count = 0

    def update(self, output: Any, target: Any, /) -> None:
        """Take in a batch.

        Parameters
        ----------
        output : Tensor
            Scores (N, C) or (N, C, *spatial); of two classes one score is enough, (N,) or (N, 1, *spatial). Or integers in
            the target's shape: the predicted classes themselves.
        target : Tensor
            The classes, integers from 0 to C - 1: (N,) or (N, *spatial).

        Raises
        ------
        ShapeError, TypeError, IndexError, ValueError
            These do not go together; a class is out of range. Nothing is counted then.
        """
        labels = read_labels(output, target, self.name, self.threshold, self.ignore_index)
        self.correct += int(np.count_nonzero(labels.predicted == labels.true))
        self.count += labels.true.size

    def compute(self) -> float:
        """The share, from 0 to 1; NaN where nothing was seen."""
        return self.correct / self.count if self.count else nan


class TopK(Metric):
    """The share of the samples whose class is among the k with the highest scores.

    Of equal scores that of the first class counts as the higher: so top 1 is the accuracy, and a model that answers the
    same for all classes is not right by chance. A sample with a score that is NaN is not right. As scikit-learn's
    `top_k_accuracy_score`, up to ties.

    Parameters
    ----------
    k : int
    ignore_index : int, optional
        Where the target is this, nothing counts.
    name : str, optional
        What it is called in tables: "top_5" for 5, unless it is given.

    Examples
    --------
    >>> import minitensor as mt
    >>> scores = mt.tensor([[0.5, 0.3, 0.2], [0.2, 0.3, 0.5]])
    >>> TopK(2)(scores, mt.tensor([1, 0]))
    0.5
    """

    counted: ClassVar[tuple[str, ...]] = ("correct", "count")

    def __init__(self, k: int, *, ignore_index: int | None = None, name: str | None = None) -> None:
        if isinstance(k, bool) or not isinstance(k, int) or k < 1:
            raise ValueError(f"TopK: k is an integer from 1 on, got {k!r}")
        self.k, self.ignore_index = k, ignore_index
        super().__init__(f"top_{k}" if name is None else name)

    def reset(self) -> None:
        """Forget what was seen."""
        self.correct = self.count = 0

    def update(self, output: Any, target: Any, /) -> None:
        """Take in a batch: scores (N, C) or (N, C, *spatial), and classes (N,) or (N, *spatial).

        Raises
        ------
        ShapeError, TypeError, IndexError
            These do not go together; a class is out of range; there are fewer than k classes. Nothing is counted then.
        """
        ranks, classes = read_ranks(output, target, self.name, self.ignore_index)
        if self.k > classes:
            raise ShapeError(f"{self.name}: the output has {classes} classes, k is {self.k}: every answer would be right")
        self.correct += int(np.count_nonzero(ranks < self.k))
        self.count += ranks.size

    def compute(self) -> float:
        """The share, from 0 to 1; NaN where nothing was seen."""
        return self.correct / self.count if self.count else nan
