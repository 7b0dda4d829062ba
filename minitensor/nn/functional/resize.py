"""Resizing signals, images and volumes, as PyTorch's `F.interpolate`: one linear map along each axis."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

from minitensor.dtypes import uint8
from minitensor.errors import ShapeError, shape_table, spatial_axes
from minitensor.geometry import IntOrInts, Ints, axis_map, tuple_of
from minitensor.nn.functional.pool import adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d
from minitensor.nn.functional.spatial import check_floating, check_tensor, input_axes
from minitensor.ops.elementwise import cast, widened
from minitensor.ops.resample import resample
from minitensor.tensor import Tensor

# For each mode how cells are mixed along an axis, and for how many axes it is.
MODES: dict[str, tuple[str, Ints]] = {
    "nearest": ("nearest", (1, 2, 3)),
    "nearest-exact": ("nearest-exact", (1, 2, 3)),
    "area": ("area", (1, 2, 3)),
    "linear": ("linear", (1,)),
    "bilinear": ("linear", (2,)),
    "trilinear": ("linear", (3,)),
    "bicubic": ("cubic", (2,)),
    "lanczos": ("lanczos", (2,)),
}
ANTIALIASED = ("bilinear", "bicubic", "lanczos")
AVERAGES = {1: adaptive_avg_pool1d, 2: adaptive_avg_pool2d, 3: adaptive_avg_pool3d}


def interpolate(
    input: Tensor,
    size: IntOrInts | None = None,
    scale_factor: float | Sequence[float] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:
    """Resize signals, images or volumes, as PyTorch's `F.interpolate`.

    Along each axis, y[p] = sum over the cells i around x(p) of w(i - x(p)) * x[i]: `minitensor.geometry.resampling` has the
    places x(p) and the weights w.

    Parameters
    ----------
    input : Tensor, shape (N, C, L), (N, C, H, W) or (N, C, D, H, W)
        Floating-point; for the nearest modes also uint8.
    size : int or tuple of int, optional
        The new sizes of the spatial axes; or
    scale_factor : float or tuple of float, optional
        what the sizes are multiplied with. The result is rounded down.
    mode : str
        ``'nearest'``, the cell below the left end of the new one (as old versions of OpenCV), or ``'nearest-exact'``, below
        its centre; ``'linear'``, ``'bilinear'``, ``'trilinear'`` for signals, images, volumes; ``'bicubic'`` for images;
        ``'area'``, the average of all cells that the new one covers (`adaptive_avg_pool2d`); ``'lanczos'`` for images with
        `antialias`.
    align_corners : bool, optional
        For the linear modes and bicubic, whether the outermost centres stay in their places; False unless given.
    recompute_scale_factor : bool, optional
        Whether the places follow from the sizes, not from `scale_factor`: after rounding down they are not the same.
    antialias : bool
        For bilinear, bicubic and lanczos, whether each new cell mixes all cells that it covers, as Pillow does it.

    Returns
    -------
    Tensor, shape (N, C, L_out), (N, C, H_out, W_out) or (N, C, D_out, H_out, W_out)
        Of the input's dtype.

    Raises
    ------
    TypeError
        `input` is no Tensor or of another dtype, or `align_corners` is no bool.
    ShapeError
        `input` has another number of axes than the mode is for, or no channels or cells, or the result would have none.
    ValueError
        An unknown mode; both or neither of `size` and `scale_factor`, or not one for each axis; an option that is not the
        mode's.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> x = mt.tensor([[[1.0, 2.0, 4.0]]])
    >>> F.interpolate(x, scale_factor=2)
    tensor([[[1., 1., 2., 2., 4., 4.]]])
    >>> F.interpolate(x, size=5, mode="linear", align_corners=True)
    tensor([[[1.0000, 1.5000, 2.0000, 3.0000, 4.0000]]])
    """
    check_tensor(input, "input", "interpolate")
    check_mode("interpolate", mode, align_corners, antialias)
    along, ranks = MODES[mode]
    rank = input.ndim - 2
    if rank not in ranks:
        wanted = " or ".join(f"({', '.join(input_axes(one, one + 2))})" for one in ranks)
        raise ShapeError(f"interpolate: for mode={mode!r} the input must be {wanted}, got the shape {input.shape}")
    sizes, factors = _sizes_of(input.shape[2:], size, scale_factor, bool(recompute_scale_factor))
    if along == "area":
        return AVERAGES[rank](input, sizes)
    if not (input.dtype == uint8 and along.startswith("nearest")):
        check_floating(input, "input", "interpolate")
    _refuse_nothing(input, sizes)
    x: Tensor = widened(input)
    # An axis that becomes shorter first, and of others the last one: the arrays in between are then the smallest.
    for axis in sorted(range(rank), key=lambda axis: (sizes[axis] / input.shape[axis + 2], -axis)):
        mapping = axis_map(along, input.shape[axis + 2], sizes[axis], factors[axis], bool(align_corners), antialias)
        x = resample(x, axis=axis + 2, mapping=mapping)
    return x if x.dtype == input.dtype else cast(x, dtype=input.dtype)


def check_mode(operation: str, mode: str, align_corners: bool | None, antialias: bool = False) -> None:
    """Refuse an unknown mode, and options that it does not have.

    Raises
    ------
    ValueError, TypeError
        See `interpolate`.
    """
    if mode not in MODES:
        raise ValueError(f"{operation}: mode must be one of {', '.join(map(repr, MODES))}, got {mode!r}")
    if not (align_corners is None or isinstance(align_corners, bool)):
        raise TypeError(f"{operation}: align_corners must be True, False or None, got {align_corners!r}")
    if align_corners is not None and MODES[mode][0] not in ("linear", "cubic", "lanczos"):
        raise ValueError(
            f"{operation}: align_corners is for the modes 'linear', 'bilinear', 'trilinear' and 'bicubic', got {mode!r}: "
            "leave it out"
        )
    if antialias and mode not in ANTIALIASED:
        raise ValueError(f"{operation}: antialias is for the modes 'bilinear', 'bicubic' and 'lanczos', got {mode!r}")
    if mode == "lanczos" and (not antialias or align_corners):
        raise ValueError(f"{operation}: mode='lanczos' needs antialias=True, and no align_corners")


def check_sizes(operation: str, size: object, scale_factor: object) -> None:
    """Refuse sizes that are no ints of 1 or more, factors that are no numbers above 0, and both or neither of them.

    Raises
    ------
    ValueError
        See `interpolate`.
    """
    if (size is None) == (scale_factor is None):
        raise ValueError(
            f"{operation}: give size or scale_factor, and not both: got size={size}, scale_factor={scale_factor}"
        )
    for entry in _entries(size):
        tuple_of(entry, 1, "size", operation, 1)
    for entry in _entries(scale_factor):
        if not isinstance(entry, (int, float)) or not (isfinite(entry) and entry > 0):
            raise ValueError(
                f"{operation}: scale_factor must be a number above 0, or one for each axis, got {scale_factor!r}"
            )


def _entries(value: Any) -> tuple[Any, ...]:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)


def _sizes_of(
    spatial: Ints, size: IntOrInts | None, scale_factor: float | Sequence[float] | None, recompute: bool
) -> tuple[Ints, tuple[float | None, ...]]:
    """The new sizes, and for each axis the factor that the places follow from, or None where they follow from the sizes."""
    rank = len(spatial)
    check_sizes("interpolate", size, scale_factor)
    if size is not None:
        if recompute:
            raise ValueError("interpolate: recompute_scale_factor is for a scale_factor, and a size is given")
        return tuple_of(size, rank, "size", "interpolate", 1), (None,) * rank
    factors = _entries(scale_factor) if isinstance(scale_factor, (tuple, list)) else (scale_factor,) * rank
    if len(factors) != rank:
        axes = ", ".join(spatial_axes(rank))
        raise ValueError(f"interpolate: scale_factor needs one entry per spatial axis, ({axes}), got {scale_factor!r}")
    sizes = tuple(int(length * factor) for length, factor in zip(spatial, factors, strict=True))
    return sizes, (None,) * rank if recompute else tuple(map(float, factors))


def _refuse_nothing(input: Tensor, sizes: Ints) -> None:
    """Refuse an input without channels or cells, and a result without cells."""
    if 0 in input.shape[1:] or 0 in sizes:
        axes = input_axes(len(sizes), input.ndim)
        table = shape_table(("input", axes, input.shape), ("output", axes[2:], sizes))
        raise ShapeError(f"interpolate: neither the input nor the output may be without channels or cells\n{table}")
