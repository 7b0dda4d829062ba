"""The axes in another order, taken away or added, under PyTorch's names: views."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from minitensor.functions.arguments import axis_of, named_axes_of, on_tensor, sizes_of
from minitensor.ops import shape as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
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


@on_tensor
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


@on_tensor
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


@on_tensor
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


@on_tensor
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


@on_tensor
def t(input: Tensor) -> Tensor:
    """The matrix with rows and columns swapped: a view. As PyTorch's `torch.t`.

    Parameters
    ----------
    input : Tensor
        With two axes at most.

    Returns
    -------
    Tensor
        A view; with fewer than two axes, of input as it is.

    Raises
    ------
    ValueError
        There are more than two axes.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.t(mt.zeros(2, 3)).shape
    (3, 2)
    """
    if input.ndim > 2:
        raise ValueError(f"t: expected two axes at most, this tensor has {input.ndim}: use .transpose() or .mT")
    return ops.permute(input, axes=(1, 0)) if input.ndim == 2 else ops.alias(input)
