"""What a trainer is given, refused in words before anything is trained."""

from __future__ import annotations

import inspect
import math
from typing import TYPE_CHECKING, Any

from minitensor.nn import Module
from minitensor.optim import Optimizer
from minitensor.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau
from minitensor.training.callbacks import Callback

if TYPE_CHECKING:
    from minitensor.training.trainer import Trainer


def check_trainer(trainer: Trainer) -> None:
    """Refuse what a trainer could not work with.

    Raises
    ------
    TypeError, ValueError
        See `Trainer`.
    """
    _check_kind(trainer.model, Module, "model", "an nn.Module")
    _check_kind(trainer.optimizer, Optimizer, "optimizer", "an optimiser")
    if inspect.isclass(trainer.loss) or not callable(trainer.loss):
        found = _found(trainer.loss)
        raise TypeError(f"Trainer: loss is called with (output, target), as nn.CrossEntropyLoss() is, got {found}")
    for callback in trainer.callbacks:
        _check_kind(callback, Callback, "each of callbacks", "a Callback")
    _check_parameters(trainer)
    _check_scheduler(trainer)
    check_count(trainer.accumulate, "Trainer", "accumulate")
    bound = trainer.max_grad_norm
    if bound is not None and not (isinstance(bound, (int, float)) and 0 < bound <= math.inf):
        raise ValueError(f"Trainer: max_grad_norm is a number above 0, or None, got {bound!r}")
    if not isinstance(trainer.progress, bool):
        raise TypeError(f"Trainer: progress is True or False, got {trainer.progress!r}")


def checked_list(given: Any, name: str) -> list[Any]:
    """A list or tuple as a list of one's own.

    Raises
    ------
    TypeError
        It is neither.
    """
    _check_kind(given, (list, tuple), name, "a list or tuple")
    return list(given)


def check_count(value: Any, operation: str, name: str) -> None:
    """Refuse what is no int of 1 or more.

    Raises
    ------
    TypeError, ValueError
        It is none.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{operation}: {name} is an int, got {value!r}")
    if value < 1:
        raise ValueError(f"{operation}: {name} is 1 or more, got {value}")


def _check_kind(given: Any, kind: type | tuple[type, ...], name: str, word: str) -> None:
    if isinstance(given, kind):
        return
    raise TypeError(f"Trainer: {name} is {word}, got {_found(given)}")


def _found(given: Any) -> str:
    if inspect.isclass(given):
        return f"the class {given.__name__}: make an object of it, {given.__name__}(...)"
    return repr(given) if isinstance(given, str) else type(given).__name__


def _check_parameters(trainer: Trainer) -> None:
    """Refuse an optimiser of parameters that are not trained here: of another model, or of one that was copied since."""
    owners = [one for one in (trainer.model, trainer.loss) if isinstance(one, Module)]
    own = {id(parameter) for owner in owners for parameter in owner.parameters()}
    given = [parameter for group in trainer.optimizer.param_groups for parameter in group["params"]]
    others = [parameter.shape for parameter in given if id(parameter) not in own]
    if others:
        raise ValueError(
            f"Trainer: {len(others)} of the {len(given)} tensors of the optimiser are not the model's parameters, the first "
            f"of shape {others[0]}: make the optimiser of this model's parameters(), after the model is made"
        )


def _check_scheduler(trainer: Trainer) -> None:
    if trainer.scheduler_interval not in ("epoch", "step"):
        raise ValueError(f"Trainer: scheduler_interval is 'epoch' or 'step', got {trainer.scheduler_interval!r}")
    if trainer.scheduler is None:
        return
    _check_kind(trainer.scheduler, LRScheduler, "scheduler", "an LRScheduler")
    if trainer.scheduler.optimizer is not trainer.optimizer:
        raise ValueError("Trainer: the scheduler is of another optimiser")
    if isinstance(trainer.scheduler, ReduceLROnPlateau) and trainer.scheduler_interval == "step":
        raise ValueError("Trainer: ReduceLROnPlateau watches a number of each epoch: scheduler_interval='epoch'")
