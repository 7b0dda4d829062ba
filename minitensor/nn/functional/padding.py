"""Padding: cells around an array, all of one value or copies of its own.

Padding with copies is an index map along each axis: cell i of the result is a copy of cell index[i]. So it is the primitive
`take`, whose adjoint adds up the gradients of all copies. Positions before the first cell and behind the last are brought
back inside by one formula for each mode; for the cells a b c d and 3 more on both sides:

    reflect      d c b | a b c d | c b a      mirrored at the outermost cells
    replicate    a a a | a b c d | d d d      the outermost cells again and again
    circular     b c d | a b c d | a b c      around and around
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import index as whole

import numpy as np

from minitensor.dtypes import Array
from minitensor.errors import ShapeError
from minitensor.geometry import Pairs
from minitensor.nn.functional.spatial import check_tensor
from minitensor.ops.index import take
from minitensor.ops.shape import pad as pad_with_value
from minitensor.tensor import Tensor

# From positions, of which 0 is the first cell, and how many cells there are, to the cells that are copied.
INDEX_MAPS: dict[str, Callable[[Array, int], Array]] = {
    "reflect": lambda position, size: size - 1 - abs(size - 1 - abs(position)),
    "replicate": lambda position, size: np.clip(position, 0, size - 1),
    "circular": lambda position, size: position % size,
}


def pad(input: Tensor, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Tensor:
    """Pad the last axes of a tensor, as PyTorch's `F.pad`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    pad : sequence of int
        How many cells before and after the last axis, before and after the one ahead of it, and so on: two for each axis. A
        negative number takes cells away, before others are copied.
    mode : {'constant', 'reflect', 'replicate', 'circular'}
        What the new cells hold: `value`; the cells mirrored at the outermost one, with less padding than there are cells;
        the outermost one again and again; or the cells from the other end, with at most as much padding as cells.
    value : float, optional
        What the cells of constant padding hold: 0, unless given.

    Returns
    -------
    Tensor
        With axes of the lengths before + length + after.

    Raises
    ------
    TypeError
        `input` is no Tensor, or `pad` is no sequence of ints.
    ValueError
        An unknown mode, a value for another mode than constant, or not two amounts for each of some axes.
    ShapeError
        More cells are taken away or copied than there are.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.pad(mt.tensor([[1, 2, 3]]), (1, 2))
    tensor([[0, 1, 2, 3, 0, 0]])
    >>> F.pad(mt.tensor([[1, 2, 3]]), (1, 2), mode="reflect")
    tensor([[2, 1, 2, 3, 2, 1]])
    """
    check_tensor(input, "input", "pad")
    if mode != "constant" and mode not in INDEX_MAPS:
        raise ValueError(f"pad: mode must be 'constant', 'reflect', 'replicate' or 'circular', got {mode!r}")
    if mode != "constant" and value:
        raise ValueError(f"pad: a value is for mode='constant', got value={value} and mode={mode!r}")
    pairs = _pairs_of(pad, input)
    if mode != "constant":
        return pad_with_copies(input, pairs, mode, "pad")
    _refuse_taking_too_much(input, pairs, "pad")
    untouched = ((0, 0),) * (input.ndim - len(pairs))
    return pad_with_value(input, widths=untouched + pairs, value=value or 0)


def pad_with_copies(input: Tensor, pairs: Pairs, mode: str, operation: str) -> Tensor:
    """Pad the last axes of `input` with copies of its own cells.

    Parameters
    ----------
    input : Tensor
        Of any shape.
    pairs : tuple of (int, int)
        How many cells before and after each of the last axes, in the axes' order.
    mode : {'reflect', 'replicate', 'circular'}
        Which cells are copied.
    operation : str
        The name of the calling operation, for error messages.

    Raises
    ------
    ShapeError
        More cells are taken away or copied than there are.
    """
    _refuse_taking_too_much(input, pairs, operation)
    _refuse_copying_too_much(input, pairs, mode, operation)
    for axis, (lo, hi) in enumerate(pairs, input.ndim - len(pairs)):
        if lo or hi:
            # What is taken away is no longer there to be copied.
            first, kept = max(0, -lo), input.shape[axis] - _taken(lo, hi)
            position = np.arange(-max(0, lo), kept + max(0, hi))
            input = take(input, index=first + INDEX_MAPS[mode](position, kept), axis=axis)
    return input


def _pairs_of(pad: Sequence[int], input: Tensor) -> Pairs:
    """Bring `pad`, which begins with the last axis, to pairs (before, after) in the axes' order."""
    try:
        amounts = [whole(amount) for amount in pad]
    except TypeError:
        raise TypeError(
            f"pad: pad must be a sequence of ints, two for each axis, the last axis first, got {pad!r}"
        ) from None
    if len(amounts) % 2 or len(amounts) > 2 * input.ndim:
        raise ValueError(
            f"pad: pad needs two ints for each axis, the last axis first: at most {2 * input.ndim} for the shape "
            f"{input.shape}, got {len(amounts)}"
        )
    return tuple(zip(amounts[-2::-2], amounts[::-2], strict=True))


def _refuse_taking_too_much(input: Tensor, pairs: Pairs, operation: str) -> None:
    for axis, (lo, hi) in enumerate(pairs, -len(pairs)):
        if _taken(lo, hi) > input.shape[axis]:
            raise ShapeError(
                f"{operation}: padding {(lo, hi)} takes {_taken(lo, hi)} cells from axis {axis}, which has "
                f"{input.shape[axis]}: the input's shape is {input.shape}"
            )


def _refuse_copying_too_much(input: Tensor, pairs: Pairs, mode: str, operation: str) -> None:
    for axis, (lo, hi) in enumerate(pairs, -len(pairs)):
        size, most = input.shape[axis] - _taken(lo, hi), max(0, lo, hi)
        allowed, relation = {
            "reflect": (size - 1, "must be smaller than the axis"),
            "replicate": (most if size else 0, "needs a cell to copy"),
            "circular": (size, "must be at most the length of the axis"),
        }[mode]
        if most > max(0, allowed):
            raise ShapeError(
                f"{operation}: {mode} padding {relation}, got padding {(lo, hi)} for axis {axis} of length {size}: "
                f"the input's shape is {input.shape}"
            )


def _taken(lo: int, hi: int) -> int:
    """How many cells negative padding takes away."""
    return max(0, -lo) + max(0, -hi)
