"""Reading an image at other places than its pixels': what turns, shifts, enlarges and shears have in common."""

from __future__ import annotations

from math import ceil, cos, floor, radians, sin, tan
from typing import Any, TypeAlias

import numpy as np

from minitensor.data.transforms.window import window
from minitensor.dtypes import Array

Matrix: TypeAlias = "tuple[tuple[float, float, float], tuple[float, float, float]]"

INTERPOLATIONS = ("nearest", "bilinear")


def inverse_matrix(
    angle: float = 0.0,
    translate: tuple[float, float] = (0.0, 0.0),
    scale: float = 1.0,
    shear: tuple[float, float] = (0.0, 0.0),
    center: tuple[float, float] = (0.0, 0.0),
) -> Matrix:
    """The places that an affine map comes from: the inverse of T C R S H C^-1, in torchvision's order.

    R turns clockwise by `angle`, S enlarges by `scale`, H shears along x and then along y, all about `center` (C); T moves
    by `translate`. Angles are in degrees; x goes right, y down, and both are 0 in the middle of the image.

    Returns
    -------
    tuple
        (a, b, c), (d, e, f): what comes to (x, y) comes from (a*x + b*y + c, d*x + e*y + f).

    Examples
    --------
    >>> [[round(entry, 6) for entry in row] for row in inverse_matrix(angle=90, translate=(3, 1))]
    [[0.0, 1.0, -1.0], [-1.0, 0.0, 3.0]]
    """
    turn, (shear_x, shear_y) = radians(angle), map(radians, shear)
    # [[a, b], [c, d]] = R H, of determinant 1, with R = [[cos, -sin], [sin, cos]] and
    # H = [[1, 0], [-tan shear_y, 1]] [[1, -tan shear_x], [0, 1]]
    a, c = cos(turn - shear_y) / cos(shear_y), sin(turn - shear_y) / cos(shear_y)
    b, d = -a * tan(shear_x) - sin(turn), -c * tan(shear_x) + cos(turn)
    (cx, cy), (tx, ty) = center, translate
    rows = (d / scale, -b / scale), (-c / scale, a / scale)
    return tuple(  # type: ignore[return-value]  # two rows
        (along_x, along_y, middle - along_x * (cx + tx) - along_y * (cy + ty))
        for (along_x, along_y), middle in zip(rows, center, strict=True)
    )


def whole_size(matrix: Matrix, height: int, width: int) -> tuple[int, int]:
    """The height and width that hold all of an image that is turned: torchvision's, which has up to one pixel to spare."""
    sizes = []
    for (along_x, along_y, _), length in zip(reversed(matrix), (height, width), strict=True):
        reach = (abs(along_x) * width + abs(along_y) * height) / 2  # of the corners, from the middle
        if min(abs(along_x), abs(along_y)) < 1e-9:  # by a quarter: nothing to spare
            sizes.append(round(2 * reach))
            continue
        sizes.append(ceil(round(length / 2 + reach, 4)) - floor(round(length / 2 - reach, 4)))
    return sizes[0], sizes[1]


def warp(array: Array, matrix: Matrix, size: tuple[int, int], interpolation: str, fill: Any) -> Array:
    """Read the last two axes of an array at the places that a matrix says.

    Parameters
    ----------
    array : ndarray
        Axes (C, *any, H, W), of any dtype; whole numbers are rounded.
    matrix : tuple
        See `inverse_matrix`.
    size : tuple of (int, int)
        The height and width of the result; its middle is (0, 0).
    interpolation : {'nearest', 'bilinear'}
        The nearest pixel, or a mixture of the four around the place.
    fill : number or ndarray
        What all pixels outside hold; one that broadcasts with the array.

    Returns
    -------
    ndarray
        Axes (C, *any, height, width), of the array's dtype.
    """
    *leading, height, width = array.shape
    # A pixel of `fill` all around stands for all that lie outside: a place beyond it is brought to it. (c, …, h + 2, w + 2)
    rank = len(leading) - 1
    framed = window(array, [0] * rank + [-1, -1], [*leading[1:], height + 2, width + 2], fill=fill)
    y, x = (np.arange(count) - (count - 1) / 2 for count in size)
    rows, columns = (
        (along_x * x + (along_y * y + offset)[:, None]) + (length - 1) / 2
        for (along_x, along_y, offset), length in zip(reversed(matrix), (height, width), strict=True)
    )
    lines = framed.reshape(-1, (height + 2) * (width + 2))  # (c * …, (h + 2) * (w + 2))
    if interpolation == "nearest":
        rows, columns = np.rint(rows).clip(-1, height) + 1, np.rint(columns).clip(-1, width) + 1
        result: Array = lines.take((rows * (width + 2) + columns).astype(np.intp).ravel(), axis=1)
    else:
        result = _mixed(lines, width + 2, rows.clip(-1, height).ravel() + 1, columns.clip(-1, width).ravel() + 1)
    return result.reshape(*leading, *size)


def _mixed(lines: Array, width: int, rows: Array, columns: Array) -> Array:
    """A mixture of the four pixels around each place; `lines` are planes with `width` pixels a row."""
    values = lines.astype(np.result_type(lines.dtype, np.float32), copy=False)
    last = lines.shape[1] // width - 2
    top, left = np.minimum(rows.astype(np.intp), last), np.minimum(columns.astype(np.intp), width - 2)
    down, right = (rows - top).astype(values.dtype), (columns - left).astype(values.dtype)
    place = top * width + left
    result: Array = _between(values, place, right) * (1 - down)
    result += _between(values, place + width, right) * down
    if lines.dtype.kind != "f":
        np.rint(result, out=result)
    return result.astype(lines.dtype, copy=False)


def _between(values: Array, place: Array, right: Array) -> Array:
    """A mixture of the pixels at `place` and to the right of it."""
    mixed: Array = values.take(place, axis=1) * (1 - right)
    mixed += values.take(place + 1, axis=1) * right
    return mixed
