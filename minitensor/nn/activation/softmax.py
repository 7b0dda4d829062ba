"""The softmax and its relatives, and the gated linear unit, as modules."""

from __future__ import annotations

from minitensor.errors import ShapeError
from minitensor.nn import functional as F
from minitensor.nn.functional.spatial import check_tensor
from minitensor.nn.module import Module
from minitensor.tensor import Tensor


class Softmax(Module):
    """The exponentials over their sum along an axis, as PyTorch's `nn.Softmax`: y = e^x / sum(e^x). See `F.softmax`.

    The input has any shape, the output the same.

    Parameters
    ----------
    dim : int
        The axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Softmax(dim=1)(mt.zeros(1, 2))
    tensor([[0.5000, 0.5000]])
    """

    def __init__(self, dim: int | None = None) -> None:
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.softmax`."""
        return F.softmax(input, self.dim)

    def extra_repr(self) -> str:
        """The axis."""
        return f"dim={self.dim}"


class Softmin(Softmax):
    """The softmax of the negated input, as PyTorch's `nn.Softmin`: y = e^-x / sum(e^-x). See `F.softmin`.

    The input has any shape, the output the same.

    Parameters
    ----------
    dim : int
        The axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Softmin(dim=0)(mt.tensor([0., 1000.]))
    tensor([1., 0.])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.softmin`."""
        return F.softmin(input, self.dim)


class LogSoftmax(Softmax):
    """The logarithm of the softmax along an axis, as PyTorch's `nn.LogSoftmax`: y = x - log(sum(e^x)). See `F.log_softmax`.

    The input has any shape, the output the same.

    Parameters
    ----------
    dim : int
        The axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.LogSoftmax(dim=0)(mt.tensor([0., 1000.]))
    tensor([-1000.,     0.])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.log_softmax`."""
        return F.log_softmax(input, self.dim)


class Softmax2d(Module):
    """The softmax over the channels at each place of an image, as PyTorch's `nn.Softmax2d`: y = e^x / sum over c of e^x.

    The input is (N, C, H, W) or (C, H, W), the output the same.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Softmax2d()(mt.zeros(1, 4, 1, 1)).flatten()
    tensor([0.2500, 0.2500, 0.2500, 0.2500])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.softmax` over the channels."""
        check_tensor(input, "input", "Softmax2d")
        if input.ndim not in (3, 4):
            raise ShapeError(f"Softmax2d: the input must be (N, C, H, W) or (C, H, W), got the shape {input.shape}")
        return F.softmax(input, -3)


class GLU(Module):
    """The first half of an axis times the sigmoid of the second, as PyTorch's `nn.GLU`: y = a * sigmoid(b). See `F.glu`.

    The output has the input's shape, half as long along the axis.

    Parameters
    ----------
    dim : int
        The axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.GLU()(mt.tensor([3., 4., 0., 100.]))
    tensor([1.5000, 4.0000])
    """

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.glu`."""
        return F.glu(input, self.dim)

    def extra_repr(self) -> str:
        """The axis."""
        return f"dim={self.dim}"
