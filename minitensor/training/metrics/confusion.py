"""The confusion matrix: which classes are taken for which."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan
from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.creation import from_numpy
from minitensor.dtypes import Array
from minitensor.tables import aligned
from minitensor.tensor import Tensor
from minitensor.training.metrics.counts import ClassCounts
from minitensor.training.metrics.drawing import draw_matrix

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class ConfusionMatrix(ClassCounts):
    r"""How often each class (a row) was taken for each (a column); as scikit-learn's `confusion_matrix`.

    Printed, it is a table; `plot` draws it. Samples with a score that is NaN are predicted as nothing: they are in
    `unpredicted`, not in the matrix, and the table and the picture have a column of them where there are any.

    Parameters
    ----------
    classes : int or sequence of str, optional
        How many classes there are, or their names. As many as the first output scores, unless it is given.
    threshold : float
        For two classes with one score: see `Accuracy`.
    ignore_index : int, optional
        Where the target is this, nothing counts.
    name : str
        What it is called.

    Examples
    --------
    >>> import minitensor as mt
    >>> matrix = ConfusionMatrix(["cat", "dog", "bird"])
    >>> matrix.update(mt.tensor([0, 0, 2, 2, 0, 2]), mt.tensor([2, 0, 2, 2, 0, 1]))  # classes, or scores (N, 3)
    >>> print(matrix)
    true \ predicted  cat  dog  bird
    ────────────────────────────────
    cat                 2    0     0
    dog                 0    0     1
    bird                1    0     2
    >>> matrix.accuracy, matrix.compute().dtype
    (0.6666666666666666, dtype('int64'))
    >>> matrix.class_accuracy.tolist()
    [1.0, 0.0, 0.6666666666666666]
    """

    def __init__(
        self,
        classes: int | Sequence[str] | None = None,
        *,
        threshold: float = 0.0,
        ignore_index: int | None = None,
        name: str = "confusion_matrix",
    ) -> None:
        named = classes is not None and not isinstance(classes, int)
        if isinstance(classes, str) or (named and not all(isinstance(one, str) for one in classes)):  # type: ignore[union-attr]
            raise TypeError(f"ConfusionMatrix: classes is how many there are, or a list of their names, got {classes!r}")
        self._names: list[str] | None = list(classes) if named else None  # type: ignore[arg-type]
        count: Any = len(self._names) if self._names is not None else classes
        super().__init__(count, threshold=threshold, ignore_index=ignore_index, name=name)

    @property
    def names(self) -> list[str]:
        """What the classes are called: their numbers, unless names were given."""
        return self._names or [str(number) for number in range(self.classes)]

    def compute(self) -> Tensor:
        """The counts: an int64 Tensor with the axes (true class, predicted class)."""
        return from_numpy(self.counts[:, :-1].copy())

    @property
    def unpredicted(self) -> Tensor:
        """For each true class the samples with a score that is NaN, for which no class is predicted: int64, (C,)."""
        return from_numpy(self.counts[:, -1].copy())

    @property
    def accuracy(self) -> float:
        """The share of the samples that are on the diagonal; NaN where nothing was seen."""
        total = int(self.counts.sum())
        return int(np.trace(self.counts)) / total if total else nan

    @property
    def class_accuracy(self) -> Tensor:
        """For each class the share of its samples that are on the diagonal: float64, (C,); NaN where it has none."""
        return from_numpy(shares_of(self.counts).diagonal().copy())

    def __str__(self) -> str:
        names, counts = self._columns()
        lines = [[name, *map(str, row)] for name, row in zip(self.names, counts.tolist(), strict=True)]
        head, *body = aligned([["true \\ predicted", *names], *lines], left=1)
        return "\n".join([head, "─" * len(head), *body])

    def __repr__(self) -> str:
        return f"ConfusionMatrix({self.classes} classes, {self.counts.sum()} samples, accuracy {self.accuracy:.4g})"

    def plot(self, ax: Axes | None = None, normalize: bool = False) -> Axes:
        """Draw the matrix: rows are true classes, columns predicted ones.

        Parameters
        ----------
        ax : matplotlib Axes, optional
            Where to draw it; a new figure, unless it is given.
        normalize : bool
            Whether each cell has its share of its row, in percent, in place of the number of samples. The colour is that of
            the share either way, so that rare classes can be read as well.

        Returns
        -------
        matplotlib Axes
            It is not shown: a notebook does that itself, and `ax.figure.savefig("matrix.png")` keeps it.

        Raises
        ------
        ModuleNotFoundError
            matplotlib is not installed.
        """
        names, counts = self._columns()
        return draw_matrix(counts, shares_of(counts), self.names, names, self._title(), normalize, ax)

    def _columns(self) -> tuple[list[str], Array]:
        """The columns' names and counts, with one for what was predicted as nothing where there is any."""
        if self.counts[:, -1].any():
            return [*self.names, "NaN"], self.counts
        return self.names, self.counts[:, :-1]

    def _title(self) -> str:
        count = int(self.counts.sum())
        return f"{count:,} samples, {100 * self.accuracy:.1f} % right" if count else "no samples"


def shares_of(counts: Array) -> Array:
    """Each count as a share of its row, in float64; NaN in a row of nothing."""
    totals = counts.sum(axis=1, keepdims=True)
    return np.where(totals == 0, nan, counts / np.maximum(totals, 1))  # (true, predicted)
