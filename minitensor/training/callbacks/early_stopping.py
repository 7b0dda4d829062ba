"""Stop when it no longer becomes better."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minitensor.training.callbacks.monitor import Monitor

if TYPE_CHECKING:
    from minitensor.training.trainer import Trainer


class EarlyStopping(Monitor):
    """End the training when a number of the history has not become better for some epochs.

    Parameters
    ----------
    monitor : str
        The column of the history: "validation_loss", "validation_accuracy".
    patience : int
        After how many epochs in a row that are not better it ends.
    min_delta : float
        By how much a value must be better to count.
    mode : {'min', 'max'}, optional
        Whether smaller is better, or larger; without it the name says it, where it has "loss" or "accuracy", say, in it.

    Attributes
    ----------
    best : float or None
        The best value so far; nan is never the best.
    waited : int
        How many epochs in a row were not better; a new `fit` begins with 0.

    Raises
    ------
    TypeError, ValueError
        The patience is no int of 1 or more; the name does not say what is better; an unknown mode; `min_delta` is below 0.

    Examples
    --------
    >>> import minitensor as mt
    >>> stopping = mt.training.EarlyStopping("loss", patience=2)
    >>> model = mt.nn.Linear(2, 1)
    >>> optimizer = mt.optim.SGD(model.parameters(), lr=0.0)
    >>> trainer = mt.training.Trainer(model, mt.nn.MSELoss(), optimizer, callbacks=[stopping], progress=False)
    >>> len(trainer.fit([(mt.ones(4, 2), mt.zeros(4, 1))], epochs=10))
    3
    >>> trainer.stopped
    'loss has not become better for 2 epochs'

    References
    ----------
    As Keras's `EarlyStopping`, without the weights: `BestWeights` keeps those.
    """

    def __init__(
        self, monitor: str = "validation_loss", patience: int = 5, min_delta: float = 0.0, mode: str | None = None
    ) -> None:
        super().__init__(monitor, mode, min_delta)
        if not isinstance(patience, int) or isinstance(patience, bool) or patience < 1:
            raise ValueError(f"EarlyStopping: patience is an int of 1 or more, got {patience!r}")
        self.patience = patience
        self.waited = 0

    def on_fit_begin(self, trainer: Trainer) -> None:
        """Check that the `trainer` will write the column, and wait from anew."""
        super().on_fit_begin(trainer)
        self.waited = 0

    def on_epoch_end(self, trainer: Trainer, row: dict[str, Any]) -> None:
        """Look whether the number of `row` is better, and stop the `trainer` where it was not for long enough."""
        value = self.value(row)
        if self.is_better(value):
            self.best, self.waited = value, 0
            return
        self.waited += 1
        if self.waited >= self.patience:
            epochs = "epoch" if self.patience == 1 else "epochs"
            trainer.stop(f"{self.monitor} has not become better for {self.waited} {epochs}")

    def state_dict(self) -> dict[str, Any]:
        """The best value and how long it waited."""
        return {"best": self.best, "waited": self.waited}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` returned."""
        self.best, self.waited = state_dict["best"], state_dict["waited"]
