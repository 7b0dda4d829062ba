"""What stands between the layers: functions of each element, and the softmax.

In `relu.py` a multiple of what is negative passes, in `smooth.py` it is bent; `hard.py` has straight pieces with an end,
`shrink.py` what draws towards 0, `steps.py` the sigmoids, `softmax.py` what looks along an axis.
"""

from minitensor.nn.functional.activation.hard import (
    hardsigmoid,
    hardswish,
    hardtanh,
    hardtanh_,
    relu6,
    threshold,
    threshold_,
)
from minitensor.nn.functional.activation.relu import leaky_relu, leaky_relu_, prelu, relu, relu_, rrelu, rrelu_
from minitensor.nn.functional.activation.shrink import hardshrink, softshrink, tanhshrink
from minitensor.nn.functional.activation.smooth import celu, celu_, elu, elu_, gelu, mish, selu, selu_, silu
from minitensor.nn.functional.activation.softmax import glu, log_softmax, softmax, softmin
from minitensor.nn.functional.activation.steps import logsigmoid, sigmoid, softplus, softsign, tanh

__all__ = [
    "celu", "celu_", "elu", "elu_", "gelu", "glu", "hardshrink", "hardsigmoid", "hardswish", "hardtanh", "hardtanh_",
    "leaky_relu", "leaky_relu_", "log_softmax", "logsigmoid", "mish", "prelu", "relu", "relu6", "relu_", "rrelu", "rrelu_",
    "selu", "selu_", "sigmoid", "silu", "softmax", "softmin", "softplus", "softshrink", "softsign", "tanh", "tanhshrink",
    "threshold", "threshold_",
]  # fmt: skip
