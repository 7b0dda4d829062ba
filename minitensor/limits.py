"""The limits of the dtypes."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike

from minitensor.dtypes import as_dtype, get_default_dtype


class finfo:
    """The limits of a floating dtype, as Python numbers. As PyTorch's.

    Parameters
    ----------
    type : dtype, optional
        The default dtype, unless given.

    Attributes
    ----------
    bits : int
    eps : float
        From 1 to the next larger number.
    max, min : float
        The largest number, and the one of the largest size below 0.
    tiny, smallest_normal : float
        The smallest positive number of full precision, under two names.
    resolution : float
        A step of the last decimal digit that 1 has for sure.
    dtype : str

    Raises
    ------
    TypeError
        The dtype is not a floating one.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.finfo(mt.float16).max, mt.finfo(mt.float16).eps
    (65504.0, 0.0009765625)
    """

    def __init__(self, type: DTypeLike | None = None) -> None:
        chosen = get_default_dtype() if type is None else as_dtype(type)
        if chosen.kind != "f":
            raise TypeError(f"finfo: a floating dtype is expected, got {chosen}: see iinfo for integers")
        known = np.finfo(chosen)
        self.bits, self.dtype = int(known.bits), str(chosen)
        self.eps, self.max, self.min = float(known.eps), float(known.max), float(known.min)
        self.tiny = self.smallest_normal = float(known.tiny)
        self.resolution = 10.0**-known.precision

    def __repr__(self) -> str:
        limits = ("resolution", "min", "max", "eps", "smallest_normal", "tiny")
        return f"finfo({', '.join(f'{name}={getattr(self, name):g}' for name in limits)}, dtype={self.dtype})"


class iinfo:
    """The limits of an integer dtype. As PyTorch's.

    Parameters
    ----------
    type : dtype

    Attributes
    ----------
    bits, max, min : int
    dtype : str

    Raises
    ------
    TypeError
        The dtype is not one of integers.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.iinfo(mt.int8)
    iinfo(min=-128, max=127, dtype=int8)
    """

    def __init__(self, type: DTypeLike) -> None:
        chosen = as_dtype(type)
        if chosen.kind not in "iu":
            raise TypeError(f"iinfo: an integer dtype is expected, got {chosen}: see finfo for floating ones")
        known = np.iinfo(chosen)
        self.bits, self.max, self.min, self.dtype = int(known.bits), int(known.max), int(known.min), str(chosen)

    def __repr__(self) -> str:
        return f"iinfo(min={self.min}, max={self.max}, dtype={self.dtype})"
