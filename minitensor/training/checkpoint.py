"""When a run is saved, and the file that it is saved to."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from typing import Any

from minitensor import serialization
from minitensor.training.environment import differences, environment
from minitensor.training.paths import check_path

FORMAT = "minitensor.training checkpoint 1"


class Checkpoint:
    """A file to which `fit` saves all that the rest of a run depends on, and from which it goes on after a stop.

    It is saved before the first step, so that what cannot be saved is said at once; then as often as is asked for here; and
    at the end. It is replaced only when the new one is complete and on the disk: whenever the process is killed, the file is
    a whole one.

    Parameters
    ----------
    path : str or os.PathLike
        The file, .npz or .safetensors.
    every_steps : int, optional
        Save after this many steps of the optimiser, again and again.
    every_epochs : int, optional
        Save after this many epochs; None: at the end only.
    every_seconds : float, optional
        Save after the first step that is this long after the last time, or after `fit` has begun.
    overwrite : bool
        Whether a run that is not resumed may replace a file that is there already. Without it `fit` refuses to, so that no
        run is lost for a forgotten `resume=True`.
    keep_previous : bool
        Whether the file that is replaced stays, as "run.previous.npz" beside "run.npz". It stays until the next one is
        complete, so that there are two whole ones from the second on.

    Raises
    ------
    TypeError, ValueError
        The path is none, or has another ending; a number is none, or not above 0.
    OSError
        Nothing can be written there.

    Examples
    --------
    >>> import minitensor as mt, os, tempfile
    >>> def trainer():
    ...     mt.manual_seed(0)
    ...     model = mt.nn.Linear(2, 1)
    ...     return mt.training.Trainer(model, mt.nn.MSELoss(), mt.optim.Adam(model.parameters()), progress=False)
    >>> batches = [(mt.ones(4, 2), mt.zeros(4, 1))] * 3
    >>> with tempfile.TemporaryDirectory() as directory:
    ...     path = os.path.join(directory, "run.npz")
    ...     _ = trainer().fit(batches, epochs=2, checkpoint=mt.training.Checkpoint(path, every_steps=2))
    ...     history = trainer().fit(batches, epochs=3, checkpoint=path, resume=True)  # only the third is trained
    >>> history["epoch"]
    [1, 2, 3]
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        every_steps: int | None = None,
        every_epochs: int | None = 1,
        every_seconds: float | None = None,
        *,
        overwrite: bool = False,
        keep_previous: bool = False,
    ) -> None:
        self.path = check_path(path, "Checkpoint")
        for name, value in (("every_steps", every_steps), ("every_epochs", every_epochs)):
            if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
                raise ValueError(f"Checkpoint: {name} is an int of 1 or more, got {value!r}")
        if every_seconds is not None and not (isinstance(every_seconds, (int, float)) and every_seconds > 0):
            raise ValueError(f"Checkpoint: every_seconds is a number above 0, got {every_seconds!r}")
        self.every_steps, self.every_epochs, self.every_seconds = every_steps, every_epochs, every_seconds
        self.overwrite, self.keep_previous = overwrite, keep_previous
        self._saved_at = time.monotonic()

    def begin(self) -> None:
        """Count the seconds until it is saved from now on."""
        self._saved_at = time.monotonic()

    def due_after_step(self, step: int) -> bool:
        """Whether it is time to save, when `step` counts the steps so far."""
        if self.every_steps is not None and step % self.every_steps == 0:
            return True
        return self.every_seconds is not None and time.monotonic() - self._saved_at >= self.every_seconds

    def due_after_epoch(self, epoch: int) -> bool:
        """Whether it is time to save, when `epoch` counts the epochs so far."""
        return self.every_epochs is not None and epoch % self.every_epochs == 0

    def exists(self) -> bool:
        """Whether there is a file."""
        return os.path.exists(self.path)

    def save(self, state: dict[str, Any]) -> None:
        """Write a state in the file's place.

        Raises
        ------
        TypeError
            Something in it cannot be saved.
        OSError
            It cannot be written: the disk is full, say. The file that was there stays.
        """
        kept = self._second_name() if self.keep_previous and self.exists() else None
        try:
            serialization.save({"format": FORMAT, "environment": environment(), "state": state}, self.path)
        except BaseException:
            if kept is not None:
                os.unlink(kept)
            raise
        if kept is not None:
            os.replace(kept, self.previous)
        self._saved_at = time.monotonic()

    def load(self) -> tuple[dict[str, Any], list[str]]:
        """Read the state, and see why the bits of what follows may be others than they would have been.

        Returns
        -------
        tuple of (state, differences)
            The latter in words: "NumPy 2.4.0 (was 1.26.4)".

        Raises
        ------
        minitensor.serialization.FileFormatError
            The file is damaged, or is no checkpoint.
        OSError
            It cannot be read.
        """
        try:
            saved = serialization.load(self.path)
        except serialization.FileFormatError as error:
            if not os.path.exists(self.previous):
                raise
            raise serialization.FileFormatError(f"{error}; the one before it is {self.previous}") from None
        if not isinstance(saved, dict) or saved.get("format") != FORMAT:
            raise serialization.FileFormatError(f"Checkpoint: {self.path} is no checkpoint of a Trainer")
        return saved["state"], differences(saved["environment"], environment())

    @property
    def previous(self) -> str:
        """The file that `keep_previous` keeps: "run.previous.npz" beside "run.npz"."""
        root, ending = os.path.splitext(self.path)
        return f"{root}.previous{ending}"

    def _second_name(self) -> str:
        """Give the present file a second name, which it keeps when the next one takes the first."""
        second = f"{self.previous}.partial"
        with suppress(FileNotFoundError):  # of a program that was killed here
            os.unlink(second)
        present = os.path.realpath(self.path)  # a symbolic link would go along with the new file
        try:
            os.link(present, second)
        except OSError:  # a file system without links, or another one
            shutil.copyfile(present, second)
        return second

    def __repr__(self) -> str:
        every = ("every_steps", "every_epochs", "every_seconds")
        times = [f"{name}={value}" for name in every if (value := getattr(self, name)) is not None]
        return f"Checkpoint({', '.join([repr(self.path), *times])})"


def as_checkpoint(given: Any) -> Checkpoint | None:
    """A Checkpoint as it is, a path as one of it."""
    return given if given is None or isinstance(given, Checkpoint) else Checkpoint(given)
