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

    Parameters
    ----------
    *args : dtype, device or Tensor
        What it is to be, as it would be given by name; a Tensor stands for its dtype.
    dtype : dtype, optional
    device : optional
        "cpu".
    copy : bool
        Whether the answer is a copy also where nothing changes.
    non_blocking : bool
        Taken, and of no effect: there is nothing to wait for.

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
    """Itself: it is on the CPU already.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.ones(2)
    >>> x.cpu() is x
    True
    """
    return self


def cuda(self: Tensor, device: Any = None, non_blocking: bool = False) -> Tensor:  # noqa: ARG001 (PyTorch's)
    """Refused, whatever the `device` and `non_blocking` are: it is on the CPU, and stays there.

    Raises
    ------
    ValueError
        Always.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.ones(2).cuda()
    Traceback (most recent call last):
        ...
    ValueError: there is no device 'cuda' here: minitensor computes on the CPU (device='cpu', or none)
    """
    check_device("cuda")
    return self


def to_type(self: Tensor, dtype: DTypeLike) -> Tensor:
    """Converted to `dtype`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tensor([1.5, -1.5]).type(mt.int64)
    tensor([ 1, -1])
    """
    return self.to(dtype=dtype)


def type_as(self: Tensor, other: Tensor) -> Tensor:
    """Converted to the dtype of `other`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tensor([1, 2]).type_as(mt.zeros(1))
    tensor([1., 2.])
    """
    return self.to(dtype=other.dtype)


def to_float16(self: Tensor) -> Tensor:
    """Converted to float16.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tensor([0.1]).half()
    tensor([0.1000], dtype=float16)
    """
    return self.to(dtype=dtypes.float16)


def to_float32(self: Tensor) -> Tensor:
    """Converted to float32.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tensor([1, 2]).float()
    tensor([1., 2.])
    """
    return self.to(dtype=dtypes.float32)


def to_float64(self: Tensor) -> Tensor:
    """Converted to float64.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tensor([1, 2]).double()
    tensor([1., 2.], dtype=float64)
    """
    return self.to(dtype=dtypes.float64)


def to_int32(self: Tensor) -> Tensor:
    """Converted to int32: what is behind the point is cut off.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tensor([1.7, -1.7]).int()
    tensor([ 1, -1], dtype=int32)
    """
    return self.to(dtype=dtypes.int32)


def to_int64(self: Tensor) -> Tensor:
    """Converted to int64: what is behind the point is cut off.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tensor([1.7, -1.7]).long()
    tensor([ 1, -1])
    """
    return self.to(dtype=dtypes.int64)


def to_uint8(self: Tensor) -> Tensor:
    """Converted to uint8: what is behind the point is cut off.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tensor([1.7, 2.0]).byte()
    tensor([1, 2], dtype=uint8)
    """
    return self.to(dtype=dtypes.uint8)


def to_int8(self: Tensor) -> Tensor:
    """Converted to int8: what is behind the point is cut off.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tensor([1.7, 2.0]).char()
    tensor([1, 2], dtype=int8)
    """
    return self.to(dtype=dtypes.int8)


def to_int16(self: Tensor) -> Tensor:
    """Converted to int16: what is behind the point is cut off.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tensor([1.7, 2.0]).short()
    tensor([1, 2], dtype=int16)
    """
    return self.to(dtype=dtypes.int16)


def to_bool(self: Tensor) -> Tensor:
    """Whether each element is not zero.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tensor([0.0, 0.5]).bool()
    tensor([False,  True])
    """
    return self.to(dtype=dtypes.bool_)


def numpy(self: Tensor, *, force: bool = False) -> Array:  # noqa: ARG001 (PyTorch's: it is never needed)
    """The elements as an ndarray that shares the memory, also where gradients are recorded.

    What is written to the array changes the tensor behind the tape's back. `force` is taken and of no effect: PyTorch needs
    it to leave the tape, which is no matter here.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tensor([1, 2]).numpy()
    array([1, 2])
    """
    return self._array


def item(self: Tensor) -> Any:
    """Its one element, as a Python number.

    Raises
    ------
    ValueError
        It has more than one element, or none.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tensor([2.5]).item()
    2.5
    """
    if self._array.size != 1:
        raise ValueError(
            f"item: only a tensor of one element is a number, this one has the shape {self.shape}: use .tolist()"
        )
    return self._array.item()


def tolist(self: Tensor) -> Any:
    """The elements as nested lists of Python numbers; without axes, one number.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tensor([[1, 2], [3, 4]]).tolist()
    [[1, 2], [3, 4]]
    """
    return self._array.tolist()
