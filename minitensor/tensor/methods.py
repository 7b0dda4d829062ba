"""The table of a Tensor's methods: which function each of them is.

Most are the functions of the top level with the tensor as first argument: `x.exp()` is `mt.exp(x)`. To give Tensors a new
method, write the function and name it here.
"""

from __future__ import annotations

from minitensor.functions import index, linalg, math, reduce, shape
from minitensor.ops import elementwise as ops
from minitensor.tensor import conversion, copying, hooks, numpy_protocol, operators, views, writing


class Methods:
    """What can be asked of a Tensor beyond what it is."""

    __slots__ = ()

    # Operators
    __add__, __radd__ = operators.both(ops.add)
    __sub__, __rsub__ = operators.both(ops.sub)
    __mul__, __rmul__ = operators.both(ops.mul)
    __truediv__, __rtruediv__ = operators.both(ops.div)
    __floordiv__, __rfloordiv__ = operators.both(ops.floor_divide)
    __mod__, __rmod__ = operators.both(ops.remainder)
    __pow__, __rpow__ = operators.both(ops.pow)
    __and__, __rand__ = operators.both(ops.bitwise_and)
    __or__, __ror__ = operators.both(ops.bitwise_or)
    __xor__, __rxor__ = operators.both(ops.bitwise_xor)
    __lt__, __le__ = operators.binary(ops.lt), operators.binary(ops.le)
    __gt__, __ge__ = operators.binary(ops.gt), operators.binary(ops.ge)
    __eq__, __ne__ = operators.binary(ops.eq), operators.binary(ops.ne)  # type: ignore[assignment]  # element by element
    __neg__, __abs__, __invert__ = operators.unary(ops.neg), operators.unary(ops.abs), operators.unary(ops.bitwise_not)
    __pos__ = operators.pos
    __matmul__, __rmatmul__ = operators.matmul, operators.rmatmul
    __hash__ = object.__hash__  # by identity: a tensor is a key of the tape's tables
    __getitem__ = index.getitem

    # Element by element
    add, sub, mul, div, pow = math.add, math.sub, math.mul, math.div, math.pow
    floor_divide, remainder = math.floor_divide, math.remainder
    neg, abs, sign = math.neg, math.abs, math.sign
    exp, expm1, log, log1p = math.exp, math.expm1, math.log, math.log1p
    sqrt, rsqrt, square, reciprocal = math.sqrt, math.rsqrt, math.square, math.reciprocal
    sin, cos, tan, tanh, sigmoid, relu = math.sin, math.cos, math.tan, math.tanh, math.sigmoid, math.relu
    floor, ceil, trunc, round, clamp = math.floor, math.ceil, math.trunc, math.round, math.clamp
    maximum, minimum, where = math.maximum, math.minimum, views.where
    eq, ne, lt, le, gt, ge = math.eq, math.ne, math.lt, math.le, math.gt, math.ge
    logical_not, logical_and, logical_or = math.logical_not, math.logical_and, math.logical_or
    isnan, isinf, isfinite = math.isnan, math.isinf, math.isfinite

    # One number of many
    sum, mean, var, std, prod = reduce.sum, reduce.mean, reduce.var, reduce.std, reduce.prod
    amax, amin, max, min = reduce.amax, reduce.amin, reduce.max, reduce.min
    argmax, argmin, argsort, sort = reduce.argmax, reduce.argmin, reduce.argsort, reduce.sort
    any, all, norm, cumsum = reduce.any, reduce.all, reduce.norm, reduce.cumsum
    logsumexp, softmax, log_softmax = reduce.logsumexp, reduce.softmax, reduce.log_softmax

    # Other axes, parts, places
    reshape, view, reshape_as, flatten = views.reshape, views.view, views.reshape_as, shape.flatten
    permute, transpose, movedim, t, flip = views.permute, shape.transpose, shape.movedim, views.t, shape.flip
    squeeze, unsqueeze, repeat = shape.squeeze, shape.unsqueeze, shape.repeat
    expand, expand_as, broadcast_to = shape.expand, views.expand_as, shape.broadcast_to
    split, chunk, unbind = shape.split, shape.chunk, shape.unbind
    gather, index_select = index.gather, index.index_select
    masked_fill, masked_select = index.masked_fill, views.masked_select
    T = property(views.reverse_axes)
    mT = property(views.swap_last)  # noqa: N815 (PyTorch's name)
    clone, contiguous, is_contiguous = views.clone, views.contiguous, views.is_contiguous
    matmul, mm, bmm, dot = linalg.matmul, linalg.mm, linalg.bmm, linalg.dot

    # Another dtype, NumPy, Python
    to, type, type_as, cpu = conversion.to, conversion.to_type, conversion.type_as, conversion.cpu
    half, float, double = conversion.to_float16, conversion.to_float32, conversion.to_float64
    int, long, bool = conversion.to_int32, conversion.to_int64, conversion.to_bool
    numpy, item, tolist = conversion.numpy, conversion.item, conversion.tolist
    __array__, __array_ufunc__ = numpy_protocol.array, numpy_protocol.array_ufunc

    # In place
    __setitem__ = writing.assign
    __iadd__, __isub__ = writing.augmented(ops.add, "+="), writing.augmented(ops.sub, "-=")
    __imul__, __itruediv__ = writing.augmented(ops.mul, "*="), writing.augmented(ops.div, "/=")
    __ipow__ = writing.augmented(ops.pow, "**=")
    add_, sub_, mul_, div_, pow_ = writing.add_, writing.sub_, writing.mul_, writing.div_, writing.pow_
    neg_, exp_, sqrt_, relu_, clamp_ = writing.neg_, writing.exp_, writing.sqrt_, writing.relu_, writing.clamp_
    copy_, fill_, zero_, masked_fill_ = writing.copy_, writing.fill_, writing.zero_, writing.masked_fill_

    # Gradients on their way, copies
    register_hook, retain_grad = hooks.register_hook, hooks.retain_grad
    retains_grad = property(hooks.retains_grad)
    __copy__, __deepcopy__, __reduce_ex__ = copying.shallow_copy, copying.deep_copy, copying.reduce
