"""The colours of an image: red, green and blue from 0 to 1 along the first axis, or grey alone."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minitensor.data.transforms.arguments import number, span
from minitensor.data.transforms.base import RandomTransform, Transform
from minitensor.data.transforms.values import refuse_integers
from minitensor.dtypes import Array
from minitensor.random import Generator

WEIGHTS = (0.2989, 0.587, 0.114)  # of red, green and blue in grey, as torchvision has them


class Grayscale(Transform):
    """Red, green and blue as grey: 0.2989 R + 0.587 G + 0.114 B. As torchvision's `Grayscale`.

    Parameters
    ----------
    num_output_channels : int
        1, or 3 that are alike.

    Raises
    ------
    ValueError
        There are to be another number of channels.
    TypeError, ShapeError
        At a call: the input is not of floats, or has neither 3 channels nor 1.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor.data.transforms import Grayscale
    >>> Grayscale()(mt.tensor([[[1.0]], [[0.5]], [[0.0]]]))
    tensor([[[0.5924]]])
    """

    shown = "num_output_channels"

    def __init__(self, num_output_channels: int = 1) -> None:
        if num_output_channels not in (1, 3):
            raise ValueError(f"Grayscale: num_output_channels must be 1 or 3, got {num_output_channels!r}")
        self.num_output_channels = num_output_channels

    def apply(self, array: Array) -> Array:
        """See `Transform`."""
        _refuse_no_colours(self, array)
        if array.shape[0] == self.num_output_channels == 1:
            return array
        return np.repeat(grey_of(array), self.num_output_channels, axis=0)  # (1 or 3, *spatial)


class ColorJitter(RandomTransform):
    """Another brightness, contrast, saturation and hue, in random order. As torchvision's `ColorJitter`.

    With a factor f drawn uniformly for each: brightness f x, contrast f x + (1 - f) m with the mean m of the grey image,
    saturation f x + (1 - f) g with the grey image g, each brought to 0 to 1; the hue goes round its circle by the part f. A
    grey image keeps saturation and hue.

    Parameters
    ----------
    brightness, contrast, saturation : float or tuple of (float, float)
        The least and the greatest factor; one number d means (max(0, 1 - d), 1 + d), and 0 that it stays.
    hue : float or tuple of (float, float)
        The least and the greatest part of the circle, from -0.5 to 0.5; one number d means (-d, d).
    generator : Generator or numpy.random.Generator, optional
        See `RandomTransform`.

    Raises
    ------
    TypeError, ValueError
        An argument is not of its kind; at a call: the input is not of floats.
    ShapeError
        At a call: the input has neither 3 channels nor 1.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor.data.transforms import ColorJitter
    >>> red = mt.tensor([[[1.0]], [[0.0]], [[0.0]]])
    >>> ColorJitter(hue=(1 / 3, 1 / 3))(red).flatten()
    tensor([0., 1., 0.])
    >>> ColorJitter(brightness=0.2, contrast=0.2)
    ColorJitter(brightness=(0.8, 1.2), contrast=(0.8, 1.2), saturation=None, hue=None)
    """

    shown = "brightness contrast saturation hue"

    def __init__(
        self,
        brightness: float | tuple[float, float] = 0,
        contrast: float | tuple[float, float] = 0,
        saturation: float | tuple[float, float] = 0,
        hue: float | tuple[float, float] = 0,
        *,
        generator: Generator | np.random.Generator | None = None,
    ) -> None:
        super().__init__(generator=generator)
        self.brightness, self.contrast = _range("brightness", brightness), _range("contrast", contrast)
        self.saturation, self.hue = _range("saturation", saturation), _range("hue", hue, 0, -0.5, 0.5)
        steps = (brightened, self.brightness), (contrasted, self.contrast), (saturated, self.saturation), (turned, self.hue)
        self._steps = [(change, bounds) for change, bounds in steps if bounds is not None]

    def apply(self, array: Array) -> Array:
        """See `Transform`."""
        _refuse_no_colours(self, array)
        draws = self.draws
        for place in draws.permutation(len(self._steps)).tolist():
            change, bounds = self._steps[place]
            array = change(array, draws.uniform(*bounds))
        return array


def grey_of(image: Array) -> Array:
    """The grey image, (1, *spatial), of one with 3 channels or 1."""
    if image.shape[0] == 1:
        return image
    red, green, blue = (image[channel] * image.dtype.type(weight) for channel, weight in enumerate(WEIGHTS))
    grey: Array = (red + green + blue)[None]
    return grey


def brightened(image: Array, factor: float) -> Array:
    """The image times the factor, brought to 0 to 1."""
    return _mixed(image, 0, factor)


def contrasted(image: Array, factor: float) -> Array:
    """The image's distance from its mean grey times the factor."""
    return _mixed(image, grey_of(image).mean(), factor)


def saturated(image: Array, factor: float) -> Array:
    """The image's distance from the grey image times the factor."""
    return image if image.shape[0] == 1 else _mixed(image, grey_of(image), factor)


def turned(image: Array, part: float) -> Array:
    """The image with each hue moved on by a part of the circle: red to yellow by 1/6.

    With the greatest value v of the three, their range c and the hue h in sixths of the circle, the red, green and blue are
    v - c max(0, min(k, 4 - k, 1)) with k = (h + 5, 3, 1) mod 6 (HSV; Smith, "Color Gamut Transform Pairs", 1978).
    """
    if image.shape[0] == 1:
        return image
    red, green, blue = image
    value = image.max(axis=0)
    spread = value - image.min(axis=0)
    divisor = np.where(spread == 0, 1, spread)  # of a grey pixel the hue is of no effect
    hue = np.where(
        value == red,
        (green - blue) / divisor,
        np.where(value == green, (blue - red) / divisor + 2, (red - green) / divisor + 4),
    )
    place = (hue + np.reshape([6 * part + 5, 6 * part + 3, 6 * part + 1], (3, *[1] * value.ndim))) % 6  # (3, *spatial)
    result: Array = value - spread * np.minimum(place, 4 - place).clip(0, 1)
    return result.astype(image.dtype, copy=False)


def _mixed(image: Array, other: Any, factor: float) -> Array:
    """Take the factor times the image and the rest of the other one, brought to 0 to 1."""
    kind = image.dtype.type
    result: Array = image * kind(factor)
    result += other * kind(1 - factor)
    return result.clip(0, 1, out=result)


def _range(name: str, value: Any, middle: float = 1, low: float = 0, high: float = math.inf) -> tuple[float, float] | None:
    """The least and the greatest factor; None where nothing changes."""
    if isinstance(value, (list, tuple)):
        found = span("ColorJitter", name, value, low, high)
    else:
        distance = number("ColorJitter", name, value, 0, high)
        found = max(middle - distance, low), middle + distance
    return None if found == (middle, middle) else found


def _refuse_no_colours(transform: Transform, array: Array) -> None:
    refuse_integers(transform, array)
    if array.shape[0] not in (1, 3):
        transform.refuse(array, f"the input has {array.shape[0]} channels, colours have 3 (red, green, blue), grey has 1")
