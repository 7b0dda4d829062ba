"""Images read at any places: `affine_grid` and `grid_sample`, as PyTorch's functions of these names.

A place is a vector (x, y) or (x, y, z), from -1 at one end of the image to 1 at the other: x along the last axis. With
`align_corners` the ends are the outermost centres of cells, else their outer edges.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod
from typing import Any, NamedTuple

import numpy as np

from minitensor.dtypes import Array
from minitensor.errors import ShapeError, shape_table
from minitensor.geometry import Ints, tuple_of
from minitensor.nn.functional.checks import check_operands
from minitensor.nn.functional.spatial import check_floating, check_tensor, input_axes
from minitensor.ops.elementwise import add, cast, mul, sub, where, widened
from minitensor.ops.index import gather, getitem
from minitensor.ops.linalg import matmul
from minitensor.ops.shape import permute, reshape
from minitensor.tensor import Tensor

CUBIC = -0.75  # the slope of the cubic weights at 1, as PyTorch's
NOWHERE = -100.0  # stands for a place that is not finite: outside of every image


class _Tap(NamedTuple):
    """One of the cells along an axis that a place reads: which, whether it is in the image, and its weight; None for 1."""

    cell: Array
    inside: Array
    weight: Any


def affine_grid(theta: Tensor, size: Sequence[int], align_corners: bool | None = None) -> Tensor:
    """The places that an affine map has for each cell of an image, as PyTorch's `F.affine_grid`: what `grid_sample` takes.

    grid[n, h, w] = theta[n] @ (x_w, y_h, 1)

    Parameters
    ----------
    theta : Tensor, shape (N, 2, 3) or (N, 3, 4)
        The maps, of images or volumes.
    size : sequence of int
        The shape (N, C, H, W) or (N, C, D, H, W) of the images that are wanted.
    align_corners : bool, optional
        Whether -1 and 1 are the outermost centres of cells; False unless given: their outer edges.

    Returns
    -------
    Tensor, shape (N, H, W, 2) or (N, D, H, W, 3)

    Raises
    ------
    TypeError
        `theta` is no Tensor, or not floating-point.
    ValueError
        `size` is not of four or five ints of 1 or more.
    ShapeError
        `theta` does not fit it.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> mirrored = mt.tensor([[[-1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]])
    >>> x = mt.tensor([[[[1.0, 2.0, 3.0]]]])
    >>> F.grid_sample(x, F.affine_grid(mirrored, x.shape, align_corners=False), align_corners=False)
    tensor([[[[3., 2., 1.]]]])

    References
    ----------
    M. Jaderberg et al., "Spatial Transformer Networks", 2015, equation 1.
    """
    check_tensor(theta, "theta", "affine_grid")
    check_floating(theta, "theta", "affine_grid")
    if not isinstance(size, (tuple, list)) or len(size) not in (4, 5):
        raise ValueError(f"affine_grid: size is (N, C, H, W) or (N, C, D, H, W), got {size!r}")
    samples, _, *spatial = tuple_of(size, len(size), "size", "affine_grid", 1)
    rank = len(spatial)
    if theta.shape != (samples, rank, rank + 1):
        raise ShapeError(
            f"affine_grid: for the size {tuple(size)} theta must be of the shape {(samples, rank, rank + 1)}, "
            f"got {theta.shape}"
        )
    ends = [1.0 if align_corners else (length - 1) / length for length in spatial]
    lines = [np.linspace(-end, end, length) if length > 1 else [0.0] for end, length in zip(ends, spatial, strict=True)]
    places = [*reversed(np.meshgrid(*lines, indexing="ij")), np.ones(spatial)]
    base = np.stack([place.ravel() for place in places], axis=-1).astype(theta.dtype)  # (P, rank + 1)
    grid = matmul(base, permute(theta, axes=(0, 2, 1)))  # (n, P, rank)
    return reshape(grid, shape=(samples, *spatial, rank))


def grid_sample(
    input: Tensor,
    grid: Tensor,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool | None = None,
) -> Tensor:
    """Read images at the places of a grid, as PyTorch's `F.grid_sample`.

    y[n, c, h, w] = sum over the cells i around grid[n, h, w] of weight(i) * x[n, c, i]

    Parameters
    ----------
    input : Tensor, shape (N, C, H, W) or (N, C, D, H, W)
        Floating-point.
    grid : Tensor, shape (N, H_out, W_out, 2) or (N, D_out, H_out, W_out, 3)
        The places, of the input's dtype.
    mode : {'bilinear', 'nearest', 'bicubic'}
        How the cells around are weighed; bicubic is for images. The gradient by the grid is 0 for nearest.
    padding_mode : {'zeros', 'border', 'reflection'}
        What there is beyond the image: zeros, the cells at its border, or the image mirrored at its ends.
    align_corners : bool, optional
        Whether -1 and 1 are the outermost centres of cells; False unless given: their outer edges.

    Returns
    -------
    Tensor, shape (N, C, H_out, W_out) or (N, C, D_out, H_out, W_out)

    Raises
    ------
    TypeError
        An argument is no Tensor, not floating-point, or of another dtype.
    ShapeError
        The input has no cells, or the grid does not fit it.
    ValueError
        An unknown mode.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> x = mt.tensor([[[[1.0, 2.0, 4.0]]]])
    >>> F.grid_sample(x, mt.tensor([[[[0.5, 0.0], [-1.0, 0.0]]]]), align_corners=True)
    tensor([[[[3., 1.]]]])

    References
    ----------
    M. Jaderberg et al., "Spatial Transformer Networks", 2015, equations 3 to 5.
    """
    rank = _check(input, grid, mode, padding_mode, align_corners)
    x, places = widened(input), widened(grid)
    samples, channels, *spatial = x.shape
    out, count = grid.shape[1:-1], prod(grid.shape[1:-1])
    flat = reshape(x, shape=(samples, channels, prod(spatial)))
    taps = []
    for axis, size in enumerate(spatial):
        place = reshape(getitem(places, index=(..., rank - 1 - axis)), shape=(samples, 1, count))
        taps.append(_taps(_in_cells(place, size, bool(align_corners)), size, mode, padding_mode, bool(align_corners)))
    y: Any = None
    for combination in product(*taps):
        term = _term(flat, combination, tuple(spatial))
        y = term if y is None else add(y, term)
    images: Tensor = reshape(y, shape=(samples, channels, *out))
    return images if images.dtype == input.dtype else cast(images, dtype=input.dtype)


def _check(input: Tensor, grid: Tensor, mode: str, padding_mode: str, align_corners: bool | None) -> int:
    """Refuse what does not fit, and return how many spatial axes there are."""
    check_operands("grid_sample", input, grid=grid)
    if mode not in ("bilinear", "nearest", "bicubic"):
        raise ValueError(f"grid_sample: mode must be 'bilinear', 'nearest' or 'bicubic', got {mode!r}")
    if padding_mode not in ("zeros", "border", "reflection"):
        raise ValueError(f"grid_sample: padding_mode must be 'zeros', 'border' or 'reflection', got {padding_mode!r}")
    if not (align_corners is None or isinstance(align_corners, bool)):
        raise TypeError(f"grid_sample: align_corners must be True, False or None, got {align_corners!r}")
    rank = input.ndim - 2
    if rank not in (2, 3) or grid.ndim != input.ndim or grid.shape[-1] != rank or grid.shape[0] != input.shape[0]:
        raise ShapeError(
            "grid_sample: to images (N, C, H, W) belongs a grid (N, H_out, W_out, 2), to volumes (N, C, D, H, W) a grid "
            f"(N, D_out, H_out, W_out, 3), got the shapes {input.shape} and {grid.shape}"
        )
    if 0 in input.shape[2:]:
        table = shape_table(("input", input_axes(rank, input.ndim), input.shape))
        raise ShapeError(f"grid_sample: the input has no cells\n{table}")
    if mode == "bicubic" and rank != 2:
        raise ShapeError(f"grid_sample: mode='bicubic' is for images (N, C, H, W), got the shape {input.shape}")
    return rank


def _in_cells(place: Any, size: int, align_corners: bool) -> Any:
    """A place between -1 and 1 as a position among cells, of which 0 is the centre of the first."""
    if align_corners:
        return mul(add(place, 1), (size - 1) / 2)
    return sub(mul(add(place, 1), size / 2), 0.5)


def _taps(position: Any, size: int, mode: str, padding_mode: str, align_corners: bool) -> list[_Tap]:
    """The cells along an axis that positions read."""
    at = position._array
    finite = np.isfinite(at) & (abs(at) < 2**31)
    if not finite.all():
        position, at = where(finite, position, NOWHERE), np.where(finite, at, NOWHERE)
    if mode == "bicubic":
        first = np.floor(at)
        return [
            _tap(
                _brought_in(first + k, size, padding_mode, align_corners)[0], size, _cubic(abs(sub(position, first + k)), k)
            )
            for k in (-1, 0, 1, 2)
        ]
    value, slope = _brought_in(at, size, padding_mode, align_corners)
    if mode == "nearest":
        return [_tap(np.rint(value), size, None)]
    position = add(mul(position, slope), value - slope * at)  # of that value, with that slope
    first = np.floor(value)
    return [_tap(first, size, sub(first + 1, position)), _tap(first + 1, size, sub(position, first))]


def _tap(cell: Array, size: int, weight: Any) -> _Tap:
    inside = (cell >= 0) & (cell < size)
    return _Tap(np.where(inside, cell, 0).astype(np.int64), inside, weight)


def _cubic(distance: Any, k: int) -> Any:
    """Keys' polynomials of a distance up to 1, for the two cells beside a position, or from 1 to 2."""
    a, d = CUBIC, distance
    if k in (0, 1):
        return add(mul(mul(sub(mul(d, a + 2), a + 3), d), d), 1)
    return sub(mul(add(mul(sub(mul(d, a), 5 * a), d), 8 * a), d), 4 * a)


def _brought_in(at: Array, size: int, padding_mode: str, align_corners: bool) -> tuple[Array, Array]:
    """Positions mirrored at the ends, or brought to the outermost cells; and the slope of that: 1, 0 or -1."""
    slope = np.ones_like(at)
    if padding_mode == "zeros":
        return at, slope
    if padding_mode == "reflection":
        low, span = (0.0, size - 1) if align_corners else (-0.5, size)
        if span == 0:
            return np.zeros_like(at), np.zeros_like(at)
        turns, rest = np.divmod(abs(at - low), span)
        back = turns % 2 == 1
        slope = np.where(at < low, -slope, slope) * np.where(back, -1, 1)
        at = np.where(back, span - rest, rest) + low
    slope = np.where((at > 0) & (at < size - 1), slope, 0)
    return np.clip(at, 0, size - 1).astype(slope.dtype, copy=False), slope


def _term(flat: Any, taps: tuple[_Tap, ...], spatial: Ints) -> Any:
    """What one cell around each place adds: its value times its weights, and 0 outside."""
    index: Any = 0
    inside: Any = True
    for tap, size in zip(taps, spatial, strict=True):
        index, inside = index * size + tap.cell, inside & tap.inside
    samples, channels = flat.shape[:2]
    value = gather(flat, np.broadcast_to(index, (samples, channels, index.shape[2])), axis=2)
    weights = [tap.weight for tap in taps if tap.weight is not None]
    if not weights:
        return where(inside, value, 0)
    weight = weights[0]
    for other in weights[1:]:
        weight = mul(weight, other)
    return mul(value, where(inside, weight, 0))
