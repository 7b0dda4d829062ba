"""The engine "numpy", the default: every primitive's kernel, in NumPy alone.

Here are the kernels of what a Tensor does; those of layers are loaded when they are first needed: see `kernels.layers`.
"""

from minitensor.kernels.numpy_ import elementwise, index, linalg, reduce, shape

__all__ = ["elementwise", "index", "linalg", "reduce", "shape"]
