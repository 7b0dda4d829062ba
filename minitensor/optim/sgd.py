"""Stochastic gradient descent, with momentum."""

from __future__ import annotations

import math

from minitensor.dtypes import Array
from minitensor.optim.arguments import check_range, refuse_switches
from minitensor.optim.optimizer import Optimizer, Options, Parameters, State, buffer


class SGD(Optimizer):
    """Stochastic gradient descent: a step against the gradient, or along a running sum of gradients.

    Parameters
    ----------
    params : iterable of Tensor, or of dict
        The parameters, or groups of them.
    lr : float
        The learning rate.
    momentum : float
        How much of the running sum is kept at each step.
    dampening : float
        How much of the new gradient is left out of it.
    weight_decay : float
        Of the L2 penalty weight_decay / 2 * |w|^2, whose gradient is added.
    nesterov : bool
        Whether to look one step ahead along the running sum.
    maximize : bool
        Whether to go along the gradient, not against it.
    foreach, fused, differentiable
        As PyTorch's, of no effect; differentiable=True is refused.

    Raises
    ------
    TypeError, ValueError
        As `Optimizer`; nesterov without momentum, or with dampening.

    Examples
    --------
    >>> import minitensor as mt
    >>> w = mt.tensor([1.0], requires_grad=True)
    >>> optimizer = mt.optim.SGD([w], lr=0.1, momentum=0.9)
    >>> for _ in range(2):
    ...     optimizer.zero_grad()
    ...     (w * w).sum().backward()
    ...     optimizer.step()
    >>> w
    tensor([0.4600], requires_grad=True)

    References
    ----------
    I. Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013; as PyTorch's `SGD`.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        refuse_switches(self._name, foreach=foreach, fused=fused, differentiable=differentiable)
        options = {"lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay}
        super().__init__(params, {**options, "nesterov": nesterov, "maximize": maximize})

    def check(self, options: Options) -> None:
        """Refuse options that are out of their range."""
        check_range(self._name, options, 0, math.inf, "lr", "momentum", "weight_decay")
        check_range(self._name, options, -math.inf, math.inf, "dampening")
        momentum, dampening = options["momentum"], options["dampening"]
        if options["nesterov"] and (momentum == 0 or dampening != 0):
            found = f"momentum {momentum} and dampening {dampening}"
            raise ValueError(f"{self._name}: nesterov needs a momentum and no dampening, got {found}")

    @staticmethod
    def update(
        parameter: Array,
        grad: Array,
        state: State,
        *,
        lr: float,
        momentum: float,
        dampening: float,
        weight_decay: float,
        nesterov: bool,
        maximize: bool,
    ) -> None:
        """Take one step of one parameter w with gradient g, in its own memory.

        ::

            g = grad                                  -grad to maximize
            g = g + weight_decay * w
            v = momentum * v + (1 - dampening) * g    v = g at the first step
            g = g + momentum * v                      with nesterov; else g = v
            w = w - lr * g
        """
        g = -grad if maximize else grad
        if weight_decay != 0:
            g = g + weight_decay * parameter
        if momentum != 0:
            share = 1 - dampening if "momentum_buffer" in state else 1
            v = buffer(state, "momentum_buffer", parameter)
            v *= momentum
            v += g if share == 1 else share * g
            g = g + momentum * v if nesterov else v
        parameter -= lr * g
