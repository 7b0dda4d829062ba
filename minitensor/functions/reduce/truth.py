"""Whether one of many is not 0, all, or how many, under PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minitensor.dtypes import uint8
from minitensor.functions.arguments import Dim, axes_of, named_axes_of, on_tensor
from minitensor.ops import elementwise
from minitensor.ops import reduce as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
def any(input: Tensor, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """Whether one element over some axes is not 0. As PyTorch's `torch.any`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim, keepdim
        As in `sum`; of an empty sequence of axes, each element on its own.

    Returns
    -------
    Tensor of bool
        Of uint8, where that is input's dtype.
        False of no elements.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.any(mt.tensor([[0, 1], [0, 0]]), dim=1)
    tensor([ True, False])
    """
    truth = ops.any(input, axis=named_axes_of(dim, input.ndim, "any"), keepdims=keepdim)
    return elementwise.cast(truth, dtype=uint8) if input.dtype == uint8 else truth


@on_tensor
def all(input: Tensor, dim: Dim = None, keepdim: bool = False) -> Tensor:
    """Whether no element over some axes is 0. As PyTorch's `torch.all`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim, keepdim
        As in `sum`; of an empty sequence of axes, each element on its own.

    Returns
    -------
    Tensor of bool
        Of uint8, where that is input's dtype.
        True of no elements.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.all(mt.tensor([[1, 1], [0, 1]]), dim=1)
    tensor([ True, False])
    """
    truth = ops.all(input, axis=named_axes_of(dim, input.ndim, "all"), keepdims=keepdim)
    return elementwise.cast(truth, dtype=uint8) if input.dtype == uint8 else truth


@on_tensor
def count_nonzero(input: Tensor, dim: Dim = None) -> Tensor:
    """How many elements over some axes are not 0. As PyTorch's `torch.count_nonzero`.

    Parameters
    ----------
    input, dim
        As in `sum`.

    Returns
    -------
    Tensor of int64

    Raises
    ------
    IndexError
        There is no such axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.count_nonzero(mt.tensor([[0, 1], [2, 3]]), dim=1)
    tensor([1, 2])
    """
    return ops.sum(elementwise.ne(input, 0), axis=axes_of(dim, input.ndim, "count_nonzero"), keepdims=False)
