"""Metrics: how good a model is, counted batch by batch, so that the answer is that of all samples at once.

    accuracy = Accuracy()
    for images, labels in loader:
        accuracy.update(model(images), labels)
    accuracy.compute()

`base` says what a metric is, `reading` what outputs and targets may be; `counts` are by true and predicted class.
"""

from minitensor.training.metrics.accuracy import Accuracy, TopK
from minitensor.training.metrics.base import Metric
from minitensor.training.metrics.confusion import ConfusionMatrix
from minitensor.training.metrics.given import as_metrics
from minitensor.training.metrics.mean import Mean
from minitensor.training.metrics.precision import F1, Precision, Recall
from minitensor.training.metrics.regression import MeanAbsoluteError, MeanSquaredError

__all__ = [
    "Accuracy",
    "ConfusionMatrix",
    "F1",
    "Mean",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "Metric",
    "Precision",
    "Recall",
    "TopK",
    "as_metrics",
]
