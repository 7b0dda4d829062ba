"""Optimisers that tests of schedules step."""

import minitensor as mt
from minitensor.optim import SGD


def sgd(*rates, momentum=0.0):
    """Return an optimiser of one group for each learning rate."""
    return SGD([{"params": [mt.ones(1, requires_grad=True)], "lr": lr} for lr in rates], momentum=momentum)
