"""The elements in their order, with other axes, under PyTorch's names: views, as far as the memory allows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from minitensor.errors import ShapeError
from minitensor.functions.arguments import axis_of, inferred_shape, on_tensor, sizes_of
from minitensor.ops import shape as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
def reshape(input: Tensor, shape: Sequence[int]) -> Tensor:
    """The elements, in their order, with other axes. As PyTorch's `torch.reshape`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    shape : sequence of int
        The new axes' lengths; one may be -1, and is worked out.

    Returns
    -------
    Tensor
        A view, where the memory allows, else a copy.

    Raises
    ------
    ShapeError
        The shape does not hold as many elements.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.reshape(mt.arange(6), (2, -1))
    tensor([[0, 1, 2],
            [3, 4, 5]])
    """
    return ops.reshape(input, shape=inferred_shape(sizes_of((shape,), "reshape"), input.shape, "reshape"))


@on_tensor
def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """The axes from start_dim to end_dim as one. As PyTorch's `torch.flatten`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    start_dim, end_dim : int
        The first and the last axis that become one.

    Returns
    -------
    Tensor
        A view, where the memory allows; with one axis at least.

    Raises
    ------
    ValueError
        start_dim comes after end_dim.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.flatten(mt.ones(2, 3, 4), start_dim=1).shape
    (2, 12)
    """
    start, end = axis_of(start_dim, input.ndim, "flatten"), axis_of(end_dim, input.ndim, "flatten")
    if start > end:
        raise ValueError(f"flatten: start_dim {start_dim} comes after end_dim {end_dim}")
    length = math.prod(input.shape[start : end + 1])
    return ops.reshape(input, shape=(*input.shape[:start], length, *input.shape[end + 1 :]))


@on_tensor
def ravel(input: Tensor) -> Tensor:
    """All elements in one line. As PyTorch's `torch.ravel`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.

    Returns
    -------
    Tensor
        A view, where the memory allows.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.ravel(mt.tensor([[1, 2], [3, 4]]))
    tensor([1, 2, 3, 4])
    """
    return ops.reshape(input, shape=(-1,))


@on_tensor
def unflatten(input: Tensor, dim: int, sizes: Sequence[int]) -> Tensor:
    """One axis as several. As PyTorch's `torch.unflatten`.

    Parameters
    ----------
    input : Tensor
        With one axis at least.
    dim : int
        The axis.
    sizes : sequence of int
        The lengths of the axes in its place; one may be -1, and is worked out.

    Returns
    -------
    Tensor
        A view, where the memory allows.

    Raises
    ------
    ShapeError
        The axes do not hold as many elements.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.unflatten(mt.ones(2, 12), 1, (3, -1)).shape
    (2, 3, 4)
    """
    axis, inner = axis_of(dim, input.ndim, "unflatten"), sizes_of((sizes,), "unflatten")
    if not input.ndim or not inner:
        raise ShapeError(f"unflatten: an axis and sizes in its place are expected, got the shape {input.shape} and {inner}")
    inner = inferred_shape(inner, (input.shape[axis],), "unflatten")
    return ops.reshape(input, shape=(*input.shape[:axis], *inner, *input.shape[axis + 1 :]))
