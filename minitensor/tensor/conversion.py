"""From a Tensor to another dtype, to NumPy and to Python's own values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numpy.typing import DTypeLike

from minitensor import dtypes
from minitensor.device import check_device
from minitensor.dtypes import Array, as_dtype
from minitensor.ops import elementwise
from minitensor.tape import Traced

if TYPE_CHECKING:
    from minitensor.tensor.core import Tensor

DEVICES = ("cpu", "cuda", "mps", "meta", "xpu")  # the names that frameworks know; all but the first are refused


def to(
    self: Tensor,
    *args: Any,
    dtype: DTypeLike | None = None,
    device: Any = None,
    copy: bool = False,
    non_blocking: bool = False,  # noqa: ARG001 (PyTorch's: there is nothing to wait for)
) -> Tensor:
    """In another dtype, or in that of another tensor; a device may be named, and is the CPU.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.ones(2).to("cpu", mt.float64)
    tensor([1., 1.], dtype=float64)
    """
    for argument in args:
        if isinstance(argument, Traced):
            dtype = argument.dtype
        elif isinstance(argument, str) and argument.split(":")[0] in DEVICES:
            device = argument
        elif not isinstance(argument, bool):  # True and False are PyTorch's non_blocking and copy
            dtype = argument
    check_device(device)
    wanted = self.dtype if dtype is None else as_dtype(dtype)
    if wanted != self.dtype:
        return elementwise.cast(self, dtype=wanted)
    return elementwise.clone(self) if copy else self


def cpu(self: Tensor) -> Tensor:
    """Return itself: it is on the CPU already."""
    return self


def to_type(self: Tensor, dtype: DTypeLike) -> Tensor:
    """In another dtype."""
    return self.to(dtype=dtype)


def type_as(self: Tensor, other: Tensor) -> Tensor:
    """In another tensor's dtype."""
    return self.to(dtype=other.dtype)


def to_float16(self: Tensor) -> Tensor:
    """The tensor converted to float16."""
    return self.to(dtype=dtypes.float16)


def to_float32(self: Tensor) -> Tensor:
    """The tensor converted to float32."""
    return self.to(dtype=dtypes.float32)


def to_float64(self: Tensor) -> Tensor:
    """The tensor converted to float64."""
    return self.to(dtype=dtypes.float64)


def to_int32(self: Tensor) -> Tensor:
    """The tensor converted to int32."""
    return self.to(dtype=dtypes.int32)


def to_int64(self: Tensor) -> Tensor:
    """The tensor converted to int64."""
    return self.to(dtype=dtypes.int64)


def to_bool(self: Tensor) -> Tensor:
    """Whether each element is not zero."""
    return self.to(dtype=dtypes.bool_)


def numpy(self: Tensor, *, force: bool = False) -> Array:  # noqa: ARG001 (PyTorch's: it is never needed)
    """The elements as an ndarray that shares the memory, also where gradients are recorded.

    What is written to the array changes the tensor behind the tape's back.
    """
    return self._array


def item(self: Tensor) -> Any:
    """Its one element, as a Python number.

    Raises
    ------
    ValueError
        It has more than one element, or none.
    """
    if self._array.size != 1:
        raise ValueError(
            f"item: only a tensor of one element is a number, this one has the shape {self.shape}: use .tolist()"
        )
    return self._array.item()


def tolist(self: Tensor) -> Any:
    """The elements as nested lists of Python numbers."""
    return self._array.tolist()
