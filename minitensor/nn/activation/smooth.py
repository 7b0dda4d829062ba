"""The smooth activations, as modules."""

from __future__ import annotations

from minitensor.nn import functional as F
from minitensor.nn.functional.activation.smooth import check_celu_alpha, check_gelu_form
from minitensor.nn.functional.checks import number_of
from minitensor.nn.module import Module
from minitensor.tensor import Tensor


class ELU(Module):
    """The exponential linear unit, as PyTorch's `nn.ELU`: y = x above 0, alpha * (e^x - 1) below. See `F.elu`.

    The input has any shape, the output the same.

    Parameters
    ----------
    alpha : float
        What it falls to is -alpha.
    inplace : bool
        Whether the input becomes the result.

    Raises
    ------
    TypeError
        alpha is no number.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.ELU()(mt.tensor([-1., 2.]))
    tensor([-0.6321,  2.0000])
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        number_of(alpha, "alpha", "ELU")
        self.alpha = alpha
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.elu`."""
        return F.elu(input, self.alpha, self.inplace)

    def extra_repr(self) -> str:
        """The depth, and whether it works in place."""
        return f"alpha={self.alpha}" + (", inplace=True" if self.inplace else "")


class CELU(Module):
    """The exponential linear unit without its kink, as PyTorch's `nn.CELU`. See `F.celu`.

    y = x above 0, alpha * (e^(x / alpha) - 1) below. The input has any shape, the output the same.

    Parameters
    ----------
    alpha : float
        What it falls to is -alpha; not 0.
    inplace : bool
        Whether the input becomes the result.

    Raises
    ------
    TypeError
        alpha is no number.
    ValueError
        alpha is 0.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.CELU(2.)(mt.tensor([-1., 2.]))
    tensor([-0.7869,  2.0000])
    """

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        check_celu_alpha(alpha, "CELU")
        self.alpha = alpha
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.celu`."""
        return F.celu(input, self.alpha, self.inplace)

    def extra_repr(self) -> str:
        """The depth, and whether it works in place."""
        return f"alpha={self.alpha}" + (", inplace=True" if self.inplace else "")


class SELU(Module):
    """The scaled exponential linear unit, as PyTorch's `nn.SELU`: y = s * x above 0, s * a * (e^x - 1) below. See `F.selu`.

    The input has any shape, the output the same.

    Parameters
    ----------
    inplace : bool
        Whether the input becomes the result.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.SELU()(mt.tensor([-1., 2.]))
    tensor([-1.1113,  2.1014])
    """

    def __init__(self, inplace: bool = False) -> None:
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.selu`."""
        return F.selu(input, self.inplace)

    def extra_repr(self) -> str:
        """Whether it works in place."""
        return "inplace=True" if self.inplace else ""


class GELU(Module):
    """Each element times the chance that a standard normal number is below it, as PyTorch's `nn.GELU`. See `F.gelu`.

    y = x * (1 + erf(x / sqrt(2))) / 2. The input has any shape, the output the same.

    Parameters
    ----------
    approximate : {'none', 'tanh'}
        Whether the error function is approximated by a hyperbolic tangent.

    Raises
    ------
    ValueError
        There is no such form.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.GELU()(mt.tensor([-1., 2.]))
    tensor([-0.1587,  1.9545])
    """

    def __init__(self, approximate: str = "none") -> None:
        check_gelu_form(approximate, "GELU")
        self.approximate = approximate

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.gelu`."""
        return F.gelu(input, approximate=self.approximate)

    def extra_repr(self) -> str:
        """The form."""
        return f"approximate={self.approximate!r}"


class SiLU(Module):
    """Each element times its sigmoid, as PyTorch's `nn.SiLU`: y = x / (1 + e^-x). See `F.silu`.

    The input has any shape, the output the same.

    Parameters
    ----------
    inplace : bool
        Whether the input becomes the result.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.SiLU()(mt.tensor([-1., 2.]))
    tensor([-0.2689,  1.7616])
    """

    def __init__(self, inplace: bool = False) -> None:
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.silu`."""
        return F.silu(input, self.inplace)

    def extra_repr(self) -> str:
        """Whether it works in place."""
        return "inplace=True" if self.inplace else ""


class Mish(Module):
    """Each element times the hyperbolic tangent of its softplus, as PyTorch's `nn.Mish`: y = x * tanh(log(1 + e^x)).

    The input has any shape, the output the same. See `F.mish`.

    Parameters
    ----------
    inplace : bool
        Whether the input becomes the result.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Mish()(mt.tensor([-1., 2.]))
    tensor([-0.3034,  1.9440])
    """

    def __init__(self, inplace: bool = False) -> None:
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.mish`."""
        return F.mish(input, self.inplace)

    def extra_repr(self) -> str:
        """Whether it works in place."""
        return "inplace=True" if self.inplace else ""


class Softplus(Module):
    """The smooth relu, as PyTorch's `nn.Softplus`: y = log(1 + e^(beta * x)) / beta. See `F.softplus`.

    Where beta * x is above the threshold, y is x itself. The input has any shape, the output the same.

    Parameters
    ----------
    beta : float
        How sharp the bend is.
    threshold : float
        Where the straight line begins.

    Raises
    ------
    TypeError
        beta or the threshold is no number.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Softplus()(mt.tensor([-1., 50.]))
    tensor([ 0.3133, 50.0000])
    """

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        number_of(beta, "beta", "Softplus")
        number_of(threshold, "threshold", "Softplus")
        self.beta = beta
        self.threshold = threshold

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.softplus`."""
        return F.softplus(input, self.beta, self.threshold)

    def extra_repr(self) -> str:
        """The sharpness, and where the straight line begins."""
        return f"beta={self.beta}, threshold={self.threshold}"
