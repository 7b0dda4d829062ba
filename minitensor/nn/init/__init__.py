"""Initialisation of parameters. Each function fills a tensor in place, without recording, and returns it."""

from minitensor.nn.init.drawn import (
    kaiming_normal_,
    kaiming_uniform_,
    normal_,
    orthogonal_,
    trunc_normal_,
    uniform_,
    xavier_normal_,
    xavier_uniform_,
)
from minitensor.nn.init.fan import calculate_fan_in_and_fan_out, calculate_gain
from minitensor.nn.init.fixed import constant_, dirac_, eye_, ones_, zeros_

_calculate_fan_in_and_fan_out = calculate_fan_in_and_fan_out  # PyTorch's name, which people import all the same

__all__ = [
    "calculate_fan_in_and_fan_out",
    "calculate_gain",
    "constant_",
    "dirac_",
    "eye_",
    "kaiming_normal_",
    "kaiming_uniform_",
    "normal_",
    "ones_",
    "orthogonal_",
    "trunc_normal_",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]
