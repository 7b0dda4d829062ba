"""The activations that pass what is positive and bend what is negative."""

from __future__ import annotations

from minitensor.nn.functional.activation.checks import check_floats, placed
from minitensor.nn.functional.checks import number_of
from minitensor.ops import activation as ops
from minitensor.tensor import Tensor

SELU_ALPHA, SELU_SCALE = 1.6732632423543772848, 1.0507009873554804934
GELU_FORMS = ("none", "tanh")


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """The exponential linear unit of each element, as PyTorch's `F.elu`: y = x above 0, alpha * (e^x - 1) below.

    The derivative at 0 is alpha.

    Parameters
    ----------
    input : Tensor
        Floating-point, of any shape.
    alpha : float
        What it falls to is -alpha.
    inplace : bool
        Whether the input becomes the result.

    Returns
    -------
    Tensor
        Of the input's shape and dtype.

    Raises
    ------
    TypeError
        The input is no Tensor, or not floating-point; alpha is no number.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.elu(mt.tensor([-1., 0., 2.]))
    tensor([-0.6321,  0.0000,  2.0000])

    References
    ----------
    D.-A. Clevert et al., "Fast and Accurate Deep Network Learning by Exponential Linear Units", 2015, arXiv:1511.07289.
    """
    check_floats(input, "elu")
    height = number_of(alpha, "alpha", "elu")
    return placed(input, ops.elu(input, alpha=height, scale=1.0, rate=1.0), inplace, "elu")


def elu_(input: Tensor, alpha: float = 1.0) -> Tensor:
    """`elu` in place, as PyTorch's `F.elu_`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.elu_(mt.tensor([-1., 2.]))
    tensor([-0.6321,  2.0000])
    """
    return elu(input, alpha, inplace=True)


def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """The scaled exponential linear unit of each element, as PyTorch's `F.selu`.

    y = s * x above 0, s * a * (e^x - 1) below, with s = 1.0507 and a = 1.6733, so that layer after layer tends to mean 0 and
    variance 1. The derivative at 0 is s * a.

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
    >>> mt.nn.functional.selu(mt.tensor([-1., 0., 2.]))
    tensor([-1.1113,  0.0000,  2.1014])

    References
    ----------
    G. Klambauer et al., "Self-Normalizing Neural Networks", 2017, arXiv:1706.02515.
    """
    check_floats(input, "selu")
    return placed(input, ops.elu(input, alpha=SELU_ALPHA, scale=SELU_SCALE, rate=1.0), inplace, "selu")


def selu_(input: Tensor) -> Tensor:
    """`selu` in place, as PyTorch's `F.selu_`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.selu_(mt.tensor([-1., 2.]))
    tensor([-1.1113,  2.1014])
    """
    return selu(input, inplace=True)


def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """The exponential linear unit without its kink, as PyTorch's `F.celu`: y = x above 0, alpha * (e^(x / alpha) - 1) below.

    The derivative at 0 is 1, whatever alpha is.

    Parameters
    ----------
    input : Tensor
        Floating-point, of any shape.
    alpha : float
        What it falls to is -alpha; not 0.
    inplace : bool
        Whether the input becomes the result.

    Returns
    -------
    Tensor
        Of the input's shape and dtype.

    Raises
    ------
    TypeError
        The input is no Tensor, or not floating-point; alpha is no number.
    ValueError
        alpha is 0.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.celu(mt.tensor([-1., 0., 2.]), alpha=2.)
    tensor([-0.7869,  0.0000,  2.0000])

    References
    ----------
    J. Barron, "Continuously Differentiable Exponential Linear Units", 2017, arXiv:1704.07483.
    """
    check_floats(input, "celu")
    height = check_celu_alpha(alpha, "celu")
    return placed(input, ops.elu(input, alpha=height, scale=1.0, rate=1 / height), inplace, "celu")


def celu_(input: Tensor, alpha: float = 1.0) -> Tensor:
    """`celu` in place, as PyTorch's `F.celu_`.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.celu_(mt.tensor([-1., 2.]))
    tensor([-0.6321,  2.0000])
    """
    return celu(input, alpha, inplace=True)


def check_celu_alpha(alpha: float, operation: str) -> float:
    """Raise an error in words where alpha is no number, or 0; answer it as a float."""
    height = number_of(alpha, "alpha", operation)
    if height == 0:
        raise ValueError(f"{operation}: alpha is not 0: the element is divided by it")
    return height


def gelu(input: Tensor, *, approximate: str = "none") -> Tensor:
    """Each element times the chance that a standard normal number is below it, as PyTorch's `F.gelu`.

    y = x * (1 + erf(x / sqrt(2))) / 2

    or, with approximate='tanh', y = x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))) / 2.

    Parameters
    ----------
    input : Tensor
        Floating-point, of any shape.
    approximate : {'none', 'tanh'}
        The form.

    Returns
    -------
    Tensor
        Of the input's shape and dtype.

    Raises
    ------
    TypeError
        The input is no Tensor, or not floating-point.
    ValueError
        There is no such form.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.gelu(mt.tensor([-1., 0., 2.]))
    tensor([-0.1587,  0.0000,  1.9545])

    References
    ----------
    D. Hendrycks and K. Gimpel, "Gaussian Error Linear Units", 2016, arXiv:1606.08415.
    """
    check_floats(input, "gelu")
    check_gelu_form(approximate, "gelu")
    return ops.gelu(input, approximate=approximate)


def check_gelu_form(approximate: str, operation: str) -> None:
    """Raise a ValueError where there is no such form."""
    if approximate not in GELU_FORMS:
        raise ValueError(f"{operation}: approximate is 'none' or 'tanh', got {approximate!r}")


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """Each element times its sigmoid, as PyTorch's `F.silu`: y = x / (1 + e^-x). It is also called swish.

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
    >>> mt.nn.functional.silu(mt.tensor([-1., 0., 2.]))
    tensor([-0.2689,  0.0000,  1.7616])

    References
    ----------
    S. Elfwing et al., "Sigmoid-Weighted Linear Units", 2017, arXiv:1702.03118; P. Ramachandran et al., "Searching for
    Activation Functions", 2017, arXiv:1710.05941.
    """
    check_floats(input, "silu")
    return placed(input, ops.silu(input), inplace, "silu")


def mish(input: Tensor, inplace: bool = False) -> Tensor:
    """Each element times the hyperbolic tangent of its softplus, as PyTorch's `F.mish`: y = x * tanh(log(1 + e^x)).

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
    >>> mt.nn.functional.mish(mt.tensor([-1., 0., 2.]))
    tensor([-0.3034,  0.0000,  1.9440])

    References
    ----------
    D. Misra, "Mish: A Self Regularized Non-Monotonic Activation Function", 2019, arXiv:1908.08681.
    """
    check_floats(input, "mish")
    return placed(input, ops.mish(input), inplace, "mish")
