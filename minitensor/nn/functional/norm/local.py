"""Division by the size of neighbours: of neighbouring channels, or of all elements along an axis."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from minitensor.errors import ShapeError
from minitensor.geometry import PoolGeometry, int_of
from minitensor.grad_mode import is_grad_enabled
from minitensor.nn.functional.norm.checks import in_dtype_of
from minitensor.nn.functional.spatial import check_floating, check_tensor
from minitensor.ops.elementwise import add, clamp, div, mul, pow, widened
from minitensor.ops.pool import pool_sum
from minitensor.ops.shape import pad, reshape
from minitensor.tensor import Tensor


def local_response_norm(input: Tensor, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> Tensor:
    """Divide each channel by the size of its neighbours, as PyTorch's `F.local_response_norm`.

    y[n, c] = x[n, c] / (k + alpha / size * sum of x[n, c']^2)^beta

    with c' from c - floor(size/2) to c + floor((size-1)/2), as far as there are such channels.

    Parameters
    ----------
    input : Tensor, shape (N, C, L) or (N, C, *spatial)
        Floating-point; float16 is computed in float32.
    size : int
        How many channels are neighbours.
    alpha, beta, k : float
        The factor, the exponent and the offset.

    Returns
    -------
    Tensor
        Of the input's shape.

    Raises
    ------
    TypeError
        `input` is no Tensor, or is not floating-point.
    ShapeError
        `input` has less than three axes.
    ValueError
        `size` is no int of 1 or more.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.local_response_norm(mt.tensor([[[1.], [2.]]]), 2, alpha=2., beta=1.)
    tensor([[[0.5000],
             [0.3333]]])

    References
    ----------
    A. Krizhevsky, I. Sutskever and G. E. Hinton, "ImageNet Classification with Deep Convolutional Neural Networks", 2012,
    section 3.3.
    """
    operation = "local_response_norm"
    check_tensor(input, "input", operation)
    check_floating(input, "input", operation)
    window = int_of(size, "size", operation, 1)
    if input.ndim < 3:
        raise ShapeError(f"{operation}: the input must be (N, C, L) or (N, C, *spatial), got the shape {input.shape}")
    if input.numel() == 0:
        return input
    x: Tensor = widened(input)
    n, c = x.shape[:2]
    squares = reshape(mul(x, x), shape=(n, 1, c, prod(x.shape[2:])))  # (n, 1, c, cell)
    padded = pad(squares, widths=((0, 0), (0, 0), (window // 2, (window - 1) // 2), (0, 0)), value=0)
    geometry = PoolGeometry.from_pool(padded.shape[2:], (window, 1), stride=1, operation=operation)
    total = reshape(pool_sum(padded, geometry=geometry), shape=x.shape)
    return in_dtype_of(input, div(x, pow(add(mul(total, alpha / window), float(k)), float(beta))))


def normalize(
    input: Tensor, p: float = 2.0, dim: int | Sequence[int] = 1, eps: float = 1e-12, out: Tensor | None = None
) -> Tensor:
    """Divide by the norm along an axis, as PyTorch's `F.normalize`.

    y = x / max(|x|_p, eps)

    Parameters
    ----------
    input : Tensor
        Floating-point, of any shape.
    p : float
        The norm: see `mt.norm`.
    dim : int or tuple of int
        The axes along which the norm is taken.
    eps : float
        What is divided by at least.
    out : Tensor, optional
        What the result is written to; nothing is recorded then.

    Returns
    -------
    Tensor
        Of the input's shape; `out`, if it is given.

    Raises
    ------
    TypeError
        `input` is no Tensor, or is not floating-point; eps is no number.
    IndexError
        There is no such axis.
    ValueError
        There is no such norm.
    RuntimeError
        `out` is given, and gradients are asked for.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.normalize(mt.tensor([[3., 4.], [0., 2.]]))
    tensor([[0.6000, 0.8000],
            [0.0000, 1.0000]])
    """
    check_tensor(input, "input", "normalize")
    check_floating(input, "input", "normalize")
    if isinstance(eps, bool) or not isinstance(eps, (int, float)):
        raise TypeError(f"normalize: eps is a number, got {eps!r}")
    if out is not None and is_grad_enabled() and (input.requires_grad or out.requires_grad):
        raise RuntimeError("normalize: what is written to `out` has no gradient: leave it out, or use mt.no_grad()")
    output = div(input, clamp(input.norm(p, dim, True), low=float(eps), high=None))
    return output if out is None else out.copy_(output)
