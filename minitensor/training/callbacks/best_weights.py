"""Keep the weights of the best epoch."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from minitensor import serialization
from minitensor.training.callbacks.monitor import Monitor
from minitensor.training.paths import check_path

if TYPE_CHECKING:
    from minitensor.nn import Module
    from minitensor.tensor import Tensor
    from minitensor.training.trainer import Trainer


class BestWeights(Monitor):
    """Keep the weights and buffers of the best epoch, and put them back at the end of `fit`.

    After an error or Ctrl-C the model stays as it is: `put_back(model)` puts them back.

    Parameters
    ----------
    monitor : str
        The column of the history: "validation_loss", "validation_accuracy".
    mode : {'min', 'max'}, optional
        Whether smaller is better, or larger; without it the name says it, where it has "loss" or "accuracy", say, in it.
    path : str or os.PathLike, optional
        A file, .npz or .safetensors, to which the best weights are saved after each epoch that is better: the model's
        `state_dict`, by name.

    Attributes
    ----------
    best : float or None
        The best value so far, over all epochs that it has seen; nan is never the best.
    epoch : int or None
        The number of that epoch.
    weights : dict of Tensor, or None
        A copy of the model's `state_dict` after it.

    Raises
    ------
    TypeError, ValueError
        The name does not say what is better; an unknown mode; the path has another ending.
    OSError
        The path cannot be written.

    Examples
    --------
    >>> import minitensor as mt
    >>> best = mt.training.BestWeights("loss")
    >>> model = mt.nn.Linear(2, 1)
    >>> optimizer = mt.optim.SGD(model.parameters(), lr=0.01)
    >>> trainer = mt.training.Trainer(model, mt.nn.MSELoss(), optimizer, callbacks=[best], progress=False)
    >>> _ = trainer.fit([(mt.ones(4, 2), mt.ones(4, 1) * 5)], epochs=3)
    >>> best.epoch, mt.equal(best.weights["weight"], model.weight)
    (3, True)
    """

    def __init__(
        self, monitor: str = "validation_loss", mode: str | None = None, path: str | os.PathLike[str] | None = None
    ) -> None:
        super().__init__(monitor, mode)
        if path is not None:
            check_path(path, "BestWeights")
        self.path = path
        self.epoch: int | None = None
        self.weights: dict[str, Tensor] | None = None

    def on_epoch_end(self, trainer: Trainer, row: dict[str, Any]) -> None:
        """Keep the weights of the `trainer` where the number of `row` is better.

        Raises
        ------
        OSError
            The file cannot be written; one that is there stays as it was.
        """
        value = self.value(row)
        if not self.is_better(value):
            return
        self.weights = {name: tensor.detach().clone() for name, tensor in trainer.model.state_dict().items()}
        self.best, self.epoch = value, trainer.epoch
        if self.path is not None:
            serialization.save(self.weights, self.path)

    def on_fit_end(self, trainer: Trainer) -> None:
        """Put the best weights back into the model of the `trainer`, and say so where they are not the last."""
        self.put_back(trainer.model)
        if self.epoch is not None and self.epoch != trainer.epoch:
            trainer.say(f"weights of epoch {self.epoch} put back: the best {self.monitor}, {self.best:.4g}")

    def put_back(self, model: Module) -> None:
        """Give a `model` the best weights; where there are none yet, it stays as it is."""
        if self.weights is not None:
            model.load_state_dict(self.weights)

    def state_dict(self) -> dict[str, Any]:
        """The best value, its epoch and the weights."""
        return {"best": self.best, "epoch": self.epoch, "weights": self.weights}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` returned."""
        self.best, self.epoch, self.weights = state_dict["best"], state_dict["epoch"], state_dict["weights"]
