"""The primitives with their rules, by family. To add an operation: a kernel in `kernels`, a primitive and its rules here."""

from minitensor.ops import conv, elementwise, index, linalg, pool, reduce, shape

__all__ = ["conv", "elementwise", "index", "linalg", "pool", "reduce", "shape"]
