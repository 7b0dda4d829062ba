"""Schedules: how learning rates change from step to step or epoch to epoch, under PyTorch's names.

Call `step` after the optimiser's, once an epoch or once a batch, as the schedule was planned. In formulas, t is the number
of these calls.
"""

from minitensor.optim.lr_scheduler.base import LRScheduler
from minitensor.optim.lr_scheduler.composed import ChainedScheduler, SequentialLR
from minitensor.optim.lr_scheduler.cosine import CosineAnnealingLR, CosineAnnealingWarmRestarts
from minitensor.optim.lr_scheduler.cycles import CyclicLR, OneCycleLR
from minitensor.optim.lr_scheduler.functions import LambdaLR, MultiplicativeLR
from minitensor.optim.lr_scheduler.plateau import ReduceLROnPlateau
from minitensor.optim.lr_scheduler.powers import ConstantLR, ExponentialLR, LinearLR, MultiStepLR, PolynomialLR, StepLR

__all__ = [
    "ChainedScheduler",
    "ConstantLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "CyclicLR",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "MultiplicativeLR",
    "OneCycleLR",
    "PolynomialLR",
    "ReduceLROnPlateau",
    "SequentialLR",
    "StepLR",
]
