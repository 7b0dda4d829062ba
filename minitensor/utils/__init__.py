"""What is done with whole networks, and `minitensor.utils.data`, for those who are used to PyTorch's path."""

from minitensor.utils import checkpoint, data
from minitensor.utils.fusion import fuse_conv_bn

__all__ = ["checkpoint", "data", "fuse_conv_bn"]
