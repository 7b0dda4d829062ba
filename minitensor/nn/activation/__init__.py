"""What stands between the layers, as modules; the files are those of `functional/activation`."""

from minitensor.nn.activation.hard import (
    Hardshrink,
    Hardsigmoid,
    Hardswish,
    Hardtanh,
    ReLU6,
    Softshrink,
    Tanhshrink,
    Threshold,
)
from minitensor.nn.activation.relu import LeakyReLU, PReLU, ReLU, RReLU
from minitensor.nn.activation.smooth import CELU, ELU, GELU, SELU, Mish, SiLU, Softplus
from minitensor.nn.activation.softmax import GLU, LogSoftmax, Softmax, Softmax2d, Softmin
from minitensor.nn.activation.steps import LogSigmoid, Sigmoid, Softsign, Tanh

__all__ = [
    "CELU", "ELU", "GELU", "GLU", "Hardshrink", "Hardsigmoid", "Hardswish", "Hardtanh", "LeakyReLU", "LogSigmoid",
    "LogSoftmax", "Mish", "PReLU", "RReLU", "ReLU", "ReLU6", "SELU", "SiLU", "Sigmoid", "Softmax", "Softmax2d", "Softmin",
    "Softplus", "Softshrink", "Softsign", "Tanh", "Tanhshrink", "Threshold",
]  # fmt: skip
