"""The primitives with their rules, by family. To add an operation: a kernel in `kernels`, a primitive and its rules here.

Here are the families of what a Tensor does; who uses those of layers loads them, as by `from minitensor.ops import conv`.
"""

from minitensor.ops import elementwise, index, linalg, reduce, shape

__all__ = ["elementwise", "index", "linalg", "reduce", "shape"]
