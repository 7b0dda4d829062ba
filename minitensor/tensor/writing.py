"""Writing in place.

Where nothing is recorded, a write goes to the memory, and raises the storage's version: backward through an array that was
kept before then refuses to run. Where it is recorded, the tensor afterwards *stands for* the result of the operation that
makes a new array; the memory stays as it was, and so does every gradient. A leaf that requires grad is written to under
`no_grad` alone: what it was would be lost to the tape.

Writes through the NumPy array that `numpy()` answers with cannot be seen here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.errors import ShapeError
from minitensor.functions import math
from minitensor.functions.index import plain_index
from minitensor.grad_mode import mode
from minitensor.ops import elementwise, index
from minitensor.primitive import Primitive
from minitensor.tape import Traced
from minitensor.tensor.operators import OPERANDS

if TYPE_CHECKING:
    from minitensor.tensor.core import Tensor


def assign(self: Tensor, index_: Any, value: Any) -> None:
    """self[index] = value."""
    place = plain_index(index_)
    try:
        region = self._array[place].shape
        np.broadcast_shapes(np.shape(value), region)
    except (IndexError, ValueError) as error:
        raise IndexError(f"index [{index.describe(place)}] into the shape {self.shape}: {error}") from None
    if np.broadcast_shapes(np.shape(value), region) != region and np.size(value) != 1:
        raise ShapeError(
            f"index [{index.describe(place)}] = value: a value of shape {np.shape(value)} does not fit into {region}"
        )
    if not isinstance(value, (Traced, np.ndarray)):
        value = np.asarray(value, self.dtype)
    if _is_recorded(self, value):
        _stand_for(self, index.putitem(self, elementwise.cast(value, dtype=self.dtype), index=place), "[...] =")
        return
    _writable(self, "[...] =")[place] = value._array if isinstance(value, Traced) else value
    self._version[0] += 1


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
    """Turn the sign in place."""
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
    source = src if isinstance(src, (Traced, np.ndarray)) else np.asarray(src)
    same = source if source.dtype == self.dtype else elementwise.cast(source, dtype=self.dtype)
    return _write(self, "copy_", index.putitem(self, same, index=...) if np.shape(source) != self.shape else same)


def fill_(self: Tensor, value: float) -> Tensor:
    """Set every element to one value."""
    return _write(self, "fill_", index.putitem(self, np.asarray(value, self.dtype), index=...))


def zero_(self: Tensor) -> Tensor:
    """Set every element to 0."""
    return self.fill_(0)


def masked_fill_(self: Tensor, mask: Any, value: float) -> Tensor:
    """Set the elements where the mask holds to one value."""
    return _write(self, "masked_fill_", elementwise.where(mask, value, self))


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
    tensor._array, tensor._node, tensor._version = result._array, result._node, result._version
    return tensor


def _writable(tensor: Tensor, operation: str) -> Any:
    if not tensor._array.flags.writeable:
        raise RuntimeError(f"{operation}: the memory is read-only, or repeated by expand(): write to a clone()")
    return tensor._array
