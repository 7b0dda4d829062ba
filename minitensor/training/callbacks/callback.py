"""What every callback is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from minitensor.training.trainer import Trainer


class Callback:
    """What a trainer calls while it fits: a subclass defines the methods that it needs.

    They are called in the order in which the trainer was given them. The trainer's `model`, `optimizer`, `history`, `epoch`
    (the number of the present one, from 1) and `step` (how many steps of the optimiser there were) say where it stands;
    `trainer.stop("why")` ends the training after the present step, and `trainer.say("…")` writes a line above the bars.

    What a callback must remember for a run that is resumed it answers in `state_dict`, as anything that `mt.save` takes.

    Examples
    --------
    >>> import minitensor as mt
    >>> class Say(mt.training.Callback):
    ...     def on_epoch_end(self, trainer, row):
    ...         print(f"after epoch {trainer.epoch} and {trainer.step} steps")
    >>> model = mt.nn.Linear(2, 1)
    >>> optimizer = mt.optim.SGD(model.parameters(), lr=0.1)
    >>> trainer = mt.training.Trainer(model, mt.nn.MSELoss(), optimizer, callbacks=[Say()], progress=False)
    >>> _ = trainer.fit([(mt.ones(4, 2), mt.zeros(4, 1))] * 3, epochs=2)
    after epoch 1 and 3 steps
    after epoch 2 and 6 steps
    """

    def on_fit_begin(self, trainer: Trainer) -> None:
        """Before the first epoch of a `fit` of the `trainer`; when a run is resumed, before anything of it is loaded."""

    def on_epoch_begin(self, trainer: Trainer) -> None:
        """Before the first batch of an epoch of the `trainer`; not again when a run is resumed in the midst of one."""

    def on_step_end(self, trainer: Trainer) -> None:
        """After each step of the optimiser of the `trainer`; the gradients are those of that step."""

    def on_epoch_end(self, trainer: Trainer, row: dict[str, Any]) -> None:
        """After an epoch of the `trainer` and its validation; `row` is the line that its history ends with now."""

    def on_fit_end(self, trainer: Trainer) -> None:
        """After the last epoch of a `fit` of the `trainer`; not after an error, nor after Ctrl-C."""

    def state_dict(self) -> dict[str, Any]:
        """What the rest of the run depends on: nothing, unless a subclass has something."""
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` returned."""
