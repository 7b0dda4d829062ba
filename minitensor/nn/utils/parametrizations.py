"""Ready-made parametrisations."""

from __future__ import annotations

from minitensor.functions.arguments import axis_of
from minitensor.nn.module import Module
from minitensor.nn.utils.parametrize import register_parametrization, remove_parametrizations
from minitensor.tensor import Tensor


def weight_norm(module: Module, name: str = "weight", dim: int | None = 0) -> Module:
    """Learn a weight's length apart from its direction, as PyTorch's `nn.utils.parametrizations.weight_norm`.

    w = g * v / |v|

    with a norm for each place along an axis: for dim=0 one for each output channel. The magnitude g is
    `module.parametrizations.weight.original0`, the direction v `original1`; they begin so that the weight stays as it is.

    Parameters
    ----------
    module : Module
        A layer.
    name : str
        Its parameter.
    dim : int or None
        The axis; None, and -1 as in PyTorch, for one norm of the whole weight.

    Returns
    -------
    Module
        The layer.

    Raises
    ------
    ValueError
        The layer has no such parameter.
    IndexError
        It has no such axis.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.utils.parametrizations.weight_norm(mt.nn.Linear(20, 40))
    >>> [(name, tensor.shape) for name, tensor in layer.state_dict().items()][1:]
    [('parametrizations.weight.original0', (40, 1)), ('parametrizations.weight.original1', (40, 20))]

    References
    ----------
    T. Salimans and D. P. Kingma, "Weight Normalization", 2016, arXiv:1602.07868.
    """
    return register_parametrization(module, name, _WeightNorm(dim), unsafe=True)


def remove_weight_norm(module: Module, name: str = "weight") -> Module:
    """Make a weight that `weight_norm` computes a plain parameter again, as PyTorch's `nn.utils.remove_weight_norm`.

    It keeps the value that it has.

    Parameters
    ----------
    module : Module
        Whose weight it is; it is returned.
    name : str
        The weight's name.

    Raises
    ------
    ValueError
        The weight is a plain parameter.

    Examples
    --------
    >>> import minitensor as mt
    >>> remove_weight_norm(weight_norm(mt.nn.Linear(20, 40)))
    Linear(in_features=20, out_features=40, bias=True)
    """
    return remove_parametrizations(module, name)


class _WeightNorm(Module):
    """The weight of a magnitude and a direction."""

    def __init__(self, dim: int | None = 0) -> None:
        self.dim = -1 if dim is None else dim

    def forward(self, weight_g: Tensor, weight_v: Tensor) -> Tensor:
        """Scale the direction to the magnitude."""
        return weight_v * (weight_g / self._norm(weight_v))

    def right_inverse(self, weight: Tensor) -> tuple[Tensor, Tensor]:
        """The magnitude and the direction of a weight."""
        return self._norm(weight), weight

    def _norm(self, weight: Tensor) -> Tensor:
        """The norm over all axes but one, which stay with length 1, or over all."""
        if self.dim == -1:
            return weight.norm()
        kept = axis_of(self.dim, weight.ndim, "weight_norm")
        return weight.norm(2, [axis for axis in range(weight.ndim) if axis != kept], keepdim=True)
