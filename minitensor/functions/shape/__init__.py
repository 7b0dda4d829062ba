"""What moves elements and computes nothing, under PyTorch's names: other axes, joining, taking apart."""

from minitensor.functions.shape.axes import (
    broadcast_to,
    expand,
    flatten,
    flip,
    movedim,
    permute,
    reshape,
    squeeze,
    transpose,
    unsqueeze,
)
from minitensor.functions.shape.joining import cat, chunk, repeat, split, stack, unbind

__all__ = [
    "broadcast_to",
    "cat",
    "chunk",
    "expand",
    "flatten",
    "flip",
    "movedim",
    "permute",
    "repeat",
    "reshape",
    "split",
    "squeeze",
    "stack",
    "transpose",
    "unbind",
    "unsqueeze",
]
