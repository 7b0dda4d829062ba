"""Schedules along a cosine."""

from __future__ import annotations

import math

from minitensor.optim.lr_scheduler.base import LRScheduler, Rates, check_count
from minitensor.optim.optimizer import Optimizer


class CosineAnnealingLR(LRScheduler):
    """Let the learning rates fall along half a cosine, and rise again if steps go on.

    lr = eta_min + (base_lr - eta_min) * (1 + cos(pi * t / T_max)) / 2

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rates are set.
    T_max : int
        After how many steps they are smallest.
    eta_min : float
        What they are then.
    last_epoch : int
        As in `LRScheduler`.

    Raises
    ------
    TypeError, ValueError
        As `LRScheduler`; a T_max of 0.

    Examples
    --------
    >>> import minitensor as mt
    >>> optimizer = mt.optim.SGD([mt.ones(1, requires_grad=True)], lr=1.0)
    >>> schedule = mt.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=2)
    >>> for _ in range(3):
    ...     print(f"{optimizer.param_groups[0]['lr']:.2f}", end=" ")
    ...     optimizer.step()
    ...     schedule.step()
    1.00 0.50 0.00

    References
    ----------
    I. Loshchilov, F. Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017, equation 5, without restarts; as
    PyTorch's `CosineAnnealingLR`.
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0, last_epoch: int = -1) -> None:  # noqa: N803
        if not isinstance(T_max, (int, float)) or T_max == 0:
            raise ValueError(f"{self._name}: T_max is a number of steps, not 0, got {T_max!r}")
        self.T_max = T_max
        self.eta_min = eta_min
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> Rates:
        """The next learning rates."""
        t, end, low = self.last_epoch, self.T_max, self.eta_min
        if self._is_initial:
            return self._rates()
        if self._step_count == 1 and t > 0:  # the first step after a beginning at last_epoch
            return [low + (base - low) * (1 + math.cos(t * math.pi / end)) / 2 for base in self.base_lrs]
        if (t - 1 - end) % (2 * end) == 0:  # the last one was the smallest: a ratio to it says nothing
            rise = [(base - low) * (1 - math.cos(math.pi / end)) / 2 for base in self.base_lrs]
            return [rate + more for rate, more in zip(self._rates(), rise, strict=True)]
        ratio = (1 + math.cos(math.pi * t / end)) / (1 + math.cos(math.pi * (t - 1) / end))
        return [ratio * (rate - low) + low for rate in self._rates()]

    def _get_closed_form_lr(self) -> Rates:
        low, share = self.eta_min, 1 + math.cos(math.pi * self.last_epoch / self.T_max)
        return [low + (base - low) * share / 2 for base in self.base_lrs]


class CosineAnnealingWarmRestarts(LRScheduler):
    """Let the learning rates fall along half a cosine, again and again, each time in T_mult times as many steps.

    lr = eta_min + (base_lr - eta_min) * (1 + cos(pi * T_cur / T_i)) / 2

    T_cur counts the steps since the last restart, T_i those between two: T_0, T_0 * T_mult, T_0 * T_mult^2, ...

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rates are set.
    T_0 : int
        How many steps it is to the first restart.
    T_mult : int
        What the number of steps is multiplied with at each restart.
    eta_min : float
        What the learning rates fall to.
    last_epoch : int
        As in `LRScheduler`.

    Raises
    ------
    TypeError, ValueError
        As `LRScheduler`; a T_0 or T_mult that is no int of 1 or more.

    Examples
    --------
    >>> import minitensor as mt
    >>> optimizer = mt.optim.SGD([mt.ones(1, requires_grad=True)], lr=1.0)
    >>> schedule = mt.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=2, T_mult=2)
    >>> for _ in range(7):
    ...     print(f"{optimizer.param_groups[0]['lr']:.2f}", end=" ")
    ...     optimizer.step()
    ...     schedule.step()
    1.00 0.50 1.00 0.85 0.50 0.15 1.00

    References
    ----------
    I. Loshchilov, F. Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", 2017, equation 5; as PyTorch's
    `CosineAnnealingWarmRestarts`.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        T_0: int,  # noqa: N803
        T_mult: int = 1,  # noqa: N803
        eta_min: float = 0.0,
        last_epoch: int = -1,
    ) -> None:
        self.T_0 = self.T_i = check_count(T_0, "T_0", self._name)
        self.T_mult = check_count(T_mult, "T_mult", self._name)
        if not isinstance(eta_min, (int, float)):
            raise ValueError(f"{self._name}: eta_min is a number, got {eta_min!r}")
        self.eta_min = eta_min
        self.T_cur: float = last_epoch
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> Rates:
        """The next learning rates."""
        low, share = self.eta_min, 1 + math.cos(math.pi * self.T_cur / self.T_i)
        return [low + (base - low) * share / 2 for base in self.base_lrs]

    def step(self, epoch: float | None = None) -> None:
        """Set the next learning rates; call it after the optimiser's step.

        Parameters
        ----------
        epoch : float, optional
            How many steps have been taken, which may be a fraction: `epoch + batch / batches` after each batch.

        Raises
        ------
        ValueError
            It is negative.
        """
        if epoch is None and self.last_epoch >= 0:
            epoch = self.last_epoch + 1
            self.T_cur += 1
            if self.T_cur >= self.T_i:
                self.T_cur %= self.T_i
                self.T_i *= self.T_mult
        else:
            epoch = 0 if epoch is None else epoch
            if epoch < 0:
                raise ValueError(f"{self._name}: the epoch is 0 or more, got {epoch}")
            self.T_cur, self.T_i = self._place(epoch)
        self.last_epoch = math.floor(epoch)
        self._set(self.get_lr())

    def _place(self, epoch: float) -> tuple[float, int]:
        """How long ago the last restart is at `epoch`, and how long its cosine."""
        if epoch < self.T_0:
            return epoch, self.T_0
        if self.T_mult == 1:
            return epoch % self.T_0, self.T_i
        restarts = int(math.log(epoch / self.T_0 * (self.T_mult - 1) + 1, self.T_mult))
        begin = self.T_0 * (self.T_mult**restarts - 1) / (self.T_mult - 1)
        return epoch - begin, self.T_0 * self.T_mult**restarts
