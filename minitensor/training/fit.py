"""One call of `fit`: epochs, steps, and where it stands, so that it can be saved after any step and gone on with."""

from __future__ import annotations

import time
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from minitensor.optim.lr_scheduler import ReduceLROnPlateau
from minitensor.training.arguments import check_count
from minitensor.training.batches import check_some, count_of, why_none
from minitensor.training.cells import number_of
from minitensor.training.evaluation import evaluated
from minitensor.training.gradients import Gradients
from minitensor.training.interrupt import Interrupt
from minitensor.training.losses import placed
from minitensor.training.modes import keep_modes
from minitensor.training.progress import Bar, Progress
from minitensor.training.random_states import random_states, set_random_states
from minitensor.training.running import Running
from minitensor.training.saver import Saver
from minitensor.training.source import Source, put_state, state_at_new_pass

if TYPE_CHECKING:
    from minitensor.training.checkpoint import Checkpoint
    from minitensor.training.trainer import Trainer

# What a bar says anyway, or leaves to the history.
UNSHOWN = ("epoch", "lr", "seconds")


class StopValidation(Exception):  # noqa: N818 (it is no error)
    """Ctrl-C came while the model was tested."""


class Fit:
    """What a call of `Trainer.fit` does.

    Parameters
    ----------
    trainer : Trainer
    train, validation, epochs, checkpoint
        As for `Trainer.fit`.
    """

    def __init__(self, trainer: Trainer, train: Any, validation: Any, epochs: int, checkpoint: Checkpoint | None) -> None:
        check_count(epochs, "fit", "epochs")
        self.trainer, self.train, self.validation, self.epochs = trainer, train, validation, epochs
        self.saver = Saver(self, checkpoint)
        self.progress = Progress(trainer.progress)
        self.interrupt = Interrupt(lambda: self.progress.say_at_once("stopping after this step; Ctrl-C again stops at once"))
        self.gradients = Gradients(trainer)
        # Where it stands: see `state_dict`.
        self.first = self.complete = trainer.epoch  # epochs before this call, and until now
        self.batch = 0  # how many of the present epoch are in its steps
        self.exhausted = False  # whether the epoch has no more
        self.seconds = 0.0  # that the epoch took before it was resumed
        self.lr = 0.0  # of the last step
        self.source = Source(train)
        self.running = Running([deepcopy(metric) for metric in trainer.metrics])

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to train."""
        return not self.batch and (self.complete >= self.first + self.epochs or self.trainer.stopped is not None)

    def run(self, resume: bool) -> None:
        """Train; where `resume`, what is left of the run in the checkpoint."""
        trainer = self.trainer
        trainer.columns = self._columns()
        check_some(self.train, "fit")
        if self.validation is not None:
            check_some(self.validation, "fit, validation")
        state = self.saver.begin(resume)
        if state is None:
            trainer.stopped = None
        try:
            with keep_modes(trainer.model), self.interrupt:
                self._begin(state)
                del state  # a second copy of all
                nothing_left = self.finished
                while not self.finished:
                    self._epoch()
                if trainer.stopped is not None and not nothing_left:
                    self.progress.say(
                        f"stopped after epoch {self.complete} of {self.first + self.epochs}: {trainer.stopped}"
                    )
                for callback in trainer.callbacks:
                    callback.on_fit_end(trainer)
                if self.interrupt.requested:
                    raise KeyboardInterrupt("at the end of fit")
        finally:
            trainer.epoch = self.complete

    def _begin(self, state: dict[str, Any] | None) -> None:
        """Begin the run, or take over the state of one; where that is refused, everything is as before."""
        trainer = self.trainer
        before = None if state is None else deepcopy(self.state_dict())
        trainer.model.train()
        try:
            for callback in trainer.callbacks:
                callback.on_fit_begin(trainer)
            if state is None:
                self.saver.save()
                return
            self.saver.take_over(state)
        except BaseException:
            if before is not None:
                self.load_state_dict(before)
            raise
        self._say_where()

    # One epoch

    def _epoch(self) -> None:
        """Train what is left of an epoch, test, and add its row to the history."""
        trainer = self.trainer
        trainer.epoch = self.complete + 1
        self._began = time.perf_counter() - self.seconds
        if not self.batch:
            self.running.reset()
            for callback in trainer.callbacks:
                callback.on_epoch_begin(trainer)
            if trainer.stopped:
                self.saver.save()
                return
        title = f"epoch {trainer.epoch}/{self.first + self.epochs}"
        bar = self.progress.bar(title, count_of(self.train), self.batch)
        try:
            if not (self.exhausted or trainer.stopped):
                self._train(bar)
            self.exhausted = True
            row = self._row()
            bar.finish({name: value for name, value in row.items() if name not in UNSHOWN})
        finally:
            bar.close()
        self._end_epoch(row)

    def _train(self, bar: Bar) -> None:
        """Take steps along the batches of a pass, as far as they go."""
        trainer, gradients = self.trainer, self.gradients
        with self.source.batches(self.batch) as batches:
            for batch in batches:
                self.batch += 1
                place = f"batch {self.batch} of epoch {trainer.epoch}"
                loss, output, target = gradients.add(batch, place)
                with placed(place, batch):
                    self.running.update(loss, output, target)
                del output  # and with it the graph, before the next one is made
                bar.advance(self.running.values)
                if gradients.batches == trainer.accumulate:
                    self._step()
                    if trainer.stopped:
                        return
        if gradients.batches:
            self._step()
        if not self.batch:
            raise ValueError(f"fit: the data have no batches in epoch {trainer.epoch}{why_none(self.train)}")

    def _step(self) -> None:
        """Take a step of the optimiser, with all that comes after one."""
        trainer = self.trainer
        self.lr = float(trainer.optimizer.param_groups[0]["lr"])
        self.gradients.take_step()
        trainer.step += 1
        if trainer.scheduler is not None and trainer.scheduler_interval == "step":
            trainer.scheduler.step()
        for callback in trainer.callbacks:
            callback.on_step_end(trainer)
        if self.interrupt.requested:
            raise self._interruption()
        self.saver.after_step()

    def _row(self) -> dict[str, Any]:
        """What the history is told of the epoch: numbers by the names of their columns."""
        row = {"epoch": self.trainer.epoch, **self.running.values()}
        if self.validation is not None:
            row.update((f"validation_{name}", value) for name, value in self._validated().items())
        row.update(lr=self.lr, seconds=time.perf_counter() - self._began)
        return {name: number for name, value in row.items() if (number := number_of(value)) is not None}

    def _validated(self) -> dict[str, Any]:
        """The loss and the metrics of the validation, which takes no random numbers away from the training.

        Where Ctrl-C ends it, the state is saved that it began with.
        """
        random, position = random_states(), state_at_new_pass(self.validation)
        bar = self.progress.passing_bar("validation", count_of(self.validation))
        try:
            what = f"the validation of epoch {self.trainer.epoch}"
            return evaluated(self.trainer, self.validation, bar, what, self._stop_validation)
        except StopValidation:
            put_state(self.validation, position, "validation")
        finally:
            set_random_states(random)
        raise self._interruption()

    def _stop_validation(self) -> None:
        if self.interrupt.requested:
            raise StopValidation

    def _end_epoch(self, row: dict[str, Any]) -> None:
        """Do what comes after the row of an epoch is known."""
        trainer = self.trainer
        trainer.history.append(row)
        self.complete += 1  # with the row: an error from here on leaves both
        self.batch, self.exhausted, self.seconds = 0, False, 0.0
        if isinstance(trainer.scheduler, ReduceLROnPlateau):
            trainer.scheduler.step(self._watched_number(row))
        elif trainer.scheduler is not None and trainer.scheduler_interval == "epoch":
            trainer.scheduler.step()
        for callback in trainer.callbacks:
            callback.on_epoch_end(trainer, row)
        if self.interrupt.requested:
            raise self._interruption()
        self.saver.after_epoch()

    def _columns(self) -> list[str]:
        """What a row of the history will have; refuses a number that the scheduler watches in vain."""
        values = ["loss", *(metric.name for metric in self.trainer.metrics)]
        of_validation = [] if self.validation is None else [f"validation_{name}" for name in values]
        columns = ["epoch", *values, *of_validation, "lr", "seconds"]
        if isinstance(self.trainer.scheduler, ReduceLROnPlateau) and self._watched() not in columns:
            found = ", ".join(columns)
            raise ValueError(f"fit: scheduler_monitor is {self._watched()!r}, and the history has {found}")
        return columns

    def _watched(self) -> str:
        """The column that a ReduceLROnPlateau is told."""
        return self.trainer.scheduler_monitor or ("loss" if self.validation is None else "validation_loss")

    def _watched_number(self, row: dict[str, Any]) -> float:
        if (name := self._watched()) not in row:
            raise ValueError(f"fit: scheduler_monitor is {name!r}, which is no number: there are {', '.join(row)}")
        return float(row[name])

    # Saving and resuming

    def state_dict(self) -> dict[str, Any]:
        """All that the rest of the run depends on; after whole steps only."""
        elapsed = time.perf_counter() - self._began if self.batch else 0.0
        exhausted = self.exhausted or (self.batch > 0 and self.source.ended(self.batch))
        return {
            "trainer": self.trainer.state_dict(),
            "train": self.source.state_dict(within=self.batch > 0 and not exhausted),
            "validation": state_at_new_pass(self.validation),
            "random": random_states(),
            "running": self.running.state_dict(),
            "exhausted": exhausted,
            "seconds": elapsed,
            **{name: getattr(self, name) for name in ("first", "complete", "batch", "lr")},
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` returned."""
        self.trainer.load_state_dict(state_dict["trainer"])
        self.running.load_state_dict(state_dict["running"])
        put_state(self.validation, state_dict["validation"], "validation")
        self.source.load_state_dict(state_dict["train"])  # after the validation's: they may be one loader
        for name in ("first", "complete", "batch", "exhausted", "lr", "seconds"):
            setattr(self, name, state_dict[name])
        self.trainer.epoch = self.complete
        set_random_states(state_dict["random"])

    def _say_where(self) -> None:
        """Say from where a resumed run goes on."""
        trainer = self.trainer
        if not self.finished:
            self.progress.say(f"resumed in epoch {self.complete + 1}, after {trainer.step} steps")
            return
        why = (
            f"the run stopped after epoch {self.complete}: {trainer.stopped}; another fit, without resume, trains on"
            if trainer.stopped
            else "all epochs are trained"
        )
        self.progress.say(f"nothing left to do: {why}")

    def _interruption(self) -> KeyboardInterrupt:
        """What Ctrl-C ends the run with, once it is saved where it stands."""
        self.saver.save()
        return KeyboardInterrupt(f"in epoch {self.trainer.epoch}, after {self.trainer.step} steps{self.saver.way_on}")
