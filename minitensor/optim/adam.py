"""Adam, and AdamW, whose weight decay is apart from the gradient."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minitensor.dtypes import Array
from minitensor.optim.arguments import check_betas, check_range, refuse_switches
from minitensor.optim.optimizer import Optimizer, Options, Parameters, State, buffer


class Adam(Optimizer):
    """Adam: a step along the running mean of the gradient, in units of the running root mean square of each element.

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
        Of the L2 penalty weight_decay / 2 * |w|^2, whose gradient is added.
    amsgrad : bool
        Whether to divide by the largest root mean square so far.
    foreach, capturable, differentiable, fused
        As PyTorch's, of no effect; differentiable=True and capturable=True are refused.
    maximize : bool
        Whether to go along the gradient, not against it.
    decoupled_weight_decay : bool
        Whether the weight decay is that of `AdamW`.

    Raises
    ------
    TypeError, ValueError
        As `Optimizer`.

    Examples
    --------
    >>> import minitensor as mt
    >>> w = mt.tensor([1.0, -100.0], requires_grad=True)
    >>> optimizer = mt.optim.Adam([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([  0.9000, -99.9000], requires_grad=True)

    References
    ----------
    D. P. Kingma, J. Ba, "Adam: A Method for Stochastic Optimization", 2015, algorithm 1; S. J. Reddi et al., "On the
    Convergence of Adam and Beyond", 2018, for amsgrad; as PyTorch's `Adam`.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        refuse_switches(self._name, foreach=foreach, fused=fused, capturable=capturable, differentiable=differentiable)
        options = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "amsgrad": amsgrad}
        super().__init__(params, {**options, "maximize": maximize, "decoupled_weight_decay": decoupled_weight_decay})

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
        amsgrad: bool,
        maximize: bool,
        decoupled_weight_decay: bool,
    ) -> None:
        """Take step t of one parameter w with gradient g, in its own memory.

        ::

            g = grad                                  -grad to maximize
            g = g + weight_decay * w                  decoupled: w = w - lr * weight_decay * w
            m = beta1 * m + (1 - beta1) * g           m = v = 0 before step 1, which is why the bias
            v = beta2 * v + (1 - beta2) * g^2         of both towards 0 is divided out below
            V = v                                     the largest v so far with amsgrad
            w = w - lr * m / (1 - beta1^t) / (sqrt(V / (1 - beta2^t)) + eps)
        """
        (beta1, beta2), g = betas, -grad if maximize else grad
        state["step"] = t = state.get("step", 0) + 1
        if decoupled_weight_decay:
            parameter *= 1 - lr * weight_decay
        elif weight_decay != 0:
            g = g + weight_decay * parameter
        m = buffer(state, "exp_avg", parameter)
        v = buffer(state, "exp_avg_sq", parameter)
        term = np.subtract(g, m, out=np.empty_like(parameter))  # one for all: of two million numbers in 0.7 of the time
        term *= 1 - beta1
        m += term
        np.multiply(g, g, out=term)
        term *= 1 - beta2
        v *= beta2
        v += term
        if amsgrad:
            largest = buffer(state, "max_exp_avg_sq", parameter)
            v = np.maximum(largest, v, out=largest)
        np.sqrt(v, out=term)
        term /= math.sqrt(1 - beta2**t)
        term += eps
        np.divide(m, term, out=term)
        term *= lr / (1 - beta1**t)
        parameter -= term


class AdamW(Adam):
    """Adam with decoupled weight decay: each step shrinks the parameter by itself, whatever its gradients were.

    Parameters
    ----------
    params, lr, betas, eps, amsgrad, maximize, foreach, capturable, differentiable, fused
        As `Adam`.
    weight_decay : float
        What share of the parameter each step takes away, times lr.

    Examples
    --------
    >>> import minitensor as mt
    >>> w = mt.tensor([1.0, -100.0], requires_grad=True)
    >>> optimizer = mt.optim.AdamW([w], lr=0.1, weight_decay=0.5)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([  0.8500, -94.9000], requires_grad=True)

    References
    ----------
    I. Loshchilov, F. Hutter, "Decoupled Weight Decay Regularization", 2019, algorithm 2; as PyTorch's `AdamW`.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas,
            eps,
            weight_decay,
            amsgrad,
            maximize=maximize,
            foreach=foreach,
            capturable=capturable,
            differentiable=differentiable,
            fused=fused,
            decoupled_weight_decay=True,
        )

    @staticmethod
    def update(parameter: Array, grad: Array, state: State, *args: Any, **options: Any) -> None:
        """Take one step of one parameter w: w = (1 - lr * weight_decay) * w, then Adam's without weight decay."""
        Adam.update(parameter, grad, state, *args, **{**options, "decoupled_weight_decay": True})
