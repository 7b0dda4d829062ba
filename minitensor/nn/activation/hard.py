"""The activations of straight pieces, as modules: flat beyond a bound, or 0 around 0."""

from __future__ import annotations

from minitensor.nn import functional as F
from minitensor.nn.functional.activation.shrink import check_lambd
from minitensor.nn.functional.checks import number_of
from minitensor.nn.module import Module
from minitensor.tensor import Tensor


class Hardtanh(Module):
    """Each element, brought between two bounds, as PyTorch's `nn.Hardtanh`: y = min(max(x, min_val), max_val).

    The input has any shape, the output the same. See `F.hardtanh`.

    Parameters
    ----------
    min_val, max_val : float
        The bounds.
    inplace : bool
        Whether the input becomes the result.

    Raises
    ------
    ValueError
        max_val is not above min_val.
    TypeError
        A bound is no number.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Hardtanh(-2, 2)(mt.tensor([-3., 0.5]))
    tensor([-2.0000,  0.5000])
    """

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        name = type(self).__name__
        if not number_of(min_val, "min_val", name) < number_of(max_val, "max_val", name):
            raise ValueError(f"{name}: max_val is above min_val, got min_val={min_val} and max_val={max_val}")
        self.min_val = min_val
        self.max_val = max_val
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.hardtanh`."""
        return F.hardtanh(input, self.min_val, self.max_val, self.inplace)

    def extra_repr(self) -> str:
        """The bounds, and whether it works in place."""
        return f"min_val={self.min_val}, max_val={self.max_val}" + (", inplace=True" if self.inplace else "")


class ReLU6(Hardtanh):
    """Each element, brought between 0 and 6, as PyTorch's `nn.ReLU6`: y = min(max(x, 0), 6). See `F.relu6`.

    The input has any shape, the output the same.

    Parameters
    ----------
    inplace : bool
        Whether the input becomes the result.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.ReLU6()(mt.tensor([-3., 20.]))
    tensor([0., 6.])
    """

    def __init__(self, inplace: bool = False) -> None:
        super().__init__(0.0, 6.0, inplace)

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.relu6`."""
        return F.relu6(input, self.inplace)

    def extra_repr(self) -> str:
        """Whether it works in place."""
        return "inplace=True" if self.inplace else ""


class Hardsigmoid(Module):
    """A sigmoid of three straight pieces, as PyTorch's `nn.Hardsigmoid`: y = min(max(x + 3, 0), 6) / 6.

    The input has any shape, the output the same. See `F.hardsigmoid`.

    Parameters
    ----------
    inplace : bool
        Whether the input becomes the result.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Hardsigmoid()(mt.tensor([-4., 1.5]))
    tensor([0.0000, 0.7500])
    """

    def __init__(self, inplace: bool = False) -> None:
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.hardsigmoid`."""
        return F.hardsigmoid(input, self.inplace)


class Hardswish(Module):
    """Each element times its hardsigmoid, as PyTorch's `nn.Hardswish`: y = x * min(max(x + 3, 0), 6) / 6.

    The input has any shape, the output the same. See `F.hardswish`.

    Parameters
    ----------
    inplace : bool
        Whether the input becomes the result.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Hardswish()(mt.tensor([-4., 1., 5.]))
    tensor([-0.0000,  0.6667,  5.0000])
    """

    def __init__(self, inplace: bool = False) -> None:
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.hardswish`."""
        return F.hardswish(input, self.inplace)


class Threshold(Module):
    """Each element that is above a threshold, and a fixed value for the others, as PyTorch's `nn.Threshold`.

    y = x where x > threshold, value elsewhere. The input has any shape, the output the same. See `F.threshold`.

    Parameters
    ----------
    threshold : float
        What an element must exceed.
    value : float
        What stands for the others.
    inplace : bool
        Whether the input becomes the result.

    Raises
    ------
    TypeError
        The threshold or the value is no number.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Threshold(1., -5.)(mt.tensor([0.5, 2.]))
    tensor([-5.,  2.])
    """

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        number_of(threshold, "threshold", "Threshold")
        number_of(value, "value", "Threshold")
        self.threshold = threshold
        self.value = value
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.threshold`."""
        return F.threshold(input, self.threshold, self.value, self.inplace)

    def extra_repr(self) -> str:
        """Both numbers, and whether it works in place."""
        return f"threshold={self.threshold}, value={self.value}" + (", inplace=True" if self.inplace else "")


class Hardshrink(Module):
    """Each element, and 0 for those near 0, as PyTorch's `nn.Hardshrink`: y = 0 where |x| <= lambd, x elsewhere.

    The input has any shape, the output the same. See `F.hardshrink`.

    Parameters
    ----------
    lambd : float
        How near.

    Raises
    ------
    TypeError
        lambd is no number.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Hardshrink()(mt.tensor([-2., 0.5]))
    tensor([-2.,  0.])
    """

    def __init__(self, lambd: float = 0.5) -> None:
        number_of(lambd, "lambd", "Hardshrink")
        self.lambd = lambd

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.hardshrink`."""
        return F.hardshrink(input, self.lambd)

    def extra_repr(self) -> str:
        """How near."""
        return f"{self.lambd}"


class Softshrink(Module):
    """Each element moved towards 0, at most to it, as PyTorch's `nn.Softshrink`: y = x - min(max(x, -lambd), lambd).

    The input has any shape, the output the same. See `F.softshrink`.

    Parameters
    ----------
    lambd : float
        How far; 0 or more.

    Raises
    ------
    TypeError
        lambd is no number.
    ValueError
        lambd is negative.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Softshrink()(mt.tensor([-2., 0.25]))
    tensor([-1.5000,  0.0000])
    """

    def __init__(self, lambd: float = 0.5) -> None:
        check_lambd(lambd, "Softshrink")
        self.lambd = lambd

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.softshrink`."""
        return F.softshrink(input, self.lambd)

    def extra_repr(self) -> str:
        """How far."""
        return f"{self.lambd}"


class Tanhshrink(Module):
    """Each element less its hyperbolic tangent, as PyTorch's `nn.Tanhshrink`: y = x - tanh(x). See `F.tanhshrink`.

    The input has any shape, the output the same.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Tanhshrink()(mt.tensor([0., 5.]))
    tensor([0.0000, 4.0001])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.tanhshrink`."""
        return F.tanhshrink(input)
