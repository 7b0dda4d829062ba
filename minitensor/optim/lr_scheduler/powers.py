"""Schedules whose learning rates are multiplied with a number: now and then, at every step, or back to what they were."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable

from minitensor.optim.lr_scheduler.base import LRScheduler, Rates, check_count, check_number
from minitensor.optim.optimizer import Optimizer


class StepLR(LRScheduler):
    """Multiply the learning rates with gamma every `step_size` steps: lr = base_lr * gamma^(t // step_size).

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rates are set.
    step_size : int
        How many steps one learning rate holds.
    gamma : float
        What it is multiplied with.
    last_epoch : int
        As in `LRScheduler`.

    Raises
    ------
    TypeError, ValueError
        As `LRScheduler`; a step_size below 1.

    Examples
    --------
    >>> import minitensor as mt
    >>> optimizer = mt.optim.SGD([mt.ones(1, requires_grad=True)], lr=0.5)
    >>> schedule = mt.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
    >>> for _ in range(5):
    ...     print(optimizer.param_groups[0]["lr"], end=" ")
    ...     optimizer.step()
    ...     schedule.step()
    0.5 0.5 0.25 0.25 0.125

    References
    ----------
    As PyTorch's `StepLR`.
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1, last_epoch: int = -1) -> None:
        self.step_size = check_count(step_size, "step_size", self._name)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> Rates:
        """The next learning rates."""
        due = self.last_epoch != 0 and self.last_epoch % self.step_size == 0
        return self._rates(self.gamma if due else 1.0)

    def _get_closed_form_lr(self) -> Rates:
        return [base * self.gamma ** (self.last_epoch // self.step_size) for base in self.base_lrs]


class MultiStepLR(LRScheduler):
    """Multiply the learning rates with gamma at certain steps: lr = base_lr * gamma^(number of milestones up to t).

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rates are set.
    milestones : iterable of int
        The steps.
    gamma : float
        What the learning rates are multiplied with.
    last_epoch : int
        As in `LRScheduler`.

    Raises
    ------
    TypeError, ValueError
        As `LRScheduler`.

    Examples
    --------
    >>> import minitensor as mt
    >>> optimizer = mt.optim.SGD([mt.ones(1, requires_grad=True)], lr=0.5)
    >>> schedule = mt.optim.lr_scheduler.MultiStepLR(optimizer, [1, 3], gamma=0.5)
    >>> for _ in range(4):
    ...     print(optimizer.param_groups[0]["lr"], end=" ")
    ...     optimizer.step()
    ...     schedule.step()
    0.5 0.25 0.25 0.125

    References
    ----------
    As PyTorch's `MultiStepLR`.
    """

    def __init__(self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1, last_epoch: int = -1) -> None:
        self.milestones = Counter(milestones)
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> Rates:
        """The next learning rates."""
        return self._rates(self.gamma ** self.milestones[self.last_epoch])

    def _get_closed_form_lr(self) -> Rates:
        passed = bisect_right(sorted(self.milestones.elements()), self.last_epoch)
        return [base * self.gamma**passed for base in self.base_lrs]


class ExponentialLR(LRScheduler):
    """Multiply the learning rates with gamma at every step: lr = base_lr * gamma^t.

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rates are set.
    gamma : float
        What they are multiplied with.
    last_epoch : int
        As in `LRScheduler`.

    Raises
    ------
    TypeError, ValueError
        As `LRScheduler`.

    Examples
    --------
    >>> import minitensor as mt
    >>> optimizer = mt.optim.SGD([mt.ones(1, requires_grad=True)], lr=0.5)
    >>> schedule = mt.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    >>> optimizer.step()
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.25]

    References
    ----------
    As PyTorch's `ExponentialLR`.
    """

    def __init__(self, optimizer: Optimizer, gamma: float, last_epoch: int = -1) -> None:
        self.gamma = gamma
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> Rates:
        """The next learning rates."""
        return self._rates(1.0 if self._is_initial else self.gamma)

    def _get_closed_form_lr(self) -> Rates:
        return [base * self.gamma**self.last_epoch for base in self.base_lrs]


class ConstantLR(LRScheduler):
    """Multiply the learning rates with a factor for a number of steps: lr = base_lr * factor, and base_lr afterwards.

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rates are set.
    factor : float
        From 0 to 1.
    total_iters : int
        For how many steps.
    last_epoch : int
        As in `LRScheduler`.

    Raises
    ------
    TypeError, ValueError
        As `LRScheduler`; a factor below 0 or above 1.

    Examples
    --------
    >>> import minitensor as mt
    >>> optimizer = mt.optim.SGD([mt.ones(1, requires_grad=True)], lr=0.5)
    >>> schedule = mt.optim.lr_scheduler.ConstantLR(optimizer, factor=0.5, total_iters=2)
    >>> for _ in range(4):
    ...     print(optimizer.param_groups[0]["lr"], end=" ")
    ...     optimizer.step()
    ...     schedule.step()
    0.25 0.25 0.5 0.5

    References
    ----------
    As PyTorch's `ConstantLR`.
    """

    def __init__(self, optimizer: Optimizer, factor: float = 1 / 3, total_iters: int = 5, last_epoch: int = -1) -> None:
        check_number(factor, "factor", self._name, 0, 1)
        self.factor = factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> Rates:
        """The next learning rates."""
        if self.last_epoch == 0:
            return self._rates(self.factor)
        return self._rates(1.0 / self.factor if self.last_epoch == self.total_iters else 1.0)

    def _get_closed_form_lr(self) -> Rates:
        over = self.last_epoch >= self.total_iters
        return [base * (self.factor + over * (1 - self.factor)) for base in self.base_lrs]


class LinearLR(LRScheduler):
    """Multiply the learning rates with a factor that goes along a line: a warm-up, or a cool-down.

    lr = base_lr * (start_factor + (end_factor - start_factor) * min(t, total_iters) / total_iters)

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rates are set.
    start_factor : float
        The first factor, above 0, up to 1.
    end_factor : float
        The last factor, from 0 to 1.
    total_iters : int
        After how many steps it is reached.
    last_epoch : int
        As in `LRScheduler`.

    Raises
    ------
    TypeError, ValueError
        As `LRScheduler`; a factor that is out of its range.

    Examples
    --------
    >>> import minitensor as mt
    >>> optimizer = mt.optim.SGD([mt.ones(1, requires_grad=True)], lr=0.5)
    >>> schedule = mt.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.25, total_iters=3)
    >>> for _ in range(5):
    ...     print(optimizer.param_groups[0]["lr"], end=" ")
    ...     optimizer.step()
    ...     schedule.step()
    0.125 0.25 0.375 0.5 0.5

    References
    ----------
    As PyTorch's `LinearLR`.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
        last_epoch: int = -1,
    ) -> None:
        check_number(start_factor, "start_factor", self._name, 0, 1)
        check_number(end_factor, "end_factor", self._name, 0, 1)
        if start_factor == 0:
            raise ValueError(f"{self._name}: start_factor is above 0, or nothing could be made of it, got 0")
        self.start_factor = start_factor
        self.end_factor = end_factor
        self.total_iters = total_iters
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> Rates:
        """The next learning rates."""
        if self.last_epoch == 0:
            return self._rates(self.start_factor)
        if self._is_initial or self.last_epoch > self.total_iters:
            return self._rates()
        rise = self.end_factor - self.start_factor
        return self._rates(1.0 + rise / (self.total_iters * self.start_factor + (self.last_epoch - 1) * rise))

    def _get_closed_form_lr(self) -> Rates:
        done = min(self.total_iters, self.last_epoch)
        rise = self.end_factor - self.start_factor
        return [base * (self.start_factor + rise * done / self.total_iters) for base in self.base_lrs]


class PolynomialLR(LRScheduler):
    """Let the learning rates fall to 0 along a power: lr = base_lr * (1 - min(t, total_iters) / total_iters)^power.

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rates are set.
    total_iters : int
        After how many steps they are 0.
    power : float
        1 for a line.
    last_epoch : int
        As in `LRScheduler`.

    Raises
    ------
    TypeError, ValueError
        As `LRScheduler`.

    Examples
    --------
    >>> import minitensor as mt
    >>> optimizer = mt.optim.SGD([mt.ones(1, requires_grad=True)], lr=1.0)
    >>> schedule = mt.optim.lr_scheduler.PolynomialLR(optimizer, total_iters=4, power=2.0)
    >>> for _ in range(5):
    ...     print(optimizer.param_groups[0]["lr"], end=" ")
    ...     optimizer.step()
    ...     schedule.step()
    1.0 0.5625 0.25 0.0625 0.0

    References
    ----------
    As PyTorch's `PolynomialLR`.
    """

    def __init__(self, optimizer: Optimizer, total_iters: int = 5, power: float = 1.0, last_epoch: int = -1) -> None:
        self.total_iters = total_iters
        self.power = power
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> Rates:
        """The next learning rates."""
        if self._is_initial or self.last_epoch > self.total_iters:
            return self._rates()
        left, before = (1.0 - t / self.total_iters for t in (self.last_epoch, self.last_epoch - 1))
        return self._rates((left / before) ** self.power)

    def _get_closed_form_lr(self) -> Rates:
        left = 1.0 - min(self.total_iters, self.last_epoch) / self.total_iters
        return [base * left**self.power for base in self.base_lrs]
