"""Lion."""

from __future__ import annotations

import math

import numpy as np

from minitensor.dtypes import Array
from minitensor.optim.arguments import check_betas, check_range
from minitensor.optim.optimizer import Optimizer, Options, Parameters, State, buffer


class Lion(Optimizer):
    """Lion: every element goes by lr, against the sign of a mean of the gradient and its running mean.

    PyTorch does not have it. The learning rate is 3 to 10 times smaller than Adam's, the weight decay as much larger.

    Parameters
    ----------
    params : iterable of Tensor, or of dict
        The parameters, or groups of them.
    lr : float
        The learning rate: the change of each element in one step.
    betas : tuple of two floats
        How much of the running mean is in the step, and how much of it is kept.
    weight_decay : float
        What share of the parameter each step takes away, times lr.
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
    >>> optimizer = mt.optim.Lion([w], lr=0.25)
    >>> (w * w).sum().backward()
    >>> optimizer.step()
    >>> w
    tensor([  0.7500, -99.7500], requires_grad=True)

    References
    ----------
    X. Chen et al., "Symbolic Discovery of Optimization Algorithms", 2023, algorithm 2.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0,
        *,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay, "maximize": maximize})

    def check(self, options: Options) -> None:
        """Refuse options that are out of their range."""
        check_range(self._name, options, 0, math.inf, "lr", "weight_decay")
        check_betas(self._name, options)

    @staticmethod
    def update(
        parameter: Array,
        grad: Array,
        state: State,
        *,
        lr: float,
        betas: tuple[float, float],
        weight_decay: float,
        maximize: bool,
    ) -> None:
        """Take one step of one parameter w with gradient g, in its own memory.

        ::

            g = grad                                     -grad to maximize
            c = beta1 * m + (1 - beta1) * g              m = 0 before the first step
            w = w - lr * (sign(c) + weight_decay * w)
            m = beta2 * m + (1 - beta2) * g
        """
        (beta1, beta2), g = betas, -grad if maximize else grad
        m = buffer(state, "exp_avg", parameter)
        step = np.sign(beta1 * m + (1 - beta1) * g)
        if weight_decay != 0:
            step += weight_decay * parameter
        parameter -= lr * step
        m *= beta2
        m += (1 - beta2) * g
