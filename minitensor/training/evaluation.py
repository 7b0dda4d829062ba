"""A model tested on data, or asked for its answers: in evaluation mode, and without gradients."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from minitensor.functions.shape import cat
from minitensor.grad_mode import no_grad
from minitensor.training.batches import one_pass, why_none
from minitensor.training.losses import checked_loss, placed
from minitensor.training.modes import keep_modes
from minitensor.training.progress import Bar
from minitensor.training.running import Running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from minitensor.nn import Module
    from minitensor.training.trainer import Trainer


def evaluated(
    trainer: Trainer, data: Any, bar: Bar, what: str = "the evaluation", after_batch: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """The loss and the metrics over data; `after_batch` is called after each, and may end it by an error.

    An error in a batch is said to be in batch so and so of `what`.

    Raises
    ------
    ValueError
        There is not one batch.
    """
    running, count = Running(trainer.metrics), 0
    with _evaluating(trainer.model, data, bar) as batches:
        for batch in batches:
            count += 1
            place = f"batch {count} of {what}"
            loss, output, target = checked_loss(trainer, batch, place)
            with placed(place, batch):
                running.update(loss.item(), output, target)
            bar.advance(running.values)
            after_batch()
    if not count:
        raise ValueError(f"{bar.title}: the data have no batches{why_none(data)}")
    return running.values()


def predicted(trainer: Trainer, data: Any, bar: Bar) -> Any:
    """The outputs for data along the first axis, or a tuple of such.

    Raises
    ------
    ValueError
        There is not one batch.
    """
    outputs: list[Any] = []
    with _evaluating(trainer.model, data, bar) as batches:
        for batch in batches:
            with placed(f"batch {len(outputs) + 1} of the prediction", batch):
                outputs.append(trainer.compute_output(batch))
            bar.advance(dict)
    if not outputs:
        raise ValueError(f"predict: the data have no batches{why_none(data)}")
    if isinstance(outputs[0], (tuple, list)):
        return tuple(cat(list(parts)) for parts in zip(*outputs, strict=True))
    return cat(outputs)


@contextmanager
def _evaluating(model: Module, data: Any, bar: Bar) -> Generator[Iterator[Any]]:
    with keep_modes(model), no_grad():
        model.eval()
        try:
            with one_pass(data) as batches:
                yield batches
        finally:
            bar.close()
