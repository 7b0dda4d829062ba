"""Tensors that share memory with those of another library, by DLPack."""

from __future__ import annotations

from typing import Any

import numpy as np

from minitensor.creation.data import from_numpy, made
from minitensor.device import check_device
from minitensor.tensor import Tensor
from minitensor.tensor.dlpack import refuse_gradient


def from_dlpack(ext_tensor: Any, *, device: Any = None, copy: bool | None = None) -> Tensor:
    """A tensor that shares the memory of another library's, say PyTorch's: what is written to one shows in the other.

    As PyTorch's `torch.from_dlpack`.

    Parameters
    ----------
    ext_tensor : object with `__dlpack__` and `__dlpack_device__`
        On the CPU. Under NumPy 1 what comes from another library than NumPy cannot be written to through the tensor.
    device : str, optional
        "cpu".
    copy : bool, optional
        True for memory of its own.

    Returns
    -------
    Tensor
        Without gradient.

    Raises
    ------
    BufferError
        The other requires grad, or is not on the CPU.
    TypeError
        It does not know DLPack, or there are no tensors of its dtype.

    Examples
    --------
    >>> import minitensor as mt, numpy as np
    >>> array = np.zeros(2)
    >>> x = mt.from_dlpack(array)
    >>> array[0] = 5
    >>> x
    tensor([5., 0.], dtype=float64)

    References
    ----------
    DLPack, https://dmlc.github.io/dlpack/latest/python_spec.html
    """
    check_device(device)
    if not hasattr(ext_tensor, "__dlpack__"):
        raise TypeError(f"from_dlpack: {type(ext_tensor).__name__} does not know DLPack: use mt.tensor(...), which copies")
    if isinstance(ext_tensor, Tensor):
        refuse_gradient(ext_tensor)
    own = isinstance(ext_tensor, (Tensor, np.ndarray))  # whose memory needs no protocol, which in NumPy 1 would lock it
    array = np.asarray(ext_tensor) if own else np.from_dlpack(ext_tensor)
    return made(np.array(array)) if copy else from_numpy(array)
