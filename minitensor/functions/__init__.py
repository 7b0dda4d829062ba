"""The functions of the top level, under PyTorch's names: they check and complete arguments, and call primitives of `ops`."""

from minitensor.functions import compare, drawing, index, linalg, math, reduce, shape

__all__ = ["compare", "drawing", "index", "linalg", "math", "reduce", "shape"]
