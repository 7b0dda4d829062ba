"""The affine map of features."""

from __future__ import annotations

from math import prod

from minitensor.errors import ShapeError, shape_table
from minitensor.nn.functional.checks import check_operands
from minitensor.ops import linear as ops
from minitensor.ops.linalg import matmul
from minitensor.ops.shape import permute, reshape
from minitensor.tensor import Tensor


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Multiply rows of features by a matrix and add a bias, as PyTorch's `F.linear`: y = x @ weight^T + bias.

    Parameters
    ----------
    input : Tensor, shape (..., in)
        Floating-point rows of features.
    weight : Tensor, shape (out, in)
        In the input's dtype.
    bias : Tensor, shape (out,), optional
        In the input's dtype.

    Returns
    -------
    Tensor, shape (..., out)

    Raises
    ------
    TypeError
        An operand is no Tensor, is not floating-point, or has another dtype than the input.
    ShapeError
        The shapes do not fit each other.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.linear(mt.tensor([1., 2.]), mt.tensor([[1., 1.], [0., 3.]]), mt.tensor([10., 20.]))
    tensor([13., 26.])
    """
    check_operands("linear", input, weight=weight, bias=bias)
    _check_shapes(input, weight, bias)
    out_features, in_features = weight.shape
    rows = input.shape[:-1]
    flat = input if input.ndim == 2 else reshape(input, shape=(prod(rows), in_features))  # (..., in) -> (rows, in)
    output = matmul(flat, permute(weight, axes=(1, 0))) if bias is None else ops.linear(flat, weight, bias)
    return output if input.ndim == 2 else reshape(output, shape=(*rows, out_features))


def _check_shapes(input: Tensor, weight: Tensor, bias: Tensor | None) -> None:
    if weight.ndim != 2:
        raise ShapeError(f"linear: the weight must be (out, in), got the shape {weight.shape}")
    out_features, in_features = weight.shape
    if input.ndim == 0:
        raise ShapeError("linear: the input must be (..., in), got a tensor without axes")
    if input.shape[-1] != in_features:
        samples = input.ndim > 2 and prod(input.shape[1:]) == in_features
        hint = "\n  To make one row of each sample try x.flatten(1)" if samples else ""
        raise ShapeError(
            f"linear: the input has {input.shape[-1]} features, the weight expects {in_features}\n"
            f"{_table(input, weight)}{hint}"
        )
    if bias is not None and bias.shape != (out_features,):
        raise ShapeError(
            f"linear: the bias needs one entry for each of the {out_features} outputs, got the shape {bias.shape}\n"
            f"{_table(input, weight)}"
        )


def _table(input: Tensor, weight: Tensor) -> str:
    leading = {1: (), 2: ("N",)}.get(input.ndim, ("...",))
    return shape_table(("input", (*leading, "in"), input.shape), ("weight", ("out", "in"), weight.shape))
