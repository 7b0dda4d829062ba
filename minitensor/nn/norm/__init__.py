"""The normalising layers, as PyTorch's layers of these names."""

from minitensor.nn.norm.batch import BatchNorm1d, BatchNorm2d, BatchNorm3d
from minitensor.nn.norm.instance import InstanceNorm1d, InstanceNorm2d, InstanceNorm3d
from minitensor.nn.norm.layer import GroupNorm, LayerNorm, RMSNorm
from minitensor.nn.norm.local import LocalResponseNorm

__all__ = [
    "BatchNorm1d",
    "BatchNorm2d",
    "BatchNorm3d",
    "GroupNorm",
    "InstanceNorm1d",
    "InstanceNorm2d",
    "InstanceNorm3d",
    "LayerNorm",
    "LocalResponseNorm",
    "RMSNorm",
]
