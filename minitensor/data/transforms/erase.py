"""Holes in a sample, which make a network look at all of it."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, sqrt
from typing import Any

import numpy as np

from minitensor.data.transforms.arguments import Fill, numbers, probability, span, whole, whole_numbers
from minitensor.data.transforms.base import RandomTransform, per_channel
from minitensor.data.transforms.values import normal, refuse_integers
from minitensor.dtypes import Array
from minitensor.errors import spatial_axes
from minitensor.random import Generator


class RandomErasing(RandomTransform):
    """A rectangle of random size, shape and place is overwritten, with the probability p. As torchvision's `RandomErasing`.

    Ten times a rectangle is drawn: its part of the area uniformly from `scale`, its height / width log-uniformly from
    `ratio`. The first that is smaller than the image both ways is overwritten; if none is, the image stays as it is. In a
    volume it goes through all of the depth; for holes in signals, or in some of the depth, see `Cutout`.

    Source: Zhong et al., "Random Erasing Data Augmentation" (2017).

    Parameters
    ----------
    p : float
        The probability.
    scale : tuple of (float, float)
        The least and the greatest part of the area, from 0 to 1.
    ratio : tuple of (float, float)
        The least and the greatest height / width, above 0.
    value : float, sequence of float or 'random'
        What is written: one number, one for each channel, or noise of N(0, 1) for each value.
    generator : Generator or numpy.random.Generator, optional
        See `RandomTransform`.

    Raises
    ------
    TypeError, ValueError
        An argument is not of its kind.
    ShapeError
        At a call: the input is a signal, or `value` has not one entry for each channel.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor.data.transforms import RandomErasing
    >>> RandomErasing(p=1.0, scale=(0.2, 0.3), generator=mt.Generator().manual_seed(2))(mt.ones(1, 4, 5))
    tensor([[[0., 1., 1., 1., 1.],
             [0., 1., 1., 1., 1.],
             [0., 1., 1., 1., 1.],
             [1., 1., 1., 1., 1.]]])
    """

    shown = "p scale ratio value"
    least_rank = 2

    def __init__(
        self,
        p: float = 0.5,
        scale: tuple[float, float] = (0.02, 0.33),
        ratio: tuple[float, float] = (0.3, 3.3),
        value: Fill | str = 0,
        *,
        generator: Generator | np.random.Generator | None = None,
    ) -> None:
        super().__init__(generator=generator)
        self.p = probability("RandomErasing", p)
        self.scale, self.ratio = span("RandomErasing", "scale", scale, 0, 1), span("RandomErasing", "ratio", ratio, 0)
        if not self.ratio[0]:
            raise ValueError(f"RandomErasing: ratio must be above 0, got {ratio!r}")
        if isinstance(value, str) and value != "random":
            raise ValueError(f"RandomErasing: value must be a number, one for each channel, or 'random', got {value!r}")
        self.value: Any = value if isinstance(value, str) else numbers("RandomErasing", "value", value)
        self._logarithms = log(self.ratio[0]), log(self.ratio[1])

    def apply(self, array: Array) -> Array:
        """See `Transform`."""
        if self.value == "random":
            refuse_integers(self, array)
        else:
            value = per_channel(self, "value", self.value, array)
        draws = self.draws
        if draws.random() >= self.p:
            return array
        height, width = array.shape[-2:]
        for _ in range(10):
            area, ratio = height * width * draws.uniform(*self.scale), exp(draws.uniform(*self._logarithms))
            h, w = round(sqrt(area * ratio)), round(sqrt(area / ratio))
            if h < height and w < width:
                top, left = int(draws.integers(height - h + 1)), int(draws.integers(width - w + 1))
                result = array.copy()
                hole = result[..., top : top + h, left : left + w]
                hole[...] = normal(draws, hole.shape, array.dtype) if self.value == "random" else value
                return result
        return array


class Cutout(RandomTransform):
    """Squares at random places are overwritten; as far as they lie within the image.

    In a signal they are pieces of its time, in a volume cubes. Each has its centre at a cell that is drawn uniformly, so one
    at the edge is cut off there.

    Source: DeVries and Taylor, "Improved Regularization of Convolutional Neural Networks with Cutout" (2017), where CIFAR-10
    has one hole with sides of 16 cells.

    Parameters
    ----------
    length : int or sequence of int
        The hole's side, or its sides along each spatial axis.
    n_holes : int
        How many there are; they may overlap.
    fill : float or sequence of float
        What is written; a sequence has one value for each channel. After `Normalize`, 0 is the mean.
    generator : Generator or numpy.random.Generator, optional
        See `RandomTransform`.

    Raises
    ------
    TypeError, ValueError
        An argument is not of its kind.
    ShapeError
        At a call: `length` is for another number of spatial axes, `fill` for another number of channels, or there are no
        cells.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor.data.transforms import Cutout
    >>> Cutout(2, generator=mt.Generator().manual_seed(0))(mt.ones(1, 3, 4))
    tensor([[[1., 1., 1., 1.],
             [1., 0., 0., 1.],
             [1., 0., 0., 1.]]])
    """

    shown = "length n_holes fill"

    def __init__(
        self,
        length: int | Sequence[int],
        n_holes: int = 1,
        fill: Fill = 0,
        *,
        generator: Generator | np.random.Generator | None = None,
    ) -> None:
        super().__init__(generator=generator)
        self.length = whole_numbers("Cutout", "length", length, 1)
        self.n_holes = whole("Cutout", "n_holes", n_holes, 0)
        self.fill = numbers("Cutout", "fill", fill)

    def apply(self, array: Array) -> Array:
        """See `Transform`."""
        rank = array.ndim - 1
        lengths = (self.length,) * rank if isinstance(self.length, int) else self.length
        if len(lengths) != rank:
            axes = f"({', '.join(spatial_axes(rank))})"
            self.refuse(array, f"length needs one entry for each of the spatial axes {axes}, got {len(lengths)}")
        if not all(array.shape[1:]):
            self.refuse(array, "there is no cell that a hole could have its centre at")
        fill, draws, result = per_channel(self, "fill", self.fill, array), self.draws, array.copy()
        for _ in range(self.n_holes):
            hole = [slice(None)]
            for length, size in zip(lengths, array.shape[1:], strict=True):
                start = int(draws.integers(size)) - length // 2
                hole.append(slice(max(start, 0), max(start + length, 0)))
            result[tuple(hole)] = fill
        return result
