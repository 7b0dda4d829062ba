"""What the losses share: the reduction, and what they ask of two tensors that are compared."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from minitensor.dtypes import DType
from minitensor.errors import ShapeError, shape_table
from minitensor.functions.arguments import numbered
from minitensor.nn.functional.spatial import check_floating, check_tensor
from minitensor.ops.elementwise import cast
from minitensor.ops.reduce import mean, sum
from minitensor.tensor import Tensor

REDUCTIONS = ("none", "mean", "sum")


def check_reduction(reduction: str, operation: str, also: tuple[str, ...] = ()) -> None:
    """Raise a ValueError where there is no such reduction."""
    known = (*REDUCTIONS, *also)
    if reduction not in known:
        *first, last = map(repr, known)
        raise ValueError(f"{operation}: reduction is {', '.join(first)} or {last}, got {reduction!r}")


def reduced(loss: Tensor, reduction: str) -> Tensor:
    """The losses of all elements, averaged, added up, or as they are."""
    if reduction == "none":
        return loss
    axes = tuple(range(loss.ndim))
    return mean(loss, axis=axes, keepdims=False) if reduction == "mean" else sum(loss, axis=axes, keepdims=False)


def in_dtype_of(loss: Tensor, dtype: DType) -> Tensor:
    """A loss in a dtype that one of its operands decides."""
    return loss if loss.dtype == dtype else cast(loss, dtype=dtype)


def check_numbers(operation: str, **operands: Tensor) -> None:
    """Raise a TypeError where an operand is of truth values."""
    for name, operand in operands.items():
        if operand.dtype.kind == "b":
            raise TypeError(f"{operation}: the {name} must be of numbers, got bool: try {name}.float()")


def check_pair(operation: str, input: Tensor, target: Tensor, names: tuple[str, str] = ("input", "target")) -> None:
    """Raise an error in words where two tensors cannot be compared, and warn where they are compared crosswise."""
    for name, operand in zip(names, (input, target), strict=True):
        check_tensor(operand, name, operation)
    if not target.is_floating_point():
        check_floating(input, names[0], operation)
    if input.shape == target.shape:
        return
    way_out = _way_out(input, target, names[1])
    together = common_shape(operation, way_out, **dict(zip(names, (input, target), strict=True)))
    warnings.warn(
        f"{operation}: the {names[0]}'s shape is {input.shape}, the {names[1]}'s {target.shape}: they are broadcast to "
        f"{together}, which compares elements that are no pairs: {way_out}",
        UserWarning,
        stacklevel=3,
    )


def check_same_shape(operation: str, input: Tensor, target: Tensor) -> None:
    """Raise a ShapeError where the two are not of one shape."""
    if input.shape != target.shape:
        raise ShapeError(
            f"{operation}: the input and the target differ in shape: {_way_out(input, target, 'target')}\n"
            + table_of(input=input, target=target)
        )


def common_shape(operation: str, way_out: str = "give both one shape", **operands: Tensor) -> tuple[int, ...]:
    """The shape that tensors are broadcast to.

    Raises
    ------
    ShapeError
        They do not broadcast together.
    """
    try:
        return np.broadcast_shapes(*[operand.shape for operand in operands.values()])
    except ValueError:
        *first, last = operands
        raise ShapeError(
            f"{operation}: the {', the '.join(first)} and the {last} differ in shape: {way_out}\n" + table_of(**operands)
        ) from None


def check_extends(operation: str, name: str, operand: Tensor, shape: tuple[int, ...]) -> None:
    """Raise a ShapeError where an operand does not repeat to a shape."""
    try:
        fits = np.broadcast_shapes(operand.shape, shape) == shape
    except ValueError:
        fits = False
    if not fits:
        raise ShapeError(
            f"{operation}: the {name} of shape {operand.shape} does not broadcast to the shape {shape} of the losses"
        )


def table_of(**operands: Any) -> str:
    """The shapes of tensors, with their axes numbered."""
    return shape_table(*[(name, numbered(operand.ndim), operand.shape) for name, operand in operands.items()])


def _way_out(input: Tensor, target: Tensor, name: str) -> str:
    way_out = "give both one shape"
    if input.numel() == target.numel():
        way_out += f", for example with {name}.reshape({', '.join(map(str, input.shape))})"
    return way_out
