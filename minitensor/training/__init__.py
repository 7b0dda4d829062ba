"""Training: the loop with its progress, metrics, history and checkpoints, and what to do when a loss is NaN."""

from typing import TYPE_CHECKING

from minitensor.later import later

if TYPE_CHECKING:
    from minitensor.training import metrics
    from minitensor.training.callbacks import BestWeights, Callback, EarlyStopping
    from minitensor.training.checkpoint import Checkpoint
    from minitensor.training.errors import NotFiniteError
    from minitensor.training.history import History
    from minitensor.training.metrics import (
        F1,
        Accuracy,
        ConfusionMatrix,
        Mean,
        MeanAbsoluteError,
        MeanSquaredError,
        Metric,
        Precision,
        Recall,
        TopK,
    )
    from minitensor.training.not_finite import find_not_finite
    from minitensor.training.trainer import Trainer

__all__ = [
    "Accuracy",
    "BestWeights",
    "Callback",
    "Checkpoint",
    "ConfusionMatrix",
    "EarlyStopping",
    "F1",
    "History",
    "Mean",
    "MeanAbsoluteError",
    "MeanSquaredError",
    "Metric",
    "NotFiniteError",
    "Precision",
    "Recall",
    "TopK",
    "Trainer",
    "find_not_finite",
    "metrics",
]

__getattr__, __dir__ = later(
    __name__,
    {
        "minitensor.training.callbacks": "BestWeights Callback EarlyStopping",
        "minitensor.training.checkpoint": "Checkpoint",
        "minitensor.training.errors": "NotFiniteError",
        "minitensor.training.history": "History",
        "minitensor.training.metrics": """
            metrics Accuracy ConfusionMatrix F1 Mean MeanAbsoluteError MeanSquaredError Metric Precision Recall TopK
        """,
        "minitensor.training.not_finite": "find_not_finite",
        "minitensor.training.trainer": "Trainer",
    },
)
