"""The lazy layers: the first input tells them how many features or channels there are.

Until then a layer's parameters have no shape. At the first call they take one, are drawn, and the layer becomes a plain one:
a `LazyConv2d` becomes a `Conv2d`. What differs between the kinds is `initialize_parameters`.
"""

from minitensor.nn.lazy.conv import (
    LazyConv1d,
    LazyConv2d,
    LazyConv3d,
    LazyConvTranspose1d,
    LazyConvTranspose2d,
    LazyConvTranspose3d,
)
from minitensor.nn.lazy.linear import LazyLinear
from minitensor.nn.lazy.norm import (
    LazyBatchNorm1d,
    LazyBatchNorm2d,
    LazyBatchNorm3d,
    LazyInstanceNorm1d,
    LazyInstanceNorm2d,
    LazyInstanceNorm3d,
)

__all__ = [
    "LazyBatchNorm1d", "LazyBatchNorm2d", "LazyBatchNorm3d", "LazyConv1d", "LazyConv2d", "LazyConv3d",
    "LazyConvTranspose1d", "LazyConvTranspose2d", "LazyConvTranspose3d", "LazyInstanceNorm1d", "LazyInstanceNorm2d",
    "LazyInstanceNorm3d", "LazyLinear",
]  # fmt: skip
