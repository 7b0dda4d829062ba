"""Memory that kernels work in and that is kept from call to call.

Memory that is new to the process is mapped page by page as it is first written to, which can take longer than the
arithmetic on it: a new array of 64 MB was filled in 8.2 ms, a kept one in 2.2. How often that happens depends on the C
library's allocator; under glibc, in a loop over one convolution, the kept memory made it up to a tenth faster. What a kernel
returns is new all the same: only what nobody sees afterwards comes from here.
"""

from __future__ import annotations

import threading
from math import prod

import numpy as np
from numpy.typing import DTypeLike, NDArray

from minitensor.dtypes import Array

# The most that is kept for one role. The rest is allocated anew each time: beyond this size the arithmetic is what counts.
KEPT_BYTES = 16 * 2**20


class _Kept(threading.local):
    """Each thread's buffers, by the role that they play in a kernel."""

    def __init__(self) -> None:
        self.buffers: dict[str, NDArray[np.uint8]] = {}


_kept = _Kept()


def workspace(role: str, shape: tuple[int, ...], dtype: DTypeLike) -> Array:
    """An array of any content, which the thread's next request for the same `role` gets again.

    Parameters
    ----------
    role : str
        What the array is for: a kernel holds one array of each role at a time.
    shape : tuple of int
        Its shape.
    dtype : dtype
        Its dtype.

    Examples
    --------
    >>> first, second = workspace("columns", (6,), "float64"), workspace("columns", (2, 3), "float32")
    >>> np.shares_memory(first, second)
    True
    """
    dtype = np.dtype(dtype)
    size = prod(shape) * dtype.itemsize
    if size > KEPT_BYTES:
        return np.empty(shape, dtype)
    buffer = _kept.buffers.get(role)
    if buffer is None or buffer.size < size:
        buffer = _kept.buffers[role] = np.empty(size, np.uint8)
    return buffer[:size].view(dtype).reshape(shape)
