"""The methods that move elements and have no function of the same arguments at the top level."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minitensor.functions import math, shape
from minitensor.functions.arguments import inferred_shape, sizes_of
from minitensor.functions.shape.broadcasting import expand
from minitensor.ops import elementwise
from minitensor.ops import shape as ops

if TYPE_CHECKING:
    from minitensor.tensor.core import Tensor


def spread(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The method of a function whose second argument is a sequence, which may be written one by one: x.permute(0, 2, 1)."""
    name = function.__wrapped__.__code__.co_varnames[1]  # type: ignore[attr-defined]  # that of a function `on_tensor`

    @functools.wraps(function)
    def method(self: Tensor, *values: Any, **named: Any) -> Tensor:
        if values or name not in named:
            named[name] = values[0] if len(values) == 1 and not hasattr(values[0], "__index__") else values
        return function(self, **named)

    return method


def view(self: Tensor, *sizes: Any) -> Tensor:
    """The same memory with axes of these `sizes`, one of which may be -1 and is worked out.

    Raises
    ------
    ShapeError
        The sizes do not hold as many elements.
    RuntimeError
        The memory does not allow it.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.zeros(2, 3)
    >>> x.view(3, 2)[0, 0] = 7
    >>> x[0, 0]
    tensor(7.)
    """
    seen: Tensor = ops.reshape(self, shape=inferred_shape(sizes_of(sizes, "view"), self.shape, "view"))
    if seen._version is not self._version and self._array.size:
        raise RuntimeError(
            f"view: the memory of this tensor of shape {self.shape} is not in order: use .reshape(), which copies"
        )
    return seen


def expand_as(self: Tensor, other: Tensor) -> Tensor:
    """Repeated to the shape of `other`, without copying.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tensor([[1], [2]]).expand_as(mt.zeros(2, 3))
    tensor([[1, 1, 1],
            [2, 2, 2]])
    """
    return expand(self, other.shape)


def reshape_as(self: Tensor, other: Tensor) -> Tensor:
    """The elements, in their order, with the axes of `other`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.arange(6).reshape_as(mt.zeros(3, 2)).shape
    (3, 2)
    """
    return shape.reshape(self, other.shape)


def view_as(self: Tensor, other: Tensor) -> Tensor:
    """The same memory with the axes of `other`: see `view`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.arange(6).view_as(mt.zeros(3, 2)).shape
    (3, 2)
    """
    return view(self, other.shape)


def where(self: Tensor, condition: Tensor, other: Any) -> Tensor:
    """Its elements where the `condition` holds, those of `other` elsewhere.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.tensor([-1.0, 2.0])
    >>> x.where(x > 0, 0.0)
    tensor([0., 2.])
    """
    chosen: Tensor = math.where(condition, self, other)
    return chosen


def reverse_axes(self: Tensor) -> Tensor:
    """The axes in reverse order: a view.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.zeros(2, 3, 5).T.shape
    (5, 3, 2)
    """
    return ops.permute(self, axes=tuple(reversed(range(self.ndim))))


def swap_last(self: Tensor) -> Tensor:
    """The last two axes swapped: a view.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.zeros(2, 3, 5).mT.shape
    (2, 5, 3)
    """
    return shape.transpose(self, -2, -1)


def reversed_first(self: Tensor) -> Tensor:
    """What `reversed(x)` is: the first axis backwards, as PyTorch's; itself, where there is none."""
    flipped: Tensor = shape.flip(self, (0,)) if self.ndim else self
    return flipped


def contiguous(self: Tensor) -> Tensor:
    """Itself where its memory is in order, else a copy that is.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.zeros(2, 3).t().contiguous().is_contiguous()
    True
    """
    return self if self._array.flags.c_contiguous else elementwise.clone(self)


def is_contiguous(self: Tensor) -> bool:
    """Whether its memory is in order, without gaps.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.zeros(2, 3)
    >>> x.is_contiguous(), x.t().is_contiguous()
    (True, False)
    """
    return self._array.flags.c_contiguous
