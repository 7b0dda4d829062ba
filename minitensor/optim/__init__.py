"""Optimisers: what turns gradients into steps, under PyTorch's names."""

from minitensor.optim.adagrad import Adagrad
from minitensor.optim.adam import Adam, AdamW
from minitensor.optim.optimizer import Optimizer
from minitensor.optim.rmsprop import RMSprop
from minitensor.optim.sgd import SGD

__all__ = ["SGD", "Adagrad", "Adam", "AdamW", "Optimizer", "RMSprop"]
