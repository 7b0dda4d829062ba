"""Schedules that go up and down, with the momentum going down and up."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from minitensor.optim.lr_scheduler.base import LRScheduler, Rates, check_count, check_number, check_optimizer, for_each_group
from minitensor.optim.lr_scheduler.functions import attributes_of
from minitensor.optim.optimizer import Optimizer, Options


class _MomentumCycle(LRScheduler):
    """A schedule that may cycle the momentum, too: the groups' "momentum", or the first of their "betas"."""

    cycle_momentum: bool

    def _check_momentum(self, optimizer: Optimizer) -> None:
        """Refuse an optimiser that has no momentum."""
        self.use_beta1 = "betas" in optimizer.defaults
        if not (self.use_beta1 or "momentum" in optimizer.defaults):
            raise ValueError(
                f"{self._name}: {type(optimizer).__name__} has neither a momentum nor betas to cycle: "
                "use cycle_momentum=False"
            )

    def _set_momentum(self, group: Options, momentum: float) -> None:
        if self.use_beta1:
            group["betas"] = (momentum, *group["betas"][1:])
        else:
            group["momentum"] = momentum

    def _keep_momentums(self, optimizer: Optimizer, lowest: list[float], highest: list[float]) -> None:
        """Keep the bounds in the groups, as PyTorch does, and begin with the highest."""
        for group, low, high in zip(optimizer.param_groups, lowest, highest, strict=True):
            self._set_momentum(group, high)
            group["max_momentum"], group["base_momentum"] = high, low


class CyclicLR(_MomentumCycle):
    """Let the learning rates go from base_lr to max_lr and back along lines, again and again, step by step.

    lr = base_lr + (max_lr - base_lr) * height * scale

    The height goes from 0 to 1 in step_size_up steps, and back in step_size_down. The momentum goes the other way, from
    max_momentum to base_momentum and back.

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rates are set.
    base_lr, max_lr : float or list of float
        Between which they go, for all groups or for each.
    step_size_up, step_size_down : int
        How many steps they go up, and down: as many, unless given.
    mode : {'triangular', 'triangular2', 'exp_range'}
        The scale: 1; halved with each cycle; gamma to the power of the number of steps.
    gamma : float
        For 'exp_range'.
    scale_fn : callable, optional
        A scale of one's own, in the mode's place: a function of the number of the cycle, or of the step.
    scale_mode : {'cycle', 'iterations'}
        Which of the two `scale_fn` is given.
    cycle_momentum : bool
        Whether the momentum goes the other way.
    base_momentum, max_momentum : float or list of float
        Between which it goes.
    last_epoch : int
        As in `LRScheduler`.

    Raises
    ------
    TypeError, ValueError
        As `LRScheduler`; an unknown mode, not one number for each group, or an optimiser without momentum.

    Examples
    --------
    >>> import minitensor as mt
    >>> optimizer = mt.optim.SGD([mt.ones(1, requires_grad=True)], lr=1.0, momentum=0.5)
    >>> schedule = mt.optim.lr_scheduler.CyclicLR(optimizer, base_lr=0.5, max_lr=1.5, step_size_up=2)
    >>> for _ in range(5):
    ...     print(optimizer.param_groups[0]["lr"], end=" ")
    ...     optimizer.step()
    ...     schedule.step()
    0.5 1.0 1.5 1.0 0.5

    References
    ----------
    L. N. Smith, "Cyclical Learning Rates for Training Neural Networks", 2017; as PyTorch's `CyclicLR`.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float | Sequence[float],
        max_lr: float | Sequence[float],
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float | Sequence[float] = 0.8,
        max_momentum: float | Sequence[float] = 0.9,
        last_epoch: int = -1,
    ) -> None:
        name = self._name
        check_optimizer(optimizer, name)
        if scale_fn is None and mode not in ("triangular", "triangular2", "exp_range"):
            raise ValueError(f"{name}: mode is 'triangular', 'triangular2' or 'exp_range', got {mode!r}")
        base_lrs = for_each_group(base_lr, "base_lr", optimizer, name)
        self.max_lrs = for_each_group(max_lr, "max_lr", optimizer, name)
        up = float(step_size_up)
        self.total_size = up + (up if step_size_down is None else float(step_size_down))
        if not 0 < up <= self.total_size:
            raise ValueError(
                f"{name}: step_size_up is above 0, and step_size_down 0 or more, got {step_size_up}, {step_size_down}"
            )
        self.step_ratio = up / self.total_size
        self.mode = mode
        self.gamma = gamma
        self._scale_fn_custom = scale_fn
        by_step = mode == "exp_range" if scale_fn is None else scale_mode == "iterations"
        self.scale_mode = "iterations" if by_step else "cycle"
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self._check_momentum(optimizer)
            self.base_momentums = for_each_group(base_momentum, "base_momentum", optimizer, name)
            self.max_momentums = for_each_group(max_momentum, "max_momentum", optimizer, name)
        if last_epoch == -1:
            for group, lr in zip(optimizer.param_groups, base_lrs, strict=True):
                group["lr"] = lr
            if cycle_momentum:
                self._keep_momentums(optimizer, self.base_momentums, self.max_momentums)
        super().__init__(optimizer, last_epoch)
        self.base_lrs = base_lrs

    def scale_fn(self, x: float) -> float:
        """The scale in the cycle or at the step x."""
        if self._scale_fn_custom is not None:
            return float(self._scale_fn_custom(x))
        if self.mode == "triangular":
            return 1.0
        return float(1 / 2.0 ** (x - 1) if self.mode == "triangular2" else self.gamma**x)

    def get_lr(self) -> Rates:
        """The next learning rates; sets the momentum."""
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        x = 1.0 + self.last_epoch / self.total_size - cycle
        height = x / self.step_ratio if x <= self.step_ratio else (x - 1) / (self.step_ratio - 1)
        scale = self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)
        if self.cycle_momentum:
            bounds = zip(self.optimizer.param_groups, self.base_momentums, self.max_momentums, strict=True)
            for group, low, high in bounds:
                self._set_momentum(group, high - (high - low) * height * scale)
        return [low + (high - low) * height * scale for low, high in zip(self.base_lrs, self.max_lrs, strict=True)]

    def state_dict(self) -> dict[str, Any]:
        """All that the schedule keeps, without the optimiser: of `scale_fn` its attributes."""
        custom = self._scale_fn_custom
        return {**super().state_dict(), "_scale_fn_custom": None if custom is None else attributes_of(custom)}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` returned."""
        super().load_state_dict({**state_dict, "_scale_fn_custom": self._scale_fn_custom})
        if state_dict.get("_scale_fn_custom"):
            vars(self._scale_fn_custom).update(state_dict["_scale_fn_custom"])


class OneCycleLR(_MomentumCycle):
    """Let the learning rates rise once to max_lr and fall to almost nothing, within a number of steps known beforehand.

    They begin with max_lr / div_factor and end with that / final_div_factor. Meanwhile the momentum goes from max_momentum
    to base_momentum and back. Call `step` after each batch.

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rates are set.
    max_lr : float or list of float
        The largest learning rate, of all groups or of each.
    total_steps : int, optional
        How many steps there are; or
    epochs, steps_per_epoch : int, optional
        how many epochs, of how many steps.
    pct_start : float
        After which share of them the learning rates are largest, from 0 to 1.
    anneal_strategy : {'cos', 'linear'}
        Whether they go along half a cosine, or a line.
    cycle_momentum : bool
        Whether the momentum goes the other way.
    base_momentum, max_momentum : float or list of float
        Between which it goes.
    div_factor, final_div_factor : float
        What the first and the last learning rate follow from.
    three_phase : bool
        Whether the fall has two parts, of which the first mirrors the rise.
    last_epoch : int
        As in `LRScheduler`.

    Raises
    ------
    TypeError, ValueError
        As `LRScheduler`; no number of steps, an unknown strategy, not one number for each group, or an optimiser without
        momentum. `step` raises a ValueError when there have been more steps than there are.

    Examples
    --------
    >>> import minitensor as mt
    >>> optimizer = mt.optim.SGD([mt.ones(1, requires_grad=True)], lr=1.0, momentum=0.5)
    >>> schedule = mt.optim.lr_scheduler.OneCycleLR(
    ...     optimizer, 1.0, total_steps=6, pct_start=0.5, anneal_strategy="linear", div_factor=5
    ... )
    >>> for _ in range(6):
    ...     print(f"{optimizer.param_groups[0]['lr']:.2f}", end=" ")
    ...     optimizer.step()
    ...     schedule.step()
    0.20 0.60 1.00 0.67 0.33 0.00

    References
    ----------
    L. N. Smith, N. Topin, "Super-Convergence: Very Fast Training of Neural Networks Using Large Learning Rates", 2018; as
    PyTorch's `OneCycleLR`.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | Sequence[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | Sequence[float] = 0.85,
        max_momentum: float | Sequence[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        name = self._name
        check_optimizer(optimizer, name)
        self.total_steps = _steps_of(total_steps, epochs, steps_per_epoch, name)
        check_number(pct_start, "pct_start", name, 0, 1)
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"{name}: anneal_strategy is 'cos' or 'linear', got {anneal_strategy!r}")
        self._anneal_func_type = anneal_strategy
        max_lrs = for_each_group(max_lr, "max_lr", optimizer, name)
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self._check_momentum(optimizer)
            lowest = for_each_group(base_momentum, "base_momentum", optimizer, name)
            highest = for_each_group(max_momentum, "max_momentum", optimizer, name)
        self._schedule_phases = _phases(self.total_steps, pct_start, three_phase)
        if last_epoch == -1:
            for group, largest in zip(optimizer.param_groups, max_lrs, strict=True):
                group["initial_lr"] = largest / div_factor
                group["max_lr"] = largest
                group["min_lr"] = group["initial_lr"] / final_div_factor
            if cycle_momentum:
                self._keep_momentums(optimizer, lowest, highest)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> Rates:
        """The next learning rates; sets the momentum."""
        if self.last_epoch > self.total_steps:
            raise ValueError(
                f"{self._name}: step {self.last_epoch} is beyond the {self.total_steps} steps that were planned"
            )
        begin = 0.0
        for phase in self._schedule_phases:
            if self.last_epoch <= phase["end_step"] or phase is self._schedule_phases[-1]:
                break
            begin = phase["end_step"]
        done = (self.last_epoch - begin) / (phase["end_step"] - begin)
        groups = self.optimizer.param_groups
        if self.cycle_momentum:
            for group in groups:
                first, last = group[phase["start_momentum"]], group[phase["end_momentum"]]
                self._set_momentum(group, self._between(first, last, done))
        return [self._between(group[phase["start_lr"]], group[phase["end_lr"]], done) for group in groups]

    def _between(self, start: float, end: float, done: float) -> float:
        """Where the way from `start` to `end` is when that share of it is done."""
        if self._anneal_func_type == "cos":
            return end + (start - end) / 2.0 * (math.cos(math.pi * done) + 1)
        return (end - start) * done + start


def _steps_of(total: int | None, epochs: int | None, per_epoch: int | None, schedule: str) -> int:
    """How many steps there are."""
    if total is not None:
        return check_count(total, "total_steps", schedule)
    if epochs is None or per_epoch is None:
        raise ValueError(f"{schedule}: give total_steps, or epochs and steps_per_epoch")
    return check_count(epochs, "epochs", schedule) * check_count(per_epoch, "steps_per_epoch", schedule)


def _phases(steps: int, share: float, three: bool) -> list[Options]:
    """The phases by their last step, with the names in the groups of what they begin and end with."""
    rise = float(share * steps) - 1
    marks = [(rise, "initial_lr", "max_lr", "max_momentum", "base_momentum")]
    if three:
        marks.append((float(2 * share * steps) - 2, "max_lr", "initial_lr", "base_momentum", "max_momentum"))
        marks.append((steps - 1, "initial_lr", "min_lr", "max_momentum", "max_momentum"))
    else:
        marks.append((steps - 1, "max_lr", "min_lr", "base_momentum", "max_momentum"))
    names = ("end_step", "start_lr", "end_lr", "start_momentum", "end_momentum")
    return [dict(zip(names, mark, strict=True)) for mark in marks]
