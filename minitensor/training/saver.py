"""Saving a running `fit`, and going on with one that was saved."""

from __future__ import annotations

import os
import warnings
from copy import deepcopy
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

    def begin(self, resume: bool) -> dict[str, Any] | None:
        """The state that was gone back to; None where the run begins.

        Raises
        ------
        FileExistsError
            There is a run in the file that would be lost.
        ValueError
            There is nothing to resume from; or the run in the file is another one, and then everything is as before.
        """
        checkpoint = self._checkpoint
        if checkpoint is None:
            if resume:
                raise ValueError(
                    "fit: resume=True goes on from a checkpoint: pass checkpoint=, the path that it is saved to"
                )
            return None
        if not checkpoint.exists():
            return None
        if resume:
            return self._resumed(checkpoint)
        if not (checkpoint.overwrite or os.path.abspath(checkpoint.path) in self._fit.trainer._own_files):
            raise FileExistsError(
                f"fit: {checkpoint.path} is there already: resume=True goes on with the run in it, "
                "Checkpoint(path, overwrite=True) begins anew"
            )
        return None

    def _resumed(self, checkpoint: Checkpoint) -> dict[str, Any]:
        fit = self._fit
        state, differences = checkpoint.load()
        before = deepcopy(fit.state_dict())
        try:
            fit.load_state_dict(state)
        except Exception as error:
            fit.load_state_dict(before)
            raise ValueError(
                f"fit: the run in {checkpoint.path} is another one, and nothing was changed: {error}"
            ) from error
        fit.trainer._own_files.add(os.path.abspath(checkpoint.path))
        if differences:
            warnings.warn(
                f"the run goes on with {', '.join(differences)}: its last bits may differ from those of an unbroken run",
                UserWarning,
                stacklevel=5,  # who called fit
            )
        return state

    def save(self) -> None:
        """Save it now."""
        if self._checkpoint is not None:
            self._checkpoint.save(self._fit.state_dict())
            self._fit.trainer._own_files.add(os.path.abspath(self._checkpoint.path))

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
