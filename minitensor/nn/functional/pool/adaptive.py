"""Adaptive pooling: the largest cells, or averages, in an output of a given size; as PyTorch's functions of these names."""

from __future__ import annotations

from typing import Any

from minitensor.nn.functional.pool.adaptive_nd import Sizes, adaptive_avg_pool_nd, adaptive_max_pool_nd
from minitensor.tensor import Tensor


def adaptive_max_pool1d(input: Tensor, output_size: Sizes, return_indices: bool = False) -> Any:
    """Take the largest cells of signals, `output_size` in all, as PyTorch's `F.adaptive_max_pool1d`.

    y[n, c, p] = max of x[n, c, floor(p*L/L_out) : ceil((p+1)*L/L_out)]

    The gradient goes to the first of equal cells. A window's NaN is its maximum; of several, the last has the gradient.

    Parameters
    ----------
    input : Tensor, shape (N, C, L) or (C, L)
        Floating-point signals, or a single one.
    output_size : int or tuple of int
        L_out.
    return_indices : bool
        Whether to tell the places, too.

    Returns
    -------
    Tensor, shape (N, C, L_out) or (C, L_out)
        With `return_indices`, a tuple of it and where in the flattened spatial axes each was found, in int64.

    Raises
    ------
    TypeError
        `input` is no Tensor, or is not floating-point.
    ShapeError
        `input` has another number of axes, no channels or no cells.
    ValueError
        A size below 0, or not one for each spatial axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.adaptive_max_pool1d(mt.tensor([[[1., 5., 3.]]]), 2, return_indices=True)
    (tensor([[[5., 5.]]]), tensor([[[1, 1]]]))
    """
    return adaptive_max_pool_nd(1, input, output_size, return_indices)


def adaptive_max_pool2d(input: Tensor, output_size: Sizes, return_indices: bool = False) -> Any:
    """Take the largest cells of images (N, C, H, W) or (C, H, W), as PyTorch's `F.adaptive_max_pool2d`.

    `output_size` is an int for both, or (H_out, W_out), where None stands for the input's own size. Each axis has the
    windows of `adaptive_max_pool1d`, which has the formula and the errors.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.adaptive_max_pool2d(mt.arange(12.).reshape(1, 3, 4), (None, 1)).tolist()
    [[[3.0], [7.0], [11.0]]]
    """
    return adaptive_max_pool_nd(2, input, output_size, return_indices)


def adaptive_max_pool3d(input: Tensor, output_size: Sizes, return_indices: bool = False) -> Any:
    """Take the largest cells of volumes (N, C, D, H, W) or (C, D, H, W), as PyTorch's `F.adaptive_max_pool3d`.

    `output_size` is an int for all, or (D_out, H_out, W_out), where None stands for the input's own size. Each axis has the
    windows of `adaptive_max_pool1d`, which has the formula and the errors.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.adaptive_max_pool3d(mt.ones(2, 3, 6, 7, 8), (2, None, 3)).shape
    (2, 3, 2, 7, 3)
    """
    return adaptive_max_pool_nd(3, input, output_size, return_indices)


def adaptive_avg_pool1d(input: Tensor, output_size: Sizes) -> Tensor:
    """Average signals (N, C, L) or (C, L) down to `output_size` cells, as PyTorch's `F.adaptive_avg_pool1d`.

    y[n, c, p] = mean of x[n, c, floor(p*L/L_out) : ceil((p+1)*L/L_out)]

    Parameters
    ----------
    input : Tensor, shape (N, C, L) or (C, L)
        Floating-point signals, or a single one.
    output_size : int or tuple of int
        L_out.

    Raises
    ------
    TypeError
        `input` is no Tensor, or is not floating-point.
    ShapeError
        `input` has another number of axes, or no cells.
    ValueError
        A size below 0, or not one for each spatial axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.adaptive_avg_pool1d(mt.tensor([[[1., 5., 3.]]]), 2)
    tensor([[[3., 4.]]])
    """
    return adaptive_avg_pool_nd(1, input, output_size)


def adaptive_avg_pool2d(input: Tensor, output_size: Sizes) -> Tensor:
    """Average images (N, C, H, W) or (C, H, W) down to (H_out, W_out) cells, as PyTorch's `F.adaptive_avg_pool2d`.

    `output_size` is an int for both, or (H_out, W_out), where None stands for the input's own size. Each axis is averaged as
    in `adaptive_avg_pool1d`, which has the formula and the errors.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.adaptive_avg_pool2d(mt.ones(8, 16, 7, 5), (1, None)).shape
    (8, 16, 1, 5)
    """
    return adaptive_avg_pool_nd(2, input, output_size)


def adaptive_avg_pool3d(input: Tensor, output_size: Sizes) -> Tensor:
    """Average volumes (N, C, D, H, W) or (C, D, H, W) to (D_out, H_out, W_out), as PyTorch's `F.adaptive_avg_pool3d`.

    `output_size` is an int for all, or (D_out, H_out, W_out), where None stands for the input's own size. Each axis is
    averaged as in `adaptive_avg_pool1d`, which has the formula and the errors.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.adaptive_avg_pool3d(mt.ones(2, 3, 6, 7, 8), 2).shape
    (2, 3, 2, 2, 2)
    """
    return adaptive_avg_pool_nd(3, input, output_size)
