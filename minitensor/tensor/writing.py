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
from minitensor.functions import math
from minitensor.functions.index import plain_index
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


def add_(self: Tensor, other: Any, *, alpha: float = 1) -> Tensor:
    """Add alpha * other in place."""
    return _write(self, "add_", math.add(self, other, alpha=alpha))


def sub_(self: Tensor, other: Any, *, alpha: float = 1) -> Tensor:
    """Subtract alpha * other in place."""
    return _write(self, "sub_", math.sub(self, other, alpha=alpha))


def mul_(self: Tensor, other: Any) -> Tensor:
    """Multiply in place."""
    return _write(self, "mul_", math.mul(self, other))


def div_(self: Tensor, other: Any) -> Tensor:
    """Divide in place."""
    return _write(self, "div_", math.div(self, other))


def pow_(self: Tensor, exponent: Any) -> Tensor:
    """Raise to a power in place."""
    return _write(self, "pow_", math.pow(self, exponent))


def neg_(self: Tensor) -> Tensor:
    """Negate in place."""
    return _write(self, "neg_", math.neg(self))


def exp_(self: Tensor) -> Tensor:
    """Take e to the power of each element in place."""
    return _write(self, "exp_", math.exp(self))


def sqrt_(self: Tensor) -> Tensor:
    """Take the square root in place."""
    return _write(self, "sqrt_", math.sqrt(self))


def relu_(self: Tensor) -> Tensor:
    """Set what is negative to 0, in place."""
    return _write(self, "relu_", math.relu(self))


def clamp_(self: Tensor, min: float | None = None, max: float | None = None) -> Tensor:
    """Bring each element into [min, max], in place."""
    return _write(self, "clamp_", math.clamp(self, min, max))


def copy_(self: Tensor, src: Any) -> Tensor:
    """Take over the values of another tensor, converted to this one's dtype."""
    source = _fitting(src, self.shape, self.dtype, "copy_")
    return _write(self, "copy_", index.putitem(self, elementwise.cast(source, dtype=self.dtype), index=...))


def fill_(self: Tensor, value: float) -> Tensor:
    """Set every element to one value."""
    if np.ndim(value) != 0:
        raise ShapeError(f"fill_: one value is expected, got one of shape {np.shape(value)}")
    return self.copy_(value)


def zero_(self: Tensor) -> Tensor:
    """Set every element to 0."""
    return self.fill_(0)


def masked_fill_(self: Tensor, mask: Any, value: float) -> Tensor:
    """Set the elements where the mask holds to one value."""
    return _write(self, "masked_fill_", self.masked_fill(mask, value))


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
        return result if result._node is not None else _write(self, operation, result)

    return operator


def _write(tensor: Tensor, operation: str, result: Any) -> Tensor:
    """Let the tensor hold the result: in its memory where it is not recorded, else by standing for it."""
    _refuse_leaf(tensor, operation)
    if result.shape != tensor.shape:
        raise ShapeError(
            f"{operation}: the result of shape {result.shape} does not fit into the tensor, whose shape is {tensor.shape}"
        )
    if result.dtype != tensor.dtype:
        if not np.can_cast(result.dtype, tensor.dtype, "same_kind"):
            raise TypeError(f"{operation}: the result is {result.dtype} and cannot be kept in a tensor of {tensor.dtype}")
        result = elementwise.cast(result, dtype=tensor.dtype)
    if isinstance(result, Traced) and result._node is not None:
        return _stand_for(tensor, result, operation)
    np.copyto(_writable(tensor, operation), result._array if isinstance(result, Traced) else result)
    tensor._version[0] += 1
    return tensor


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
