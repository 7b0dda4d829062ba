"""The same elements with other axes, under PyTorch's names: views, as far as the memory allows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minitensor.errors import ShapeError
from minitensor.functions.arguments import axis_of, inferred_shape, named_axes_of, sizes_of
from minitensor.ops import shape as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


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


def permute(input: Tensor, dims: Sequence[int]) -> Tensor:
    """The axes in another order: a view. As PyTorch's `torch.permute`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dims : sequence of int
        For each axis of the result, which of input's it is.

    Returns
    -------
    Tensor
        A view.

    Raises
    ------
    ValueError
        An axis is missing, or named twice.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.permute(mt.ones(32, 28, 28, 1), (0, 3, 1, 2)).shape
    (32, 1, 28, 28)
    """
    axes = tuple(axis_of(dim, input.ndim, "permute") for dim in sizes_of((dims,), "permute"))
    if sorted(axes) != list(range(input.ndim)):
        raise ValueError(f"permute: {tuple(dims)} does not name each of the {input.ndim} axes once")
    return ops.permute(input, axes=axes)


def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """Two axes swapped: a view. As PyTorch's `torch.transpose`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim0, dim1 : int
        The two axes.

    Returns
    -------
    Tensor
        A view.

    Raises
    ------
    IndexError
        There is no such axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.transpose(mt.tensor([[1, 2], [3, 4]]), 0, 1)
    tensor([[1, 3],
            [2, 4]])
    """
    first, second = axis_of(dim0, input.ndim, "transpose"), axis_of(dim1, input.ndim, "transpose")
    axes = list(range(input.ndim))
    if axes:
        axes[first], axes[second] = axes[second], axes[first]
    return ops.permute(input, axes=tuple(axes))


def movedim(input: Tensor, source: int | Sequence[int], destination: int | Sequence[int]) -> Tensor:
    """Some axes at other places, the rest in their order: a view. As PyTorch's `torch.movedim`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    source, destination : int or sequence of int
        Which axes, and where each of them stands in the result.

    Returns
    -------
    Tensor
        A view.

    Raises
    ------
    ValueError
        They do not name as many axes, each once.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.movedim(mt.ones(2, 3, 4), 0, -1).shape
    (3, 4, 2)
    """
    sources = [axis_of(dim, input.ndim, "movedim") for dim in _several(source)]
    places = [axis_of(dim, input.ndim, "movedim") for dim in _several(destination)]
    if len(sources) != len(places) or len(set(sources)) != len(sources) or len(set(places)) != len(places):
        raise ValueError(f"movedim: source {source} and destination {destination} name as many axes, each once")
    moved = dict(zip(places, sources, strict=True))
    rest = iter([axis for axis in range(input.ndim) if axis not in sources])
    return ops.permute(input, axes=tuple(moved[axis] if axis in moved else next(rest) for axis in range(input.ndim)))


def _several(dims: int | Sequence[int]) -> Sequence[int]:
    return dims if isinstance(dims, Sequence) else (dims,)


def squeeze(input: Tensor, dim: int | Sequence[int] | None = None) -> Tensor:
    """Without axes of length 1. As PyTorch's `torch.squeeze`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim : int or sequence of int, optional
        Which axes may go; all, where it is left out. Longer ones stay.

    Returns
    -------
    Tensor
        A view.

    Raises
    ------
    IndexError
        There is no such axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.squeeze(mt.ones(1, 3, 1)).shape, mt.squeeze(mt.ones(1, 3, 1), 0).shape
    ((3,), (3, 1))
    """
    axes = named_axes_of(dim, input.ndim, "squeeze")
    return ops.reshape(input, shape=tuple(size for axis, size in enumerate(input.shape) if size != 1 or axis not in axes))


def unsqueeze(input: Tensor, dim: int) -> Tensor:
    """With a new axis of length 1. As PyTorch's `torch.unsqueeze`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim : int
        Where the axis stands in the result.

    Returns
    -------
    Tensor
        A view.

    Raises
    ------
    IndexError
        There is no such place.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.unsqueeze(mt.ones(2, 3), -1).shape
    (2, 3, 1)
    """
    axis = axis_of(dim, input.ndim + 1, "unsqueeze")
    return ops.reshape(input, shape=(*input.shape[:axis], 1, *input.shape[axis:]))


def expand(input: Tensor, *sizes: Any) -> Tensor:
    """Repeated along new axes in front and along axes of length 1, without copying. As PyTorch's `torch.Tensor.expand`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    *sizes : int, or one sequence of int
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
    wanted = sizes_of(sizes, "expand")
    new = len(wanted) - input.ndim
    shape = tuple(input.shape[axis - new] if size == -1 and axis >= new else size for axis, size in enumerate(wanted))
    fits = new >= 0 and all(old in (1, size) for old, size in zip(input.shape, shape[new:], strict=True))
    if not fits or min(shape, default=0) < 0:
        raise ShapeError(
            f"expand: the shape {input.shape} does not repeat to {wanted}: only axes of length 1, and new ones in front, do"
        )
    return ops.broadcast_to(input, shape=shape)


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
    return expand(input, *size)


def flip(input: Tensor, dims: int | Sequence[int]) -> Tensor:
    """The elements in reverse order along some axes. As PyTorch's `torch.flip`, a copy.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dims : int or sequence of int
        Which axes.

    Returns
    -------
    Tensor
        Of input's shape, in memory of its own.

    Raises
    ------
    IndexError
        There is no such axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.flip(mt.tensor([[1, 2], [3, 4]]), (1,))
    tensor([[2, 1],
            [4, 3]])
    """
    return ops.flip(input, axis=named_axes_of(dims, input.ndim, "flip"))
