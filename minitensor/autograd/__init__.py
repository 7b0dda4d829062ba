"""Gradients of any order, the checks that they are right, and the way to add a primitive of one's own."""

from typing import TYPE_CHECKING

from minitensor.autograd.gradients import backward, grad
from minitensor.grad_mode import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from minitensor.later import later
from minitensor.primitive import Primitive, defvjp, primitive

if TYPE_CHECKING:
    from minitensor.autograd import function, functional
    from minitensor.autograd.anomaly import detect_anomaly
    from minitensor.autograd.check import gradcheck, gradgradcheck
    from minitensor.autograd.function import Function

__all__ = [
    "Function",
    "Primitive",
    "backward",
    "defvjp",
    "detect_anomaly",
    "enable_grad",
    "function",
    "functional",
    "grad",
    "gradcheck",
    "gradgradcheck",
    "is_grad_enabled",
    "no_grad",
    "primitive",
    "set_grad_enabled",
]

__getattr__, __dir__ = later(
    __name__,
    {
        "minitensor.autograd.anomaly": "detect_anomaly",
        "minitensor.autograd.check": "gradcheck gradgradcheck",
        "minitensor.autograd.function": "Function function",
        "minitensor.autograd.functional": "functional",
    },
)
