"""What is done while a network trains, between its steps and epochs: `Callback`, and those that many need."""

from minitensor.training.callbacks.best_weights import BestWeights
from minitensor.training.callbacks.callback import Callback
from minitensor.training.callbacks.early_stopping import EarlyStopping

__all__ = ["BestWeights", "Callback", "EarlyStopping"]
