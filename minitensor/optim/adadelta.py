"""Adadelta."""

from __future__ import annotations

import math

import numpy as np

from minitensor.dtypes import Array
from minitensor.optim.arguments import check_range, refuse_switches
from minitensor.optim.optimizer import Optimizer, Options, Parameters, State, buffer


class Adadelta(Optimizer):
    """Adadelta: a step against the gradient, in units of its running root mean square, as long as the steps so far.

    Parameters
    ----------
    params : iterable of Tensor, or of dict
        The parameters, or groups of them.
    lr : float
        What the step is multiplied with.
    rho : float
        How much of both running mean squares is kept at each step, from 0 to 1.
    eps : float
        Added to both mean squares, which are 0 at the beginning.
    weight_decay : float
        Of the L2 penalty weight_decay / 2 * |w|^2, whose gradient is added.
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
    >>> optimizer = mt.optim.Adadelta([w], rho=0.75, eps=0.01)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([  0.8010, -99.8000], requires_grad=True)

    References
    ----------
    M. D. Zeiler, "ADADELTA: An Adaptive Learning Rate Method", 2012, algorithm 1; as PyTorch's `Adadelta`.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        capturable: bool = False,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        refuse_switches(self._name, foreach=foreach, capturable=capturable, differentiable=differentiable)
        super().__init__(params, {"lr": lr, "rho": rho, "eps": eps, "weight_decay": weight_decay, "maximize": maximize})

    def check(self, options: Options) -> None:
        """Refuse options that are out of their range."""
        check_range(self._name, options, 0, math.inf, "lr", "rho", "eps", "weight_decay")
        if options["rho"] > 1:
            raise ValueError(f"{self._name}: rho is from 0 to 1, got {options['rho']}")

    @staticmethod
    def update(
        parameter: Array,
        grad: Array,
        state: State,
        *,
        lr: float,
        rho: float,
        eps: float,
        weight_decay: float,
        maximize: bool,
    ) -> None:
        """Take one step of one parameter w with gradient g, in its own memory.

        ::

            g = grad                                       -grad to maximize
            g = g + weight_decay * w
            v = rho * v + (1 - rho) * g^2                  v = u = 0 before the first step
            d = sqrt(u + eps) / sqrt(v + eps) * g
            u = rho * u + (1 - rho) * d^2
            w = w - lr * d
        """
        g = -grad if maximize else grad
        state["step"] = state.get("step", 0) + 1
        if weight_decay != 0:
            g = g + weight_decay * parameter
        v = buffer(state, "square_avg", parameter)
        u = buffer(state, "acc_delta", parameter)
        v *= rho
        v += (1 - rho) * (g * g)
        d = np.sqrt(u + eps)
        d /= np.sqrt(v + eps)
        d *= g
        u *= rho
        u += (1 - rho) * (d * d)
        parameter -= lr * d
