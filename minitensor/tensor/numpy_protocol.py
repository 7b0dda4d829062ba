"""What NumPy asks of a Tensor: `np.exp(t)`, `np.sum(t)`, `array * t` answer with Tensors, `np.asarray(t)` with the array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike

from minitensor.dtypes import Array
from minitensor.functions import linalg, math
from minitensor.ops import elementwise as ops
from minitensor.tape import Traced
from minitensor.tensor.numpy_functions import FUNCTIONS, OF_ARRAYS

if TYPE_CHECKING:
    from minitensor.tensor.core import Tensor

WAY_OUT = "use minitensor's own functions, or .numpy(), which has no gradient"
NO_VALUE = getattr(np, "_NoValue", None)  # NumPy's default of arguments that are left out

# A ufunc of NumPy's, and the function that answers for it.
UFUNCS: dict[np.ufunc, Any] = {
    np.subtract: ops.sub,
    np.multiply: ops.mul,
    np.true_divide: ops.div,
    np.power: ops.pow,
    np.float_power: ops.pow,
    np.negative: ops.neg,
    np.absolute: ops.abs,
    np.fabs: ops.abs,
    np.square: math.square,
    np.reciprocal: math.reciprocal,
    np.rint: ops.round,
    np.equal: ops.eq,
    np.not_equal: ops.ne,
    np.less: ops.lt,
    np.less_equal: ops.le,
    np.greater: ops.gt,
    np.greater_equal: ops.ge,
    np.invert: ops.bitwise_not,
    np.logical_not: math.logical_not,
    np.fmax: math.fmax,
    np.fmin: math.fmin,
    np.matmul: linalg.matmul,
    np.arcsin: ops.asin,
    np.arccos: ops.acos,
    np.arctan: ops.atan,
    np.arctan2: ops.atan2,
    np.arcsinh: ops.asinh,
    np.arccosh: ops.acosh,
    np.arctanh: ops.atanh,
}
SAME_NAME = (
    "add floor_divide remainder fmod maximum minimum hypot logaddexp sign exp exp2 expm1 log log2 log10 log1p sqrt sin cos "
    "tan sinh cosh tanh floor ceil trunc isnan isinf isfinite bitwise_and bitwise_or bitwise_xor"
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

    return _boxed(self, ufunc(*_arrays(inputs)))


def array_function(self: Tensor, function: Any, types: Any, args: tuple[Any, ...], named: dict[str, Any]) -> Any:
    """Answer for one of NumPy's functions of arrays."""
    if not all(issubclass(kind, (Traced, np.ndarray)) for kind in types):
        return NotImplemented
    if function in OF_ARRAYS:
        return _boxed(self, function(*_arrays(args), **_arrays(named)))
    asked = f"{function.__module__.replace('numpy', 'np', 1)}.{function.__name__}"
    answer = FUNCTIONS.get(function)
    if answer is None:
        raise TypeError(f"{asked} is not supported on tensors: {WAY_OUT}")
    given = {name: value for name, value in named.items() if value is not NO_VALUE}
    known = answer.__code__.co_varnames[: answer.__code__.co_argcount + answer.__code__.co_kwonlyargcount]
    for name in sorted(set(given) - set(known)):
        if given.pop(name) is not None:
            raise TypeError(f"{asked}: the argument {name!r} is not supported on tensors: {WAY_OUT}")
    return answer(*args, **given)


def _arrays(value: Any) -> Any:
    """What a function is given, with arrays in the place of tensors."""
    if isinstance(value, Traced):
        return value._array
    if isinstance(value, dict):
        return {name: _arrays(one) for name, one in value.items()}
    return type(value)(map(_arrays, value)) if type(value) in (list, tuple) else value


def _boxed(self: Tensor, value: Any) -> Any:
    """What NumPy answers, with tensors in the place of arrays."""
    if isinstance(value, (np.ndarray, np.generic)):
        return self._box(np.asarray(value), None, [0])
    return type(value)(_boxed(self, one) for one in value) if type(value) in (list, tuple) else value


def array(self: Tensor, dtype: DTypeLike | None = None, copy: bool | None = None) -> Array:
    """The elements as an ndarray that shares the memory, unless another dtype or a copy is asked for."""
    if dtype is not None and np.dtype(dtype) != self._array.dtype:
        if copy is False:
            raise ValueError(f"a tensor of {self.dtype} is not an array of {np.dtype(dtype)} without a copy")
        return self._array.astype(dtype)
    return np.array(self._array) if copy else self._array
