"""The engine "numpy", the default: every primitive's kernel, in NumPy alone."""

from minitensor.kernels.numpy_ import conv, elementwise, index, linalg, pool, reduce, shape

__all__ = ["conv", "elementwise", "index", "linalg", "pool", "reduce", "shape"]
