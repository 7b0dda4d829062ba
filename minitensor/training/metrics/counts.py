"""How often each class was taken for each: what the confusion matrix shows, and precision and recall are of."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from minitensor.dtypes import Array
from minitensor.errors import ShapeError
from minitensor.training.metrics.base import Metric
from minitensor.training.metrics.reading import NOTHING, Labels, read_labels


class ClassCounts(Metric):
    """The base of metrics that count by true and by predicted class.

    Parameters
    ----------
    classes : int, optional
        How many there are; as many as the first output scores, unless it is given.
    threshold, ignore_index, name
        As in `Accuracy`.
    """

    counted: ClassVar[tuple[str, ...]] = ("counts",)

    def __init__(
        self, classes: int | None, *, threshold: float = 0.0, ignore_index: int | None = None, name: str | None = None
    ) -> None:
        if classes is not None and (isinstance(classes, bool) or not isinstance(classes, int) or classes < 2):
            raise ValueError(f"{type(self).__name__}: classes is an integer from 2 on, got {classes!r}")
        self._classes, self.threshold, self.ignore_index = classes, threshold, ignore_index
        super().__init__(name)

    def reset(self) -> None:
        """Forget what was seen."""
        self.counts: Array = _none_of(self._classes or 0)  # (true, predicted), and a last column for NaN scores

    @property
    def classes(self) -> int:
        """How many classes there are; 0 as long as nothing says it."""
        return len(self.counts)

    def update(self, output: Any, target: Any, /) -> None:
        """Take in a batch: see `Accuracy.update`.

        Raises
        ------
        ShapeError, TypeError, IndexError, ValueError
            Output and target do not go together; a class is out of range; there are other classes than before. Nothing is
            counted then.
        """
        labels = read_labels(output, target, self.name, self.threshold, self.ignore_index)
        counts = self.counts if self.classes else _none_of(labels.classes or 0)
        self._check(labels, len(counts))
        columns = len(counts) + 1
        predicted = np.where(labels.predicted == NOTHING, len(counts), labels.predicted)
        pairs = np.bincount(labels.true * columns + predicted, minlength=counts.size)
        self.counts = counts + pairs.reshape(counts.shape)  # (true, predicted)

    def _check(self, labels: Labels, classes: int) -> None:
        if classes == 0:
            raise ValueError(
                f"{self.name}: the output is of predicted classes, not of scores, which would say how many there are: "
                f"say it with {type(self).__name__}(classes=...)"
            )
        if labels.classes is None:
            for role, numbers in (("output", labels.predicted), ("target", labels.true)):
                wrong = numbers[(numbers < 0) | (numbers >= classes)]
                if wrong.size:
                    raise IndexError(f"{self.name}: the {role} has {wrong[0]}, the {classes} classes are 0 to {classes - 1}")
        elif labels.classes != classes:
            raise ShapeError(f"{self.name}: the output has scores of {labels.classes} classes, {classes} are counted")

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from what `state_dict` returned.

        Raises
        ------
        KeyError, ValueError
            `state_dict` is that of another metric, or of other classes. Nothing has changed then.
        """
        shape = np.shape(state_dict.get("counts", self.counts))
        expected = "(classes, classes + 1)" if self._classes is None else str((self._classes, self._classes + 1))
        if shape != _none_of(self._classes or (shape[0] if shape else 0)).shape:
            raise ValueError(f"{self.name}: counts of the shape {expected} are expected, got {shape}")
        super().load_state_dict(state_dict)


def _none_of(classes: int) -> Array:
    return np.zeros((classes, classes + 1), np.int64)
