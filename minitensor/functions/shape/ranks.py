"""Tensors with so many axes at least, and of one shape, under PyTorch's names: views."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.errors import ShapeError
from minitensor.functions.arguments import check_tensors
from minitensor.ops import shape as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


def atleast_1d(*tensors: Any) -> Any:
    """With one axis at least. As PyTorch's `torch.atleast_1d`.

    Parameters
    ----------
    *tensors : Tensor, or one sequence of them
        Of any shapes and dtypes.

    Returns
    -------
    Tensor, or tuple of Tensor
        Views; several of several.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.atleast_1d(mt.tensor(3)).shape
    (1,)
    """
    return _at_least("atleast_1d", tensors, 1)


def atleast_2d(*tensors: Any) -> Any:
    """With two axes: a vector is a row at least. As PyTorch's `torch.atleast_2d`.

    Parameters
    ----------
    *tensors : Tensor, or one sequence of them
        Of any shapes and dtypes.

    Returns
    -------
    Tensor, or tuple of Tensor
        Views; several of several.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.atleast_2d(mt.tensor([3, 4])).shape
    (1, 2)
    """
    return _at_least("atleast_2d", tensors, 2)


def atleast_3d(*tensors: Any) -> Any:
    """With three axes: a matrix is a layer of depth 1 at least. As PyTorch's `torch.atleast_3d`.

    Parameters
    ----------
    *tensors : Tensor, or one sequence of them
        Of any shapes and dtypes.

    Returns
    -------
    Tensor, or tuple of Tensor
        Views; several of several.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.atleast_3d(mt.tensor([[3, 4]])).shape
    (1, 2, 1)
    """
    return _at_least("atleast_3d", tensors, 3)


def broadcast_tensors(*tensors: Tensor) -> tuple[Tensor, ...]:
    """Repeated to one shape, without copying. As PyTorch's `torch.broadcast_tensors`.

    Parameters
    ----------
    *tensors : Tensor
        Of shapes that broadcast together.

    Returns
    -------
    tuple of Tensor
        Views that cannot be written to.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.broadcast_tensors(mt.tensor([1, 2]), mt.tensor([[3], [4]]))
    (tensor([[1, 2],
            [1, 2]]), tensor([[3, 3],
            [4, 4]]))
    """
    check_tensors("broadcast_tensors", *tensors)
    try:
        whole = np.broadcast_shapes(*[one.shape for one in tensors])
    except ValueError:
        shapes = ", ".join(str(one.shape) for one in tensors)
        raise ShapeError(f"broadcast_tensors: the shapes do not broadcast together: {shapes}") from None
    return tuple(ops.broadcast_to(one, shape=whole) for one in tensors)


def _at_least(operation: str, tensors: tuple[Any, ...], ndim: int) -> Any:
    listed = len(tensors) == 1 and isinstance(tensors[0], (list, tuple))
    given = tensors[0] if listed else tensors
    check_tensors(operation, *given)
    found = tuple(at_least(one, ndim) for one in given)
    return found[0] if len(tensors) == 1 and not listed else found


def at_least(tensor: Tensor, ndim: int) -> Tensor:
    """A tensor with so many axes at least: a vector is a row, a matrix a layer of depth one."""
    if tensor.ndim >= ndim:
        return tensor
    row = tensor.shape or (1,)
    sizes = {1: row, 2: (1, *row), 3: (1, *row, 1) if tensor.ndim < 2 else (*row, 1)}
    return ops.reshape(tensor, shape=sizes[ndim])
