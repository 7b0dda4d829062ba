"""The losses that are 0 beyond a margin, of distances and of pairs."""

from __future__ import annotations

from minitensor.dtypes import result_type
from minitensor.errors import ShapeError
from minitensor.nn.functional.checks import number_of
from minitensor.nn.functional.loss.checks import (
    check_numbers,
    check_pair,
    check_reduction,
    common_shape,
    in_dtype_of,
    reduced,
    table_of,
)
from minitensor.nn.functional.spatial import check_floating, check_tensor
from minitensor.ops.elementwise import add, clamp, div, eq, mul, ne, neg, sqrt, sub, where, widened
from minitensor.ops.reduce import sum
from minitensor.tensor import Tensor


def hinge_embedding_loss(input: Tensor, target: Tensor, margin: float = 1.0, *, reduction: str = "mean") -> Tensor:
    """Draw alike pairs together and keep others apart, given their distances, as PyTorch's `F.hinge_embedding_loss`.

    loss = x where t is 1, max(0, margin - x) where t is -1.

    Parameters
    ----------
    input : Tensor
        Distances.
    target : Tensor, of the input's shape
        1 for alike, -1 for not. Shapes that broadcast are taken, with a warning.
    margin : float
        How far apart is enough.
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.

    Returns
    -------
    Tensor
        A scalar; with reduction='none' of the operands' shape. Its dtype is the input's.

    Raises
    ------
    TypeError
        An operand is no Tensor, or the input not floating-point.
    ShapeError
        The shapes do not broadcast.
    ValueError
        There is no such reduction.

    Examples
    --------
    >>> import minitensor as mt
    >>> x, t = mt.tensor([0.25, 0.25]), mt.tensor([1., -1.])
    >>> mt.nn.functional.hinge_embedding_loss(x, t, reduction="none")
    tensor([0.2500, 0.7500])
    """
    check_reduction(reduction, "hinge_embedding_loss")
    check_pair("hinge_embedding_loss", input, target)
    check_floating(input, "input", "hinge_embedding_loss")
    far = positive_part(sub(number_of(margin, "margin", "hinge_embedding_loss"), input))
    loss = add(where(ne(target, 1), far, 0.0), where(ne(target, -1), input, 0.0))
    return reduced(in_dtype_of(loss, input.dtype), reduction)


def margin_ranking_loss(
    input1: Tensor, input2: Tensor, target: Tensor, margin: float = 0.0, *, reduction: str = "mean"
) -> Tensor:
    """Put one score above another, as PyTorch's `F.margin_ranking_loss`: loss = max(0, -t * (x1 - x2) + margin).

    Parameters
    ----------
    input1, input2, target : Tensor
        Of one number of axes, and of shapes that broadcast together; the target is 1 where input1 is to be the larger, -1
        where input2 is.
    margin : float
        By how much.
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.

    Returns
    -------
    Tensor
        A scalar; with reduction='none' of the broadcast shape.

    Raises
    ------
    TypeError
        An operand is no Tensor, or of truth values.
    ShapeError
        The shapes do not broadcast together, or have different numbers of axes.
    ValueError
        There is no such reduction.

    Examples
    --------
    >>> import minitensor as mt
    >>> x1, x2, t = mt.tensor([2., 2.]), mt.tensor([1., 1.]), mt.tensor([1., -1.])
    >>> mt.nn.functional.margin_ranking_loss(x1, x2, t, reduction="none")
    tensor([0., 1.])
    """
    operation = "margin_ranking_loss"
    check_reduction(reduction, operation)
    operands = {"input1": input1, "input2": input2, "target": target}
    check_axes(operation, **operands)
    check_numbers(operation, **operands)
    common_shape(operation, "give all one shape", **operands)
    apart = add(mul(neg(target), sub(input1, input2)), number_of(margin, "margin", operation))
    return reduced(positive_part(apart), reduction)


def cosine_embedding_loss(
    input1: Tensor, input2: Tensor, target: Tensor, margin: float = 0.0, *, reduction: str = "mean"
) -> Tensor:
    """Turn alike vectors the same way and others apart, as PyTorch's `F.cosine_embedding_loss`.

    loss = 1 - cos(x1, x2) where t is 1, max(0, cos(x1, x2) - margin) where t is -1.

    Parameters
    ----------
    input1, input2 : Tensor, shape (N, D) or (D,)
        The vectors.
    target : Tensor, shape (N,) or ()
        1 for alike, -1 for not.
    margin : float
        The cosine below which vectors are apart enough.
    reduction : {'mean', 'sum', 'none'}
        Whether the losses are averaged, added up, or answered one by one.

    Returns
    -------
    Tensor
        A scalar; with reduction='none' of the target's shape.

    Raises
    ------
    TypeError
        An operand is no Tensor.
    ShapeError
        The shapes do not fit each other.
    ValueError
        There is no such reduction.

    Examples
    --------
    >>> import minitensor as mt
    >>> x1, x2 = mt.tensor([[1., 0.], [1., 0.]]), mt.tensor([[3., 4.], [3., 4.]])
    >>> mt.nn.functional.cosine_embedding_loss(x1, x2, mt.tensor([1, -1]), reduction="none")
    tensor([0.4000, 0.6000])
    """
    operation = "cosine_embedding_loss"
    check_reduction(reduction, operation)
    for name, operand in {"input1": input1, "input2": input2, "target": target}.items():
        check_tensor(operand, name, operation)
    if target.ndim > 1 or input1.ndim != target.ndim + 1 or input2.ndim != target.ndim + 1:
        raise ShapeError(
            f"{operation}: the inputs are (N, D) with a target (N,), or (D,) with a target without axes\n"
            + table_of(input1=input1, input2=input2, target=target)
        )
    common_shape(operation, input1=input1, input2=input2)
    cosine = _cosine(input1, input2, target.ndim)
    common_shape(operation, "give the target one entry for each pair", pairs=cosine, target=target)
    alike = where(eq(target, 1), sub(1.0, cosine), 0.0)
    apart = where(eq(target, -1), positive_part(sub(cosine, number_of(margin, "margin", operation))), 0.0)
    return reduced(add(alike, apart), reduction)


def positive_part(a: Tensor) -> Tensor:
    """What is above 0, with the derivative 1 at 0 too: unlike relu's, as PyTorch's `clamp_min`."""
    return clamp(a, low=0.0, high=None)


def _cosine(x1: Tensor, x2: Tensor, axis: int) -> Tensor:
    """The cosine of the angle between vectors along an axis; of float16 in float32."""
    dtype = result_type(x1, x2)
    x1, x2 = (widened(x) if x.is_floating_point() else x for x in (x1, x2))
    dot, first, second = (sum(mul(a, b), axis=(axis,), keepdims=False) for a, b in ((x1, x2), (x1, x1), (x2, x2)))
    cosine = div(dot, sqrt(mul(add(first, 1e-12), add(second, 1e-12))))
    return in_dtype_of(cosine, dtype) if dtype.kind == "f" else cosine


def check_axes(operation: str, **operands: Tensor) -> None:
    """Raise an error in words where the operands are no Tensors, or have different numbers of axes."""
    for name, operand in operands.items():
        check_tensor(operand, name, operation)
    if len({operand.ndim for operand in operands.values()}) > 1:
        raise ShapeError(f"{operation}: the operands have different numbers of axes\n{table_of(**operands)}")
