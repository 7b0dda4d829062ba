"""Adagrad."""

from __future__ import annotations

import math

import numpy as np

from minitensor.dtypes import Array
from minitensor.optim.arguments import check_range, refuse_switches
from minitensor.optim.optimizer import Optimizer, Options, Parameters, State, buffer


class Adagrad(Optimizer):
    """Adagrad: a step against the gradient, in units of the root of the sum of all squares so far of each element.

    Parameters
    ----------
    params : iterable of Tensor, or of dict
        The parameters, or groups of them.
    lr : float
        The learning rate.
    lr_decay : float
        How the learning rate falls: it is divided by 1 + lr_decay * t after t steps.
    weight_decay : float
        Of the L2 penalty weight_decay / 2 * |w|^2, whose gradient is added.
    initial_accumulator_value : float
        Where the sum of squares begins.
    eps : float
        Added to the root, which may be 0.
    maximize : bool
        Whether to go along the gradient, not against it.
    foreach, fused, differentiable
        As PyTorch's, of no effect; differentiable=True is refused.

    Raises
    ------
    TypeError, ValueError
        As `Optimizer`.

    Examples
    --------
    >>> import minitensor as mt
    >>> w = mt.tensor([1.0, -100.0], requires_grad=True)
    >>> optimizer = mt.optim.Adagrad([w], lr=0.1)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([  0.9000, -99.9000], requires_grad=True)

    References
    ----------
    J. Duchi, E. Hazan, Y. Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization", 2011; as
    PyTorch's `Adagrad`.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        refuse_switches(self._name, foreach=foreach, fused=fused, differentiable=differentiable)
        options = {"lr": lr, "lr_decay": lr_decay, "eps": eps, "weight_decay": weight_decay}
        super().__init__(params, {**options, "initial_accumulator_value": initial_accumulator_value, "maximize": maximize})

    def check(self, options: Options) -> None:
        """Refuse options that are out of their range."""
        check_range(self._name, options, 0, math.inf, "lr", "lr_decay", "weight_decay", "initial_accumulator_value", "eps")

    @staticmethod
    def update(
        parameter: Array,
        grad: Array,
        state: State,
        *,
        lr: float,
        lr_decay: float,
        eps: float,
        weight_decay: float,
        initial_accumulator_value: float,
        maximize: bool,
    ) -> None:
        """Take step t of one parameter w with gradient g, in its own memory.

        ::

            g = grad                                  -grad to maximize
            g = g + weight_decay * w
            s = s + g^2                               initial_accumulator_value before step 1
            w = w - lr / (1 + (t - 1) * lr_decay) * g / (sqrt(s) + eps)
        """
        g = -grad if maximize else grad
        state["step"] = t = state.get("step", 0) + 1
        if weight_decay != 0:
            g = g + weight_decay * parameter
        s = buffer(state, "sum", parameter, initial_accumulator_value)
        s += g * g
        parameter -= lr / (1 + (t - 1) * lr_decay) * (g / (np.sqrt(s) + eps))
