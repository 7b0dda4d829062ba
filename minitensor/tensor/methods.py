"""The table of a Tensor's methods: which function each of them is.

Most are the functions of the top level with the tensor as first argument: `x.exp()` is `mt.exp(x)`. To give Tensors a new
method, write the function and name it here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from minitensor.functions.index.reading import getitem
from minitensor.later import Later
from minitensor.ops import elementwise as ops
from minitensor.tensor import conversion, hooks, operators, writing
from minitensor.tensor.in_place import InPlace

if TYPE_CHECKING:
    from minitensor.functions import compare, drawing, index, linalg, math, reduce, shape
    from minitensor.functions.shape import broadcasting, copies, windows
    from minitensor.tensor import copying, dlpack, new, numpy_protocol, printing, views

    property_of = property
else:  # loaded when one of the methods is first asked for
    compare, drawing, index, linalg, math, reduce, shape = Later.modules(
        "minitensor.functions", "compare drawing index linalg math reduce shape"
    )
    broadcasting, copies, windows = Later.modules("minitensor.functions.shape", "broadcasting copies windows")
    copying, dlpack, new, numpy_protocol, printing, views = Later.modules(
        "minitensor.tensor", "copying dlpack new numpy_protocol printing views"
    )
    property_of = Later(lambda: property)


class Methods(InPlace):
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
    __getitem__ = getitem
    __reversed__ = views.reversed_first

    # Element by element
    add, sub, mul, div, pow = math.add, math.sub, math.mul, math.div, math.pow
    subtract, multiply, divide, true_divide = math.sub, math.mul, math.div, math.div
    floor_divide, remainder, fmod = math.floor_divide, math.remainder, math.fmod
    lerp, addcmul, addcdiv = math.lerp, math.addcmul, math.addcdiv
    neg, negative, abs, absolute, sign = math.neg, math.neg, math.abs, math.abs, math.sign
    exp, exp2, expm1, log, log1p = math.exp, math.exp2, math.expm1, math.log, math.log1p
    log2, log10, logaddexp, erf = math.log2, math.log10, math.logaddexp, math.erf
    logit, xlogy, deg2rad, rad2deg = math.logit, math.xlogy, math.deg2rad, math.rad2deg
    sqrt, rsqrt, square, reciprocal = math.sqrt, math.rsqrt, math.square, math.reciprocal
    sin, cos, tan, asin, acos, atan = math.sin, math.cos, math.tan, math.asin, math.acos, math.atan
    arcsin, arccos, arctan = math.asin, math.acos, math.atan
    atan2, arctan2, hypot = math.atan2, math.atan2, math.hypot
    sinh, cosh, tanh, asinh, acosh, atanh = math.sinh, math.cosh, math.tanh, math.asinh, math.acosh, math.atanh
    arcsinh, arccosh, arctanh = math.asinh, math.acosh, math.atanh
    sigmoid, relu, nan_to_num = math.sigmoid, math.relu, math.nan_to_num
    floor, ceil, trunc, fix, round, frac = math.floor, math.ceil, math.trunc, math.trunc, math.round, math.frac
    clamp, clip, clamp_min, clamp_max = math.clamp, math.clamp, math.clamp_min, math.clamp_max
    maximum, minimum, fmax, fmin, where = math.maximum, math.minimum, math.fmax, math.fmin, views.where
    eq, ne, lt, le, gt, ge = math.eq, math.ne, math.lt, math.le, math.gt, math.ge
    not_equal, less, less_equal, greater, greater_equal = math.ne, math.lt, math.le, math.gt, math.ge
    logical_not, logical_and = math.logical_not, math.logical_and
    logical_or, logical_xor = math.logical_or, math.logical_xor
    isnan, isinf, isfinite = math.isnan, math.isinf, math.isfinite
    bitwise_and, bitwise_or = math.bitwise_and, math.bitwise_or
    bitwise_xor, bitwise_not = math.bitwise_xor, math.bitwise_not
    isposinf, isneginf, isclose = math.isposinf, math.isneginf, compare.isclose
    allclose, equal = compare.allclose, compare.equal

    # One number of many, or along an axis
    sum, mean, nansum, nanmean, prod = reduce.sum, reduce.mean, reduce.nansum, reduce.nanmean, reduce.prod
    var, std = reduce.var, reduce.std
    any, all, count_nonzero = reduce.any, reduce.all, reduce.count_nonzero
    amax, amin, aminmax, max, min = reduce.amax, reduce.amin, reduce.aminmax, reduce.max, reduce.min
    argmax, argmin, argsort, sort = reduce.argmax, reduce.argmin, reduce.argsort, reduce.sort
    topk, kthvalue, median, mode, quantile = reduce.topk, reduce.kthvalue, reduce.median, reduce.mode, reduce.quantile
    cumsum, cumprod, cummax, cummin = reduce.cumsum, reduce.cumprod, reduce.cummax, reduce.cummin
    diff = reduce.diff
    logsumexp, softmax, log_softmax = reduce.logsumexp, reduce.softmax, reduce.log_softmax
    norm, dist, unique, bincount, histc = reduce.norm, reduce.dist, reduce.unique, reduce.bincount, reduce.histc
    bernoulli, multinomial = drawing.bernoulli, drawing.multinomial

    # Other axes, repeated, in another order
    reshape, view = views.spread(shape.reshape), views.view
    reshape_as, view_as = views.reshape_as, views.view_as
    flatten, unflatten, ravel = shape.flatten, shape.unflatten, shape.ravel
    permute, transpose, t = views.spread(shape.permute), shape.transpose, shape.t
    swapaxes, swapdims = shape.swapaxes, shape.swapdims
    movedim, moveaxis, squeeze, unsqueeze = shape.movedim, shape.moveaxis, shape.squeeze, shape.unsqueeze
    expand, expand_as, broadcast_to = views.spread(broadcasting.expand), views.expand_as, shape.broadcast_to
    repeat, tile = views.spread(copies.repeat), views.spread(shape.tile)
    repeat_interleave = shape.repeat_interleave
    flip, fliplr, flipud = views.spread(shape.flip), shape.fliplr, shape.flipud
    roll, rot90, unfold = shape.roll, shape.rot90, windows.unfold
    T = property_of(views.reverse_axes)
    mT = property_of(views.swap_last)  # noqa: N815 (PyTorch's name)
    clone, contiguous, is_contiguous = shape.clone, views.contiguous, views.is_contiguous

    # Parts, places
    split, chunk, tensor_split, unbind = shape.split, shape.chunk, shape.tensor_split, shape.unbind
    narrow, select = shape.narrow, shape.select
    gather, index_select, take, take_along_dim = index.gather, index.index_select, index.take, index.take_along_dim
    scatter, scatter_add = index.scatter, index.scatter_add
    index_add, index_copy, index_fill = index.index_add, index.index_copy, index.index_fill
    masked_fill, masked_select, masked_scatter = index.masked_fill, index.masked_select, index.masked_scatter
    nonzero, argwhere = index.nonzero, index.argwhere

    # Matrices
    matmul, mm, bmm, mv, dot = linalg.matmul, linalg.mm, linalg.bmm, linalg.mv, linalg.dot
    outer, inner = linalg.outer, linalg.inner
    addmm, addmv, addr, addbmm, baddbmm = linalg.addmm, linalg.addmv, linalg.addr, linalg.addbmm, linalg.baddbmm
    tril, triu, trace = linalg.tril, linalg.triu, linalg.trace
    diag, diagonal, diag_embed = linalg.diag, linalg.diagonal, linalg.diag_embed

    # New ones of its dtype
    new_tensor, new_zeros, new_ones = new.new_tensor, new.new_zeros, new.new_ones
    new_full, new_empty = new.new_full, new.new_empty

    # Another dtype, NumPy, Python
    to, type, type_as = conversion.to, conversion.to_type, conversion.type_as
    cpu, cuda = conversion.cpu, conversion.cuda
    half, float, double = conversion.to_float16, conversion.to_float32, conversion.to_float64
    int, long, bool = conversion.to_int32, conversion.to_int64, conversion.to_bool
    byte, char, short = conversion.to_uint8, conversion.to_int8, conversion.to_int16
    numpy, item, tolist = conversion.numpy, conversion.item, conversion.tolist
    __repr__ = printing.represent
    __array__, __array_ufunc__ = numpy_protocol.array, numpy_protocol.array_ufunc
    __array_function__ = numpy_protocol.array_function
    __dlpack__, __dlpack_device__ = dlpack.export, dlpack.where

    # In place
    __setitem__ = writing.assign
    __iadd__, __isub__ = writing.augmented(ops.add, "+="), writing.augmented(ops.sub, "-=")
    __imul__, __itruediv__ = writing.augmented(ops.mul, "*="), writing.augmented(ops.div, "/=")
    __ipow__ = writing.augmented(ops.pow, "**=")

    # Gradients on their way, copies
    register_hook, retain_grad = hooks.register_hook, hooks.retain_grad
    retains_grad = property(hooks.retains_grad)
    __copy__, __deepcopy__, __reduce_ex__ = copying.shallow_copy, copying.deep_copy, copying.reduce
