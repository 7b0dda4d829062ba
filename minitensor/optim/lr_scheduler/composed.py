"""Schedules one after the other, and one on top of the other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from minitensor.optim.lr_scheduler.base import LRScheduler, check_optimizer
from minitensor.optim.lr_scheduler.plateau import ReduceLROnPlateau
from minitensor.optim.optimizer import Optimizer


class _Composed(LRScheduler):
    """A schedule that is made of others."""

    _schedulers: list[LRScheduler]

    def _take(self, optimizer: Optimizer | None, schedulers: Sequence[LRScheduler]) -> None:
        """Check the schedules and keep them."""
        if not schedulers:
            raise ValueError(f"{self._name}: there is no schedule to begin with")
        for number, schedule in enumerate(schedulers):
            if not isinstance(schedule, LRScheduler):
                raise TypeError(f"{self._name}: number {number} is no schedule but of type {type(schedule).__name__}")
            if isinstance(schedule, ReduceLROnPlateau):
                raise ValueError(
                    f"{self._name}: number {number} is ReduceLROnPlateau, whose step is told a number: step it by itself"
                )
        self.optimizer = schedulers[0].optimizer if optimizer is None else optimizer
        check_optimizer(self.optimizer, self._name)
        for number, schedule in enumerate(schedulers):
            if schedule.optimizer is not self.optimizer:
                raise ValueError(f"{self._name}: schedule number {number} belongs to another optimiser")
        self._schedulers = list(schedulers)

    def state_dict(self) -> dict[str, Any]:
        """All that the schedule keeps, with the state dicts of those that it is made of."""
        return {**super().state_dict(), "_schedulers": [schedule.state_dict() for schedule in self._schedulers]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` returned."""
        states = state_dict.get("_schedulers", ())
        if len(states) != len(self._schedulers):
            raise ValueError(
                f"{self._name}: the state dict is of {len(states)} schedules, there are {len(self._schedulers)} here"
            )
        super().load_state_dict({**state_dict, "_schedulers": self._schedulers})
        for schedule, state in zip(self._schedulers, states, strict=True):
            schedule.load_state_dict(state)


class ChainedScheduler(_Composed):
    """Step several schedules together: what they multiply the learning rates with is multiplied.

    Parameters
    ----------
    schedulers : sequence of LRScheduler
        All of one optimiser.
    optimizer : Optimizer, optional
        It; the first schedule's, unless given.

    Raises
    ------
    TypeError, ValueError
        There is no schedule, one is none, is a `ReduceLROnPlateau`, or belongs to another optimiser.

    Examples
    --------
    >>> import minitensor as mt
    >>> optimizer = mt.optim.SGD([mt.ones(1, requires_grad=True)], lr=1.0)
    >>> first = mt.optim.lr_scheduler.ConstantLR(optimizer, factor=0.5, total_iters=2)
    >>> second = mt.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    >>> schedule = mt.optim.lr_scheduler.ChainedScheduler([first, second])
    >>> for _ in range(4):
    ...     print(optimizer.param_groups[0]["lr"], end=" ")
    ...     optimizer.step()
    ...     schedule.step()
    0.5 0.25 0.25 0.125

    References
    ----------
    As PyTorch's `ChainedScheduler`.
    """

    def __init__(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None) -> None:
        self._take(optimizer, schedulers)
        self._last_lr = self._rates()

    def step(self) -> None:  # type: ignore[override]  # there is no epoch that all of them could be told
        """Step each schedule, in their order."""
        for schedule in self._schedulers:
            schedule.step()
        self._last_lr = self._rates()

    def _restart(self) -> None:
        to_initial(self.optimizer)
        for schedule in self._schedulers:
            schedule.last_epoch = -1
            schedule._begin()
        self._last_lr = self._rates()

    def _begin(self) -> None:
        self.step()


class SequentialLR(_Composed):
    """Put several schedules one after the other: each begins where its milestone is.

    Parameters
    ----------
    optimizer : Optimizer
        That of all schedules.
    schedulers : list of LRScheduler
        In their order.
    milestones : list of int
        After how many steps the second, the third, ... begins: one less than there are schedules.
    last_epoch : int
        As in `LRScheduler`.

    Raises
    ------
    TypeError, ValueError
        There is no schedule, one is none, is a `ReduceLROnPlateau`, or belongs to another optimiser; not as many milestones.

    Examples
    --------
    >>> import minitensor as mt
    >>> optimizer = mt.optim.SGD([mt.ones(1, requires_grad=True)], lr=1.0)
    >>> warmup = mt.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.25, total_iters=3)
    >>> decay = mt.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    >>> schedule = mt.optim.lr_scheduler.SequentialLR(optimizer, [warmup, decay], milestones=[3])
    >>> for _ in range(6):
    ...     print(optimizer.param_groups[0]["lr"], end=" ")
    ...     optimizer.step()
    ...     schedule.step()
    0.25 0.5 0.75 1.0 0.5 0.25

    References
    ----------
    As PyTorch's `SequentialLR`.
    """

    def __init__(
        self, optimizer: Optimizer, schedulers: list[LRScheduler], milestones: list[int], last_epoch: int = -1
    ) -> None:
        check_optimizer(optimizer, self._name)
        self._take(optimizer, schedulers)
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(
                f"{self._name}: {len(schedulers)} schedules have {len(schedulers) - 1} milestones between them, "
                f"got {len(milestones)}"
            )
        self._milestones = milestones
        self.last_epoch = last_epoch + 1
        # Each schedule has set the learning rates when it was made: only the first one was to.
        to_initial(optimizer)
        rewind(self)
        first = self._schedulers[bisect_right(milestones, 0)]
        first._begin()
        self._last_lr = first.get_last_lr()

    def step(self) -> None:  # type: ignore[override]  # there is no epoch that all of them could be told
        """Step the schedule whose turn it is, or begin with the next one."""
        self.last_epoch += 1
        number = bisect_right(self._milestones, self.last_epoch)
        schedule = self._schedulers[number]
        if number > 0 and self._milestones[number - 1] == self.last_epoch:
            schedule._restart()
        else:
            schedule.step()
        self._last_lr = schedule.get_last_lr()

    def _restart(self) -> None:
        self.last_epoch = 0
        first = self._schedulers[bisect_right(self._milestones, 0)]
        first._restart()
        self._last_lr = first.get_last_lr()

    def _begin(self) -> None:
        self._restart()


def to_initial(optimizer: Optimizer) -> None:
    """Set the learning rates to those that all schedules begin with."""
    for group in optimizer.param_groups:
        group["lr"] = group["initial_lr"]


def rewind(schedule: LRScheduler) -> None:
    """Take back the step that was taken when the schedule, or each that it is made of, was made."""
    if isinstance(schedule, _Composed):
        for one in schedule._schedulers:
            rewind(one)
    else:
        schedule.last_epoch -= 1
        schedule._step_count = 0
