"""Tensors repeated without copying, and the grids that they make, under PyTorch's names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minitensor.errors import ShapeError
from minitensor.functions.arguments import check_same_dtype, check_tensors, on_tensor, sizes_of
from minitensor.ops import shape as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
def expand(input: Tensor, size: Sequence[int]) -> Tensor:
    """Repeated along new axes in front and along axes of length 1, without copying. As PyTorch's `torch.Tensor.expand`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    size : sequence of int
        The result's lengths; -1 keeps an axis as it is.

    Returns
    -------
    Tensor
        A view that cannot be written to: its elements share memory.

    Raises
    ------
    ShapeError
        Another axis would have to be repeated.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tensor([[1], [2]]).expand(-1, 3)
    tensor([[1, 1, 1],
            [2, 2, 2]])
    """
    wanted = sizes_of((size,), "expand")
    new = len(wanted) - input.ndim
    shape = tuple(input.shape[axis - new] if size == -1 and axis >= new else size for axis, size in enumerate(wanted))
    fits = new >= 0 and all(old in (1, size) for old, size in zip(input.shape, shape[new:], strict=True))
    if not fits or min(shape, default=0) < 0:
        raise ShapeError(
            f"expand: the shape {input.shape} does not repeat to {wanted}: only axes of length 1, and new ones in front, do"
        )
    return ops.broadcast_to(input, shape=shape)


@on_tensor
def broadcast_to(input: Tensor, size: Sequence[int]) -> Tensor:
    """Repeated along new axes in front and along axes of length 1: `expand`. As PyTorch's `torch.broadcast_to`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    size : sequence of int
        The result's lengths; -1 keeps an axis as it is.

    Returns
    -------
    Tensor
        A view that cannot be written to.

    Raises
    ------
    ShapeError
        Another axis would have to be repeated.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.broadcast_to(mt.tensor([1, 2]), (2, 2))
    tensor([[1, 2],
            [1, 2]])
    """
    return expand(input, size)


def meshgrid(*tensors: Any, indexing: str = "ij") -> tuple[Tensor, ...]:
    """Of vectors of coordinates the grid of all their combinations. As PyTorch's `torch.meshgrid`.

    Parameters
    ----------
    *tensors : Tensor, or one sequence of them
        Of shape (n,), (m,), ..., and one dtype; one without axes counts as a vector of one element.
    indexing : str
        "ij": the first vector runs along the first axis. "xy": along the second.

    Returns
    -------
    tuple of Tensor
        For each vector a view of shape (n, m, ...), or (m, n, ...) with "xy".

    Raises
    ------
    ShapeError
        A tensor has several axes.
    TypeError
        The dtypes differ.
    ValueError
        There are no tensors, or there is no such indexing.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.meshgrid(mt.tensor([1, 2]), mt.tensor([3, 4, 5]))
    (tensor([[1, 1, 1],
            [2, 2, 2]]), tensor([[3, 4, 5],
            [3, 4, 5]]))
    """
    given = list(tensors[0]) if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)) else list(tensors)
    if not given or indexing not in ("ij", "xy"):
        raise ValueError(f"meshgrid: expected tensors, and indexing 'ij' or 'xy': got {len(given)} and {indexing!r}")
    check_tensors("meshgrid", *given)
    if any(one.ndim > 1 for one in given):
        raise ShapeError(f"meshgrid: vectors are expected, got the shapes {[one.shape for one in given]}")
    check_same_dtype("meshgrid", given[0], **{f"tensor {number}": one for number, one in enumerate(given)})
    axes = [1, 0, *range(2, len(given))] if indexing == "xy" and len(given) > 1 else list(range(len(given)))
    lengths = [one.shape[0] if one.ndim else 1 for one in given]
    whole = tuple(lengths[axes.index(axis)] for axis in range(len(given)))
    apart = [
        tuple(length if axis == own else 1 for axis in range(len(given))) for own, length in zip(axes, lengths, strict=True)
    ]
    return tuple(
        ops.broadcast_to(ops.reshape(one, shape=sizes), shape=whole) for one, sizes in zip(given, apart, strict=True)
    )


def cartesian_prod(*tensors: Tensor) -> Tensor:
    """All combinations of one element of each vector, a row each. As PyTorch's `torch.cartesian_prod`.

    Parameters
    ----------
    *tensors : Tensor
        Of shape (n,), (m,), ..., and one dtype.

    Returns
    -------
    Tensor
        Of shape (n * m * ..., vectors); of one vector, the vector itself.

    Raises
    ------
    ShapeError
        A tensor is no vector.
    TypeError
        The dtypes differ.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.cartesian_prod(mt.tensor([1, 2]), mt.tensor([3, 4]))
    tensor([[1, 3],
            [1, 4],
            [2, 3],
            [2, 4]])
    """
    check_tensors("cartesian_prod", *tensors)
    if any(one.ndim != 1 for one in tensors):
        raise ShapeError(f"cartesian_prod: vectors are expected, got the shapes {[one.shape for one in tensors]}")
    if len(tensors) == 1:
        return tensors[0]
    columns = [ops.reshape(grid, shape=(-1, 1)) for grid in meshgrid(*tensors)]
    return ops.cat(*columns, axis=1)
