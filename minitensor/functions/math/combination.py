"""Several tensors made one, element by element, under PyTorch's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minitensor.dtypes import uint8
from minitensor.functions.arguments import check_floating, check_same_dtype, on_tensor
from minitensor.functions.index import nonzero
from minitensor.ops import elementwise as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
def where(condition: Tensor, input: Tensor | Any = None, other: Tensor | Any = None) -> Any:
    """Elements of input where the condition holds, of other elsewhere; of a condition alone, the places where it holds.

    As PyTorch's `torch.where`.

    Parameters
    ----------
    condition : Tensor of bool
        Alone, a tensor of any dtype.
    input, other : Tensor, array or number, optional
        The three broadcast together.

    Returns
    -------
    Tensor, or tuple of Tensor
        Of the broadcast shape, in the dtype that `result_type` says; of a condition alone `nonzero(as_tuple=True)`.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.
    TypeError
        The condition is not of booleans, or one of input and other is missing.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.tensor([-1.0, 2.0])
    >>> mt.where(x > 0, x, 0.0), mt.where(x > 0)
    (tensor([0., 2.]), (tensor([1]),))
    """
    if input is None and other is None:
        return nonzero(condition, as_tuple=True)
    if input is None or other is None:
        raise TypeError("where: give both input and other, or neither")
    if condition.dtype.kind != "b" and condition.dtype != uint8:
        raise TypeError(f"where: the condition is of booleans, got {condition.dtype}: compare, for example condition != 0")
    return ops.where(condition, input, other)


@on_tensor
def lerp(input: Tensor, end: Tensor, weight: Tensor | float) -> Tensor:
    """A point on the line from input to end: y = input + weight * (end - input).

    As PyTorch's `torch.lerp`.

    Parameters
    ----------
    input, end : Tensor
        Of one floating dtype.
    weight : Tensor or float
        0 is input, 1 is end. All broadcast together.

    Returns
    -------
    Tensor
        Of the broadcast shape.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.
    TypeError
        The dtypes differ, or are not floating ones.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.lerp(mt.tensor([0.0, 10.0]), mt.tensor([1.0, 20.0]), 0.25)
    tensor([ 0.2500, 12.5000])
    """
    check_floating("lerp", input)
    check_same_dtype("lerp", input, end=end, **({"weight": weight} if hasattr(weight, "dtype") else {}))
    return ops.add(input, ops.mul(ops.sub(end, input), weight))


@on_tensor
def addcmul(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: float = 1) -> Tensor:
    """The input and a product: y = input + value * tensor1 * tensor2.

    As PyTorch's `torch.addcmul`.

    Parameters
    ----------
    input, tensor1, tensor2 : Tensor
        Of shapes that broadcast together.
    value : float
        What the product is multiplied by.

    Returns
    -------
    Tensor
        Of the broadcast shape, in the dtype that `result_type` says.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.addcmul(mt.tensor([1.0]), mt.tensor([2.0]), mt.tensor([3.0]), value=0.5)
    tensor([4.])
    """
    product = ops.mul(tensor1, tensor2)
    return ops.add(input, product if value == 1 else ops.mul(product, value))


@on_tensor
def addcdiv(input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: float = 1) -> Tensor:
    """The input and a quotient: y = input + value * tensor1 / tensor2.

    As PyTorch's `torch.addcdiv`.

    Parameters
    ----------
    input, tensor1, tensor2 : Tensor
        Of shapes that broadcast together.
    value : float
        What the quotient is multiplied by.

    Returns
    -------
    Tensor
        Of the broadcast shape, in the dtype that `result_type` says.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.
    TypeError
        Both tensor1 and tensor2 are of integers.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.addcdiv(mt.tensor([1.0]), mt.tensor([3.0]), mt.tensor([2.0]))
    tensor([2.5000])
    """
    check_floating("addcdiv", tensor1, tensor2)
    return ops.add(input, ops.mul(ops.div(tensor1, tensor2), value))
