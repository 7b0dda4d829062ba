"""Gradients of any order, the checks that they are right, and the way to add a primitive of one's own."""

from minitensor.autograd import functional
from minitensor.autograd.anomaly import detect_anomaly
from minitensor.autograd.check import gradcheck, gradgradcheck
from minitensor.autograd.gradients import backward, grad
from minitensor.grad_mode import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from minitensor.primitive import Primitive, defvjp, primitive

__all__ = [
    "Primitive",
    "backward",
    "defvjp",
    "detect_anomaly",
    "enable_grad",
    "functional",
    "grad",
    "gradcheck",
    "gradgradcheck",
    "is_grad_enabled",
    "no_grad",
    "primitive",
    "set_grad_enabled",
]
