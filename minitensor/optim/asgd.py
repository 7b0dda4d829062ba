"""Averaged stochastic gradient descent."""

from __future__ import annotations

import math

from minitensor.dtypes import Array
from minitensor.optim.arguments import check_range, refuse_switches
from minitensor.optim.optimizer import Optimizer, Options, Parameters, State, buffer


class ASGD(Optimizer):
    """Averaged stochastic gradient descent: steps that become shorter, and beside them the mean of the parameters.

    The mean is in the state, `optimizer.state[parameter]["ax"]`.

    Parameters
    ----------
    params : iterable of Tensor, or of dict
        The parameters, or groups of them.
    lr : float
        The learning rate at the beginning.
    lambd : float
        What share of the parameter each step takes away, times the learning rate, which falls the faster for it.
    alpha : float
        The power with which the learning rate falls.
    t0 : float
        The step from which on the parameters are averaged.
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
    >>> optimizer = mt.optim.ASGD([w], lr=0.25, lambd=0)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([  0.5000, -50.0000], requires_grad=True)

    References
    ----------
    B. T. Polyak, A. B. Juditsky, "Acceleration of Stochastic Approximation by Averaging", 1992; as PyTorch's `ASGD`.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-2,
        lambd: float = 1e-4,
        alpha: float = 0.75,
        t0: float = 1e6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        refuse_switches(self._name, foreach=foreach, capturable=capturable, differentiable=differentiable)
        options = {"lr": lr, "lambd": lambd, "alpha": alpha, "t0": t0, "weight_decay": weight_decay}
        super().__init__(params, {**options, "maximize": maximize})

    def check(self, options: Options) -> None:
        """Refuse options that are out of their range."""
        check_range(self._name, options, 0, math.inf, "lr", "weight_decay")
        check_range(self._name, options, -math.inf, math.inf, "lambd", "alpha", "t0")

    @staticmethod
    def update(
        parameter: Array,
        grad: Array,
        state: State,
        *,
        lr: float,
        lambd: float,
        alpha: float,
        t0: float,
        weight_decay: float,
        maximize: bool,
    ) -> None:
        """Take step t of one parameter w with gradient g, in its own memory.

        ::

            g = grad                                     -grad to maximize
            g = g + weight_decay * w
            w = w - eta * (lambd * w + g)                eta = lr, mu = 1 before step 1
            a = a + mu * (w - a)
            eta = lr / (1 + lambd * lr * t)^alpha
            mu = 1 / max(1, t - t0)
        """
        g = -grad if maximize else grad
        state["step"] = t = state.get("step", 0) + 1
        if weight_decay != 0:
            g = g + weight_decay * parameter
        eta, mu = state.get("eta", lr), state.get("mu", 1.0)
        parameter *= 1 - lambd * eta
        parameter -= eta * g
        average = buffer(state, "ax", parameter)
        if mu == 1:
            average[...] = parameter
        else:
            average += mu * (parameter - average)
        state["eta"] = lr / (1 + lambd * lr * t) ** alpha
        state["mu"] = 1 / max(1, t - t0)
