"""Copies, and elements repeated by copying, under PyTorch's names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from minitensor.dtypes import Array
from minitensor.errors import ShapeError
from minitensor.functions.arguments import axis_of, boxed, on_tensor, sizes_of
from minitensor.ops import elementwise, index
from minitensor.ops import shape as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
def clone(input: Tensor) -> Tensor:
    """A copy in memory of its own, through which gradients flow. As PyTorch's `torch.clone`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.

    Returns
    -------
    Tensor
        Of input's shape and dtype.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.zeros(2)
    >>> mt.clone(x).fill_(1.0), x
    (tensor([1., 1.]), tensor([0., 0.]))
    """
    return elementwise.clone(input)


@on_tensor
def repeat(input: Tensor, repeats: Sequence[int]) -> Tensor:
    """Copies side by side. As PyTorch's `torch.Tensor.repeat`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    repeats : sequence of int
        How many copies along each axis; further numbers in front make new axes.

    Returns
    -------
    Tensor
        A copy.

    Raises
    ------
    ShapeError
        There are fewer numbers than axes, or one is negative.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tensor([1, 2]).repeat(2, 2)
    tensor([[1, 2, 1, 2],
            [1, 2, 1, 2]])
    """
    times = sizes_of((repeats,), "repeat")
    new = len(times) - input.ndim
    if new < 0 or min(times, default=0) < 0:
        raise ShapeError(
            f"repeat: {times} does not say how often for each of the {input.ndim} axes of the shape {input.shape}"
        )
    shape = (1,) * new + input.shape
    between = tuple(size for length in shape for size in (1, length))  # (1, n, 1, c, ...)
    apart = tuple(size for pair in zip(times, shape, strict=True) for size in pair)  # (times, n, times, c, ...)
    whole = tuple(time * length for time, length in zip(times, shape, strict=True))
    copies = ops.reshape(ops.broadcast_to(ops.reshape(input, shape=between), shape=apart), shape=whole)
    return elementwise.clone(copies) if copies._version is input._version else copies  # some need no copying: a view


@on_tensor
def tile(input: Tensor, dims: Sequence[int]) -> Tensor:
    """Copies side by side: `repeat`, with one copy along the axes that are not named. As PyTorch's `torch.tile`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dims : sequence of int
        How many copies along each of the last axes; further numbers in front make new axes.

    Returns
    -------
    Tensor
        A copy.

    Raises
    ------
    ShapeError
        A number is negative.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tile(mt.tensor([[1], [2]]), (3,))
    tensor([[1, 1, 1],
            [2, 2, 2]])
    """
    times = sizes_of((dims,), "tile")
    return repeat(input, (1,) * (input.ndim - len(times)) + times)


@on_tensor
def repeat_interleave(
    input: Tensor, repeats: int | Tensor | Array | None = None, dim: int | None = None, *, output_size: int | None = None
) -> Tensor:
    """Copies of each element, one behind the other. As PyTorch's `torch.repeat_interleave`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype; alone, how often each of 0, 1, 2, ... is repeated.
    repeats : int or Tensor of integers
        How many copies of each, or for each slice of the axis its number.
    dim : int, optional
        The axis; all elements in one line, where it is left out.
    output_size : int, optional
        How long the result's axis is, for who knows: it must be right.

    Returns
    -------
    Tensor
        A copy.

    Raises
    ------
    ShapeError
        There are not as many numbers as slices, or output_size is another.
    ValueError
        A number is negative.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.repeat_interleave(mt.tensor([5, 7]), mt.tensor([1, 3]))
    tensor([5, 7, 7, 7])
    """
    line = ops.reshape(input, shape=(-1,)) if dim is None else input
    axis = 0 if dim is None else axis_of(dim, input.ndim, "repeat_interleave")
    if repeats is None:
        repeats, line = input, boxed(input, np.arange(len(input)).astype(input.dtype))
    counts = np.asarray(repeats)
    length = line.shape[axis] if line.ndim else 1
    if counts.dtype.kind not in "iu":
        raise TypeError(f"repeat_interleave: repeats are integers, got {counts.dtype}")
    if counts.ndim > 1 or counts.size not in (1, length):
        raise ShapeError(f"repeat_interleave: repeats is one number or {length}, one for each slice, got {counts.shape}")
    if counts.size and counts.min() < 0:
        raise ValueError(f"repeat_interleave: repeats are 0 or more, got {counts.min()}")
    places = np.repeat(np.arange(length), counts if counts.ndim else int(counts))
    if output_size is not None and output_size != places.size:
        raise ShapeError(f"repeat_interleave: the result is {places.size} long, not output_size={output_size}")
    return index.take(line if line.ndim else ops.reshape(line, shape=(1,)), index=places, axis=axis)
