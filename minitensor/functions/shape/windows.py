"""Windows of an axis, under PyTorch's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from minitensor.errors import ShapeError
from minitensor.functions.arguments import axis_of, on_tensor
from minitensor.ops import index
from minitensor.ops import shape as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
def unfold(input: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """Windows of an axis, each along a new last axis. As PyTorch's `torch.Tensor.unfold`, but a copy.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dimension : int
        The axis, which then counts the windows: (length - size) // step + 1 of them.
    size : int
        How long a window is.
    step : int
        From one window's begin to the next one's.

    Returns
    -------
    Tensor
        With one axis more, of length size.

    Raises
    ------
    ShapeError
        A window is longer than the axis.
    ValueError
        The step is below 1, or the size below 0.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.arange(7).unfold(0, 3, 2)
    tensor([[0, 1, 2],
            [2, 3, 4],
            [4, 5, 6]])
    """
    axis = axis_of(dimension, input.ndim, "unfold")
    line = input if input.ndim else ops.reshape(input, shape=(1,))
    if step < 1 or size < 0:
        raise ValueError(f"unfold: the step is 1 or more and the size 0 or more, got {step} and {size}")
    if size > line.shape[axis]:
        raise ShapeError(f"unfold: a window of {size} is longer than axis {axis}, which is {line.shape[axis]} long")
    begins = np.arange(0, line.shape[axis] - size + 1, step)
    windows = index.take(line, index=begins[:, None] + np.arange(size), axis=axis)  # (..., window, size, ...)
    order = (*range(axis + 1), *range(axis + 2, windows.ndim), axis + 1)
    moved = ops.permute(windows, axes=order)
    return moved if input.ndim else ops.reshape(moved, shape=(size,))
