"""Saving a running `fit`, and going on with one that was saved."""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from minitensor.training.checkpoint import Checkpoint
    from minitensor.training.fit import Fit


class Saver:
    """Saves a `Fit` to a checkpoint when it is time, or never, where there is none.

    Parameters
    ----------
    fit : Fit
    checkpoint : Checkpoint or None
    """

    def __init__(self, fit: Fit, checkpoint: Checkpoint | None) -> None:
        self._fit, self._checkpoint = fit, checkpoint
        self._differences: list[str] = []  # of the environment

    def begin(self, resume: bool) -> dict[str, Any] | None:
        """The state that is to be gone on with; None where the run begins.

        Raises
        ------
        FileExistsError
            There is a run in a file that would be lost.
        ValueError
            There is nothing to resume from.
        """
        checkpoint = self._checkpoint
        if checkpoint is None:
            if resume:
                raise ValueError(
                    "fit: resume=True goes on from a checkpoint: pass checkpoint=, the path that it is saved to"
                )
            return None
        checkpoint.begin()
        if not checkpoint.exists():
            if os.path.exists(checkpoint.previous) and not checkpoint.overwrite:
                raise FileExistsError(
                    f"fit: {checkpoint.path} is not there, but the one before it is, {checkpoint.previous}: rename it to "
                    "go on with it, or Checkpoint(path, overwrite=True) begins anew"
                )
            return None
        if resume:
            state, self._differences = checkpoint.load()
            return state
        if not (checkpoint.overwrite or os.path.abspath(checkpoint.path) in self._fit.trainer.own_files):
            raise FileExistsError(
                f"fit: {checkpoint.path} is there already: resume=True goes on with the run in it, "
                "Checkpoint(path, overwrite=True) begins anew"
            )
        return None

    def take_over(self, state: dict[str, Any]) -> None:
        """Have the `Fit` go on with what `begin` answered.

        Raises
        ------
        ValueError
            It is another run.
        """
        path = "" if self._checkpoint is None else self._checkpoint.path
        try:
            self._fit.load_state_dict(state)
        except Exception as error:
            raise ValueError(f"fit: the run in {path} is another one, and nothing was changed: {error}") from error
        self._fit.trainer.own_files.add(os.path.abspath(path))
        if self._differences:
            warnings.warn(
                f"the run goes on with {', '.join(self._differences)}: "
                "its last bits may differ from those of an unbroken run",
                UserWarning,
                stacklevel=5,  # who called fit
            )

    def save(self) -> None:
        """Save it now."""
        if self._checkpoint is not None:
            self._checkpoint.save(self._fit.state_dict())
            self._fit.trainer.own_files.add(os.path.abspath(self._checkpoint.path))

    def after_step(self) -> None:
        """Save it if it is time."""
        if self._checkpoint is not None and self._checkpoint.due_after_step(self._fit.trainer.step):
            self.save()

    def after_epoch(self) -> None:
        """Save it if it is time, or at its end."""
        if self._checkpoint is not None and (self._fit.finished or self._checkpoint.due_after_epoch(self._fit.complete)):
            self.save()

    @property
    def way_on(self) -> str:
        """How a run that stops goes on, in words."""
        return f"; fit(..., checkpoint={self._checkpoint.path!r}, resume=True) goes on" if self._checkpoint else ""
