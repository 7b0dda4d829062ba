"""Parts of a tensor: pieces and slices of an axis, under PyTorch's names: views."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from minitensor.errors import ShapeError
from minitensor.functions.arguments import axis_of, on_tensor
from minitensor.ops import index as index_ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
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
        if size < 1 and (size < 0 or length):
            raise ValueError(f"split: the size of a part is 1 or more, got {size}")
        sections = [min(size, length - begin) for begin in range(0, length, size)] if length else [0]
    ends = list(accumulate(sections))
    return tuple(_part(tensor, axis, end - section, end) for section, end in zip(sections, ends, strict=True))


@on_tensor
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


@on_tensor
def tensor_split(input: Tensor, indices_or_sections: int | Sequence[int] | Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """So many parts of an axis, as equal as may be, or the parts between given places. As PyTorch's `torch.tensor_split`.

    Parameters
    ----------
    input : Tensor
        With one axis at least.
    indices_or_sections : int or sequence of int
        How many parts, of which the first are longer by one where the length does not divide; or where each but the first
        begins. A tensor on the CPU stands for what it holds.
    dim : int
        The axis.

    Returns
    -------
    tuple of Tensor
        Views.

    Raises
    ------
    ShapeError
        There are no axes.
    ValueError
        There is to be no part.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tensor_split(mt.arange(5), 3)
    (tensor([0, 1]), tensor([2, 3]), tensor([4]))
    """
    axis, length = _axis(input, dim, "tensor_split")
    places: Any = indices_or_sections.tolist() if hasattr(indices_or_sections, "tolist") else indices_or_sections
    if isinstance(places, Sequence):
        begins = [0, *places]
        ends = [*places, length]
    else:
        count = operator.index(places)
        if count < 1:
            raise ValueError(f"tensor_split: the number of parts is 1 or more, got {count}")
        ends = list(accumulate(length // count + (number < length % count) for number in range(count)))
        begins = [0, *ends[:-1]]
    return tuple(_part(input, axis, begin, end) for begin, end in zip(begins, ends, strict=True))


@on_tensor
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
    before = (slice(None),) * axis
    return tuple(index_ops.getitem(input, index=(*before, place)) for place in range(length))


@on_tensor
def narrow(input: Tensor, dim: int, start: int | Tensor, length: int) -> Tensor:
    """A run of an axis. As PyTorch's `torch.narrow`.

    Parameters
    ----------
    input : Tensor
        With one axis at least.
    dim : int
        The axis.
    start : int
        Where the run begins; negative counts from the end.
    length : int
        How long it is.

    Returns
    -------
    Tensor
        A view.

    Raises
    ------
    IndexError
        The run leaves the axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.narrow(mt.arange(5), 0, 1, 3)
    tensor([1, 2, 3])
    """
    axis, whole = _axis(input, dim, "narrow")
    begin = operator.index(start)
    begin += whole if begin < 0 else 0
    if length < 0 or not 0 <= begin <= whole - length:
        raise IndexError(f"narrow: from {start} on {length} elements are asked for, axis {axis} is {whole} long")
    return _part(input, axis, begin, begin + length)


@on_tensor
def select(input: Tensor, dim: int, index: int) -> Tensor:
    """One slice of an axis, without it: x[:, index] for dim=1. As PyTorch's `torch.select`.

    Parameters
    ----------
    input : Tensor
        With one axis at least.
    dim : int
        The axis.
    index : int
        Its place; negative counts from the end.

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
    >>> mt.select(mt.tensor([[1, 2], [3, 4]]), 1, 0)
    tensor([1, 3])
    """
    axis, length = _axis(input, dim, "select")
    place = operator.index(index)
    if not -length <= place < length:
        raise IndexError(f"select: the index {place} is out of range for an axis of length {length}")
    return index_ops.getitem(input, index=(*(slice(None),) * axis, place))


def _axis(input: Tensor, dim: int, operation: str) -> tuple[int, int]:
    """The axis that is taken apart, and its length."""
    axis = axis_of(dim, input.ndim, operation)
    if input.ndim == 0:
        raise ShapeError(f"{operation}: a tensor without axes cannot be taken apart")
    return axis, input.shape[axis]


def _part(input: Tensor, axis: int, begin: int, end: int) -> Tensor:
    """The run from begin to before end, which slices count as Python's do."""
    return index_ops.getitem(input, index=(*(slice(None),) * axis, slice(begin, end)))
