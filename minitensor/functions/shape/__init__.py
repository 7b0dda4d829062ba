"""What moves elements and computes nothing, under PyTorch's names: other axes, joining, taking apart, repeating."""

from minitensor.functions.shape.axes import movedim, permute, squeeze, t, transpose, unsqueeze
from minitensor.functions.shape.broadcasting import broadcast_to, cartesian_prod, meshgrid
from minitensor.functions.shape.copies import clone, repeat_interleave, tile
from minitensor.functions.shape.joining import cat, column_stack, dstack, hstack, stack, vstack
from minitensor.functions.shape.parts import chunk, narrow, select, split, tensor_split, unbind
from minitensor.functions.shape.ranks import atleast_1d, atleast_2d, atleast_3d, broadcast_tensors
from minitensor.functions.shape.reshaping import flatten, ravel, reshape, unflatten
from minitensor.functions.shape.turning import flip, fliplr, flipud, roll, rot90

# PyTorch's other names
concat, concatenate, row_stack = cat, cat, vstack
swapaxes, swapdims, moveaxis = transpose, transpose, movedim

__all__ = [
    "atleast_1d", "atleast_2d", "atleast_3d", "broadcast_tensors", "broadcast_to", "cartesian_prod", "cat", "chunk",
    "clone", "column_stack", "concat", "concatenate", "dstack", "flatten", "flip", "fliplr", "flipud", "hstack",
    "meshgrid", "moveaxis", "movedim", "narrow", "permute", "ravel", "repeat_interleave", "reshape", "roll", "rot90",
    "row_stack", "select", "split", "squeeze", "stack", "swapaxes", "swapdims", "t", "tensor_split", "tile", "transpose",
    "unbind", "unflatten", "unsqueeze", "vstack",
]  # fmt: skip
