"""RMSprop."""

from __future__ import annotations

import math

import numpy as np

from minitensor.dtypes import Array
from minitensor.optim.arguments import check_range, refuse_switches
from minitensor.optim.optimizer import Optimizer, Options, Parameters, State, buffer


class RMSprop(Optimizer):
    """RMSprop: a step against the gradient, in units of the running root mean square of each element.

    Parameters
    ----------
    params : iterable of Tensor, or of dict
        The parameters, or groups of them.
    lr : float
        The learning rate.
    alpha : float
        How much of the running mean square is kept at each step.
    eps : float
        Added to the root mean square, which may be 0.
    weight_decay : float
        Of the L2 penalty weight_decay / 2 * |w|^2, whose gradient is added.
    momentum : float
        How much of the running sum of steps is kept.
    centered : bool
        Whether the gradient's running mean is taken off: then the unit is its standard deviation.
    foreach, capturable, differentiable
        As PyTorch's, of no effect; differentiable=True and capturable=True are refused.
    maximize : bool
        Whether to go along the gradient, not against it.

    Raises
    ------
    TypeError, ValueError
        As `Optimizer`.

    Examples
    --------
    >>> import minitensor as mt
    >>> w = mt.tensor([1.0, -100.0], requires_grad=True)
    >>> optimizer = mt.optim.RMSprop([w], lr=0.1, alpha=0.75)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([  0.8000, -99.8000], requires_grad=True)

    References
    ----------
    T. Tieleman, G. Hinton, "Neural Networks for Machine Learning", lecture 6.5, 2012; A. Graves, "Generating Sequences With
    Recurrent Neural Networks", 2013, for the centered form; as PyTorch's `RMSprop`.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        refuse_switches(self._name, foreach=foreach, capturable=capturable, differentiable=differentiable)
        options = {"lr": lr, "alpha": alpha, "eps": eps, "weight_decay": weight_decay, "momentum": momentum}
        super().__init__(params, {**options, "centered": centered, "maximize": maximize})

    def check(self, options: Options) -> None:
        """Refuse options that are out of their range."""
        check_range(self._name, options, 0, math.inf, "lr", "alpha", "eps", "weight_decay", "momentum")

    @staticmethod
    def update(
        parameter: Array,
        grad: Array,
        state: State,
        *,
        lr: float,
        alpha: float,
        eps: float,
        weight_decay: float,
        momentum: float,
        centered: bool,
        maximize: bool,
    ) -> None:
        """Take one step of one parameter w with gradient g, in its own memory.

        ::

            g = grad                                  -grad to maximize
            g = g + weight_decay * w
            v = alpha * v + (1 - alpha) * g^2         0 before the first step, as m and b
            m = alpha * m + (1 - alpha) * g
            d = g / (sqrt(v) + eps)                   g / (sqrt(v - m^2) + eps) where centered
            b = momentum * b + d
            w = w - lr * b                            w - lr * d without momentum
        """
        g = -grad if maximize else grad
        state["step"] = state.get("step", 0) + 1
        if weight_decay != 0:
            g = g + weight_decay * parameter
        v = buffer(state, "square_avg", parameter)
        v *= alpha
        v += (1 - alpha) * (g * g)
        if centered:
            m = buffer(state, "grad_avg", parameter)
            m += (1 - alpha) * (g - m)
            v = v - m * m
        step = g / (np.sqrt(v) + eps)
        if momentum != 0:
            b = buffer(state, "momentum_buffer", parameter)
            b *= momentum
            b += step
            step = b
        parameter -= lr * step
