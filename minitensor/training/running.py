"""The mean loss and the metrics over the batches so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minitensor.tensor import Tensor
from minitensor.training.batches import size_of
from minitensor.training.metrics.mean import Mean


class Running:
    """The mean loss over all samples, and metrics, of the batches that it was told of.

    Parameters
    ----------
    metrics : sequence of Metric
        They are reset.
    """

    def __init__(self, metrics: Sequence[Any]) -> None:
        self._loss, self._metrics = Mean("loss"), metrics
        self.reset()

    def reset(self) -> None:
        """Begin anew."""
        self._loss.reset()
        for metric in self._metrics:
            metric.reset()

    def update(self, loss: float, output: Any, target: Any) -> None:
        """Count a batch: its mean loss, what the model answered, and what it should have."""
        self._loss.update(loss, size_of(output, target))
        if self._metrics:
            if isinstance(output, Tensor):
                output = output.detach()
            for metric in self._metrics:
                metric.update(output, target)

    def values(self) -> dict[str, Any]:
        """The loss and each metric by name; nan for the loss of no samples."""
        return {"loss": self._loss.compute(), **{metric.name: metric.compute() for metric in self._metrics}}

    def state_dict(self) -> dict[str, Any]:
        """The sums so far, with the states of the metrics by name."""
        metrics = {metric.name: metric.state_dict() for metric in self._metrics}
        return {"loss": self._loss.state_dict(), "metrics": metrics}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` returned.

        Raises
        ------
        ValueError
            The metrics are others. Nothing has changed then.
        """
        there, here = list(state_dict["metrics"]), [metric.name for metric in self._metrics]
        if there != here:
            raise ValueError(f"the metrics were {there or 'none'}, they are {here or 'none'} now")
        self._loss.load_state_dict(state_dict["loss"])
        for metric in self._metrics:
            metric.load_state_dict(state_dict["metrics"][metric.name])
