"""The values of a sample: their range and dtype, noise on them, and how loud they are."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import Any

import numpy as np

from minitensor.creation import from_numpy
from minitensor.data.transforms.arguments import number, numbers, span
from minitensor.data.transforms.base import RandomTransform, Transform, per_channel
from minitensor.dtypes import Array, DType, float32
from minitensor.errors import ShapeError
from minitensor.random import Generator
from minitensor.tensor import Tensor


class ToTensor(Transform):
    """A picture as it comes from a file, (H, W, C), as a Tensor (C, H, W). As torchvision's `ToTensor`.

    uint8 becomes float32, and 0 to 255 becomes 0 to 1; values of another dtype stay what they are. A Tensor comes back as it
    is. A signal (C, L) or a volume (C, D, H, W) that is an ndarray becomes a Tensor by `mt.from_numpy`.

    Raises
    ------
    TypeError
        At a call: the input is no array, no Tensor and no picture of Pillow's.
    ShapeError
        At a call: it is neither (H, W, C) nor (H, W).

    Examples
    --------
    >>> import numpy as np
    >>> from minitensor.data.transforms import ToTensor
    >>> ToTensor()(np.array([[0, 51, 255]], np.uint8))
    tensor([[[0.0000, 0.2000, 1.0000]]])
    >>> ToTensor()(np.zeros((32, 48, 3), np.uint8)).shape
    (3, 32, 48)
    """

    def __call__(self, input: Any) -> Any:
        """See the class."""
        if isinstance(input, Tensor):
            return input
        if not (isinstance(input, np.ndarray) or hasattr(input, "__array_interface__")):  # Pillow's pictures have that
            raise TypeError(f"ToTensor: expected an ndarray or a picture of Pillow's, got {type(input).__name__}")
        return from_numpy(self.apply(np.asarray(input)))

    def apply(self, array: Array) -> Array:
        """See `Transform`."""
        if array.ndim not in (2, 3):
            raise ShapeError(f"ToTensor: the input must be (H, W, C) or (H, W), got the shape {array.shape}")
        planes = array[None] if array.ndim == 2 else array.transpose(2, 0, 1)  # (c, h, w)
        return unit_range(planes) if array.dtype == np.uint8 else planes.copy()


class Normalize(Transform):
    """(x - mean) / std for each channel. As torchvision's `Normalize`.

    Parameters
    ----------
    mean, std : float or sequence of float
        One value for all channels, or one for each. `std` is not 0.

    Raises
    ------
    TypeError, ValueError
        An argument is not of its kind, `std` has a 0, or `mean` and `std` are of different lengths.
    TypeError, ShapeError
        At a call: the input is not of floats, or has another number of channels.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor.data.transforms import Normalize
    >>> Normalize(mean=(0.5, 1.0), std=(0.25, 2.0))(mt.tensor([[1.0, 0.5], [0.0, 1.0]]))
    tensor([[ 2.0000,  0.0000],
            [-0.5000,  0.0000]])
    """

    shown = "mean std"

    def __init__(self, mean: float | Sequence[float], std: float | Sequence[float]) -> None:
        self.mean, self.std = numbers("Normalize", "mean", mean), numbers("Normalize", "std", std)
        if not np.all(self.std):
            raise ValueError(f"Normalize: std divides, and must not be 0, got {std!r}")
        if isinstance(self.mean, tuple) and isinstance(self.std, tuple) and len(self.mean) != len(self.std):
            raise ValueError(f"Normalize: mean has {len(self.mean)} values, std has {len(self.std)}")
        self._fitting: tuple[Any, Array, Array] = (None, np.empty(0), np.empty(0))

    def apply(self, array: Array) -> Array:
        """See `Transform`."""
        refuse_integers(self, array)
        of, mean, std = self._fitting
        if of != (array.dtype, array.ndim, array.shape[0]):
            mean, std = (
                np.asarray(per_channel(self, name, getattr(self, name), array), array.dtype) for name in ("mean", "std")
            )
            self._fitting = (array.dtype, array.ndim, array.shape[0]), mean, std
        result = np.subtract(array, mean, order="C")
        return np.divide(result, std, out=result)


class GaussianNoise(RandomTransform):
    """Normal noise on each value: x + n with n ~ N(mean, sigma^2). As torchvision's `GaussianNoise` (v2).

    Parameters
    ----------
    mean : float
        Of the noise.
    sigma : float
        The standard deviation of the noise, 0 or more.
    clip : bool
        Whether the result is brought to 0 to 1, the range of images. False for signals, and after `Normalize`.
    generator : Generator or numpy.random.Generator, optional
        See `RandomTransform`.

    Raises
    ------
    TypeError, ValueError
        An argument is not of its kind; at a call: the input is not of floats.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor.data.transforms import GaussianNoise
    >>> GaussianNoise(sigma=0.1, clip=False, generator=mt.Generator().manual_seed(0))(mt.zeros(1, 3))
    tensor([[ 0.1118, -0.1387, -0.0427]])
    """

    shown = "mean sigma clip"

    def __init__(
        self,
        mean: float = 0.0,
        sigma: float = 0.1,
        clip: bool = True,
        *,
        generator: Generator | np.random.Generator | None = None,
    ) -> None:
        super().__init__(generator=generator)
        self.mean, self.sigma = number("GaussianNoise", "mean", mean), number("GaussianNoise", "sigma", sigma, 0)
        self.clip = bool(clip)

    def apply(self, array: Array) -> Array:
        """See `Transform`."""
        refuse_integers(self, array)
        noise = normal(self.draws, array.shape, array.dtype)
        noise *= self.sigma
        noise += array
        if self.mean:
            noise += self.mean
        return noise.clip(0, 1, out=noise) if self.clip else noise


class RandomGain(RandomTransform):
    """The whole sample louder or softer, or brighter or darker: g * x, with the same g for all channels.

    g = exp(u), and u is uniform between the logarithms of the bounds, so that 1/2 comes as often as 2.

    Parameters
    ----------
    gain : tuple of (float, float)
        The least and the greatest g, above 0.
    generator : Generator or numpy.random.Generator, optional
        See `RandomTransform`.

    Raises
    ------
    TypeError, ValueError
        An argument is not of its kind; at a call: the input is not of floats.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor.data.transforms import RandomGain
    >>> RandomGain((0.5, 2.0), generator=mt.Generator().manual_seed(0))(mt.tensor([[1.0, -2.0]]))
    tensor([[ 1.2091, -2.4182]])
    """

    shown = "gain"

    def __init__(
        self, gain: tuple[float, float] = (0.8, 1.25), *, generator: Generator | np.random.Generator | None = None
    ) -> None:
        super().__init__(generator=generator)
        self.gain = span("RandomGain", "gain", gain, 0)
        if not self.gain[0]:
            raise ValueError(f"RandomGain: gain must be above 0, got {gain!r}")
        self._logarithms = log(self.gain[0]), log(self.gain[1])

    def apply(self, array: Array) -> Array:
        """See `Transform`."""
        refuse_integers(self, array)
        gain = np.exp(self.draws.uniform(*self._logarithms))
        result: Array = np.multiply(array, array.dtype.type(gain), order="C")
        return result


def unit_range(values: Array) -> Array:
    """Bring uint8, 0 to 255, to float32, 0 to 1."""
    result: Array = values.astype(float32, order="C")
    result /= 255
    return result


def normal(draws: np.random.Generator, shape: tuple[int, ...], dtype: DType) -> Array:
    """Draw numbers of N(0, 1) in a floating dtype; those of float16 are rounded float32."""
    if dtype == np.float64:
        return draws.standard_normal(shape)
    drawn: Array = draws.standard_normal(shape, dtype=float32)
    return drawn.astype(dtype, copy=False)


def refuse_integers(transform: Transform, array: Array) -> None:
    """Raise a TypeError where a sample is not of floats."""
    if array.dtype.kind != "f":
        raise TypeError(
            f"{transform.name}: the input must be of floats, got {array.dtype}: "
            "a picture of uint8 is divided by 255 first, as ToTensor does it"
        )
