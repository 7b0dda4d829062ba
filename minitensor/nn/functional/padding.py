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
from operator import index

import numpy as np

from minitensor.dtypes import Array, DType, in_dtype
from minitensor.errors import ShapeError, shape_table
from minitensor.geometry import Pairs
from minitensor.nn.functional.spatial import check_tensor, input_axes
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
        For constant padding, of any shape and dtype. For the other modes signals, images or volumes: (N, C, *spatial) or,
        without a batch, (C, *spatial), of which exactly the spatial axes are padded.
    pad : sequence of int
        How many cells before and after the last axis, before and after the one ahead of it, and so on: two for each axis. A
        negative number takes cells away.
    mode : {'constant', 'reflect', 'replicate', 'circular'}
        What the new cells hold: `value`; the cells mirrored at the outermost one, with less padding than there are cells;
        the outermost one again and again; or the cells from the other end, with at most as much padding as cells that are
        not taken away.
    value : float, optional
        What the cells of constant padding hold, converted to the input's dtype: 0, unless given.

    Returns
    -------
    Tensor
        With axes of the lengths before + length + after, of the input's dtype.

    Raises
    ------
    TypeError
        `input` is no Tensor, or of truth values in the modes reflect and replicate; `pad` is no sequence of ints.
    ValueError
        An unknown mode, a value for another mode than constant, or not two amounts for each of some axes.
    OverflowError
        The value is none of the input's dtype, which is of integers.
    ShapeError
        The input has no axes of that number and mode, or more cells are taken away or copied than there are.

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
        _check_spatial(input, pairs, mode)
        return pad_with_copies(input, pairs, mode, "pad")
    _refuse_taking_too_much(input, pairs, "pad")
    untouched = ((0, 0),) * (input.ndim - len(pairs))
    filled = any(max(pair) > 0 for pair in pairs)
    return pad_with_value(input, widths=untouched + pairs, value=_value_of(value, input.dtype) if filled else 0)


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
    if mode == "circular":
        _refuse_taking_too_much(input, pairs, operation)
    else:
        _refuse_leaving_nothing(input, pairs, operation)
    _refuse_copying_too_much(input, pairs, mode, operation)
    for axis, (lo, hi) in enumerate(pairs, input.ndim - len(pairs)):
        if lo or hi:
            # Around and around go the cells that are kept; a mirror and an edge stay where they are, whatever is cut off.
            first, size = (max(0, -lo), _kept(input, axis, lo, hi)) if mode == "circular" else (0, input.shape[axis])
            position = np.arange(-lo - first, input.shape[axis] + hi - first)
            input = take(input, index=first + INDEX_MAPS[mode](position, size), axis=axis)
    return input


def _pairs_of(pad: Sequence[int], input: Tensor) -> Pairs:
    """Bring `pad`, which begins with the last axis, to pairs (before, after) in the axes' order."""
    amounts = amounts_of(pad, "pad", "pad")
    if len(amounts) % 2 or len(amounts) > 2 * input.ndim:
        raise ValueError(
            f"pad: pad needs two ints for each axis, the last axis first: at most {2 * input.ndim} for the shape "
            f"{input.shape}, got {len(amounts)}"
        )
    return tuple(zip(amounts[-2::-2], amounts[::-2], strict=True))


def amounts_of(pad: Sequence[int], name: str, operation: str) -> tuple[int, ...]:
    """`pad` as a tuple of ints, which may be negative.

    Raises
    ------
    TypeError
        It is no sequence, or an entry is no whole number: a bool is none.
    """
    try:
        if any(isinstance(amount, bool) for amount in pad):
            raise TypeError
        return tuple([index(amount) for amount in pad])
    except TypeError:
        raise TypeError(
            f"{operation}: {name} must be a sequence of ints, two for each axis, the last axis first, got {pad!r}"
        ) from None


def _value_of(value: float | None, dtype: DType) -> float:
    """The value of constant padding; for integers it must be one of theirs, without its fraction."""
    if value is None or dtype.kind not in "iu":
        return value or 0
    if not np.isfinite(value):
        raise OverflowError(f"pad: the value {value} is none of {dtype}, the input's dtype")
    return int(in_dtype(int(value), dtype))


def _check_spatial(input: Tensor, pairs: Pairs, mode: str) -> None:
    """Refuse what has no spatial axes to copy along: padding with copies is for signals, images and volumes."""
    rank = len(pairs)
    if not 1 <= rank <= 3 or input.ndim not in (rank + 1, rank + 2):
        raise ShapeError(
            f"pad: mode={mode!r} is for signals (N, C, L) with two amounts, images (N, C, H, W) with four and volumes "
            f"(N, C, D, H, W) with six, each also without N; got the shape {input.shape} with {2 * rank} amounts"
        )
    if mode == "circular":
        return
    if input.dtype.kind == "b":
        raise TypeError(f"pad: mode={mode!r} is for numbers, got bool: try x.int()")
    if 0 in input.shape[input.ndim - rank - 1 :]:
        axes = input_axes(rank, input.ndim)
        table = shape_table(("input", axes, input.shape))
        raise ShapeError(f"pad: mode={mode!r} needs a cell to copy, the input has none\n{table}")


def _refuse_taking_too_much(input: Tensor, pairs: Pairs, operation: str) -> None:
    for axis, (lo, hi) in enumerate(pairs, -len(pairs)):
        if _kept(input, axis, lo, hi) < 0:
            raise ShapeError(
                f"{operation}: padding {(lo, hi)} takes {max(0, -lo) + max(0, -hi)} cells from axis {axis}, which has "
                f"{input.shape[axis]}: the input's shape is {input.shape}"
            )


def _refuse_leaving_nothing(input: Tensor, pairs: Pairs, operation: str) -> None:
    """A mirror or an edge can be all that is left of an axis, but of one axis at least something must be left."""
    spatial = input.shape[input.ndim - len(pairs) :]
    sizes = [size + lo + hi for size, (lo, hi) in zip(spatial, pairs, strict=True)]
    if min(sizes) < 0 or max(sizes) < 1:
        raise ShapeError(
            f"{operation}: padding {pairs} would leave axes of the lengths {tuple(sizes)}: "
            f"the input's shape is {input.shape}"
        )


def _refuse_copying_too_much(input: Tensor, pairs: Pairs, mode: str, operation: str) -> None:
    for axis, (lo, hi) in enumerate(pairs, -len(pairs)):
        size, most = input.shape[axis], max(0, lo, hi)
        if mode == "circular":
            size = _kept(input, axis, lo, hi)
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


def _kept(input: Tensor, axis: int, lo: int, hi: int) -> int:
    """How many cells of an axis negative padding leaves."""
    return input.shape[axis] - max(0, -lo) - max(0, -hi)
