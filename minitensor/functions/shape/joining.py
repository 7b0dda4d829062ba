"""Tensors made one, and one taken apart, under PyTorch's names."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.errors import ShapeError, shape_table
from minitensor.functions.arguments import axis_of, check_tensors, numbered, sizes_of
from minitensor.functions.shape.axes import unsqueeze
from minitensor.ops import elementwise
from minitensor.ops import shape as ops
from minitensor.tape import Traced

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


def cat(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Tensors one behind the other along an axis that they have. As PyTorch's `torch.cat`.

    Parameters
    ----------
    tensors : sequence of Tensor
        Of one shape but for the axis dim.
    dim : int
        The axis.

    Returns
    -------
    Tensor
        A copy, in the dtype that holds all of theirs.

    Raises
    ------
    ShapeError
        Another axis differs, or there is none.
    ValueError
        There are no tensors.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.cat([mt.tensor([1, 2]), mt.tensor([3])])
    tensor([1, 2, 3])
    """
    arrays = _several(tensors, "cat")
    first = arrays[0]
    axis = axis_of(dim, first.ndim, "cat")
    for number, other in enumerate(arrays):
        if first.ndim == 0 or other.ndim != first.ndim or _but(other.shape, axis) != _but(first.shape, axis):
            raise ShapeError(
                f"cat: tensor {number} does not continue the first along axis {axis}: there must be such an axis, and "
                "the others must be equal\n"
                + shape_table(
                    ("first", numbered(first.ndim), first.shape), (f"tensor {number}", numbered(other.ndim), other.shape)
                )
            )
    return ops.cat(*arrays, axis=axis)


def stack(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Tensors of one shape side by side along a new axis. As PyTorch's `torch.stack`.

    Parameters
    ----------
    tensors : sequence of Tensor
        Of one shape.
    dim : int
        Where the new axis stands in the result.

    Returns
    -------
    Tensor
        A copy, in the dtype that holds all of theirs.

    Raises
    ------
    ShapeError
        The shapes differ.
    ValueError
        There are no tensors.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.stack([mt.tensor([1, 2]), mt.tensor([3, 4])], dim=1)
    tensor([[1, 3],
            [2, 4]])
    """
    arrays = _several(tensors, "stack")
    first = arrays[0].shape
    for number, other in enumerate(arrays):
        if other.shape != first:
            raise ShapeError(f"stack: the shapes must be equal: the first is {first}, tensor {number} is {other.shape}")
    axis = axis_of(dim, len(first) + 1, "stack")
    return ops.cat(*[unsqueeze(array, axis) for array in arrays], axis=axis)


def split(tensor: Tensor, split_size_or_sections: int | Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """The parts of an axis: of one length (the last may be shorter), or of the lengths given. As PyTorch's `torch.split`.

    Parameters
    ----------
    tensor : Tensor
        With one axis at least.
    split_size_or_sections : int or sequence of int
        How long each part is.
    dim : int
        The axis.

    Returns
    -------
    tuple of Tensor
        Views; `cat` joins them again.

    Raises
    ------
    ShapeError
        The lengths do not add up to the axis, or there is none.
    ValueError
        The size is below 1.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.split(mt.arange(5), 2)
    (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    """
    axis, length = _axis(tensor, dim, "split")
    if isinstance(split_size_or_sections, Sequence):
        sections = list(split_size_or_sections)
        if sum(sections) != length or min(sections, default=0) < 0:
            raise ShapeError(f"split: the sections {sections} do not add up to {length}, the length of axis {axis}")
    else:
        size = operator.index(split_size_or_sections)
        if size < 1:
            raise ValueError(f"split: the size of a part is 1 or more, got {size}")
        sections = [min(size, length - begin) for begin in range(0, length, size)] or [0]
    parts, begin = [], 0
    for section in sections:
        parts.append(tensor[(slice(None),) * axis + (slice(begin, begin + section),)])
        begin += section
    return tuple(parts)


def chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """At most `chunks` parts of an axis, of one length but for the last, which may be shorter. As PyTorch's `torch.chunk`.

    Parameters
    ----------
    input : Tensor
        With one axis at least.
    chunks : int
        Fewer come out where the length, rounded up, is used up before; of an empty axis it is as many.
    dim : int
        The axis.

    Returns
    -------
    tuple of Tensor
        Views; `cat` joins them again.

    Raises
    ------
    ValueError
        chunks is below 1.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.chunk(mt.arange(5), 3)
    (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    """
    if chunks < 1:
        raise ValueError(f"chunk: the number of chunks is 1 or more, got {chunks}")
    _, length = _axis(input, dim, "chunk")
    return split(input, -(-length // chunks) if length else [0] * chunks, dim)


def unbind(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """The slices of an axis, without it. As PyTorch's `torch.unbind`.

    Parameters
    ----------
    input : Tensor
        With one axis at least.
    dim : int
        The axis.

    Returns
    -------
    tuple of Tensor
        Views; `stack` joins them again.

    Raises
    ------
    ShapeError
        There are no axes.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.unbind(mt.tensor([[1, 2], [3, 4]]), dim=1)
    (tensor([1, 3]), tensor([2, 4]))
    """
    axis, length = _axis(input, dim, "unbind")
    return tuple(input[(slice(None),) * axis + (place,)] for place in range(length))


def repeat(input: Tensor, *sizes: Any) -> Tensor:
    """Copies side by side. As PyTorch's `torch.Tensor.repeat`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    *sizes : int, or one sequence of int
        How many copies along each axis; further numbers in front make new axes.

    Returns
    -------
    Tensor
        A copy.

    Raises
    ------
    ShapeError
        There are fewer sizes than axes, or one is negative.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tensor([1, 2]).repeat(2, 2)
    tensor([[1, 2, 1, 2],
            [1, 2, 1, 2]])
    """
    times = sizes_of(sizes, "repeat")
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
    return (
        copies if copies._version is not input._version else elementwise.clone(copies)
    )  # some shapes need no copying: a view


def _several(tensors: Sequence[Tensor], operation: str) -> list[Tensor]:
    if isinstance(tensors, (Traced, np.ndarray)):
        raise TypeError(f"{operation}: expected a list or a tuple of tensors, got one tensor: write {operation}([a, b])")
    arrays = list(tensors)
    if not arrays:
        raise ValueError(f"{operation}: expected one tensor at least, got none")
    check_tensors(operation, *arrays)
    return arrays


def _axis(input: Tensor, dim: int, operation: str) -> tuple[int, int]:
    """The axis that is taken apart, and its length."""
    axis = axis_of(dim, input.ndim, operation)
    if input.ndim == 0:
        raise ShapeError(f"{operation}: a tensor without axes cannot be taken apart")
    return axis, input.shape[axis]


def _but(shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    return shape[:axis] + shape[axis + 1 :]
