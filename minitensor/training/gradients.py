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
from minitensor.training.batches import size_of
from minitensor.training.buffers import Buffers
from minitensor.training.errors import NotFiniteError
from minitensor.training.losses import checked_loss
from minitensor.training.not_finite import find_not_finite

if TYPE_CHECKING:
    from minitensor.training.trainer import Trainer


class Gradients:
    """Adds up the gradients of the batches of a step, and has the optimiser take it.

    A batch weighs as many samples as it has, so that the step is that of one large batch. When a loss or a gradient is not
    finite, the parameters and the buffers of the model and the loss are those from before the step.

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
        self._buffers = Buffers(trainer.model, trainer.loss)
        self._first_size = 1  # of the step's first batch: of this many samples one has the weight 1 / _first_size
        self._weight = 0.0  # of the step's batches together

    def add(self, batch: Any, place: str) -> tuple[float, Any, Any]:
        """Add a batch's gradients to those of the step, and return its loss, the output and the target.

        Raises
        ------
        NotFiniteError
            The loss or a gradient is nan or infinite.
        """
        if not self.batches:
            self._trainer.optimizer.zero_grad()
            self._buffers.keep()
        random = get_rng_state()
        loss, output, target = checked_loss(self._trainer, batch, place)
        value = loss.item()
        if not math.isfinite(value):
            self._refuse(batch, place, random, f"the loss is {value}")
        weight = self._weight_of(size_of(output, target))
        (loss if weight == 1 else loss * weight).backward()
        if not self._finite():
            self._refuse(batch, place, random, f"the loss is {value:.6g}, and a gradient is not finite")
        self.batches += 1
        self._weight += weight
        return value, output, target

    def take_step(self) -> None:
        """Let the optimiser step along the mean of the samples' gradients."""
        trainer = self._trainer
        if self.batches > 1:
            with no_grad():
                for parameter in self._parameters():
                    if parameter.grad is not None:
                        parameter.grad.mul_(1 / self._weight)
        if trainer.max_grad_norm is not None:
            clip_grad_norm_(self._parameters(), trainer.max_grad_norm)
        trainer.optimizer.step()
        self.batches = 0

    def _weight_of(self, samples: int) -> float:
        """How much a batch weighs beside the step's first one."""
        if not self.batches:
            self._first_size, self._weight = max(samples, 1), 0.0
            return 1.0
        return samples / self._first_size

    def _parameters(self) -> list[Tensor]:
        return [parameter for group in self._trainer.optimizer.param_groups for parameter in group["params"]]

    def _finite(self) -> bool:
        gradients = [parameter.grad._array for parameter in self._parameters() if parameter.grad is not None]
        with one_blas_thread, np.errstate(all="ignore"):
            return all_finite(gradients)

    def _refuse(self, batch: Any, place: str, random: dict[str, Any], what: str) -> NoReturn:
        """Run the batch again as it ran before, and say which operation made the first value that is not finite."""
        trainer = self._trainer
        trainer.optimizer.zero_grad()
        self.batches = 0
        self._buffers.put_back()
        set_rng_state(random)
        rate = float(trainer.optimizer.param_groups[0]["lr"])
        try:
            found = find_not_finite(lambda: trainer.compute_loss(batch), trainer.model, batch, learning_rate=rate)
        finally:
            self._buffers.put_back()
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
