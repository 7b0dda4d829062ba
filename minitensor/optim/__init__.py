"""Optimisers: what turns gradients into steps, under PyTorch's names."""

from minitensor.optim import lr_scheduler
from minitensor.optim.adadelta import Adadelta
from minitensor.optim.adagrad import Adagrad
from minitensor.optim.adam import Adam, AdamW
from minitensor.optim.adamax import Adamax
from minitensor.optim.asgd import ASGD
from minitensor.optim.lion import Lion
from minitensor.optim.nadam import NAdam
from minitensor.optim.optimizer import Optimizer
from minitensor.optim.radam import RAdam
from minitensor.optim.rmsprop import RMSprop
from minitensor.optim.rprop import Rprop
from minitensor.optim.sgd import SGD

__all__ = [
    "ASGD",
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Lion",
    "NAdam",
    "Optimizer",
    "RAdam",
    "RMSprop",
    "Rprop",
    "lr_scheduler",
]
