"""NAdam."""

from __future__ import annotations

import math

import numpy as np

from minitensor.dtypes import Array
from minitensor.optim.arguments import check_betas, check_range, refuse_switches
from minitensor.optim.optimizer import Optimizer, Options, Parameters, State, buffer


class NAdam(Optimizer):
    """NAdam: Adam with Nesterov's momentum, which looks one step ahead along the running mean.

    Parameters
    ----------
    params : iterable of Tensor, or of dict
        The parameters, or groups of them.
    lr : float
        The learning rate: about the largest change of an element in one step.
    betas : tuple of two floats
        How much is kept at each step of the running mean, and of the running mean square.
    eps : float
        Added to the root mean square, which may be 0.
    weight_decay : float
        Of the L2 penalty weight_decay / 2 * |w|^2, whose gradient is added; or, decoupled, what share of the parameter each
        step takes away, times lr.
    momentum_decay : float
        How fast the momentum grows to betas[0]: after t steps it is betas[0] * (1 - 0.96^(t * momentum_decay) / 2).
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
    >>> optimizer = mt.optim.NAdam([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([  0.8944, -99.8944], requires_grad=True)

    References
    ----------
    T. Dozat, "Incorporating Nesterov Momentum into Adam", 2016, algorithm 2; as PyTorch's `NAdam`.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        refuse_switches(self._name, foreach=foreach, capturable=capturable, differentiable=differentiable)
        options = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "momentum_decay": momentum_decay}
        super().__init__(params, {**options, "decoupled_weight_decay": decoupled_weight_decay, "maximize": maximize})

    def check(self, options: Options) -> None:
        """Refuse options that are out of their range."""
        check_range(self._name, options, 0, math.inf, "lr", "eps", "weight_decay", "momentum_decay")
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
        momentum_decay: float,
        decoupled_weight_decay: bool,
        maximize: bool,
    ) -> None:
        """Take step t of one parameter w with gradient g, in its own memory.

        ::

            g = grad                                                -grad to maximize
            g = g + weight_decay * w                                decoupled: w = w - lr * weight_decay * w
            m = beta1 * m + (1 - beta1) * g                         m = v = 0 before step 1
            v = beta2 * v + (1 - beta2) * g^2
            mu_t = beta1 * (1 - 0.96^(t * momentum_decay) / 2)
            d = mu_(t+1) * m / (1 - mu_1 ... mu_(t+1))  +  (1 - mu_t) * g / (1 - mu_1 ... mu_t)
            w = w - lr * d / (sqrt(v / (1 - beta2^t)) + eps)
        """
        (beta1, beta2), g = betas, -grad if maximize else grad
        state["step"] = t = state.get("step", 0) + 1
        if decoupled_weight_decay:
            parameter *= 1 - lr * weight_decay
        elif weight_decay != 0:
            g = g + weight_decay * parameter
        mu, following = (beta1 * (1 - 0.5 * 0.96 ** (at * momentum_decay)) for at in (t, t + 1))
        state["mu_product"] = product = state.get("mu_product", 1.0) * mu
        m = buffer(state, "exp_avg", parameter)
        v = buffer(state, "exp_avg_sq", parameter)
        m += (1 - beta1) * (g - m)
        v *= beta2
        v += (1 - beta2) * (g * g)
        denominator = np.sqrt(v / (1 - beta2**t))
        denominator += eps
        parameter -= lr * (1 - mu) / (1 - product) * (g / denominator)
        parameter -= lr * following / (1 - product * following) * (m / denominator)
