"""Elements in another order along axes: reversed, rolled, turned; under PyTorch's names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from minitensor.errors import ShapeError
from minitensor.functions.arguments import axis_of, named_axes_of, on_tensor, sizes_of
from minitensor.ops import elementwise, index
from minitensor.ops import shape as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
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


@on_tensor
def fliplr(input: Tensor) -> Tensor:
    """The elements in reverse order along the second axis. As PyTorch's `torch.fliplr`, a copy.

    Parameters
    ----------
    input : Tensor
        With two axes at least.

    Returns
    -------
    Tensor
        Of input's shape, in memory of its own.

    Raises
    ------
    ShapeError
        There is no such axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.fliplr(mt.tensor([[1, 2], [3, 4]]))
    tensor([[2, 1],
            [4, 3]])
    """
    if input.ndim < 2:
        raise ShapeError(f"fliplr: the input has two axes at least, got the shape {input.shape}")
    return ops.flip(input, axis=(1,))


@on_tensor
def flipud(input: Tensor) -> Tensor:
    """The elements in reverse order along the first axis. As PyTorch's `torch.flipud`, a copy.

    Parameters
    ----------
    input : Tensor
        With one axis at least.

    Returns
    -------
    Tensor
        Of input's shape, in memory of its own.

    Raises
    ------
    ShapeError
        There is no such axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.flipud(mt.tensor([[1, 2], [3, 4]]))
    tensor([[3, 4],
            [1, 2]])
    """
    if input.ndim < 1:
        raise ShapeError(f"flipud: the input has one axis at least, got the shape {input.shape}")
    return ops.flip(input, axis=(0,))


@on_tensor
def roll(input: Tensor, shifts: int | Sequence[int], dims: int | Sequence[int] = ()) -> Tensor:
    """The elements moved along axes; what leaves at one end enters at the other. As PyTorch's `torch.roll`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    shifts : int or sequence of int
        How far, for each of the axes; negative moves to the front.
    dims : int or sequence of int
        The axes; left out, all elements in one line.

    Returns
    -------
    Tensor
        Of input's shape.

    Raises
    ------
    IndexError
        There is no such axis.
    ValueError
        There are not as many shifts as axes.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.roll(mt.tensor([[1, 2, 3], [4, 5, 6]]), 1, dims=1)
    tensor([[3, 1, 2],
            [6, 4, 5]])
    """
    steps, axes = sizes_of((shifts,), "roll"), sizes_of((dims,), "roll")
    if not axes and len(steps) == 1:
        line = ops.reshape(input, shape=(-1,))
        return ops.reshape(roll(line, steps, (0,)), shape=input.shape)
    if len(steps) != len(axes):
        raise ValueError(f"roll: there are as many shifts as dims, got {len(steps)} and {len(axes)}")
    if not input.ndim:
        raise IndexError("roll: a tensor without axes has no axis to roll along: leave dims out")
    rolled = input
    for step, dim in zip(steps, axes, strict=True):
        axis = axis_of(dim, input.ndim, "roll")
        length = input.shape[axis]
        if length:
            rolled = index.take(rolled, index=(np.arange(length) - step) % length, axis=axis)
    return rolled if rolled is not input else elementwise.clone(input)


@on_tensor
def rot90(input: Tensor, k: int = 1, dims: Sequence[int] = (0, 1)) -> Tensor:
    """Turned by k quarters in the plane of two axes. As PyTorch's `torch.rot90`.

    Parameters
    ----------
    input : Tensor
        With two axes at least.
    k : int
        How many quarters, from the first axis towards the second.
    dims : pair of int
        The axes.

    Returns
    -------
    Tensor
        A copy.

    Raises
    ------
    ShapeError
        There are fewer than two axes.
    ValueError
        Two different axes are expected.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.rot90(mt.tensor([[1, 2], [3, 4]]))
    tensor([[2, 4],
            [1, 3]])
    """
    if input.ndim < 2:
        raise ShapeError(f"rot90: the input has two axes at least, got the shape {input.shape}")
    plane = [axis_of(dim, input.ndim, "rot90") for dim in sizes_of((dims,), "rot90")]
    if len(plane) != 2 or plane[0] == plane[1]:
        raise ValueError(f"rot90: dims are two different axes, got {tuple(dims)}")
    first, second = plane
    swapped = list(range(input.ndim))
    swapped[first], swapped[second] = second, first
    if k % 4 == 0:
        return elementwise.clone(input)
    if k % 4 == 2:
        return ops.flip(input, axis=(first, second))
    if k % 4 == 1:
        return ops.permute(ops.flip(input, axis=(second,)), axes=tuple(swapped))
    return ops.flip(ops.permute(input, axes=tuple(swapped)), axis=(second,))
