"""The loss of a batch, and what is wrong with one, in words."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from minitensor.grad_mode import is_grad_enabled
from minitensor.tensor import Tensor
from minitensor.training.batches import described

if TYPE_CHECKING:
    from minitensor.training.trainer import Trainer


def checked_loss(trainer: Trainer, batch: Any, place: str) -> tuple[Tensor, Any, Any]:
    """What `compute_loss` answers: one number with a gradient, where gradients are recorded, the output and the target.

    Parameters
    ----------
    trainer : Trainer
    batch : object
    place : str
        Where the batch comes: "batch 3 of epoch 1".

    Raises
    ------
    TypeError, ValueError
        It answers something else. An error of the model or the loss names the batch.
    """
    with placed(place, batch):
        answer = trainer.compute_loss(batch)
    if not isinstance(answer, tuple) or len(answer) != 3:
        raise TypeError(f"compute_loss: expected (loss, output, target), got {described(answer)}")
    loss, output, target = answer
    problem = _problem_of(loss)
    if problem is not None:
        kind, words = problem
        raise kind(f"{words}\n  in {place}: output {described(output)}, target {described(target)}")
    return loss, output, target


@contextmanager
def placed(place: str, batch: Any) -> Generator[None]:
    """Have an error's message say in which batch it came; one whose text is not its message has a note, from Python 3.11."""
    try:
        yield
    except Exception as error:
        text = f"  in {place}: {described(batch)}"
        if len(error.args) == 1 and isinstance(error.args[0], str) and not isinstance(error, KeyError):
            error.args = (f"{error.args[0]}\n{text}",)
        elif hasattr(error, "add_note"):
            error.add_note(text)
        raise


def _problem_of(loss: Any) -> tuple[type[Exception], str] | None:
    """What is wrong with a loss, and with which error that is said."""
    if not isinstance(loss, Tensor):
        return TypeError, f"the loss is to be a Tensor of one number, got {described(loss)}"
    if loss.numel() != 1:
        return ValueError, (
            f"the loss is to be one number, got {described(loss)}: take its mean, or reduction='mean' of the loss"
        )
    if is_grad_enabled() and not loss.requires_grad:
        return ValueError, (
            "the loss has no gradient: it does not depend on a parameter that requires grad, or it was computed under "
            "no_grad, detached, or made of numbers"
        )
    return None
