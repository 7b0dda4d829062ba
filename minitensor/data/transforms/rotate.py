"""Turning, moving, enlarging and shearing images: affine maps of their plane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minitensor.data.transforms.arguments import Fill, number, numbers, one_of, span
from minitensor.data.transforms.base import RandomTransform, per_channel
from minitensor.data.transforms.warp import INTERPOLATIONS, Matrix, inverse_matrix, warp, whole_size
from minitensor.dtypes import Array
from minitensor.random import Generator


class _Affine(RandomTransform):
    """What maps the plane of an image."""

    least_rank = 2
    interpolation: str
    fill: Any
    center: tuple[float, float] | None
    expand = False

    def _mapped(self, array: Array, matrix: Matrix) -> Array:
        """Read an image at the places that the matrix says."""
        fill, size = per_channel(self, "fill", self.fill, array), array.shape[-2:]
        if not all(size):
            self.refuse(array, "an image without pixels cannot be turned")
        return warp(array, matrix, whole_size(matrix, *size) if self.expand else size, self.interpolation, fill)

    def _middle(self, array: Array) -> tuple[float, float]:
        """The centre (x, y), from the middle of the image."""
        if self.center is None:
            return 0.0, 0.0
        height, width = array.shape[-2:]
        return self.center[0] - width / 2, self.center[1] - height / 2


class RandomRotation(_Affine):
    """Turn an image by a random angle, anticlockwise. As torchvision's `RandomRotation`.

    A volume turns in the plane of its last two axes, all of its depth alike.

    Parameters
    ----------
    degrees : float or tuple of (float, float)
        The least and the greatest angle; one number d means (-d, d).
    interpolation : {'nearest', 'bilinear'}
        The nearest pixel, or a mixture of the four around the place.
    expand : bool
        Whether the result is as large as the turned image, else as the input.
    center : tuple of (float, float), optional
        (x, y) of the place that stays, from the upper left corner; left out, the middle. Not with `expand`.
    fill : float or sequence of float
        What lies outside; a sequence has one value for each channel. At the edge a bilinear pixel mixes it in once, where
        torchvision does so twice and darkens the edge.
    generator : Generator or numpy.random.Generator, optional
        See `RandomTransform`.

    Raises
    ------
    TypeError, ValueError
        An argument is not of its kind.
    ShapeError
        At a call: the input is a signal or has no pixels, or `fill` has not one value for each channel.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor.data.transforms import RandomRotation
    >>> RandomRotation((90, 90))(mt.tensor([[[1, 2], [3, 4]]]))
    tensor([[[2, 4],
             [1, 3]]])
    >>> RandomRotation(15, interpolation="bilinear")(mt.rand(3, 32, 32)).shape
    (3, 32, 32)
    """

    shown = "degrees interpolation expand center fill"

    def __init__(
        self,
        degrees: float | tuple[float, float],
        interpolation: str = "nearest",
        expand: bool = False,
        center: Sequence[float] | None = None,
        fill: Fill = 0,
        *,
        generator: Generator | np.random.Generator | None = None,
    ) -> None:
        super().__init__(generator=generator)
        self.degrees = _angles("RandomRotation", "degrees", degrees)
        self.interpolation = one_of("RandomRotation", "interpolation", interpolation, INTERPOLATIONS)
        self.expand, self.center = bool(expand), _place("RandomRotation", center)
        if expand and center is not None:
            raise ValueError("RandomRotation: expand=True keeps all of the image, about whatever it turns: leave center out")
        self.fill = numbers("RandomRotation", "fill", fill)

    def apply(self, array: Array) -> Array:
        """See `Transform`."""
        angle = self.draws.uniform(*self.degrees)
        return self._mapped(array, inverse_matrix(-angle, center=self._middle(array)))


class RandomAffine(_Affine):
    """Turn, move, enlarge and shear an image at random. As torchvision's `RandomAffine`.

    A volume is mapped in the plane of its last two axes, all of its depth alike.

    Parameters
    ----------
    degrees : float or tuple of (float, float)
        The least and the greatest angle, clockwise; one number d means (-d, d), and 0 no turn.
    translate : tuple of (float, float), optional
        How far it moves at most, as parts of the width and of the height, from 0 to 1; by whole pixels.
    scale : tuple of (float, float), optional
        The least and the greatest enlargement, above 0.
    shear : float or sequence of float, optional
        In degrees. s: along x from -s to s. Two numbers: along x from the one to the other. Four: and along y from the third
        to the fourth.
    interpolation, fill, center
        As `RandomRotation` takes them.
    generator : Generator or numpy.random.Generator, optional
        See `RandomTransform`.

    Raises
    ------
    TypeError, ValueError
        An argument is not of its kind.
    ShapeError
        At a call: the input is a signal or has no pixels, or `fill` has not one value for each channel.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor.data.transforms import RandomAffine
    >>> RandomAffine(0, scale=(2, 2))(mt.arange(16).reshape(1, 4, 4))
    tensor([[[ 5,  5,  6,  6],
             [ 5,  5,  6,  6],
             [ 9,  9, 10, 10],
             [ 9,  9, 10, 10]]])
    """

    shown = "degrees translate scale shear interpolation fill center"

    def __init__(
        self,
        degrees: float | tuple[float, float],
        translate: tuple[float, float] | None = None,
        scale: tuple[float, float] | None = None,
        shear: float | Sequence[float] | None = None,
        interpolation: str = "nearest",
        fill: Fill = 0,
        center: Sequence[float] | None = None,
        *,
        generator: Generator | np.random.Generator | None = None,
    ) -> None:
        super().__init__(generator=generator)
        self.degrees = _angles("RandomAffine", "degrees", degrees)
        self.translate = translate
        if translate is not None:
            x, y = _pair("RandomAffine", "translate", translate)
            self.translate = number("RandomAffine", "translate", x, 0, 1), number("RandomAffine", "translate", y, 0, 1)
        self.scale = None if scale is None else span("RandomAffine", "scale", scale, 0)
        if self.scale is not None and not self.scale[0]:
            raise ValueError(f"RandomAffine: scale must be above 0, got {scale!r}")
        if shear is not None and isinstance(shear, (list, tuple)) and len(shear) == 4:
            self.shear: Any = (*span("RandomAffine", "shear", shear[:2]), *span("RandomAffine", "shear", shear[2:]))
        else:
            self.shear = None if shear is None else _angles("RandomAffine", "shear", shear)
        self.interpolation = one_of("RandomAffine", "interpolation", interpolation, INTERPOLATIONS)
        self.fill, self.center = numbers("RandomAffine", "fill", fill), _place("RandomAffine", center)

    def apply(self, array: Array) -> Array:
        """See `Transform`."""
        draws = self.draws
        angle, moved, scale, shear_x, shear_y = draws.uniform(*self.degrees), (0.0, 0.0), 1.0, 0.0, 0.0
        if self.translate is not None:
            furthest = [part * length for part, length in zip(self.translate, array.shape[:-3:-1], strict=True)]  # x, y
            moved = round(draws.uniform(-furthest[0], furthest[0])), round(draws.uniform(-furthest[1], furthest[1]))
        if self.scale is not None:
            scale = draws.uniform(*self.scale)
        if self.shear is not None:
            shear_x = draws.uniform(*self.shear[:2])
            shear_y = draws.uniform(*self.shear[2:]) if len(self.shear) == 4 else 0.0
        return self._mapped(array, inverse_matrix(angle, moved, scale, (shear_x, shear_y), self._middle(array)))


def _angles(transform: str, name: str, value: Any) -> tuple[float, float]:
    """From -d to d of one number d, or from one number to another."""
    if isinstance(value, (list, tuple)):
        return span(transform, name, value)
    greatest = number(transform, name, value, 0)
    return -greatest, greatest


def _pair(transform: str, name: str, value: Any) -> tuple[Any, Any]:
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise TypeError(f"{transform}: {name} must be two numbers, along x and along y, got {value!r}")
    return value[0], value[1]


def _place(transform: str, center: Any) -> tuple[float, float] | None:
    if center is None:
        return None
    x, y = _pair(transform, "center", center)
    return number(transform, "center", x), number(transform, "center", y)
