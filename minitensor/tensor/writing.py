"""Writing in place.

Where nothing is recorded, a write goes to the memory, and raises the storage's version: backward through an array that was
kept before then refuses to run. Where it is recorded, the tensor afterwards *stands for* the result of the operation that
makes a new array; the memory stays as it was, and so does every gradient. A view of a living tensor cannot stand for
something else, since that tensor would not follow: there the write is refused. A leaf that requires grad is written to under
`no_grad` alone: what it was would be lost to the tape.

Writes through the NumPy array that `numpy()` returns cannot be seen here.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.dtypes import DType
from minitensor.errors import ShapeError
from minitensor.functions.index.masks import masked_fill
from minitensor.functions.index.places import plain_index
from minitensor.grad_mode import mode
from minitensor.ops import elementwise, index
from minitensor.primitive import Primitive
from minitensor.tape import Traced
from minitensor.tensor.data import as_array
from minitensor.tensor.operators import OPERANDS

if TYPE_CHECKING:
    from minitensor.tensor.core import Tensor


def assign(self: Tensor, index_: Any, value: Any) -> None:
    """The assignment self[index] = value."""
    place = plain_index(index_)
    try:
        region = self._array[place].shape
    except (IndexError, ValueError, TypeError) as error:
        raise IndexError(f"index [{index.describe(place)}] into the shape {self.shape}: {error}") from None
    new = _fitting(value, region, self.dtype, f"[{index.describe(place)}] =")
    if _is_recorded(self, new) and self.is_floating_point():
        _stand_for(self, index.putitem(self, elementwise.cast(new, dtype=self.dtype), index=place), "[...] =")
        return
    _writable(self, "[...] =")[place] = new._array if isinstance(new, Traced) else new
    self._version[0] += 1


def _fitting(value: Any, region: tuple[int, ...], dtype: DType, operation: str) -> Any:
    """A value that is written to a region: a tensor or an array, that repeats to the region's shape."""
    new = value if isinstance(value, Traced) else as_array(value, dtype if np.ndim(value) == 0 else None)
    try:
        fits = prod(np.shape(new)) == 1 or np.broadcast_shapes(np.shape(new), region) == region
    except ValueError:
        fits = False
    if not fits:
        raise ShapeError(f"{operation}: a value of shape {np.shape(new)} does not fit into the shape {region}")
    return new


def copy_(self: Tensor, src: Any, non_blocking: bool = False) -> Tensor:  # noqa: ARG001 (PyTorch's: nothing waits)
    """Take over the values of `src`, converted to this tensor's dtype and repeated to its shape.

    `non_blocking` is taken, and of no effect.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.zeros(2, 2).copy_(mt.tensor([1, 2]))
    tensor([[1., 2.],
            [1., 2.]])
    """
    source = _fitting(src, self.shape, self.dtype, "copy_")
    if np.ndim(source) > self.ndim:
        raise ShapeError(f"copy_: a value of shape {np.shape(source)} does not fit into the shape {self.shape}")
    return write(self, "copy_", index.putitem(self, elementwise.cast(source, dtype=self.dtype), index=...))


def fill_(self: Tensor, value: float) -> Tensor:
    """Set every element to one value.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.zeros(2).fill_(3)
    tensor([3., 3.])
    """
    if np.ndim(value) != 0:
        raise ShapeError(f"fill_: one value is expected, got one of shape {np.shape(value)}")
    return self.copy_(value)


def zero_(self: Tensor) -> Tensor:
    """Set every element to 0.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.ones(2).zero_()
    tensor([0., 0.])
    """
    return self.fill_(0)


def fill_diagonal_(self: Tensor, fill_value: float, wrap: bool = False) -> Tensor:
    """One number on the main diagonal, written into the tensor itself. As PyTorch's `torch.Tensor.fill_diagonal_`.

    Parameters
    ----------
    fill_value : number
        Taken in the tensor's dtype.
    wrap : bool
        Whether the diagonal begins again below the end of a matrix that is taller than wide, one row further down.

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    ShapeError
        There are fewer than two axes, or more of unequal lengths.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.zeros(2, 3).fill_diagonal_(5)
    tensor([[5., 0., 0.],
            [0., 5., 0.]])
    """
    if self.ndim < 2 or (self.ndim > 2 and len(set(self.shape)) > 1):
        raise ShapeError(f"fill_diagonal_: expected a matrix, or axes of one length, got the shape {self.shape}")
    here = np.zeros(self.shape, bool)
    np.fill_diagonal(here, True, wrap)
    return write(self, "fill_diagonal_", masked_fill(self, here, fill_value))


def _is_recorded(*operands: Any) -> bool:
    return mode.grad_enabled and any(
        isinstance(one, Traced) and (one._requires_grad or one._node is not None) for one in operands
    )


def _refuse_leaf(tensor: Tensor, operation: str) -> None:
    if tensor._requires_grad and mode.grad_enabled:
        raise RuntimeError(
            f"{operation}: this leaf requires grad, and a write in place would be lost to the tape. "
            "Update parameters inside `with mt.no_grad():`, or make a new tensor"
        )


def augmented(primitive: Primitive, operation: str) -> Callable[[Tensor, Any], Tensor]:
    """The operator of `tensor += other`: in place where nothing is recorded, else a new tensor for the name to stand for."""

    def operator(self: Tensor, other: Any) -> Tensor:
        if not isinstance(other, OPERANDS):
            return NotImplemented  # type: ignore[no-any-return]  # Python's own way to say that it does not know
        _refuse_leaf(self, operation)
        result = primitive(self, other)
        return result if result._node is not None else write(self, operation, result)

    return operator


def write(tensor: Tensor, operation: str, result: Any) -> Tensor:
    """Let the tensor hold the result: in its memory where it is not recorded, else by standing for it."""
    _refuse_leaf(tensor, operation)
    if result.shape != tensor.shape:
        raise ShapeError(
            f"{operation}: the result of shape {result.shape} does not fit into the tensor, whose shape is {tensor.shape}"
        )
    if result.dtype != tensor.dtype:
        if not _keeps(tensor.dtype, result.dtype):
            raise TypeError(f"{operation}: the result is {result.dtype} and cannot be kept in a tensor of {tensor.dtype}")
        result = elementwise.cast(result, dtype=tensor.dtype)
    if tensor._node is not None and mode.grad_enabled and getattr(result, "_node", None) is None:
        result = index.putitem(tensor, result, index=...)  # what does not follow from the tensor ends its gradient
    if isinstance(result, Traced) and result._node is not None:
        return _stand_for(tensor, result, operation)
    np.copyto(_writable(tensor, operation), result._array if isinstance(result, Traced) else result)
    tensor._version[0] += 1
    return tensor


def _keeps(dtype: DType, other: DType) -> bool:
    """Whether a tensor may hold numbers of another dtype: no floats become integers, no numbers booleans."""
    return dtype.kind == "f" or other.kind == "b" or (dtype.kind != "b" and other.kind != "f")


def _stand_for(tensor: Tensor, result: Any, operation: str) -> Tensor:
    _refuse_leaf(tensor, operation)
    base = None if tensor._view_of is None else tensor._view_of()
    if base is not None and base._version is tensor._version:
        raise RuntimeError(
            f"{operation}: this tensor is a view of another, of shape {base.shape}, which a recorded write through the view "
            "would not reach. Write to that tensor itself (y[0, 1] = v, not y[0][1] = v), or to a clone()"
        )
    if tensor.retains_grad:
        result._node.retained, tensor._node.retained = tensor._node.retained, None  # type: ignore[union-attr]  # it has one
    tensor._array, tensor._node, tensor._version = result._array, result._node, result._version
    return tensor


def _writable(tensor: Tensor, operation: str) -> Any:
    if not tensor._array.flags.writeable:
        raise RuntimeError(f"{operation}: the memory is read-only, or repeated by expand(): write to a clone()")
    return tensor._array
