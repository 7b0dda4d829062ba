"""What is worked out of each element and those before it along an axis, under PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minitensor.errors import ShapeError
from minitensor.functions.arguments import axis_of, converted, on_tensor
from minitensor.functions.index.places import line_of
from minitensor.functions.reduce.results import ValuesAndIndices, back
from minitensor.functions.shape.joining import cat
from minitensor.ops import elementwise, index
from minitensor.ops import reduce as ops

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from minitensor.primitive import Primitive
    from minitensor.tensor import Tensor


@on_tensor
def cumsum(input: Tensor, dim: int, *, dtype: DTypeLike | None = None) -> Tensor:
    """The sum of each element and all before it along an axis. As PyTorch's `torch.cumsum`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim : int
        The axis.
    dtype : dtype, optional
        What to convert to first.

    Returns
    -------
    Tensor
        Of input's shape and dtype; of integers and booleans in int64.

    Raises
    ------
    IndexError
        There is no such axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.cumsum(mt.tensor([1.0, 2.0, 3.0]), dim=0)
    tensor([1., 3., 6.])
    """
    axis, line = axis_of(dim, input.ndim, "cumsum"), line_of(converted(input, dtype))
    return back(input, ops.cumsum(line, axis=axis))


@on_tensor
def cumprod(input: Tensor, dim: int, *, dtype: DTypeLike | None = None) -> Tensor:
    """The product of each element and all before it along an axis. As PyTorch's `torch.cumprod`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim : int
        The axis.
    dtype : dtype, optional
        What to convert to first.

    Returns
    -------
    Tensor
        Of input's shape and dtype; of integers and booleans in int64. The gradient is right where elements are 0, too.

    Raises
    ------
    IndexError
        There is no such axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.cumprod(mt.tensor([1.0, 2.0, 3.0]), dim=0)
    tensor([1., 2., 6.])
    """
    axis, line = axis_of(dim, input.ndim, "cumprod"), line_of(converted(input, dtype))
    return back(input, ops.cumprod(line, axis=axis))


@on_tensor
def diff(input: Tensor, n: int = 1, dim: int = -1, prepend: Tensor | None = None, append: Tensor | None = None) -> Tensor:
    """The difference of each element along an axis and the one before it. As PyTorch's `torch.diff`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    n : int
        How many times to take differences.
    dim : int
        The axis.
    prepend, append : Tensor, optional
        What stands in front of input and behind it along the axis.

    Returns
    -------
    Tensor
        Of input's dtype, shorter by n along the axis; of booleans, whether the elements differ.

    Raises
    ------
    ShapeError
        The input has no axis.
    ValueError
        n is negative.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.diff(mt.tensor([1, 4, 9, 16]))
    tensor([3, 5, 7])
    """
    axis = axis_of(dim, input.ndim, "diff")
    if not input.ndim:
        raise ShapeError("diff: the input has an axis at least")
    if n < 0:
        raise ValueError(f"diff: differences are taken 0 times or more, got {n}")
    if n == 0:
        return elementwise.clone(input)
    parts = [one for one in (prepend, input, append) if one is not None]
    line, before = cat(parts, axis) if len(parts) > 1 else input, (slice(None),) * axis
    for _ in range(min(n, line.shape[axis])):
        later, sooner = (index.getitem(line, index=(*before, part)) for part in (slice(1, None), slice(None, -1)))
        line = elementwise.ne(later, sooner) if line.dtype.kind == "b" else elementwise.sub(later, sooner)
    return elementwise.clone(line) if line is input else line


@on_tensor
def cummax(input: Tensor, dim: int) -> ValuesAndIndices:
    """The largest of each element and all before it along an axis, and where it stands. As PyTorch's `torch.cummax`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim : int
        The axis.

    Returns
    -------
    ValuesAndIndices
        Of input's shape: of equals the last, which alone has the gradient. From a nan on all are nan.

    Raises
    ------
    IndexError
        There is no such axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.cummax(mt.tensor([3, 1, 4, 2]), dim=0)
    ValuesAndIndices(values=tensor([3, 3, 4, 4]), indices=tensor([0, 0, 2, 2]))
    """
    return _records(input, dim, ops.argcummax, "cummax")


@on_tensor
def cummin(input: Tensor, dim: int) -> ValuesAndIndices:
    """The smallest of each element and all before it along an axis, and where it stands. As PyTorch's `torch.cummin`.

    Parameters
    ----------
    input : Tensor
        Of any shape and dtype.
    dim : int
        The axis.

    Returns
    -------
    ValuesAndIndices
        Of input's shape: of equals the last, which alone has the gradient. From a nan on all are nan.

    Raises
    ------
    IndexError
        There is no such axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.cummin(mt.tensor([3, 1, 4, 2]), dim=0)
    ValuesAndIndices(values=tensor([3, 1, 1, 1]), indices=tensor([0, 1, 1, 1]))
    """
    return _records(input, dim, ops.argcummin, "cummin")


def _records(input: Tensor, dim: int, argument: Primitive, operation: str) -> ValuesAndIndices:
    axis, line = axis_of(dim, input.ndim, operation), line_of(input)
    places = argument(line, axis=axis)
    return ValuesAndIndices(back(input, index.gather(line, places, axis=axis)), back(input, places))
