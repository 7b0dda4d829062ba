"""What a metric is: it is reset, takes in batches, and says what they come to."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any, ClassVar


class Metric:
    """The base of all metrics.

    One's own metric defines `reset`, `update` and `compute`, and names in `counted` the attributes that hold what it has
    seen, so that a checkpoint can keep them: numbers, lists of numbers, or arrays. What it counts should be counts and sums,
    not averages of batches: then the answer does not depend on how the samples were cut into batches.

    Parameters
    ----------
    name : str, optional
        What it is called in tables; its class's name in small letters, where it is not given.

    Attributes
    ----------
    name : str
    counted : tuple of str
        The attributes that hold what was seen.

    Examples
    --------
    >>> import minitensor as mt
    >>> class LargestError(Metric):
    ...     counted = ("largest",)
    ...     def reset(self):
    ...         self.largest = 0.0
    ...     def update(self, output, target):
    ...         self.largest = max(self.largest, (output - target).abs().max().item())
    ...     def compute(self):
    ...         return self.largest
    >>> metric = LargestError()
    >>> metric.update(mt.tensor([1.0, 2.0]), mt.tensor([1.0, 5.0]))
    >>> metric.update(mt.tensor([4.0]), mt.tensor([3.5]))
    >>> metric
    LargestError(3.0)
    >>> metric(mt.tensor([0.0]), mt.tensor([9.0])), metric.compute()
    (9.0, 3.0)
    """

    counted: ClassVar[tuple[str, ...]] = ()

    def __init__(self, name: str | None = None) -> None:
        self.name = words_of(type(self).__name__) if name is None else name
        self.reset()

    def reset(self) -> None:
        """Forget what was seen."""
        raise NotImplementedError(f"{type(self).__name__} has no reset: say there what nothing seen yet is")

    def update(self, output: Any, target: Any, /) -> None:
        """Take in a batch: what the model answered (`output`), and what it should have (`target`)."""
        raise NotImplementedError(f"{type(self).__name__} has no update(output, target): say there what a batch adds")

    def compute(self) -> Any:
        """What the batches seen since `reset` come to: a float, or a Tensor; NaN where nothing was seen."""
        raise NotImplementedError(f"{type(self).__name__} has no compute: say there what the counts come to")

    def __call__(self, output: Any, target: Any, /) -> Any:
        """The metric of one batch alone; what was counted stays as it is."""
        fresh = deepcopy(self)
        fresh.reset()
        fresh.update(output, target)
        return fresh.compute()

    def state_dict(self) -> dict[str, Any]:
        """What was counted, by name: for a checkpoint."""
        return {name: deepcopy(getattr(self, name)) for name in self.counted}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from what `state_dict` returned.

        Raises
        ------
        KeyError
            `state_dict` is that of another metric. Nothing has changed then.
        """
        if set(state_dict) != set(self.counted):
            expected, given = (", ".join(map(repr, sorted(names))) or "nothing" for names in (self.counted, state_dict))
            raise KeyError(f"{self.name}: a state of {expected} is expected, got {given}")
        for name, value in state_dict.items():
            setattr(self, name, deepcopy(value))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.compute()!r})"


def words_of(name: str) -> str:
    """A class's name in small letters.

    Examples
    --------
    >>> words_of("MeanAbsoluteError"), words_of("L1Loss")
    ('mean_absolute_error', 'l1_loss')
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
