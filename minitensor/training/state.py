"""What a trainer remembers: where it stands, its state for a checkpoint, and taking one over."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minitensor.nn import Module
from minitensor.training.callbacks import Callback
from minitensor.training.history import History
from minitensor.training.modes import modes_of, set_modes
from minitensor.training.progress import Progress

if TYPE_CHECKING:
    from minitensor.optim import Optimizer
    from minitensor.optim.lr_scheduler import LRScheduler
    from minitensor.tensor import Tensor

# What a position in an epoch is counted in, and what a schedule's length is: a resumed run has the same.
SETTINGS = ("accumulate", "scheduler_interval")


class Run:
    """How far a training run has come, and all that it depends on: what a `Trainer` is, but for the training.

    Attributes
    ----------
    history, epoch, step, stopped
        As of `Trainer`.
    """

    model: Module
    loss: Callable[..., Tensor]
    optimizer: Optimizer
    scheduler: LRScheduler | None
    callbacks: list[Callback]
    progress: bool

    def __init__(self) -> None:
        self.history = History()
        self.epoch, self.step = 0, 0
        self.stopped: str | None = None

    def stop(self, reason: str) -> None:
        """End the running `fit` after the present step: the epoch's validation and its row in the history still follow.

        Parameters
        ----------
        reason : str
            What `stopped` is afterwards.
        """
        self.stopped = reason

    def say(self, text: str) -> None:
        """Write a line above the bars, where progress is shown; for callbacks.

        Parameters
        ----------
        text : str
            The line.
        """
        Progress(self.progress).say(text)

    def state_dict(self) -> dict[str, Any]:
        """All that the trainer's next steps depend on, but for the data and the random numbers, for `load_state_dict`.

        The tensors in it are the model's and the optimiser's own, which the next step writes to. A subclass that has more
        adds it.

        Returns
        -------
        dict
            Of what `mt.save` takes.
        """
        return {
            "settings": {name: getattr(self, name) for name in SETTINGS},
            "model": self.model.state_dict(),
            "model_modes": modes_of(self.model),
            "loss": self.loss.state_dict() if isinstance(self.loss, Module) else {},
            "loss_modes": modes_of(self.loss) if isinstance(self.loss, Module) else {},
            "optimizer": self.optimizer.state_dict(),
            "scheduler": None if self.scheduler is None else self.scheduler.state_dict(),
            "callbacks": [[type(one).__name__, one.state_dict()] for one in _remembering(self)],
            "history": self.history.state_dict(),
            "epoch": self.epoch,
            "step": self.step,
            "stopped": self.stopped,
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` returned.

        Raises
        ------
        RuntimeError, ValueError
            It is of another model, optimiser or scheduler, of other callbacks, or of another `accumulate` or
            `scheduler_interval`.
        """
        _check(self, state_dict)
        self.model.load_state_dict(state_dict["model"])
        set_modes(self.model, state_dict["model_modes"])
        if isinstance(self.loss, Module):
            self.loss.load_state_dict(state_dict["loss"])
            if state_dict["loss_modes"]:
                set_modes(self.loss, state_dict["loss_modes"])
        self.optimizer.load_state_dict(state_dict["optimizer"])
        if self.scheduler is not None:
            self.scheduler.load_state_dict(state_dict["scheduler"])
        for callback, (_, state) in zip(_remembering(self), state_dict["callbacks"], strict=True):
            callback.load_state_dict(state)
        self.history.load_state_dict(state_dict["history"])
        self.epoch, self.step, self.stopped = state_dict["epoch"], state_dict["step"], state_dict["stopped"]


def _remembering(run: Run) -> list[Callback]:
    """The callbacks whose class says what they remember, be it nothing so far."""
    return [one for one in run.callbacks if type(one).state_dict is not Callback.state_dict]


def _check(run: Run, state: dict[str, Any]) -> None:
    """Refuse the state of another trainer, as far as its parts do not do so themselves."""
    for name, then in state["settings"].items():
        if (now := getattr(run, name)) != then:
            raise ValueError(f"{name} was {then!r}, and is {now!r} now")
    saved, here = [name for name, _ in state["callbacks"]], [type(one).__name__ for one in _remembering(run)]
    if saved != here:
        raise ValueError(f"the callbacks that remember something were {saved or 'none'}, they are {here or 'none'} now")
    if (state["scheduler"] is None) is not (run.scheduler is None):
        before, now = ("no", type(run.scheduler).__name__) if run.scheduler else ("a", "none")
        raise ValueError(f"there was {before} scheduler, and now there is {now}")
    if bool(state["loss"]) and not isinstance(run.loss, Module):
        raise ValueError("the loss was a Module that has a state, and is none now")
