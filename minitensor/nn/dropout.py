"""The dropouts, as modules."""

from __future__ import annotations

from minitensor.nn import functional as F
from minitensor.nn.functional.dropout import check_probability
from minitensor.nn.module import Module
from minitensor.tensor import Tensor


class _Dropout(Module):
    """In training drop something with probability p; in evaluation do nothing."""

    def __init__(self, p: float = 0.5, inplace: bool = False) -> None:
        check_probability(p, type(self).__name__)
        self.p = p
        self.inplace = inplace

    def extra_repr(self) -> str:
        """The probability, and whether it works in place."""
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_Dropout):
    """In training set each element to 0 with probability p, as PyTorch's `nn.Dropout`; in evaluation do nothing.

    y = x * m / (1 - p), with m from a Bernoulli distribution. The input has any shape, the output the same. See `F.dropout`.

    Parameters
    ----------
    p : float
        From 0 to 1.
    inplace : bool
        Whether the input becomes the result.

    Raises
    ------
    ValueError
        p is not a probability.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Dropout(0.2).eval()(mt.ones(3))
    tensor([1., 1., 1.])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.dropout`."""
        return F.dropout(input, self.p, self.training, self.inplace)


class Dropout1d(_Dropout):
    """In training set whole channels of signals to 0 with probability p, as PyTorch's `nn.Dropout1d`. See `F.dropout1d`.

    y = x * m / (1 - p), with one m for each channel. The input is (N, C, L) or (C, L), the output the same.

    Parameters
    ----------
    p : float
        From 0 to 1.
    inplace : bool
        Whether the input becomes the result.

    Raises
    ------
    ValueError
        p is not a probability.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Dropout1d(0.2).eval()(mt.ones(1, 1, 3))
    tensor([[[1., 1., 1.]]])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.dropout1d`."""
        return F.dropout1d(input, self.p, self.training, self.inplace)


class Dropout2d(_Dropout):
    """In training set whole channels of images to 0 with probability p, as PyTorch's `nn.Dropout2d`. See `F.dropout2d`.

    y = x * m / (1 - p), with one m for each channel. The input is (N, C, H, W), the output the same.

    Parameters
    ----------
    p : float
        From 0 to 1.
    inplace : bool
        Whether the input becomes the result.

    Raises
    ------
    ValueError
        p is not a probability.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Dropout2d(0.2).eval()(mt.ones(1, 1, 1, 3))
    tensor([[[[1., 1., 1.]]]])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.dropout2d`."""
        return F.dropout2d(input, self.p, self.training, self.inplace)


class Dropout3d(_Dropout):
    """In training set whole channels of volumes to 0 with probability p, as PyTorch's `nn.Dropout3d`. See `F.dropout3d`.

    y = x * m / (1 - p), with one m for each channel. The input is (N, C, D, H, W) or (C, D, H, W), the output the same.

    Parameters
    ----------
    p : float
        From 0 to 1.
    inplace : bool
        Whether the input becomes the result.

    Raises
    ------
    ValueError
        p is not a probability.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.Dropout3d(0.2).eval()(mt.ones(1, 1, 1, 2))
    tensor([[[[1., 1.]]]])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.dropout3d`."""
        return F.dropout3d(input, self.p, self.training, self.inplace)


class AlphaDropout(_Dropout):
    """In training set elements to what selu falls to, as PyTorch's `nn.AlphaDropout`; mean 0 and variance 1 are kept.

    y = a * (m * x + (m - 1) * s) + a * p * s: see `F.alpha_dropout`. The input has any shape, the output the same.

    Parameters
    ----------
    p : float
        From 0 to 1.
    inplace : bool
        Kept and shown, and of no effect, as in PyTorch.

    Raises
    ------
    ValueError
        p is not a probability.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.AlphaDropout(0.2).eval()(mt.ones(3))
    tensor([1., 1., 1.])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.alpha_dropout`."""
        return F.alpha_dropout(input, self.p, self.training)


class FeatureAlphaDropout(_Dropout):
    """In training set whole channels to what selu falls to, as PyTorch's `nn.FeatureAlphaDropout`.

    y = a * (m * x + (m - 1) * s) + a * p * s, with one m for each channel: see `F.feature_alpha_dropout`. The input is
    (N, C, ...), the output the same.

    Parameters
    ----------
    p : float
        From 0 to 1.
    inplace : bool
        Kept and shown, and of no effect, as in PyTorch.

    Raises
    ------
    ValueError
        p is not a probability.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.FeatureAlphaDropout(0.2).eval()(mt.ones(1, 3))
    tensor([[1., 1., 1.]])
    """

    def forward(self, input: Tensor) -> Tensor:
        """Compute `F.feature_alpha_dropout`."""
        return F.feature_alpha_dropout(input, self.p, self.training)
