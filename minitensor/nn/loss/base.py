"""What all losses are."""

from __future__ import annotations

from minitensor.nn.functional.loss.checks import check_reduction
from minitensor.nn.module import Module


class Loss(Module):
    """A module with a reduction.

    Parameters
    ----------
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.

    Raises
    ------
    ValueError
        There is no such reduction.
    """

    also: tuple[str, ...] = ()  # further reductions

    def __init__(self, *, reduction: str = "mean") -> None:
        check_reduction(reduction, type(self).__name__, self.also)
        self.reduction = reduction
