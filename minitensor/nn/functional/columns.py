"""Unfold and fold: an image's windows as columns, and columns added up to an image; as PyTorch's of these names."""

from __future__ import annotations

from math import prod

from minitensor.dtypes import bool_
from minitensor.errors import ShapeError, shape_table
from minitensor.geometry import ConvGeometry, IntOrInts, tuple_of
from minitensor.nn.functional.spatial import check_axes, check_floating, check_tensor, input_axes, with_batch
from minitensor.ops.columns import col2im, im2col
from minitensor.ops.shape import reshape
from minitensor.tensor import Tensor


def unfold(
    input: Tensor, kernel_size: IntOrInts, dilation: IntOrInts = 1, padding: IntOrInts = 0, stride: IntOrInts = 1
) -> Tensor:
    """Write what a kernel sees at each position of images as columns, as PyTorch's `F.unfold`.

    y[n, c*kH*kW + i*kW + j, p*W_out + q] = x[n, c, stride*p + dilation*i - padding, stride*q + dilation*j - padding]

    So a convolution is a product of matrices: the weights, a row for each output channel, times the columns.

    Parameters
    ----------
    input : Tensor, shape (N, C, H, W) or (C, H, W)
        Images, or a single one; floating-point or bool.
    kernel_size, dilation, padding, stride : int or tuple of int
        As `conv2d`: the sizes of the window, the step from one of its cells to the next, the zeros around the image, and the
        step from one window to the next.

    Returns
    -------
    Tensor, shape (N, C*kH*kW, L) or (C*kH*kW, L)
        L = H_out * W_out, each size as in `conv2d`.

    Raises
    ------
    TypeError
        `input` is no Tensor, or of integers.
    ShapeError
        `input` has another number of axes, no channels or cells, or is smaller than the window.
    ValueError
        Arguments that fit no input.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.unfold(mt.arange(6.0).reshape(1, 2, 3), 2)
    tensor([[0., 1.],
            [1., 2.],
            [3., 4.],
            [4., 5.]])
    """
    check_tensor(input, "input", "unfold")
    check_axes(input, 2, "unfold")
    _check_dtype(input, "unfold")
    if input.shape[-3] == 0:
        table = shape_table(("input", input_axes(2, input.ndim), input.shape))
        raise ShapeError(f"unfold: the input has no channels\n{table}")
    pad = tuple_of(padding, 2, "padding", "unfold", 0)
    geometry = ConvGeometry.from_conv(
        input.shape[-2:], kernel_size, stride=stride, padding=pad, dilation=dilation, operation="unfold"
    )
    columns = im2col(with_batch(input, 2), geometry=geometry)  # (n, c, kh, kw, h_out, w_out)
    return reshape(columns, shape=(*input.shape[:-3], prod(columns.shape[1:4]), prod(geometry.out_spatial)))


def fold(
    input: Tensor,
    output_size: IntOrInts,
    kernel_size: IntOrInts,
    dilation: IntOrInts = 1,
    padding: IntOrInts = 0,
    stride: IntOrInts = 1,
) -> Tensor:
    """Add columns up to images, each entry to the cell that `unfold` takes it from, as PyTorch's `F.fold`.

    It is the adjoint of `unfold`, not its inverse: a cell is the sum of its copies, one for each window that it is in.

    Parameters
    ----------
    input : Tensor, shape (N, C*kH*kW, L) or (C*kH*kW, L)
        Columns, floating-point or bool.
    output_size : int or tuple of int
        The sizes (H, W) of the images.
    kernel_size, dilation, padding, stride : int or tuple of int
        As in `unfold`.

    Returns
    -------
    Tensor, shape (N, C, H, W) or (C, H, W)

    Raises
    ------
    TypeError
        `input` is no Tensor, or of integers.
    ShapeError
        `input` has another number of axes, no rows, rows that are no multiple of kH*kW, or not one column for each window.
    ValueError
        Arguments that fit no input.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> x = mt.ones(1, 1, 3, 3)
    >>> F.fold(F.unfold(x, 2), 3, 2)
    tensor([[[[1., 2., 1.],
              [2., 4., 2.],
              [1., 2., 1.]]]])
    """
    check_tensor(input, "input", "fold")
    if input.ndim not in (2, 3):
        raise ShapeError(f"fold: the input must be (N, C*kH*kW, L) or, without a batch, (C*kH*kW, L), got {input.shape}")
    _check_dtype(input, "fold")
    size, pad = tuple_of(output_size, 2, "output_size", "fold", 1), tuple_of(padding, 2, "padding", "fold", 0)
    geometry = ConvGeometry.from_conv(size, kernel_size, stride=stride, padding=pad, dilation=dilation, operation="fold")
    rows, positions = input.shape[-2:]
    taps, wanted = prod(geometry.kernel), prod(geometry.out_spatial)
    if rows == 0 or rows % taps:
        raise ShapeError(
            f"fold: the input's rows must be a multiple of kH*kW = {taps}, got {rows}\n" + _table(input, geometry)
        )
    if positions != wanted:
        raise ShapeError(
            f"fold: windows at {geometry.out_spatial} places make {wanted} columns, the input has {positions}\n"
            + _table(input, geometry)
        )
    batch = input.shape[0] if input.ndim == 3 else 1
    columns = reshape(input, shape=(batch, rows // taps, *geometry.kernel, *geometry.out_spatial))
    images = col2im(columns, geometry=geometry)
    return images if input.ndim == 3 else reshape(images, shape=images.shape[1:])


def check_windows(layer: str, kernel_size: IntOrInts, dilation: IntOrInts, padding: IntOrInts, stride: IntOrInts) -> None:
    """Raise a ValueError where these describe no windows of an image."""
    for name, value, least in (
        ("kernel_size", kernel_size, 1),
        ("dilation", dilation, 1),
        ("padding", padding, 0),
        ("stride", stride, 1),
    ):
        tuple_of(value, 2, name, layer, least)


def _check_dtype(input: Tensor, operation: str) -> None:
    if input.dtype != bool_:
        check_floating(input, "input", operation)


def _table(input: Tensor, geometry: ConvGeometry) -> str:
    axes = ("N", "C*kH*kW", "L")[-input.ndim :]
    return shape_table(
        ("input", axes, input.shape), ("output", ("H", "W"), geometry.in_spatial), ("kernel", ("H", "W"), geometry.kernel)
    )
