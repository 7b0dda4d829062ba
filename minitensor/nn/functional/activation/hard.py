"""The activations that are made of straight pieces, and flat beyond a bound."""

from __future__ import annotations

from minitensor.nn.functional.activation.checks import check_floats, check_numbers, placed
from minitensor.nn.functional.checks import number_of
from minitensor.ops import activation as ops
from minitensor.ops.elementwise import add, le, mul, where
from minitensor.tensor import Tensor


def hardtanh(input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Tensor:
    """Each element, brought between two bounds, as PyTorch's `F.hardtanh`: y = min(max(x, min_val), max_val).

    The derivative at the bounds is 0, where that of `mt.clamp` is 1.

    Parameters
    ----------
    input : Tensor
        Of any shape; of integers too, for which the bounds lose their decimals.
    min_val, max_val : float
        The bounds.
    inplace : bool
        Whether the input becomes the result.

    Returns
    -------
    Tensor
        Of the input's shape and dtype.

    Raises
    ------
    TypeError
        The input is no Tensor, or of truth values; or of unsigned integers, and a bound is negative.
    ValueError
        min_val is above max_val.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.hardtanh(mt.tensor([-3., 0.5, 2.]))
    tensor([-1.0000,  0.5000,  1.0000])
    """
    return _between(input, min_val, max_val, inplace, "hardtanh")


def hardtanh_(input: Tensor, min_val: float = -1.0, max_val: float = 1.0) -> Tensor:
    """`hardtanh` in place, as PyTorch's `F.hardtanh_`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.hardtanh_(mt.tensor([-3., 0.5]))
    tensor([-1.0000,  0.5000])
    """
    return hardtanh(input, min_val, max_val, inplace=True)


def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """Each element, brought between 0 and 6, as PyTorch's `F.relu6`: y = min(max(x, 0), 6); flat at both bounds.

    Parameters
    ----------
    input : Tensor
        Of any shape; of integers too.
    inplace : bool
        Whether the input becomes the result.

    Returns
    -------
    Tensor
        Of the input's shape and dtype.

    Raises
    ------
    TypeError
        The input is no Tensor, or of truth values.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.relu6(mt.tensor([-3., 0.5, 20.]))
    tensor([0.0000, 0.5000, 6.0000])
    """
    return _between(input, 0.0, 6.0, inplace, "relu6")


def _between(input: Tensor, min_val: float, max_val: float, inplace: bool, operation: str) -> Tensor:
    check_numbers(input, operation)
    low, high = number_of(min_val, "min_val", operation), number_of(max_val, "max_val", operation)
    if low > high:
        raise ValueError(f"{operation}: min_val is at most max_val, got min_val={min_val} and max_val={max_val}")
    if input.dtype.kind == "u" and low < 0:
        raise TypeError(f"{operation}: {input.dtype} has no negative numbers, and min_val is {min_val}: try x.float()")
    return placed(input, ops.hardtanh(input, low=low, high=high), inplace, operation)


def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """A sigmoid of three straight pieces, as PyTorch's `F.hardsigmoid`: y = min(max(x + 3, 0), 6) / 6.

    Parameters
    ----------
    input : Tensor
        Floating-point, of any shape.
    inplace : bool
        Whether the input becomes the result.

    Returns
    -------
    Tensor
        Of the input's shape and dtype.

    Raises
    ------
    TypeError
        The input is no Tensor, or not floating-point.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.hardsigmoid(mt.tensor([-4., 0., 1.5]))
    tensor([0.0000, 0.5000, 0.7500])
    """
    check_floats(input, "hardsigmoid")
    return placed(input, mul(ops.hardtanh(add(input, 3.0), low=0.0, high=6.0), 1 / 6), inplace, "hardsigmoid")


def hardswish(input: Tensor, inplace: bool = False) -> Tensor:
    """Each element times its `hardsigmoid`, as PyTorch's `F.hardswish`: y = x * min(max(x + 3, 0), 6) / 6.

    The derivative is 0 at -3 and 1 at 3.

    Parameters
    ----------
    input : Tensor
        Floating-point, of any shape.
    inplace : bool
        Whether the input becomes the result.

    Returns
    -------
    Tensor
        Of the input's shape and dtype.

    Raises
    ------
    TypeError
        The input is no Tensor, or not floating-point.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.hardswish(mt.tensor([-4., 1., 5.]))
    tensor([-0.0000,  0.6667,  5.0000])

    References
    ----------
    A. Howard et al., "Searching for MobileNetV3", 2019, arXiv:1905.02244, section 5.2.
    """
    check_floats(input, "hardswish")
    return placed(input, ops.hardswish(input), inplace, "hardswish")


def threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """Each element that is above a threshold, and a fixed value for the others, as PyTorch's `F.threshold`.

    y = x where x > threshold, value elsewhere; the derivative is 0 there.

    Parameters
    ----------
    input : Tensor
        Of any shape; of integers too, for which both numbers lose their decimals.
    threshold : float
        What an element must exceed.
    value : float
        What stands for the others.
    inplace : bool
        Whether the input becomes the result.

    Returns
    -------
    Tensor
        Of the input's shape and dtype.

    Raises
    ------
    TypeError
        The input is no Tensor, or of truth values; an argument is no number.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.threshold(mt.tensor([0.5, 1., 2.]), 1., -5.)
    tensor([-5., -5.,  2.])
    """
    return _above(input, threshold, value, inplace)


def threshold_(input: Tensor, threshold: float, value: float) -> Tensor:
    """`threshold` in place, as PyTorch's `F.threshold_`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.threshold_(mt.tensor([0.5, 2.]), 1., 0.)
    tensor([0., 2.])
    """
    return _above(input, threshold, value, inplace=True)


def _above(input: Tensor, threshold: float, value: float, inplace: bool) -> Tensor:
    check_numbers(input, "threshold")
    least, other = number_of(threshold, "threshold", "threshold"), number_of(value, "value", "threshold")
    if not input.is_floating_point():
        least, other = int(least), int(other)
    return placed(input, where(le(input, least), other, input), inplace, "threshold")
