"""Parameters and buffers whose shape is not known yet: what a lazy layer has before it has seen an input."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

import numpy as np
from numpy.typing import DTypeLike

from minitensor.creation import empty
from minitensor.device import check_device
from minitensor.dtypes import Array, DType, as_dtype, get_default_dtype
from minitensor.nn.parameter import Parameter
from minitensor.tape import Traced
from minitensor.tensor import Tensor

MEMORY: Any = Traced.__dict__["_array"]  # the slot itself: while there is no shape, asking a tensor for it is an error


class Uninitialized(Tensor):
    """A tensor that has a dtype and no shape: what asks for its elements is refused in words."""

    __slots__ = ()

    cls_to_become: ClassVar[type[Tensor]]

    @property
    def _array(self) -> Array:
        self._refuse()

    @_array.setter
    def _array(self, array: Array) -> None:
        MEMORY.__set__(self, array)

    @property
    def shape(self) -> tuple[int, ...]:
        """There is none yet: asking for it is refused."""
        self._refuse()

    @property
    def dtype(self) -> DType:
        """The dtype that its elements will have."""
        dtype: DType = MEMORY.__get__(self).dtype
        return dtype

    def _refuse(self) -> NoReturn:
        raise RuntimeError(
            f"{type(self).__name__}: its shape is not known before its layer has been called: call the model once with an "
            "input, and then make an optimiser, count its parameters or set their values"
        )

    def _start_empty(self, requires_grad: bool, device: Any, dtype: DTypeLike | None) -> None:
        check_device(device)
        self._start(np.empty(0, get_default_dtype() if dtype is None else as_dtype(dtype)), None, [0])
        self._requires_grad = requires_grad

    def materialize(self, shape: Any, device: Any = None, dtype: DTypeLike | None = None) -> None:
        """Take a shape, and become an ordinary parameter or buffer; the elements are whatever was in the memory.

        Parameters
        ----------
        shape : int or sequence of int
        device : str, optional
            "cpu".
        dtype : dtype, optional
            Its own, unless given.
        """
        memory = empty(shape, device=device, dtype=self.dtype if dtype is None else dtype)
        MEMORY.__set__(self, memory._array)
        self._version[0] += 1
        self.__class__ = self.cls_to_become  # type: ignore[assignment]

    def convert(self, dtype: DType) -> None:
        """Change the dtype that its elements will have."""
        MEMORY.__set__(self, np.empty(0, dtype))

    def is_floating_point(self) -> bool:
        """Whether its elements will be floating-point numbers."""
        return self.dtype.kind == "f"

    def detach(self) -> Tensor:
        """Return itself: there is no history."""
        return self

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        memo[id(self)] = twin = type(self)(requires_grad=self._requires_grad, dtype=self.dtype)
        return twin

    def __reduce_ex__(self, _protocol: Any) -> tuple[Any, ...]:
        return type(self), (self._requires_grad, None, self.dtype)


class UninitializedParameter(Uninitialized, Parameter):
    """A parameter whose shape is not known yet, as PyTorch's `nn.UninitializedParameter`: see `nn.LazyLinear`.

    Anything but its dtype is refused until `materialize(shape)`, after which it is a `Parameter`.

    Parameters
    ----------
    requires_grad : bool
        Whether it will be learned.
    device : str, optional
        "cpu".
    dtype : dtype, optional
        The default dtype, unless given.

    Examples
    --------
    >>> import minitensor as mt
    >>> parameter = mt.nn.UninitializedParameter()
    >>> parameter
    <UninitializedParameter>
    >>> parameter.materialize((2, 3))
    >>> type(parameter).__name__, parameter.shape
    ('Parameter', (2, 3))
    """

    __slots__ = ()

    cls_to_become = Parameter

    def __init__(self, requires_grad: bool = True, device: Any = None, dtype: DTypeLike | None = None) -> None:
        self._start_empty(requires_grad, device, dtype)


class UninitializedBuffer(Uninitialized):
    """A buffer whose shape is not known yet, as PyTorch's `nn.UninitializedBuffer`: see `nn.LazyBatchNorm1d`.

    Anything but its dtype is refused until `materialize(shape)`, after which it is a `Tensor`.

    Parameters
    ----------
    requires_grad : bool
        Whether gradients are wanted.
    device : str, optional
        "cpu".
    dtype : dtype, optional
        The default dtype, unless given.

    Examples
    --------
    >>> import minitensor as mt
    >>> buffer = mt.nn.UninitializedBuffer(dtype=mt.float64)
    >>> buffer, buffer.dtype
    (<UninitializedBuffer>, dtype('float64'))
    """

    __slots__ = ()

    cls_to_become = Tensor

    def __init__(self, requires_grad: bool = False, device: Any = None, dtype: DTypeLike | None = None) -> None:
        self._start_empty(requires_grad, device, dtype)


def is_lazy(value: object) -> bool:
    """Whether a tensor has no shape yet."""
    return isinstance(value, Uninitialized)
