"""Layers, and what holds them: PyTorch's `nn`."""

from minitensor.nn import functional, init
from minitensor.nn.activation import LogSoftmax, ReLU, Sigmoid, Softmax, Tanh
from minitensor.nn.container import ModuleDict, ModuleList, ParameterDict, ParameterList, Sequential
from minitensor.nn.conv import Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from minitensor.nn.dropout import Dropout
from minitensor.nn.linear import Flatten, Identity, Linear
from minitensor.nn.loss import CrossEntropyLoss, L1Loss, MSELoss, NLLLoss
from minitensor.nn.module import Module
from minitensor.nn.norm import BatchNorm1d, BatchNorm2d, BatchNorm3d
from minitensor.nn.parameter import Parameter
from minitensor.nn.pool import (
    AdaptiveAvgPool1d,
    AdaptiveAvgPool2d,
    AdaptiveAvgPool3d,
    AvgPool1d,
    AvgPool2d,
    AvgPool3d,
    MaxPool1d,
    MaxPool2d,
    MaxPool3d,
)

__all__ = [
    "AdaptiveAvgPool1d",
    "AdaptiveAvgPool2d",
    "AdaptiveAvgPool3d",
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "BatchNorm1d",
    "BatchNorm2d",
    "BatchNorm3d",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
    "CrossEntropyLoss",
    "Dropout",
    "Flatten",
    "Identity",
    "L1Loss",
    "Linear",
    "LogSoftmax",
    "MSELoss",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
    "Module",
    "ModuleDict",
    "ModuleList",
    "NLLLoss",
    "Parameter",
    "ParameterDict",
    "ParameterList",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "functional",
    "init",
]
