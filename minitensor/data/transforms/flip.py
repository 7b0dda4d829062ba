"""Turning a sample round along one of its axes."""

from __future__ import annotations

import numpy as np

from minitensor.data.transforms.arguments import probability, spatial_axis
from minitensor.data.transforms.base import RandomTransform
from minitensor.dtypes import Array
from minitensor.random import Generator


class RandomFlip(RandomTransform):
    """Reverse the order along a spatial axis, with the probability p: for a signal, its time.

    Parameters
    ----------
    p : float
        The probability.
    axis : int
        Which axis of (C, *spatial): -1 is the last one, 1 the first one that is spatial.
    generator : Generator or numpy.random.Generator, optional
        See `RandomTransform`.

    Raises
    ------
    TypeError, ValueError
        An argument is not of its kind, or the axis is 0, the channels'.
    ShapeError
        At a call: the input has no such spatial axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor.data.transforms import RandomFlip
    >>> RandomFlip(p=1.0)(mt.tensor([[1, 2, 3]]))
    tensor([[3, 2, 1]])
    """

    shown = "p axis"

    def __init__(self, p: float = 0.5, axis: int = -1, *, generator: Generator | np.random.Generator | None = None) -> None:
        super().__init__(generator=generator)
        self.p = probability(self.name, p)
        self.axis = spatial_axis(self.name, axis)

    def apply(self, array: Array) -> Array:
        """See `Transform`."""
        self.refuse_axis(array, self.axis)
        if self.draws.random() >= self.p:
            return array
        places = [slice(None)] * array.ndim
        places[self.axis] = slice(None, None, -1)
        return array[tuple(places)].copy()


class RandomHorizontalFlip(RandomFlip):
    """Left becomes right, with the probability p: along the last axis. As torchvision's `RandomHorizontalFlip`.

    Parameters
    ----------
    p, generator
        As `RandomFlip` takes them.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor.data.transforms import RandomHorizontalFlip
    >>> RandomHorizontalFlip(p=1.0)(mt.arange(4).reshape(1, 2, 2))
    tensor([[[1, 0],
             [3, 2]]])
    """

    shown = "p"

    def __init__(self, p: float = 0.5, *, generator: Generator | np.random.Generator | None = None) -> None:
        super().__init__(p, -1, generator=generator)


class RandomVerticalFlip(RandomFlip):
    """Top becomes bottom, with the probability p: along the last axis but one. As torchvision's `RandomVerticalFlip`.

    Parameters
    ----------
    p, generator
        As `RandomFlip` takes them.

    Raises
    ------
    ShapeError
        At a call: the input is a signal, which has no height.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor.data.transforms import RandomVerticalFlip
    >>> RandomVerticalFlip(p=1.0)(mt.arange(4).reshape(1, 2, 2))
    tensor([[[2, 3],
             [0, 1]]])
    """

    shown = "p"
    least_rank = 2

    def __init__(self, p: float = 0.5, *, generator: Generator | np.random.Generator | None = None) -> None:
        super().__init__(p, -2, generator=generator)
