"""The activations that draw elements towards 0."""

from __future__ import annotations

from minitensor.nn.functional.activation.checks import check_floats, check_numbers
from minitensor.nn.functional.checks import number_of
from minitensor.ops.elementwise import abs, clamp, le, sub, tanh, where
from minitensor.tensor import Tensor


def hardshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """Each element, and 0 for those near 0, as PyTorch's `F.hardshrink`: y = 0 where |x| <= lambd, x elsewhere.

    Parameters
    ----------
    input : Tensor
        Floating-point, of any shape.
    lambd : float
        How near.

    Returns
    -------
    Tensor
        Of the input's shape and dtype.

    Raises
    ------
    TypeError
        The input is no Tensor, or not floating-point; lambd is no number.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.hardshrink(mt.tensor([-2., 0.5, 0.75]))
    tensor([-2.0000,  0.0000,  0.7500])
    """
    check_floats(input, "hardshrink")
    near = le(abs(input.detach()), number_of(lambd, "lambd", "hardshrink"))
    return where(near, 0.0, input)


def softshrink(input: Tensor, lambd: float = 0.5) -> Tensor:
    """Each element moved towards 0, at most to it, as PyTorch's `F.softshrink`: y = x - min(max(x, -lambd), lambd).

    Parameters
    ----------
    input : Tensor
        Floating-point, of any shape.
    lambd : float
        How far; 0 or more.

    Returns
    -------
    Tensor
        Of the input's shape and dtype.

    Raises
    ------
    TypeError
        The input is no Tensor, or not floating-point; lambd is no number.
    ValueError
        lambd is negative.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.softshrink(mt.tensor([-2., 0.5, 0.75]))
    tensor([-1.5000,  0.0000,  0.2500])
    """
    check_floats(input, "softshrink")
    far = check_lambd(lambd, "softshrink")
    return sub(input, clamp(input, low=-far, high=far))


def check_lambd(lambd: float, operation: str) -> float:
    """Raise an error in words where lambd is no number, or negative; answer it as a float."""
    far = number_of(lambd, "lambd", operation)
    if not far >= 0:
        raise ValueError(f"{operation}: lambd is 0 or more, got {lambd}")
    return far


def tanhshrink(input: Tensor) -> Tensor:
    """Each element less its hyperbolic tangent, as PyTorch's `F.tanhshrink`: y = x - tanh(x).

    Parameters
    ----------
    input : Tensor
        Of any shape; integers are taken in the default dtype.

    Returns
    -------
    Tensor
        Of the input's shape.

    Raises
    ------
    TypeError
        The input is no Tensor, or of truth values.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.tanhshrink(mt.tensor([-1., 0., 5.]))
    tensor([-0.2384,  0.0000,  4.0001])
    """
    check_numbers(input, "tanhshrink")
    return sub(input, tanh(input))
