"""The gradients of one step of the optimiser: of one batch or several, and none of them nan or infinite."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from minitensor.blas import one_blas_thread
from minitensor.dtypes import Array
from minitensor.grad_mode import no_grad
from minitensor.nn.utils import clip_grad_norm_
from minitensor.random import get_rng_state, set_rng_state
from minitensor.tensor import Tensor
from minitensor.training.errors import NotFiniteError
from minitensor.training.losses import checked_loss
from minitensor.training.not_finite import find_not_finite

if TYPE_CHECKING:
    from minitensor.nn import Module
    from minitensor.training.trainer import Trainer


class Gradients:
    """Adds up the gradients of the batches of a step, and has the optimiser take it.

    When a loss or a gradient is not finite, the parameters and the model's buffers are those from before the step.

    Parameters
    ----------
    trainer : Trainer

    Attributes
    ----------
    batches : int
        How many the present step has so far.
    """

    def __init__(self, trainer: Trainer) -> None:
        self.batches = 0
        self._trainer = trainer
        self._with_buffers = [module for module in trainer.model.modules() if module._buffer_names]
        self._buffers: list[tuple[Module, str, Tensor, Array]] = []

    def add(self, batch: Any, place: str) -> tuple[float, Any, Any]:
        """Add a batch's gradients to those of the step, and return its loss, the output and the target.

        Raises
        ------
        NotFiniteError
            The loss or a gradient is nan or infinite.
        """
        if not self.batches:
            self._trainer.optimizer.zero_grad()
            self._keep_buffers()
        random = get_rng_state()
        loss, output, target = checked_loss(self._trainer, batch, place)
        value = loss.item()
        if not math.isfinite(value):
            self._refuse(batch, place, random, f"the loss is {value}")
        loss.backward()
        if not self._finite():
            self._refuse(batch, place, random, f"the loss is {value:.6g}, and a gradient is not finite")
        self.batches += 1
        return value, output, target

    def take_step(self) -> None:
        """Let the optimiser step along the mean of the batches' gradients."""
        trainer = self._trainer
        if self.batches > 1:
            with no_grad():
                for parameter in self._parameters():
                    if parameter.grad is not None:
                        parameter.grad.mul_(1 / self.batches)
        if trainer.max_grad_norm is not None:
            clip_grad_norm_(self._parameters(), trainer.max_grad_norm)
        trainer.optimizer.step()
        self.batches = 0

    def _parameters(self) -> list[Tensor]:
        return [parameter for group in self._trainer.optimizer.param_groups for parameter in group["params"]]

    def _finite(self) -> bool:
        gradients = [parameter.grad._array for parameter in self._parameters() if parameter.grad is not None]
        with one_blas_thread, np.errstate(all="ignore"):
            return all_finite(gradients)

    def _keep_buffers(self) -> None:
        """Copy what a forward pass may write to: the running statistics of batch normalisation."""
        self._buffers = [
            (module, name, buffer, buffer._array.copy())
            for module in self._with_buffers
            for name in module._buffer_names
            if type(buffer := getattr(module, name)) is Tensor  # neither None nor one that has no shape yet
        ]

    def _restore_buffers(self) -> None:
        with no_grad():
            for module, name, buffer, kept in self._buffers:
                buffer._array[...] = kept
                setattr(module, name, buffer)

    def _refuse(self, batch: Any, place: str, random: dict[str, Any], what: str) -> NoReturn:
        """Run the batch again as it ran before, and say which operation made the first value that is not finite."""
        trainer = self._trainer
        trainer.optimizer.zero_grad()
        self.batches = 0
        self._restore_buffers()
        set_rng_state(random)
        rate = float(trainer.optimizer.param_groups[0]["lr"])
        try:
            found = find_not_finite(lambda: trainer.compute_loss(batch), trainer.model, batch, learning_rate=rate)
        finally:
            self._restore_buffers()
        again = f"{what}; when the batch was run again, all was finite: something in it is drawn anew each time"
        raise NotFiniteError(f"{place}: {again if found is None else found}")


def all_finite(arrays: list[Array]) -> bool:
    """Whether no element of any is nan or infinite.

    The sum of squares says so in one pass at BLAS's speed; where it overflows the elements are looked at one by one.

    Examples
    --------
    >>> import numpy as np
    >>> all_finite([np.array([1.0, 1e300]), np.array([2.0])]), all_finite([np.array([2.0]), np.array([1.0, np.nan])])
    (True, False)
    """
    squares = 0.0
    for array in arrays:
        squares += float(np.vdot(array, array)) if array.dtype.itemsize > 2 else math.inf  # float16 overflows soon
    return math.isfinite(squares) or all(bool(np.isfinite(array).all()) for array in arrays)
