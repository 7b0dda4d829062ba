"""Sets of data that are generated: signals, pictures and videos, drawn at random, which must be learnt to be told apart.

They are the same to the byte wherever they are made from the same generator. So what a pixel goes through is sums,
products, quotients and square roots, which IEEE 754 rounds in one way everywhere; sines and logarithms, whose last digit
differs between libraries, are rounded to steps that are coarse beside it.
"""

from minitensor.data.datasets.generated.moving_shapes import MOTIONS, make_moving_shapes
from minitensor.data.datasets.generated.shapes import SHAPES, make_shapes
from minitensor.data.datasets.generated.waveforms import WAVEFORMS, make_waveforms

__all__ = ["MOTIONS", "SHAPES", "WAVEFORMS", "make_moving_shapes", "make_shapes", "make_waveforms"]
