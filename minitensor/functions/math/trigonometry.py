"""Angles and their functions, element by element, under PyTorch's names."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from minitensor.functions.arguments import check_floating, on_tensor
from minitensor.ops import elementwise as ops

if TYPE_CHECKING:
    from minitensor.tensor import Tensor


@on_tensor
def sin(input: Tensor) -> Tensor:
    """The sine of each element, an angle in radians.

    y = sin x, dy/dx = cos x. As PyTorch's `torch.sin`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers and booleans are taken in the default dtype.

    Returns
    -------
    Tensor
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.sin(mt.tensor([0.0, 1.0]))
    tensor([0.0000, 0.8415])
    """
    return ops.sin(input)


@on_tensor
def cos(input: Tensor) -> Tensor:
    """The cosine of each element, an angle in radians.

    y = cos x, dy/dx = -sin x. As PyTorch's `torch.cos`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers and booleans are taken in the default dtype.

    Returns
    -------
    Tensor
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.cos(mt.tensor([0.0, 1.0]))
    tensor([1.0000, 0.5403])
    """
    return ops.cos(input)


@on_tensor
def tan(input: Tensor) -> Tensor:
    """The tangent of each element, an angle in radians.

    y = tan x, dy/dx = 1 + y^2. As PyTorch's `torch.tan`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers and booleans are taken in the default dtype.

    Returns
    -------
    Tensor
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.tan(mt.tensor([0.0, 1.0]))
    tensor([0.0000, 1.5574])
    """
    return ops.tan(input)


@on_tensor
def asin(input: Tensor) -> Tensor:
    """The angle, in radians, whose sine each element is.

    y = asin x, dy/dx = 1 / sqrt(1 - x^2); nan beyond -1 and 1. As PyTorch's `torch.asin`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers and booleans are taken in the default dtype.

    Returns
    -------
    Tensor
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.asin(mt.tensor([0.0, 1.0]))
    tensor([0.0000, 1.5708])
    """
    return ops.asin(input)


@on_tensor
def acos(input: Tensor) -> Tensor:
    """The angle, in radians, whose cosine each element is.

    y = acos x, dy/dx = -1 / sqrt(1 - x^2); nan beyond -1 and 1. As PyTorch's `torch.acos`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers and booleans are taken in the default dtype.

    Returns
    -------
    Tensor
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.acos(mt.tensor([1.0, 0.0]))
    tensor([0.0000, 1.5708])
    """
    return ops.acos(input)


@on_tensor
def atan(input: Tensor) -> Tensor:
    """The angle, in radians, whose tangent each element is.

    y = atan x, dy/dx = 1 / (1 + x^2). As PyTorch's `torch.atan`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers and booleans are taken in the default dtype.

    Returns
    -------
    Tensor
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.atan(mt.tensor([0.0, 1.0]))
    tensor([0.0000, 0.7854])
    """
    return ops.atan(input)


def atan2(input: Tensor | Any, other: Tensor | Any) -> Tensor:
    """The angle, in radians, of the point (other, input): from -pi to pi.

    y = atan(a / b) in the quadrant of the point, dy/da = b / (a^2 + b^2), dy/db = -a / (a^2 + b^2).
    As PyTorch's `torch.atan2`.

    Parameters
    ----------
    input, other : Tensor, array or number
        Of shapes that broadcast together.

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
    >>> mt.atan2(mt.tensor([1.0, -1.0]), mt.tensor([-1.0, -1.0]))
    tensor([ 2.3562, -2.3562])
    """
    return ops.atan2(input, other)


def hypot(input: Tensor | Any, other: Tensor | Any) -> Tensor:
    """The length of the vectors (input, other).

    y = sqrt(a^2 + b^2), worked out so that no square overflows; dy/da = a / y, dy/db = b / y.
    As PyTorch's `torch.hypot`.

    Parameters
    ----------
    input, other : Tensor, array or number
        Of shapes that broadcast together.

    Returns
    -------
    Tensor
        Of the broadcast shape, in the dtype that `result_type` says.

    Raises
    ------
    ShapeError
        The shapes do not broadcast together.
    TypeError
        Both operands are of integers.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.hypot(mt.tensor([3.0]), mt.tensor([4.0]))
    tensor([5.])
    """
    check_floating("hypot", input, other)
    return ops.hypot(input, other)


@on_tensor
def deg2rad(input: Tensor) -> Tensor:
    """Angles in degrees as angles in radians: y = x pi / 180.

    As PyTorch's `torch.deg2rad`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers and booleans are taken in the default dtype.

    Returns
    -------
    Tensor
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.deg2rad(mt.tensor([90.0, 180.0]))
    tensor([1.5708, 3.1416])
    """
    return ops.mul(input, math.pi / 180)


@on_tensor
def rad2deg(input: Tensor) -> Tensor:
    """Angles in radians as angles in degrees: y = 180 x / pi.

    As PyTorch's `torch.rad2deg`.

    Parameters
    ----------
    input : Tensor
        Of any shape; integers and booleans are taken in the default dtype.

    Returns
    -------
    Tensor
        Of input's shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.rad2deg(mt.tensor([0.0, 1.0]))
    tensor([ 0.0000, 57.2958])
    """
    return ops.mul(input, 180 / math.pi)
