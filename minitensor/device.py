"""Where a tensor is: the CPU, always. The name is there so that code which asks for a device runs."""

from __future__ import annotations

from typing import Any


class device(str):
    """The place of a tensor; "cpu" is the only one.

    Parameters
    ----------
    type : str
        "cpu", or "cpu:0".

    Raises
    ------
    ValueError
        Another place is asked for.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.ones(2).device
    device(type='cpu')
    >>> mt.device("cpu").type
    'cpu'
    """

    __slots__ = ()

    def __new__(cls, type: Any = "cpu") -> device:
        """Check that it is the CPU."""
        if str(type) not in ("cpu", "cpu:0"):
            raise ValueError(
                f"there is no device {str(type)!r} here: minitensor computes on the CPU (device='cpu', or none)"
            )
        return super().__new__(cls, "cpu")

    @property
    def type(self) -> str:
        """The kind of device."""
        return "cpu"

    def __repr__(self) -> str:
        return "device(type='cpu')"


CPU = device("cpu")


def check_device(wanted: Any) -> None:
    """Accept None and the CPU, and refuse anything else in words."""
    if wanted is not None:
        device(wanted)
