"""The Parameter: a tensor that a module learns."""

from __future__ import annotations

import numpy as np

from minitensor.dtypes import get_default_dtype
from minitensor.tensor import Tensor


class Parameter(Tensor):
    """A leaf that requires grad, and that a module finds among its attributes; what is computed from it is a plain Tensor.

    As PyTorch's `nn.Parameter`; its shape is that of `data`.

    Parameters
    ----------
    data : Tensor, optional
        Its memory is shared, its history is left behind; an empty tensor where there is none.
    requires_grad : bool
        False for one that is kept as it is.

    Raises
    ------
    TypeError
        The data is not a tensor.
    RuntimeError
        It requires grad and its dtype is not a floating one.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Parameter(mt.zeros(2))
    Parameter containing:
    tensor([0., 0.], requires_grad=True)
    """

    __slots__ = ()

    def __init__(self, data: Tensor | None = None, requires_grad: bool = True) -> None:
        if data is None:
            data = self._box(np.empty(0, get_default_dtype()), None, [0])
        if not isinstance(data, Tensor):
            raise TypeError(f"Parameter: expected a tensor, got {type(data).__name__}: make one with mt.tensor(...)")
        self._start(data._array, None, data._version)
        self.requires_grad = requires_grad

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"
