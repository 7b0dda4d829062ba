"""The methods that move elements and whose arguments are written differently from the functions': `x.reshape(2, 3)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minitensor.functions import arguments, math, shape
from minitensor.ops import elementwise
from minitensor.ops import shape as shape_ops

if TYPE_CHECKING:
    from minitensor.tensor.core import Tensor


def reshape(self: Tensor, *sizes: Any) -> Tensor:
    """The elements, in their order, with other axes; one size may be -1, and is worked out. A view where it can be."""
    return shape.reshape(self, arguments.sizes_of(sizes, "reshape"))


def view(self: Tensor, *sizes: Any) -> Tensor:
    """Look at the same memory with other axes; one size may be -1, and is worked out.

    Raises
    ------
    RuntimeError
        The memory does not allow it.
    """
    seen = reshape(self, *sizes)
    if seen._version is not self._version and self._array.size:
        raise RuntimeError(
            f"view: the memory of this tensor of shape {self.shape} is not in order: use .reshape(), which copies"
        )
    return seen


def permute(self: Tensor, *dims: Any) -> Tensor:
    """The axes in another order: a view."""
    return shape.permute(self, arguments.sizes_of(dims, "permute"))


def expand_as(self: Tensor, other: Tensor) -> Tensor:
    """Repeated to another tensor's shape, without copying."""
    return shape.expand(self, other.shape)


def reshape_as(self: Tensor, other: Tensor) -> Tensor:
    """The elements, in their order, with another tensor's axes."""
    return shape.reshape(self, other.shape)


def where(self: Tensor, condition: Tensor, other: Any) -> Tensor:
    """Its elements where the condition holds, other's elsewhere."""
    return math.where(condition, self, other)


def masked_select(self: Tensor, mask: Tensor) -> Tensor:
    """The elements where the mask holds, in one line."""
    return self.broadcast_to(mask.shape)[mask] if self.shape != mask.shape else self[mask]


def t(self: Tensor) -> Tensor:
    """The matrix with rows and columns swapped: a view."""
    if self.ndim > 2:
        raise ValueError(f"t: expected two axes at most, this tensor has {self.ndim}: use .transpose() or .mT")
    return shape.transpose(self, 0, 1) if self.ndim == 2 else shape_ops.alias(self)


def reverse_axes(self: Tensor) -> Tensor:
    """The axes in reverse order: a view."""
    return shape_ops.permute(self, axes=tuple(reversed(range(self.ndim))))


def swap_last(self: Tensor) -> Tensor:
    """The last two axes swapped: a view."""
    return shape.transpose(self, -2, -1)


def clone(self: Tensor) -> Tensor:
    """A copy in memory of its own, through which gradients flow."""
    return elementwise.clone(self)


def contiguous(self: Tensor) -> Tensor:
    """Itself where its memory is in order, else a copy that is."""
    return self if self._array.flags.c_contiguous else elementwise.clone(self)


def is_contiguous(self: Tensor) -> bool:
    """Whether its memory is in order, without gaps."""
    return self._array.flags.c_contiguous
