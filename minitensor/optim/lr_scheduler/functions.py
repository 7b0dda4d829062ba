"""Schedules by functions of one's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any, TypeAlias

from minitensor.optim.lr_scheduler.base import LRScheduler, Rates, check_optimizer, for_each_group
from minitensor.optim.optimizer import Optimizer

Factor: TypeAlias = Callable[[int], float]


class LambdaLR(LRScheduler):
    """Multiply the first learning rates with a function of the number of steps: lr = base_lr * lr_lambda(t).

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rates are set.
    lr_lambda : callable, or a list of them
        Takes the number of steps, returns the factor: one for all groups, or one for each.
    last_epoch : int
        As in `LRScheduler`.

    Raises
    ------
    TypeError, ValueError
        As `LRScheduler`; something that cannot be called, or not one for each group.

    Notes
    -----
    The state dict holds the attributes of callable objects, and nothing of functions: those are given again.

    Examples
    --------
    >>> import minitensor as mt
    >>> optimizer = mt.optim.SGD([mt.ones(1, requires_grad=True)], lr=0.5)
    >>> schedule = mt.optim.lr_scheduler.LambdaLR(optimizer, lambda t: 1 / (1 + t))
    >>> optimizer.step()
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.25]

    References
    ----------
    As PyTorch's `LambdaLR`.
    """

    def __init__(self, optimizer: Optimizer, lr_lambda: Factor | Sequence[Factor], last_epoch: int = -1) -> None:
        check_optimizer(optimizer, self._name)
        self.lr_lambdas: list[Factor] = for_each_group(lr_lambda, "lr_lambda", optimizer, self._name)
        for function in self.lr_lambdas:
            if not callable(function):
                raise TypeError(f"{self._name}: lr_lambda is a function of the step, got {type(function).__name__}")
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> Rates:
        """The next learning rates."""
        return [base * factor(self.last_epoch) for base, factor in zip(self.base_lrs, self.lr_lambdas, strict=True)]

    def state_dict(self) -> dict[str, Any]:
        """All that the schedule keeps, without the optimiser: of the functions their attributes."""
        return {**super().state_dict(), "lr_lambdas": [attributes_of(function) for function in self.lr_lambdas]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` returned."""
        super().load_state_dict({**state_dict, "lr_lambdas": self.lr_lambdas})
        for function, attributes in zip(self.lr_lambdas, state_dict.get("lr_lambdas", ()), strict=False):
            if attributes:
                vars(function).update(attributes)


class MultiplicativeLR(LambdaLR):
    """Multiply the present learning rates with a function of the number of steps: lr = lr * lr_lambda(t), from t = 1 on.

    Parameters
    ----------
    optimizer, lr_lambda, last_epoch
        As in `LambdaLR`.

    Raises
    ------
    TypeError, ValueError
        As `LambdaLR`.

    Examples
    --------
    >>> import minitensor as mt
    >>> optimizer = mt.optim.SGD([mt.ones(1, requires_grad=True)], lr=0.5)
    >>> schedule = mt.optim.lr_scheduler.MultiplicativeLR(optimizer, lambda t: 0.5)
    >>> for _ in range(2):
    ...     optimizer.step()
    ...     schedule.step()
    >>> schedule.get_last_lr()
    [0.125]

    References
    ----------
    As PyTorch's `MultiplicativeLR`.
    """

    def get_lr(self) -> Rates:
        """The next learning rates."""
        if self._is_initial:
            return self._rates()
        return [rate * factor(self.last_epoch) for rate, factor in zip(self._rates(), self.lr_lambdas, strict=True)]


def attributes_of(function: Any) -> dict[str, Any] | None:
    """What is saved of a callable: an object's attributes, None of a function."""
    return None if isinstance(function, FunctionType) else dict(getattr(function, "__dict__", {}))
