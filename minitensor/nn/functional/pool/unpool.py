"""Max unpooling: each value goes back to the place that a max pooling found it at, as PyTorch's functions of these names."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from minitensor.dtypes import Array, int64
from minitensor.errors import ShapeError, shape_table, spatial_axes
from minitensor.geometry import IntOrInts, Ints, int_of, tuple_of
from minitensor.nn.functional.pool.checks import check_input
from minitensor.nn.functional.spatial import check_floating, check_tensor, input_axes, with_batch, without_batch
from minitensor.ops.index import putitem
from minitensor.ops.shape import reshape
from minitensor.tensor import Tensor


def max_unpool_nd(
    rank: int,
    input: Tensor,
    indices: Tensor,
    kernel_size: IntOrInts,
    stride: IntOrInts | None,
    padding: IntOrInts,
    output_size: Sequence[int] | None,
) -> Tensor:
    """Put values back to where they were found: `max_unpool1d`, `max_unpool2d` and `max_unpool3d` in one."""
    operation = f"max_unpool{rank}d"
    check_input(input, rank, operation)
    check_floating(input, "input", operation)
    check_tensor(indices, "indices", operation)
    out_spatial = _out_spatial(input.shape[-rank:], kernel_size, stride, padding, output_size, operation)
    _check_indices(indices, input, out_spatial, operation)
    x = with_batch(input, rank)
    n, c = x.shape[:2]
    places = np.array(indices.numpy()).reshape(
        n, c, prod(x.shape[2:])
    )  # (n, c, windows), copied: backward needs it as it was
    index = np.arange(n).reshape(-1, 1, 1), np.arange(c).reshape(1, -1, 1), places
    empty: Array = np.zeros((n, c, prod(out_spatial)), x.dtype)  # (n, c, cells)
    filled = putitem(empty, reshape(x, shape=places.shape), index=index)
    return without_batch(reshape(filled, shape=(n, c, *out_spatial)), input)


def _out_spatial(
    in_spatial: Ints,
    kernel_size: IntOrInts,
    stride: IntOrInts | None,
    padding: IntOrInts,
    output_size: Sequence[int] | None,
    operation: str,
) -> Ints:
    """The output's sizes: (in-1)*stride + kernel - 2*padding, or `output_size`, which may be less than a stride off."""
    rank = len(in_spatial)
    kernel = tuple_of(kernel_size, rank, "kernel_size", operation, 1)
    steps = kernel if stride is None else tuple_of(stride, rank, "stride", operation, 1)
    pad = tuple_of(padding, rank, "padding", operation, 0)
    usual = tuple((size - 1) * s + k - 2 * p for size, s, k, p in zip(in_spatial, steps, kernel, pad, strict=True))
    if output_size is None:
        sizes = usual
    else:
        if not isinstance(output_size, (tuple, list)) or len(output_size) not in (rank, rank + 2):
            raise ValueError(
                f"{operation}: output_size is a tuple of {rank} sizes, or of {rank + 2} with N and C, got {output_size!r}"
            )
        sizes = tuple(int_of(size, "output_size", operation, 0) for size in output_size[-rank:])
        if any(abs(size - one) >= s for size, one, s in zip(sizes, usual, steps, strict=True)):
            ranges = ", ".join(f"{one - s + 1} to {one + s - 1}" for one, s in zip(usual, steps, strict=True))
            raise ShapeError(
                f"{operation}: output_size {sizes} is no size that these windows come from: "
                f"({', '.join(spatial_axes(rank))}) may be ({ranges})"
            )
    if any(size < 0 for size in sizes):
        raise ShapeError(f"{operation}: the padding {pad} leaves nothing of the output: its sizes would be {sizes}")
    return sizes


def _check_indices(indices: Tensor, input: Tensor, out_spatial: Ints, operation: str) -> None:
    """Refuse places that are not int64, are not one for each value, or lie outside the output."""
    if indices.dtype != int64:
        raise TypeError(f"{operation}: the indices must be int64, as max pooling returns them, got {indices.dtype}")
    if indices.shape != input.shape:
        axes = input_axes(len(out_spatial), max(input.ndim, indices.ndim))
        table = shape_table(("input", axes[-input.ndim :], input.shape), ("indices", axes[-indices.ndim :], indices.shape))
        raise ShapeError(f"{operation}: the indices are one for each value of the input\n{table}")
    places = indices.numpy()
    cells = prod(out_spatial)
    if places.size and (places.min() < 0 or places.max() >= cells):
        wrong = int(places.min() if places.min() < 0 else places.max())
        raise IndexError(
            f"{operation}: the index {wrong} lies outside of the output, whose sizes {out_spatial} have {cells} cells"
        )


def max_unpool1d(
    input: Tensor,
    indices: Tensor,
    kernel_size: IntOrInts,
    stride: IntOrInts | None = None,
    padding: IntOrInts = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """Put the values of a max pooling of signals back to their places, 0 elsewhere, as PyTorch's `F.max_unpool1d`.

    y[n, c, indices[n, c, p]] = x[n, c, p]

    Parameters
    ----------
    input : Tensor, shape (N, C, L) or (C, L)
        What `max_pool1d` answered, or other values for its places.
    indices : Tensor of int64, of the input's shape
        What it answered with `return_indices=True`. Of values for one place the last stays, and the gradient goes to all.
    kernel_size, stride, padding : int or tuple of int
        Those of the max pooling; the stride is the kernel size, unless given.
    output_size : tuple of int, optional
        The size of what was pooled, (L,) or (N, C, L), since several sizes are pooled to one.

    Returns
    -------
    Tensor, shape (N, C, L_out) or (C, L_out)
        L_out = (L - 1)*stride + kernel_size - 2*padding, unless given.

    Raises
    ------
    TypeError
        `input` is no floating-point Tensor, or `indices` none of int64.
    ShapeError
        `input` has another number of axes, no channels or no cells; the shapes of the two differ; `output_size` is no size
        that is pooled to the input's.
    IndexError
        An index lies outside of the output.
    ValueError
        Arguments that fit no input.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> y, indices = F.max_pool1d(mt.tensor([[[1., 5., 2., 3.]]]), 2, return_indices=True)
    >>> F.max_unpool1d(y, indices, 2)
    tensor([[[0., 5., 0., 3.]]])
    """
    return max_unpool_nd(1, input, indices, kernel_size, stride, padding, output_size)


def max_unpool2d(
    input: Tensor,
    indices: Tensor,
    kernel_size: IntOrInts,
    stride: IntOrInts | None = None,
    padding: IntOrInts = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """Put the values of a max pooling of images (N, C, H, W) or (C, H, W) back, as PyTorch's `F.max_unpool2d`.

    The arguments, the formula and the errors are those of `max_unpool1d`. The places are counted row by row, h*W_out + w.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> y, indices = F.max_pool2d(mt.arange(9.).reshape(1, 3, 3), 2, return_indices=True)
    >>> F.max_unpool2d(y, indices, 2, output_size=(3, 3))
    tensor([[[0., 0., 0.],
             [0., 4., 0.],
             [0., 0., 0.]]])
    """
    return max_unpool_nd(2, input, indices, kernel_size, stride, padding, output_size)


def max_unpool3d(
    input: Tensor,
    indices: Tensor,
    kernel_size: IntOrInts,
    stride: IntOrInts | None = None,
    padding: IntOrInts = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor:
    """Put the values of a max pooling of volumes (N, C, D, H, W) or (C, D, H, W) back, as PyTorch's `F.max_unpool3d`.

    The arguments, the formula and the errors are those of `max_unpool1d`. The places are counted (d*H_out + h)*W_out + w.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.max_unpool3d(mt.ones(2, 1, 2, 2), mt.tensor([[[[0, 3], [8, 11]]]]).expand(2, 1, 2, 2), (1, 2, 2)).shape
    (2, 1, 4, 4)
    """
    return max_unpool_nd(3, input, indices, kernel_size, stride, padding, output_size)
