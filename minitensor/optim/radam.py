"""RAdam."""

from __future__ import annotations

import math

import numpy as np

from minitensor.dtypes import Array
from minitensor.optim.arguments import check_betas, check_range, refuse_switches
from minitensor.optim.optimizer import Optimizer, Options, Parameters, State, buffer


class RAdam(Optimizer):
    """RAdam: Adam that waits with dividing by the root mean square until its variance is known, and warms up by itself.

    Parameters
    ----------
    params : iterable of Tensor, or of dict
        The parameters, or groups of them.
    lr : float
        The learning rate.
    betas : tuple of two floats
        How much is kept at each step of the running mean, and of the running mean square.
    eps : float
        Added to the root mean square, which may be 0.
    weight_decay : float
        Of the L2 penalty weight_decay / 2 * |w|^2, whose gradient is added; or, decoupled, what share of the parameter each
        step takes away, times lr.
    decoupled_weight_decay : bool
        Whether the weight decay is that of `AdamW`.
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
    >>> optimizer = mt.optim.RAdam([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([  0.8000, -80.0000], requires_grad=True)

    References
    ----------
    L. Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond", 2020, algorithm 2; as PyTorch's `RAdam`.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        refuse_switches(self._name, foreach=foreach, capturable=capturable, differentiable=differentiable)
        options = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, {**options, "decoupled_weight_decay": decoupled_weight_decay, "maximize": maximize})

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
        decoupled_weight_decay: bool,
        maximize: bool,
    ) -> None:
        """Take step t of one parameter w with gradient g, in its own memory.

        ::

            g = grad                                            -grad to maximize
            g = g + weight_decay * w                            decoupled: w = w - lr * weight_decay * w
            m = beta1 * m + (1 - beta1) * g                     m = v = 0 before step 1
            v = beta2 * v + (1 - beta2) * g^2
            rho = rho_inf - 2 t beta2^t / (1 - beta2^t)         rho_inf = 2 / (1 - beta2) - 1
            r = sqrt((rho - 4) (rho - 2) rho_inf / ((rho_inf - 4) (rho_inf - 2) rho))
            d = r * sqrt(1 - beta2^t) / (sqrt(v) + eps)         1, as long as rho is at most 5
            w = w - lr * d * m / (1 - beta1^t)
        """
        (beta1, beta2), g = betas, -grad if maximize else grad
        state["step"] = t = state.get("step", 0) + 1
        if decoupled_weight_decay:
            parameter *= 1 - lr * weight_decay
        elif weight_decay != 0:
            g = g + weight_decay * parameter
        m = buffer(state, "exp_avg", parameter)
        v = buffer(state, "exp_avg_sq", parameter)
        m += (1 - beta1) * (g - m)
        v *= beta2
        v += (1 - beta2) * (g * g)
        longest = 2 / (1 - beta2) - 1
        rho = longest - 2 * t * beta2**t / (1 - beta2**t)
        step = m * (lr / (1 - beta1**t))
        if rho > 5:
            r = math.sqrt((rho - 4) * (rho - 2) * longest / ((longest - 4) * (longest - 2) * rho))
            step *= r * math.sqrt(1 - beta2**t)
            step /= np.sqrt(v) + eps
        parameter -= step
