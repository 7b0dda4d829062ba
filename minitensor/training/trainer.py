"""The Trainer: what is trained, how, and what is watched meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from minitensor.tensor import Tensor
from minitensor.training.arguments import check_trainer, checked_list
from minitensor.training.batches import check_data, count_of, inputs_of, parts_of
from minitensor.training.checkpoint import as_checkpoint
from minitensor.training.evaluation import evaluated, predicted
from minitensor.training.fit import Fit
from minitensor.training.history import History
from minitensor.training.metrics.given import Given, as_metrics
from minitensor.training.progress import Progress
from minitensor.training.state import Run

if TYPE_CHECKING:
    import os

    from minitensor.nn import Module
    from minitensor.optim import Optimizer
    from minitensor.optim.lr_scheduler import LRScheduler
    from minitensor.training.callbacks import Callback
    from minitensor.training.checkpoint import Checkpoint


class Trainer(Run):
    """Trains a model on batches, tests it, and keeps the history; a run can be saved, stopped and resumed.

    A batch is (input, target) or (*inputs, target), of Tensors or arrays. Anything else, and any other way from a batch to a
    loss, is a subclass with a `compute_loss` of its own.

    Parameters
    ----------
    model : Module
        Called with a batch's inputs.
    loss : callable
        Called with what the model answered and the target: a Module such as `nn.CrossEntropyLoss()`, or a function. It
        returns one number, the mean over the batch.
    optimizer : Optimizer
        Of the model's parameters, or some of them; and of the loss's, if it is a Module that has some.
    metrics : list of Metric, str or callable, or a dict of them by name
        Computed over the training batches as they go, and over the validation: see `metrics.as_metrics`, which knows
        "accuracy", "top_5", "mae" and others by name. Each holds afterwards what it counted in the last validation or
        `evaluate`.
    callbacks : sequence of Callback
        Called between steps and epochs, in their order.
    scheduler : LRScheduler, optional
        Of the same optimiser.
    scheduler_interval : {'epoch', 'step'}
        When it is stepped: after each epoch, or after each step of the optimiser.
    scheduler_monitor : str, optional
        The column of the history that a `ReduceLROnPlateau` is told: "validation_loss" where there is validation data, and
        "loss" where there is none, unless it is given.
    max_grad_norm : float, optional
        To what norm the gradients are clipped, all together, before each step: see `nn.utils.clip_grad_norm_`.
    accumulate : int
        How many batches a step is made of: the mean of their gradients, each weighing as many samples as it has (the
        length of the target's first axis), which is the gradient of one large batch. What is left at the end of an epoch
        is a step of fewer.
    progress : bool
        Whether to show how far it has come: a bar for each epoch in a terminal or notebook, elsewhere a line for each.

    Attributes
    ----------
    history : History
        One row for each epoch: epoch, loss, the metrics, the same of the validation as validation_loss and so on, lr (of
        the epoch's last step), seconds.
    epoch : int
        How many epochs there were, over all calls of `fit`; while one runs, its number, from 1.
    step : int
        How many steps of the optimiser there were.
    stopped : str or None
        Why the last `fit` ended before its last epoch.
    columns : list of str
        What a row of the history has, while `fit` runs.
    own_files : set of str
        The checkpoints that hold an earlier state of this run.

    Raises
    ------
    TypeError
        An argument is none of what is expected here; a class stands where an object of it is meant.
    ValueError
        The optimiser has parameters that are neither the model's nor the loss's; the scheduler is another optimiser's; two
        columns would have the same name; a number is out of its range.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor import nn, training
    >>> mt.manual_seed(0)
    Generator(seed=0)
    >>> x = mt.randn(64, 2)
    >>> data = mt.data.TensorDataset(x, (x.sum(dim=1) > 0).long())
    >>> loader = mt.data.DataLoader(data, batch_size=16, shuffle=True)
    >>> model = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 2))
    >>> optimizer = mt.optim.AdamW(model.parameters(), lr=0.03)
    >>> accuracy = training.Accuracy()
    >>> trainer = training.Trainer(model, nn.CrossEntropyLoss(), optimizer, metrics=[accuracy], progress=False)
    >>> history = trainer.fit(loader, epochs=10)
    >>> history[-1]["accuracy"] > 0.9, trainer.evaluate(loader)["accuracy"] > 0.9
    (True, True)
    >>> trainer.predict(loader).shape
    (64, 2)
    """

    def __init__(
        self,
        model: Module,
        loss: Callable[..., Tensor],
        optimizer: Optimizer,
        *,
        metrics: Given | Iterable[Given] | Mapping[str, Given] = (),
        callbacks: Sequence[Callback] = (),
        scheduler: LRScheduler | None = None,
        scheduler_interval: str = "epoch",
        scheduler_monitor: str | None = None,
        max_grad_norm: float | None = None,
        accumulate: int = 1,
        progress: bool = True,
    ) -> None:
        super().__init__()
        self.model, self.loss, self.optimizer = model, loss, optimizer
        self.metrics, self.callbacks = list(as_metrics(metrics).values()), checked_list(callbacks, "callbacks")
        self.scheduler, self.scheduler_interval, self.scheduler_monitor = scheduler, scheduler_interval, scheduler_monitor
        self.max_grad_norm, self.accumulate, self.progress = max_grad_norm, accumulate, progress
        check_trainer(self)
        self.columns: list[str] = []
        self.own_files: set[str] = set()

    def compute_loss(self, batch: Any) -> tuple[Tensor, Any, Any]:
        """The loss of a batch: what a subclass overrides.

        Parameters
        ----------
        batch : object
            As the data gives it.

        Returns
        -------
        tuple of (loss, output, target)
            One number, the mean over the batch, and what the metrics are told.

        Examples
        --------
        >>> import minitensor as mt
        >>> class Autoencoder(mt.training.Trainer):
        ...     def compute_loss(self, batch):
        ...         output = self.model(batch)
        ...         return self.loss(output, batch), output, batch
        >>> model = mt.nn.Linear(3, 3)
        >>> trainer = Autoencoder(model, mt.nn.MSELoss(), mt.optim.SGD(model.parameters(), lr=0.1), progress=False)
        >>> len(trainer.fit([mt.ones(4, 3)], epochs=2))
        2
        """
        inputs, target = parts_of(batch)
        output = self.model(*inputs)
        return self.loss(output, target), output, target

    def compute_output(self, batch: Any) -> Any:
        """What the model answers to a batch, for `predict`: what a subclass overrides whose batches are others.

        Parameters
        ----------
        batch : object
            As the data gives it. Of a tuple or list the last part is the target, which is left out, unless it is the only
            one; anything else is the input.
        """
        return self.model(*inputs_of(batch))

    def fit(
        self,
        train: Any,
        validation: Any = None,
        epochs: int = 1,
        *,
        checkpoint: Checkpoint | str | os.PathLike[str] | None = None,
        resume: bool = False,
    ) -> History:
        """Train for some epochs.

        While it runs, the model is in training mode, and in evaluation mode for the validation; then each of its modules is
        put back into the mode that it was in.

        Ctrl-C ends it after the present step, with a checkpoint if there is one; a second Ctrl-C ends it at once.

        Parameters
        ----------
        train : iterable of batches
            Best a `DataLoader`, which goes on where it was when a run is resumed. Anything else that gives its batches anew
            at each pass will do, a list, say: of that as many batches are left out as the broken epoch had.
        validation : iterable of batches, optional
            What the model is tested on after each epoch.
        epochs : int
            How many this call trains. A second call goes on counting where the first one ended, and trains as many more. A
            resumed call is the same call: it trains what is left of them.
        checkpoint : Checkpoint or path, optional
            Where the run is saved; a path alone is saved to after each epoch.
        resume : bool
            Whether to go on from the checkpoint, if its file is there; if not, it begins.

        Returns
        -------
        History
            The trainer's `history`.

        Raises
        ------
        TypeError, ValueError
            The data give no batches; the arguments are not as above; a loss is no number that has a gradient; the
            checkpoint is of another model, optimiser, loader or trainer. The last leaves everything as it was.
        FileExistsError
            The checkpoint's file is there, and is neither to be resumed from nor this trainer's own.
        NotFiniteError
            A loss or a gradient is nan or infinite. The weights and the checkpoint are those before that step.
        OSError
            A checkpoint cannot be written; the one that was there stays.
        KeyboardInterrupt
            After Ctrl-C; the history has all epochs that were finished.
        """
        check_data(train, "fit", passes=epochs if isinstance(epochs, int) else 1)
        if validation is not None:
            check_data(validation, "fit, validation", passes=epochs if isinstance(epochs, int) else 1)
        Fit(self, train, validation, epochs, as_checkpoint(checkpoint)).run(resume)
        return self.history

    def evaluate(self, data: Any) -> dict[str, Any]:
        """The loss and the metrics over data, in evaluation mode and without gradients.

        Parameters
        ----------
        data : iterable of batches
            As for `fit`.

        Returns
        -------
        dict
            "loss", and each metric by its name.

        Raises
        ------
        TypeError
            The data give no batches.
        ValueError
            There is not one batch.
        """
        check_data(data, "evaluate")
        return evaluated(self, data, Progress(self.progress).passing_bar("evaluate", count_of(data)))

    def predict(self, data: Any) -> Any:
        """What the model answers to data, in evaluation mode and without gradients.

        Parameters
        ----------
        data : iterable of batches
            With or without targets: see `compute_output`.

        Returns
        -------
        Tensor
            The outputs of all batches along the first axis; a tuple of such where the model answers with a tuple.

        Raises
        ------
        TypeError
            The data give no batches.
        ValueError
            There is not one batch.
        """
        check_data(data, "predict")
        return predicted(self, data, Progress(self.progress).passing_bar("predict", count_of(data)))
