"""Where a tensor is: the CPU, always. The name is there so that code which asks for a device runs."""

from __future__ import annotations

from typing import Any


class device(str):
    """The place of a tensor; "cpu" is the only one.

    Parameters
    ----------
    type : str
        "cpu", or "cpu:0".
    index : int, optional
        Which of them: 0.

    Raises
    ------
    ValueError
        Another place is asked for.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.ones(2).device
    device(type='cpu')
    >>> print(mt.ones(2).device)
    cpu
    >>> mt.device("cpu").type, mt.device("cpu").index
    ('cpu', None)
    """

    __slots__ = ()

    def __new__(cls, type: Any = "cpu", index: int | None = None) -> device:
        """Check that it is the CPU."""
        wanted = str(type) if index is None else f"{type}:{index}"
        if wanted not in ("cpu", "cpu:0"):
            raise ValueError(f"there is no device {wanted!r} here: minitensor computes on the CPU (device='cpu', or none)")
        return super().__new__(cls, "cpu")

    @property
    def type(self) -> str:
        """The kind of device."""
        return "cpu"

    @property
    def index(self) -> None:  # type: ignore[override]  # it is no text to search in
        """Which of them: None, there is one."""

    def __repr__(self) -> str:
        return "device(type='cpu')"


CPU = device("cpu")


def check_device(wanted: Any) -> None:
    """Accept None and the CPU, and refuse anything else in words."""
    if wanted is not None:
        device(wanted)


def get_default_device() -> device:
    """Where tensors are made: on the CPU. As PyTorch's.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.get_default_device()
    device(type='cpu')
    """
    return CPU


def set_default_device(device: Any) -> None:
    """Check that tensors are to be made on the CPU, where they are made anyway. As PyTorch's.

    Parameters
    ----------
    device : str or None
        "cpu".

    Raises
    ------
    ValueError
        Another one is asked for.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.set_default_device("cpu")
    """
    check_device(device)
