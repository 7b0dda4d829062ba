"""The methods whose names end in an underscore: what a function answers, written into the tensor itself.

`x.exp_()` works out `x.exp()` and lets x hold it: see `writing` for what that means where it is recorded. To give Tensors
another one, name its function here, with arguments for the example in its docstring.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minitensor.later import Later
from minitensor.tensor import writing

if TYPE_CHECKING:
    from minitensor.functions import index, linalg, math, reduce
    from minitensor.tensor import drawing
    from minitensor.tensor.core import Tensor
else:  # loaded when one of the methods is first asked for
    index, linalg, math, reduce = Later.modules("minitensor.functions", "index linalg math reduce")
    (drawing,) = Later.modules("minitensor.tensor", "drawing")

DOC = """`{function}`, written into the tensor itself: see `{function}` for the arguments.

    Returns
    -------
    Tensor
        The tensor itself.

    Raises
    ------
    RuntimeError
        It is a leaf that requires grad, or a view of a living tensor where the write is recorded.
    ShapeError
        The result has another shape.
    TypeError
        The result is of floats and the tensor is not, or of numbers and the tensor of booleans.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.tensor([[0.5, 0.25], [0.75, 0.5]])
    >>> x.{function}_({arguments}) is x
    True
    """


def in_place(function: Callable[..., Tensor], arguments: str = "") -> Callable[..., Tensor]:
    """The method that writes a function's answer into the tensor; `arguments` are those of the example."""
    name = f"{function.__name__}_"

    @functools.wraps(function)
    def method(self: Tensor, *args: Any, **named: Any) -> Tensor:
        return writing.write(self, name, function(self, *args, **named))

    method.__name__ = method.__qualname__ = name
    method.__module__ = __name__
    method.__doc__ = DOC.format(function=function.__name__, arguments=arguments)
    return method


in_place = in_place if TYPE_CHECKING else Later(lambda made=in_place: made)


class InPlace:
    """What changes a Tensor."""

    __slots__ = ()

    copy_, fill_, zero_, fill_diagonal_ = writing.copy_, writing.fill_, writing.zero_, writing.fill_diagonal_
    normal_, uniform_, bernoulli_ = drawing.normal_, drawing.uniform_, drawing.bernoulli_

    # Arithmetic
    add_, sub_ = in_place(math.add, "2, alpha=3"), in_place(math.sub, "2, alpha=3")
    mul_, div_, pow_ = in_place(math.mul, "2"), in_place(math.div, "2"), in_place(math.pow, "2")
    floor_divide_, remainder_, fmod_ = (
        in_place(math.floor_divide, "2"),
        in_place(math.remainder, "2"),
        in_place(math.fmod, "2"),
    )
    lerp_ = in_place(math.lerp, "mt.ones(2, 2), 0.5")
    addcmul_, addcdiv_ = in_place(math.addcmul, "mt.ones(2), mt.ones(2)"), in_place(math.addcdiv, "mt.ones(2), mt.ones(2)")
    multiply_, divide_, subtract_, true_divide_ = mul_, div_, sub_, div_

    # Functions of one element
    neg_, abs_, sign_, square_, reciprocal_ = map(in_place, (math.neg, math.abs, math.sign, math.square, math.reciprocal))
    exp_, exp2_, expm1_, sqrt_, rsqrt_ = map(in_place, (math.exp, math.exp2, math.expm1, math.sqrt, math.rsqrt))
    log_, log1p_, log2_, log10_ = map(in_place, (math.log, math.log1p, math.log2, math.log10))
    sin_, cos_, tan_, asin_, acos_, atan_ = map(in_place, (math.sin, math.cos, math.tan, math.asin, math.acos, math.atan))
    sinh_, cosh_, tanh_, asinh_ = map(in_place, (math.sinh, math.cosh, math.tanh, math.asinh))
    acosh_, atanh_, erf_, sigmoid_, relu_ = map(in_place, (math.acosh, math.atanh, math.erf, math.sigmoid, math.relu))
    floor_, ceil_, trunc_, round_, frac_ = map(in_place, (math.floor, math.ceil, math.trunc, math.round, math.frac))
    nan_to_num_, logical_not_, logit_ = in_place(math.nan_to_num), in_place(math.logical_not), in_place(math.logit)
    deg2rad_, rad2deg_, xlogy_ = in_place(math.deg2rad), in_place(math.rad2deg), in_place(math.xlogy, "mt.ones(2)")
    negative_, absolute_, fix_ = neg_, abs_, trunc_
    arcsin_, arccos_, arctan_, arcsinh_, arccosh_, arctanh_ = asin_, acos_, atan_, asinh_, acosh_, atanh_

    # Bounds, comparison
    clamp_, clamp_min_, clamp_max_ = (
        in_place(math.clamp, "0, 0.5"),
        in_place(math.clamp_min, "0"),
        in_place(math.clamp_max, "0"),
    )
    clip_ = clamp_
    atan2_, hypot_ = in_place(math.atan2, "mt.ones(2)"), in_place(math.hypot, "mt.ones(2)")
    eq_, ne_, lt_ = in_place(math.eq, "0.5"), in_place(math.ne, "0.5"), in_place(math.lt, "0.5")
    le_, gt_, ge_ = in_place(math.le, "0.5"), in_place(math.gt, "0.5"), in_place(math.ge, "0.5")
    logical_and_, logical_or_ = in_place(math.logical_and, "mt.ones(2)"), in_place(math.logical_or, "mt.ones(2)")
    logical_xor_ = in_place(math.logical_xor, "mt.ones(2)")

    # Along axes, by place
    cumsum_, cumprod_ = in_place(reduce.cumsum, "0"), in_place(reduce.cumprod, "0")
    tril_, triu_ = in_place(linalg.tril), in_place(linalg.triu)
    addmm_, addr_ = in_place(linalg.addmm, "mt.ones(2, 3), mt.ones(3, 2)"), in_place(linalg.addr, "mt.ones(2), mt.ones(2)")
    masked_fill_ = in_place(index.masked_fill, "x > 0.5, 0.0")
    masked_scatter_ = in_place(index.masked_scatter, "x > 0.5, mt.ones(1)")
    index_add_ = in_place(index.index_add, "0, mt.tensor([0]), mt.ones(1, 2)")
    index_copy_ = in_place(index.index_copy, "0, mt.tensor([0]), mt.ones(1, 2)")
    index_fill_ = in_place(index.index_fill, "0, mt.tensor([0]), 5.0")
    scatter_ = in_place(index.scatter, "0, mt.tensor([[0, 1]]), 5.0")
    scatter_add_ = in_place(index.scatter_add, "0, mt.tensor([[0, 1]]), mt.ones(1, 2)")
