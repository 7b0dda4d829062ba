"""The arguments that windows are described with, checked in words and brought to one form: a tuple of ints per spatial axis.

Layers call these when they are built, `ConvGeometry` and `PoolGeometry` when they are called.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import TypeAlias

Ints: TypeAlias = tuple[int, ...]
IntOrInts: TypeAlias = int | Sequence[int]
Pairs: TypeAlias = tuple[tuple[int, int], ...]
Padding: TypeAlias = str | int | Sequence[int | tuple[int, int]]


def int_of(value: object, name: str, operation: str, minimum: int) -> int:
    """`value` as an int that is at least `minimum`.

    Raises
    ------
    ValueError
        `value` is no whole number (a bool or a float is none), or below `minimum`.

    Examples
    --------
    >>> int_of(0, "groups", "conv2d", 1)
    Traceback (most recent call last):
        ...
    ValueError: conv2d: groups must be at least 1, got 0
    """
    return _whole(value, value, name, operation, minimum, "an int")


def tuple_of(value: object, rank: int, name: str, operation: str, minimum: int) -> Ints:
    """`value` as a tuple of `rank` ints, each at least `minimum`: an int stands for every axis.

    The first entry belongs to the outermost axis: height before width.

    Raises
    ------
    ValueError
        An entry is no whole number or below `minimum`, or there is not one entry per spatial axis.

    Examples
    --------
    >>> tuple_of(3, 2, "kernel_size", "conv2d", 1)
    (3, 3)
    >>> tuple_of((3, 5, 7), 2, "kernel_size", "conv2d", 1)
    Traceback (most recent call last):
        ...
    ValueError: conv2d: kernel_size needs one entry per spatial axis, the outermost first: 2 in all, got (3, 5, 7)
    """
    if isinstance(value, tuple) and len(value) == rank and all(type(entry) is int and entry >= minimum for entry in value):
        return value  # the usual case, at every call of a layer
    entries = _entries(value, rank, name, operation)
    return tuple([_whole(entry, value, name, operation, minimum, _form(rank)) for entry in entries])


def padding_pairs(padding: object, kernel: Ints, stride: Ints, dilation: Ints, operation: str) -> Pairs:
    """`padding` as one pair (before, after) for each spatial axis.

    Parameters
    ----------
    padding : int, tuple or str
        An int for all sides, or a tuple with an int (both sides) or a pair for each axis; ``'valid'`` is none, ``'same'``
        is dilation*(kernel-1) in all, half of it before (rounded down) and the rest after, so that the size stays.
    kernel, stride, dilation : tuple of int
        What `tuple_of` answered for them.
    operation : str
        The name of the calling operation, for error messages.

    Raises
    ------
    ValueError
        An unknown string, ``'same'`` with a stride, a negative padding, or not one entry per spatial axis.

    Examples
    --------
    >>> padding_pairs("same", (4, 3), (1, 1), (1, 1), "conv2d")
    ((1, 2), (1, 1))
    >>> padding_pairs((2, (0, 1)), (4, 3), (1, 1), (1, 1), "conv2d")
    ((2, 2), (0, 1))
    """
    rank = len(kernel)
    if padding == "valid":
        return ((0, 0),) * rank
    if padding == "same":
        if any(s != 1 for s in stride):
            raise ValueError(f"{operation}: padding='same' keeps the size, which needs stride 1, got stride {stride}")
        totals = [d * (k - 1) for k, d in zip(kernel, dilation, strict=True)]
        return tuple((total // 2, total - total // 2) for total in totals)
    if isinstance(padding, str):
        raise ValueError(f"{operation}: padding must be 'same', 'valid', an int or a tuple, got {padding!r}")
    form = _form(rank) + " or of pairs (before, after)"
    pairs = []
    for entry in _entries(padding, rank, "padding", operation):
        lo, hi = entry if isinstance(entry, (tuple, list)) and len(entry) == 2 else (entry, entry)
        pairs.append(
            (_whole(lo, padding, "padding", operation, 0, form), _whole(hi, padding, "padding", operation, 0, form)),
        )
    return tuple(pairs)


def output_padding_of(value: object, stride: Ints, dilation: Ints, operation: str) -> Ints:
    """A transposed layer's output_padding as a tuple, smaller than the stride or the dilation on every axis.

    Raises
    ------
    ValueError
        An entry is negative, or neither below the stride nor below the dilation.

    Examples
    --------
    >>> output_padding_of(1, (2, 3), (1, 1), "conv_transpose2d")
    (1, 1)
    """
    output_padding = tuple_of(value, len(stride), "output_padding", operation, 0)
    if any(o >= max(s, d) for o, s, d in zip(output_padding, stride, dilation, strict=True)):
        raise ValueError(
            f"{operation}: output_padding must be smaller than the stride or the dilation, "
            f"got output_padding {output_padding}, stride {stride}, dilation {dilation}"
        )
    return output_padding


def pool_padding_of(value: object, kernel: Ints, operation: str) -> Ints:
    """A pooling's padding as a tuple, at most half of the kernel on every axis, as PyTorch has it: dilation does not count.

    Raises
    ------
    ValueError
        An entry is negative, or more than half of the kernel.

    Examples
    --------
    >>> pool_padding_of(1, (2, 3), "max_pool2d")
    (1, 1)
    """
    padding = tuple_of(value, len(kernel), "padding", operation, 0)
    if any(2 * p > k for p, k in zip(padding, kernel, strict=True)):
        raise ValueError(
            f"{operation}: padding must be at most half of the kernel, got padding {padding} and kernel_size {kernel}"
        )
    return padding


def dilated(kernel: Ints, dilation: Ints) -> Ints:
    """How many cells a window reaches over on each axis: dilation*(kernel-1) + 1.

    Examples
    --------
    >>> dilated((3, 5), (1, 2))
    (3, 9)
    """
    return tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True))


def _form(rank: int) -> str:
    return f"an int or a tuple of {rank} int{'s' if rank > 1 else ''}"


def _entries(value: object, rank: int, name: str, operation: str) -> tuple[object, ...]:
    """`value`'s entries, one for each axis."""
    entries = tuple(value) if isinstance(value, (tuple, list)) else (value,) * rank
    if len(entries) != rank:
        raise ValueError(
            f"{operation}: {name} needs one entry per spatial axis, the outermost first: {rank} in all, got {value!r}"
        )
    return entries


def _whole(entry: object, value: object, name: str, operation: str, minimum: int, form: str) -> int:
    """`entry` of `value` as an int; `form` says what `value` may be."""
    try:
        if isinstance(entry, bool):
            raise TypeError
        whole = index(entry)  # type: ignore[arg-type]  # what has no __index__ is refused below
    except TypeError:
        raise ValueError(f"{operation}: {name} must be {form}, got {value!r}") from None
    if whole < minimum:
        raise ValueError(f"{operation}: {name} must be at least {minimum}, got {value!r}")
    return whole
