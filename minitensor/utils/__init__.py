"""`minitensor.utils.data`, for those who are used to PyTorch's path."""

from minitensor.utils import data

__all__ = ["data"]
