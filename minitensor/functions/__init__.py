"""The functions of the top level, under PyTorch's names: they check and complete arguments, and call primitives of `ops`."""

from minitensor.functions import index, linalg, math, reduce, shape

__all__ = ["index", "linalg", "math", "reduce", "shape"]
