"""What every schedule is: a count of steps, and the learning rates that belong to it.

Most schedules have their learning rates as a recursion, the next from the present ones, so that several of them can be
chained over one optimiser; and as a formula of the count, with which they begin in the midst of others.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, TypeAlias

from minitensor.optim.arguments import plain
from minitensor.optim.optimizer import Optimizer

Rates: TypeAlias = list[float]


class LRScheduler:
    """The base of all schedules.

    One's own schedule defines `get_lr`: the learning rates of all groups when `last_epoch` is what it is, from the
    `base_lrs`, or from the present ones in `optimizer.param_groups`.

    Parameters
    ----------
    optimizer : Optimizer
        Whose groups' learning rates are set. Their present ones are kept as "initial_lr" in the groups.
    last_epoch : int
        How often `step` was called before, less 1: -1 to begin. Otherwise the groups must have their "initial_lr", as they
        do when the optimiser has loaded the state that it had then.

    Attributes
    ----------
    base_lrs : list of float
        The learning rates to begin with, of each group.
    last_epoch : int
        How often `step` has been called.

    Raises
    ------
    TypeError
        `optimizer` is none.
    ValueError
        A group has no "initial_lr", and `last_epoch` is not -1.

    Examples
    --------
    >>> import minitensor as mt
    >>> class Halving(mt.optim.lr_scheduler.LRScheduler):
    ...     def get_lr(self):
    ...         return [lr / 2**self.last_epoch for lr in self.base_lrs]
    >>> optimizer = mt.optim.SGD([mt.ones(1, requires_grad=True)], lr=0.5)
    >>> schedule = Halving(optimizer)
    >>> for _ in range(2):
    ...     optimizer.step()
    ...     schedule.step()
    >>> schedule.get_last_lr()
    [0.125]

    References
    ----------
    As PyTorch's `LRScheduler`.
    """

    # What PyTorch's state dicts hold besides, which says nothing here.
    _unused = ("_get_lr_called_within_step", "_is_initial", "verbose")

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        check_optimizer(optimizer, self._name)
        self.optimizer = optimizer
        for number, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", plain(group["lr"]))
            elif "initial_lr" not in group:
                raise ValueError(
                    f"{self._name}: last_epoch {last_epoch} goes on with what has begun, and group {number} has no "
                    "initial_lr: load the optimiser's state first, or begin with last_epoch=-1"
                )
        self.base_lrs: Rates = [plain(group["initial_lr"]) for group in optimizer.param_groups]
        self.last_epoch = last_epoch
        self._begin()

    @property
    def _name(self) -> str:
        return type(self).__name__

    def _begin(self) -> None:
        """Set the learning rates to begin with: the step that the constructor takes."""
        self._is_initial = True
        self._step_count = 0
        try:
            self.step()
        finally:
            del self._is_initial

    # While the constructor's step is taken.
    _is_initial: bool = False

    def get_lr(self) -> Rates:
        """Work out the learning rates of all groups at `last_epoch`, from the present ones; `step` calls it."""
        raise NotImplementedError(f"{self._name} has no get_lr: define the learning rates of all groups at last_epoch")

    def _get_closed_form_lr(self) -> Rates:
        """The same as a formula of `last_epoch`, where there is one."""
        return self.get_lr()

    def get_last_lr(self) -> Rates:
        """The learning rates that were set last."""
        return self._last_lr

    def step(self, epoch: int | None = None) -> None:
        """Set the next learning rates; call it after the optimiser's step.

        Parameters
        ----------
        epoch : int, optional
            What `last_epoch` becomes, instead of the next number: out of use, with a warning, as in PyTorch.
        """
        if self._step_count == 1 and not stepped(self.optimizer):
            warnings.warn(
                f"{self._name}.step() is called before optimizer.step(), so the first learning rate of the schedule is left "
                "out: call optimizer.step() first",
                UserWarning,
                stacklevel=2,
            )
        if epoch is not None:
            warnings.warn(
                f"{self._name}.step(epoch) is out of use: leave the epoch out, the calls are counted",
                UserWarning,
                stacklevel=2,
            )
        self._step_count += 1
        if epoch is None:
            self._update(self.last_epoch + 1, self.get_lr)
        else:
            self._update(epoch, self._get_closed_form_lr)

    def _restart(self) -> None:
        """Begin at epoch 0, whatever the learning rates are now: another schedule was in charge until here."""
        self._update(0, self._get_closed_form_lr)

    def _update(self, epoch: int, rates: Callable[[], Rates]) -> None:
        """Set `last_epoch`, and the learning rates that `rates` answers for it."""
        before, self.last_epoch = self.last_epoch, epoch
        try:
            values = rates()
            groups = self.optimizer.param_groups
            if len(values) != len(groups):
                raise ValueError(
                    f"{self._name}: there are {len(values)} learning rates, the optimiser has {len(groups)} groups: "
                    "make a new schedule when groups are added"
                )
        except Exception:
            self.last_epoch = before
            raise
        self._set(values)

    def _set(self, values: Rates) -> None:
        for group, value in zip(self.optimizer.param_groups, values, strict=True):
            group["lr"] = plain(value)
        self._last_lr = self._rates()

    def _rates(self, factor: float = 1.0) -> Rates:
        """The present learning rates, times a factor."""
        return [plain(group["lr"]) * factor for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """All that the schedule keeps, without the optimiser.

        Returns
        -------
        dict
        """
        return {name: value for name, value in vars(self).items() if name != "optimizer"}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` returned: the next learning rates are then those that would have followed.

        The optimiser's present learning rates are in its own state dict.

        Raises
        ------
        ValueError
            The state is another schedule's. Nothing has changed then.
        """
        unknown = sorted(set(state_dict) - set(self.state_dict()) - set(self._unused))
        if unknown:
            raise ValueError(f"{self._name}: the state dict is another schedule's: it has {', '.join(unknown)}")
        vars(self).update((name, value) for name, value in state_dict.items() if name not in self._unused)


def check_optimizer(optimizer: Any, schedule: str) -> None:
    """Raise a TypeError where `optimizer` is none."""
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"{schedule}: expected an optimiser, got {type(optimizer).__name__}")


def stepped(optimizer: Optimizer) -> bool:
    """Whether the optimiser has taken a step; one with a `step` of its own is taken at its word."""
    return optimizer._stepped or type(optimizer).step is not Optimizer.step


def check_count(value: Any, name: str, schedule: str, least: int = 1) -> int:
    """`value`, where it is an int of at least `least`.

    Raises
    ------
    ValueError
        It is not.
    """
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(f"{schedule}: {name} is an int of {least} or more, got {value!r}")
    return value


def check_number(value: Any, name: str, schedule: str, low: float, high: float) -> None:
    """Raise a ValueError where `value` is no number from `low` to `high`."""
    if not isinstance(value, (int, float)) or not low <= value <= high:
        raise ValueError(f"{schedule}: {name} is a number from {low} to {high}, got {value!r}")


def for_each_group(value: Any, name: str, optimizer: Optimizer, schedule: str) -> list[Any]:
    """`value` for each group of the optimiser: one for all, or a list of as many.

    Raises
    ------
    ValueError
        There are not as many.
    """
    count = len(optimizer.param_groups)
    if not isinstance(value, (list, tuple)):
        return [value] * count
    if len(value) != count:
        raise ValueError(f"{schedule}: {name} needs one entry for each of the {count} groups, got {len(value)}")
    return list(value)
