"""What other libraries ask of a Tensor to share its memory: DLPack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from minitensor.tensor.core import Tensor


def export(
    self: Tensor, *, stream: Any = None, max_version: Any = None, dl_device: Any = None, copy: bool | None = None
) -> Any:
    """The memory as a DLPack capsule, for `torch.from_dlpack(tensor)` and its like.

    What another library writes there changes the tensor behind the tape's back.

    Raises
    ------
    BufferError
        The tensor requires grad, or its memory is read-only and the other library cannot be told.
    """
    refuse_gradient(self)
    asked = {"stream": stream, "max_version": max_version, "dl_device": dl_device, "copy": copy}
    given = {name: value for name, value in asked.items() if value is not None}
    try:
        return self._array.__dlpack__(**given)
    except TypeError:  # NumPy 1 and 2.0 know the stream alone: an older version of the protocol is a right answer too
        if copy:
            raise
        return self._array.__dlpack__(stream=stream)


def where(self: Tensor) -> tuple[Any, int]:
    """The device in DLPack's words: the CPU."""
    return self._array.__dlpack_device__()


def refuse_gradient(tensor: Tensor) -> None:
    """Raise a BufferError for a tensor that requires grad: another library would not record what it does with it."""
    if tensor.requires_grad:
        raise BufferError("DLPack: this tensor requires grad, and gradients do not reach another library: use .detach()")
