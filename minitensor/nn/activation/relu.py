"""The rectifiers, as modules: the element itself above 0, and a multiple of it below."""

from __future__ import annotations

from typing import Any

from numpy.typing import DTypeLike

from minitensor.creation import full
from minitensor.geometry.arguments import int_of
from minitensor.nn import functional as F
from minitensor.nn import init
from minitensor.nn.functional.activation.relu import check_slopes
from minitensor.nn.functional.checks import number_of
from minitensor.nn.module import Module
from minitensor.nn.parameter import Parameter
from minitensor.tensor import Tensor


class ReLU(Module):
    """The larger of each element and 0, as PyTorch's `nn.ReLU`: y = max(x, 0). See `F.relu`.

    The input has any shape, the output the same.

    Parameters
    ----------
    inplace : bool
        Whether the input becomes the result.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.ReLU()(mt.tensor([-1., 2.]))
    tensor([0., 2.])
    """

    def __init__(self, inplace: bool = False) -> None:
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.relu`."""
        return F.relu(input, self.inplace)

    def extra_repr(self) -> str:
        """Whether it works in place."""
        return "inplace=True" if self.inplace else ""


class LeakyReLU(Module):
    """Each element, times a slope where it is negative, as PyTorch's `nn.LeakyReLU`: y = max(x, 0) + slope * min(x, 0).

    The input has any shape, the output the same. See `F.leaky_relu`.

    Parameters
    ----------
    negative_slope : float
        The slope below 0.
    inplace : bool
        Whether the input becomes the result.

    Raises
    ------
    TypeError
        The slope is no number.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.LeakyReLU(0.1)(mt.tensor([-1., 2.]))
    tensor([-0.1000,  2.0000])
    """

    def __init__(self, negative_slope: float = 0.01, inplace: bool = False) -> None:
        number_of(negative_slope, "negative_slope", "LeakyReLU")
        self.negative_slope = negative_slope
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.leaky_relu`."""
        return F.leaky_relu(input, self.negative_slope, self.inplace)

    def extra_repr(self) -> str:
        """The slope, and whether it works in place."""
        return f"negative_slope={self.negative_slope}" + (", inplace=True" if self.inplace else "")


class PReLU(Module):
    """Each element, times a learned slope where it is negative, as PyTorch's `nn.PReLU`: y = max(x, 0) + w * min(x, 0).

    The input is (N, C, *spatial) or (N, C), or has any shape for one slope; the output has the same. See `F.prelu`.

    Parameters
    ----------
    num_parameters : int
        The number of slopes: 1, or that of the channels.
    init : float
        What they begin as.
    device, dtype
        Of the slopes.

    Attributes
    ----------
    weight : Parameter, shape (num_parameters,)

    Raises
    ------
    ValueError
        The number of slopes is negative.
    TypeError
        `init` is no number.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.PReLU()(mt.tensor([-1., 2.])).detach()
    tensor([-0.2500,  2.0000])
    """

    def __init__(
        self, num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: DTypeLike | None = None
    ) -> None:
        self.num_parameters = int_of(num_parameters, "num_parameters", "PReLU", 0)
        number_of(init, "init", "PReLU")
        self.init = init
        self.weight = Parameter(full((self.num_parameters,), float(init), device=device, dtype=dtype))

    def reset_parameters(self) -> None:
        """Let the slopes begin anew."""
        init.constant_(self.weight, self.init)

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.prelu`."""
        return F.prelu(input, self.weight)

    def extra_repr(self) -> str:
        """The number of slopes."""
        return f"num_parameters={self.num_parameters}"


class RReLU(Module):
    """Each element, times a slope where it is negative that is drawn in training, as PyTorch's `nn.RReLU`.

    y = max(x, 0) + a * min(x, 0), with a from U(lower, upper) for each element; in evaluation a = (lower + upper) / 2. The
    input has any shape, the output the same. See `F.rrelu`.

    Parameters
    ----------
    lower, upper : float
        The bounds of the slope.
    inplace : bool
        Whether the input becomes the result.

    Raises
    ------
    ValueError
        The lower bound is above the upper one, or one is not finite.
    TypeError
        A bound is no number.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.RReLU(0.25, 0.75).eval()(mt.tensor([-1., 2.]))
    tensor([-0.5000,  2.0000])
    """

    def __init__(self, lower: float = 1 / 8, upper: float = 1 / 3, inplace: bool = False) -> None:
        check_slopes(lower, upper, "RReLU")
        self.lower = lower
        self.upper = upper
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.rrelu`."""
        return F.rrelu(input, self.lower, self.upper, self.training, self.inplace)

    def extra_repr(self) -> str:
        """The bounds, and whether it works in place."""
        return f"lower={self.lower}, upper={self.upper}" + (", inplace=True" if self.inplace else "")
