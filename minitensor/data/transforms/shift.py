"""Moving a sample along one of its axes."""

from __future__ import annotations

import numpy as np

from minitensor.data.transforms.arguments import PADDING_MODES, Fill, number, numbers, one_of, spatial_axis, whole
from minitensor.data.transforms.base import RandomTransform, per_channel
from minitensor.data.transforms.window import window
from minitensor.dtypes import Array
from minitensor.random import Generator


class RandomShift(RandomTransform):
    """Move the sample along an axis, by -shift to shift cells, each number as likely: for a signal, later or earlier.

    Parameters
    ----------
    shift : int or float
        How far at most: an int is a number of cells, a float from 0 to 1 a part of the axis.
    mode : {'wrap', 'constant', 'edge', 'reflect', 'symmetric'}
        What moves in at the end that becomes free: what leaves at the other one, or what `Pad` puts there.
    fill : float or sequence of float
        With the mode 'constant', the new values; a sequence has one for each channel.
    axis : int
        Which axis of (C, *spatial): -1 is the last one, 1 the first one that is spatial.
    generator : Generator or numpy.random.Generator, optional
        See `RandomTransform`.

    Raises
    ------
    TypeError, ValueError
        An argument is not of its kind, or the axis is 0, the channels'.
    ShapeError
        At a call: the input has no such spatial axis, or `fill` has not one value for each channel.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor.data.transforms import RandomShift
    >>> shift = RandomShift(2, generator=mt.Generator().manual_seed(2))
    >>> shift(mt.tensor([[1, 2, 3, 4, 5]])), shift(mt.tensor([[1, 2, 3, 4, 5]]))
    (tensor([[4, 5, 1, 2, 3]]), tensor([[2, 3, 4, 5, 1]]))
    """

    shown = "shift mode fill axis"

    def __init__(
        self,
        shift: float,
        mode: str = "wrap",
        fill: Fill = 0,
        axis: int = -1,
        *,
        generator: Generator | np.random.Generator | None = None,
    ) -> None:
        super().__init__(generator=generator)
        is_part = isinstance(shift, float)
        self.shift = number("RandomShift", "shift", shift, 0, 1) if is_part else whole("RandomShift", "shift", shift, 0)
        self.mode = one_of("RandomShift", "mode", mode, ("wrap", *PADDING_MODES))
        self.fill = numbers("RandomShift", "fill", fill)
        self.axis = spatial_axis("RandomShift", axis)

    def apply(self, array: Array) -> Array:
        """See `Transform`."""
        self.refuse_axis(array, self.axis)
        fill = per_channel(self, "fill", self.fill, array) if self.mode == "constant" else 0
        sizes = array.shape[1:]
        axis = self.axis % array.ndim - 1  # among the spatial ones
        most = int(self.shift * sizes[axis]) if isinstance(self.shift, float) else self.shift
        shift = int(self.draws.integers(-most, most + 1))
        if shift == 0 or not sizes[axis]:
            return array
        starts = [0] * len(sizes)
        starts[axis] = -shift
        return window(array, starts, sizes, self.mode, fill)
