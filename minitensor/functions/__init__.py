"""The functions of the top level, under PyTorch's names: they check and complete arguments, and call primitives of `ops`."""

from typing import TYPE_CHECKING

from minitensor.later import later

if TYPE_CHECKING:
    from minitensor.functions import compare, drawing, index, linalg, math, reduce, shape

__all__ = ["compare", "drawing", "index", "linalg", "math", "reduce", "shape"]

__getattr__, __dir__ = later(__name__, {f"minitensor.functions.{family}": family for family in __all__})
