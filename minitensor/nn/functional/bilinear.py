"""The bilinear map of two tensors' features."""

from __future__ import annotations

from math import prod

from minitensor.errors import ShapeError, shape_table
from minitensor.nn.functional.checks import check_operands
from minitensor.ops.elementwise import add
from minitensor.ops.linalg import matmul
from minitensor.ops.shape import permute, reshape
from minitensor.tensor import Tensor


def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Multiply rows of features from both sides of matrices, as PyTorch's `F.bilinear`: y[k] = x1^T W[k] x2 + b[k].

    Parameters
    ----------
    input1 : Tensor, shape (..., in1)
        Floating-point rows of features.
    input2 : Tensor, shape (..., in2)
        As many rows.
    weight : Tensor, shape (out, in1, in2)
        A matrix for each output.
    bias : Tensor, shape (out,), optional
        Added.

    Returns
    -------
    Tensor, shape (..., out)

    Raises
    ------
    TypeError
        An operand is no Tensor, is not floating-point, or has another dtype than the first.
    ShapeError
        The shapes do not fit each other.

    Examples
    --------
    >>> import minitensor as mt
    >>> x1, x2, weight = mt.tensor([1., 2.]), mt.tensor([3., 4.]), mt.ones(1, 2, 2)
    >>> mt.nn.functional.bilinear(x1, x2, weight)
    tensor([21.])
    """
    check_operands("bilinear", input1, input2=input2, weight=weight, bias=bias)
    _check_shapes(input1, input2, weight, bias)
    out, in1, in2 = weight.shape
    rows = prod(input1.shape[:-1])
    first = reshape(input1, shape=(rows, in1))  # (..., in1) -> (n, in1)
    second = reshape(input2, shape=(rows, in2, 1))  # (..., in2) -> (n, in2, 1)
    matrices = reshape(permute(weight, axes=(1, 0, 2)), shape=(in1, out * in2))  # (in1, out * in2)
    halves = reshape(matmul(first, matrices), shape=(rows, out, in2))  # (n, out, in2)
    output = reshape(matmul(halves, second), shape=(*input1.shape[:-1], out))
    return output if bias is None else add(output, bias)


def _check_shapes(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None) -> None:
    if weight.ndim != 3:
        raise ShapeError(f"bilinear: the weight must be (out, in1, in2), got the shape {weight.shape}")
    if input1.ndim == 0 or input2.ndim == 0:
        raise ShapeError("bilinear: the inputs must be (..., in1) and (..., in2), got a tensor without axes")
    out, in1, in2 = weight.shape
    table = shape_table(
        ("input1", ("...", "in1")[-input1.ndim :], input1.shape),
        ("input2", ("...", "in2")[-input2.ndim :], input2.shape),
        ("weight", ("out", "in1", "in2"), weight.shape),
    )
    if input1.shape[:-1] != input2.shape[:-1]:
        raise ShapeError(f"bilinear: the inputs have not as many rows each\n{table}")
    for name, features, expected in (("input1", input1.shape[-1], in1), ("input2", input2.shape[-1], in2)):
        if features != expected:
            raise ShapeError(f"bilinear: {name} has {features} features, the weight expects {expected}\n{table}")
    if bias is not None and bias.shape != (out,):
        raise ShapeError(
            f"bilinear: the bias needs one entry for each of the {out} outputs, got the shape {bias.shape}\n{table}"
        )
