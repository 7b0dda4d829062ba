"""What NumPy asks of a Tensor: `np.exp(t)` and `array * t` answer with Tensors, `np.asarray(t)` with the array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike

from minitensor.dtypes import Array
from minitensor.functions import linalg
from minitensor.ops import elementwise as ops
from minitensor.tape import Traced

if TYPE_CHECKING:
    from minitensor.tensor.core import Tensor

# A ufunc of NumPy's, and the function that answers for it.
UFUNCS: dict[np.ufunc, Any] = {
    np.subtract: ops.sub,
    np.multiply: ops.mul,
    np.true_divide: ops.div,
    np.power: ops.pow,
    np.negative: ops.neg,
    np.absolute: ops.abs,
    np.rint: ops.round,
    np.equal: ops.eq,
    np.not_equal: ops.ne,
    np.less: ops.lt,
    np.less_equal: ops.le,
    np.greater: ops.gt,
    np.greater_equal: ops.ge,
    np.invert: ops.bitwise_not,
    np.matmul: linalg.matmul,
}
SAME_NAME = (
    "add floor_divide remainder maximum minimum sign exp expm1 log log1p sqrt sin cos tan tanh floor ceil trunc "
    "isnan isinf isfinite bitwise_and bitwise_or bitwise_xor"
)
UFUNCS |= {getattr(np, name): getattr(ops, name) for name in SAME_NAME.split()}


def array_ufunc(self: Tensor, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
    """Answer for one of NumPy's functions of elements."""
    primitive = UFUNCS.get(ufunc)
    if method != "__call__" or options:
        asked = f"np.{ufunc.__name__}{'' if method == '__call__' else '.' + method}"
        given = ", ".join(options) or "..."
        raise TypeError(f"{asked}({given}) is not supported on tensors: use minitensor's own functions, or .numpy()")
    if primitive is not None:
        return primitive(*inputs)
    if any(isinstance(one, Traced) and (one._requires_grad or one._node is not None) for one in inputs):
        raise TypeError(f"np.{ufunc.__name__} has no gradient here: use minitensor's own functions, or .detach() first")

    def wrap(array: Any) -> Tensor:
        return self._box(np.asarray(array), None, [0])

    answer = ufunc(*[one._array if isinstance(one, Traced) else one for one in inputs])
    return tuple(map(wrap, answer)) if isinstance(answer, tuple) else wrap(answer)


def array(self: Tensor, dtype: DTypeLike | None = None, copy: bool | None = None) -> Array:
    """The elements as an ndarray that shares the memory, unless another dtype or a copy is asked for."""
    if dtype is not None and np.dtype(dtype) != self._array.dtype:
        if copy is False:
            raise ValueError(f"a tensor of {self.dtype} is not an array of {np.dtype(dtype)} without a copy")
        return self._array.astype(dtype)
    return np.array(self._array) if copy else self._array
