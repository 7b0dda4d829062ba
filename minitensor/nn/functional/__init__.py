"""The layers as functions: they are given their weights. `import minitensor.nn.functional as F`."""

from minitensor.nn.functional.activation import log_softmax, relu, sigmoid, softmax, tanh
from minitensor.nn.functional.classification import cross_entropy, nll_loss
from minitensor.nn.functional.conv import conv1d, conv2d, conv3d, conv_transpose1d, conv_transpose2d, conv_transpose3d
from minitensor.nn.functional.dropout import dropout
from minitensor.nn.functional.linear import linear
from minitensor.nn.functional.loss import l1_loss, mse_loss
from minitensor.nn.functional.norm import batch_norm
from minitensor.nn.functional.padding import pad
from minitensor.nn.functional.pool import (
    adaptive_avg_pool1d,
    adaptive_avg_pool2d,
    adaptive_avg_pool3d,
    avg_pool1d,
    avg_pool2d,
    avg_pool3d,
    max_pool1d,
    max_pool2d,
    max_pool3d,
)

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "batch_norm",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "cross_entropy",
    "dropout",
    "l1_loss",
    "linear",
    "log_softmax",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "mse_loss",
    "nll_loss",
    "pad",
    "relu",
    "sigmoid",
    "softmax",
    "tanh",
]
