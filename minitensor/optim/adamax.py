"""Adamax."""

from __future__ import annotations

import math

import numpy as np

from minitensor.dtypes import Array
from minitensor.optim.arguments import check_betas, check_range, refuse_switches
from minitensor.optim.optimizer import Optimizer, Options, Parameters, State, buffer


class Adamax(Optimizer):
    """Adamax: a step along the running mean of the gradient, in units of the largest magnitude so far, which fades.

    Parameters
    ----------
    params : iterable of Tensor, or of dict
        The parameters, or groups of them.
    lr : float
        The learning rate: the largest change of an element in one step, or about that.
    betas : tuple of two floats
        How much is kept at each step of the running mean, and of the largest magnitude.
    eps : float
        Added to each magnitude, which may be 0.
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
    >>> optimizer = mt.optim.Adamax([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([  0.9000, -99.9000], requires_grad=True)

    References
    ----------
    D. P. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", 2015, algorithm 2; as PyTorch's `Adamax`.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        refuse_switches(self._name, foreach=foreach, capturable=capturable, differentiable=differentiable)
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "maximize": maximize})

    def check(self, options: Options) -> None:
        """Refuse options that are out of their range."""
        check_range(self._name, options, 0, math.inf, "lr", "eps", "weight_decay")
        check_betas(self._name, options)

    @staticmethod
    def update(
        parameter: Array,
        grad: Array,
        state: State,
        *,
        lr: float,
        betas: tuple[float, float],
        eps: float,
        weight_decay: float,
        maximize: bool,
    ) -> None:
        """Take step t of one parameter w with gradient g, in its own memory.

        ::

            g = grad                                     -grad to maximize
            g = g + weight_decay * w
            m = beta1 * m + (1 - beta1) * g              m = u = 0 before step 1
            u = max(beta2 * u, |g| + eps)
            w = w - lr / (1 - beta1^t) * m / u
        """
        (beta1, beta2), g = betas, -grad if maximize else grad
        state["step"] = t = state.get("step", 0) + 1
        if weight_decay != 0:
            g = g + weight_decay * parameter
        m = buffer(state, "exp_avg", parameter)
        u = buffer(state, "exp_inf", parameter)
        m += (1 - beta1) * (g - m)
        u *= beta2
        np.maximum(u, np.abs(g) + eps, out=u)
        parameter -= lr / (1 - beta1**t) * (m / u)
