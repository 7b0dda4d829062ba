"""The schedule that watches a number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from minitensor.optim.arguments import plain
from minitensor.optim.lr_scheduler.base import LRScheduler, check_optimizer, for_each_group
from minitensor.optim.optimizer import Optimizer


class ReduceLROnPlateau(LRScheduler):
    """Multiply the learning rates with a factor when a number has not become better for a while.

    Parameters
    ----------
    optimizer : Optimizer
        Whose learning rates are set.
    mode : {'min', 'max'}
        Whether smaller is better, as for a loss, or larger, as for an accuracy.
    factor : float
        What the learning rates are multiplied with, below 1.
    patience : int
        How many steps in a row may pass without its becoming better.
    threshold : float
        How much better counts: below best * (1 - threshold), above best * (1 + threshold); or, with 'abs', by the threshold.
    threshold_mode : {'rel', 'abs'}
        How the threshold is meant.
    cooldown : int
        For how many steps nothing is counted after a change.
    min_lr : float or list of float
        What the learning rates, or those of each group, do not fall below.
    eps : float
        A change that is not larger is left out.

    Raises
    ------
    TypeError, ValueError
        `optimizer` is none; an unknown mode, a factor of 1 or more, or not one min_lr for each group.

    Examples
    --------
    >>> import minitensor as mt
    >>> optimizer = mt.optim.SGD([mt.ones(1, requires_grad=True)], lr=0.5)
    >>> schedule = mt.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
    >>> for loss in (3.0, 2.0, 2.0, 2.0, 2.0):
    ...     schedule.step(loss)
    ...     print(optimizer.param_groups[0]["lr"], end=" ")
    0.5 0.5 0.5 0.25 0.25

    References
    ----------
    As PyTorch's `ReduceLROnPlateau`.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | Sequence[float] = 0,
        eps: float = 1e-8,
    ) -> None:
        check_optimizer(optimizer, self._name)
        if mode not in ("min", "max"):
            raise ValueError(f"{self._name}: mode is 'min' or 'max', got {mode!r}")
        if threshold_mode not in ("rel", "abs"):
            raise ValueError(f"{self._name}: threshold_mode is 'rel' or 'abs', got {threshold_mode!r}")
        if factor >= 1:
            raise ValueError(f"{self._name}: factor is below 1, so that learning rates fall, got {factor}")
        self.optimizer = optimizer
        self.mode = mode
        self.factor = factor
        self.patience = patience
        self.threshold = threshold
        self.threshold_mode = threshold_mode
        self.cooldown = cooldown
        self.default_min_lr = None if isinstance(min_lr, (list, tuple)) else min_lr
        self.min_lrs = for_each_group(min_lr, "min_lr", optimizer, self._name)
        self.eps = eps
        self.mode_worse = math.inf if mode == "min" else -math.inf
        self.best = self.mode_worse
        self.cooldown_counter = 0
        self.num_bad_epochs = 0
        self.last_epoch = 0
        self._last_lr = self._rates()

    def step(self, metrics: Any, epoch: int | None = None) -> None:  # type: ignore[override]  # it is told a number
        """Look at the number, and change the learning rates where it is time.

        Parameters
        ----------
        metrics : float, or Tensor of one element
            The number.
        epoch : int, optional
            What `last_epoch` becomes, instead of the next number.
        """
        current = float(metrics)
        self.last_epoch = self.last_epoch + 1 if epoch is None else epoch
        if self._is_better(current, self.best):
            self.best = current
            self.num_bad_epochs = 0
        else:
            self.num_bad_epochs += 1
        if self.in_cooldown:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            self._reduce()
            self.cooldown_counter = self.cooldown
            self.num_bad_epochs = 0
        self._last_lr = self._rates()

    @property
    def in_cooldown(self) -> bool:
        """Whether nothing is counted, since the last change is not long ago."""
        return self.cooldown_counter > 0

    def _is_better(self, current: float, best: float) -> bool:
        if self.mode == "min":
            return current < (best * (1.0 - self.threshold) if self.threshold_mode == "rel" else best - self.threshold)
        return current > (best * (1.0 + self.threshold) if self.threshold_mode == "rel" else best + self.threshold)

    def _reduce(self) -> None:
        groups = self.optimizer.param_groups
        if len(groups) != len(self.min_lrs):
            if self.default_min_lr is None:
                raise RuntimeError(
                    f"{self._name}: min_lr was given for {len(self.min_lrs)} groups, the optimiser has {len(groups)} now: "
                    "set min_lrs anew"
                )
            self.min_lrs = [self.default_min_lr] * len(groups)
        for group, least in zip(groups, self.min_lrs, strict=True):
            before = float(plain(group["lr"]))
            after = max(before * self.factor, least)
            if before - after > self.eps:
                group["lr"] = after
