"""Drawing without jagged edges: how far each pixel lies from an outline, and how much of it is covered then.

A shape is a function of the places x and y that answers with the signed distance to its outline, negative inside, in the
same unit. Shapes are about as large as the circle of radius 1 about the origin; x goes to the right and y downwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from math import cos, pi, sin
from typing import TypeAlias

import numpy as np

from minitensor.dtypes import Array

Shape: TypeAlias = Callable[[Array, Array], Array]


def circle(x: Array, y: Array, radius: float = 1.0) -> Array:
    """The distance to a circle about the origin."""
    distance: Array = np.sqrt(x * x + y * y) - np.float32(radius)
    return distance


def semicircle(x: Array, y: Array) -> Array:
    """The distance to the upper half of a disc, which lies about the origin."""
    y = y - np.float32(0.45)
    return np.maximum(circle(x, y), y)


def crescent(x: Array, y: Array) -> Array:
    """The distance to a disc that another one has bitten into."""
    return np.maximum(circle(x, y), -circle(x - np.float32(0.55), y, 0.8))


def segment(x: Array, y: Array, end_x: Array, end_y: Array) -> Array:
    """The distance to a straight line from the origin to (end_x, end_y), which is never negative."""
    # Where the nearest point of the line is: from 0, at its beginning, to 1
    part = np.clip((x * end_x + y * end_y) / (end_x * end_x + end_y * end_y), 0, 1)
    across, along = x - part * end_x, y - part * end_y
    distance: Array = np.sqrt(across * across + along * along)
    return distance


def polygon(x: Array, y: Array, corners: Sequence[tuple[float, float]]) -> Array:
    """The distance to a polygon, whose corners are given in order: to its nearest edge.

    A point is inside where a ray from it to the right crosses an odd number of edges.
    """
    shape = np.broadcast_shapes(x.shape, y.shape)
    distance, inside = np.full(shape, np.inf, np.float32), np.zeros(shape, bool)
    points = np.array(corners, np.float32)
    for (x0, y0), (x1, y1) in zip(points, np.roll(points, -1, axis=0), strict=True):
        from_x, from_y = x - x0, y - y0
        np.minimum(distance, segment(from_x, from_y, x1 - x0, y1 - y0), out=distance)
        if y1 != y0:
            inside ^= ((y0 > y) != (y1 > y)) & (from_x < from_y * ((x1 - x0) / (y1 - y0)))
    return np.where(inside, -distance, distance)


def regular(corners: int, inner: float | None = None) -> Shape:
    """A regular polygon with a corner at the top; with an inner radius, a star with that many points."""
    radii = [1.0] if inner is None else [1.0, inner]
    count = corners * len(radii)
    angles = [2 * pi * k / count for k in range(count)]
    return partial(
        polygon, corners=[(radii[k % len(radii)] * sin(a), -radii[k % len(radii)] * cos(a)) for k, a in enumerate(angles)]
    )


def _heart() -> list[tuple[float, float]]:
    """Points of the curve x = sin^3 t, y = -(13 cos t - 5 cos 2t - 2 cos 3t - cos 4t) / 16."""
    places = [2 * pi * k / 20 for k in range(20)]
    return [(sin(t) ** 3, -(13 * cos(t) - 5 * cos(2 * t) - 2 * cos(3 * t) - cos(4 * t)) / 16 - 0.1) for t in places]


_BAR = 0.33  # half the width of the cross's bars
_CROSS = [
    (_BAR, -1), (_BAR, -_BAR), (1, -_BAR), (1, _BAR), (_BAR, _BAR), (_BAR, 1),
    (-_BAR, 1), (-_BAR, _BAR), (-1, _BAR), (-1, -_BAR), (-_BAR, -_BAR), (-_BAR, -1),
]  # fmt: skip
_ARROW = [(0, -1), (0.75, -0.1), (0.28, -0.1), (0.28, 1), (-0.28, 1), (-0.28, -0.1), (-0.75, -0.1)]

DRAWN: dict[str, Shape] = {
    "circle": partial(circle, radius=0.9),
    "semicircle": semicircle,
    "crescent": crescent,
    "triangle": regular(3),
    "square": regular(4),
    "pentagon": regular(5),
    "star": regular(5, 0.42),
    "cross": partial(polygon, corners=_CROSS),
    "arrow": partial(polygon, corners=_ARROW),
    "heart": partial(polygon, corners=_heart()),
}


def placed(shape: Shape, x: Array, y: Array, radius: Array, turn: tuple[Array, Array]) -> Array:
    """The distance, in pixels, to a shape that is turned and enlarged: x and y are pixels from where it stands.

    Parameters
    ----------
    shape : callable
    x, y : ndarray
        (n, 1, w) and (n, h, 1).
    radius : ndarray
        (n, 1, 1), in pixels.
    turn : tuple of ndarray
        The angle's cosine and sine, (n, 1, 1).

    Returns
    -------
    ndarray
        (n, h, w).
    """
    cosine, sine = turn[0] / radius, turn[1] / radius
    return shape(cosine * x + sine * y, cosine * y - sine * x) * radius


def coverage(distance: Array) -> Array:
    """How much of each pixel lies inside, from 0 to 1, of distances in pixels."""
    return np.clip(np.float32(0.5) - distance, 0, 1)
