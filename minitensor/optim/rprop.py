"""Rprop."""

from __future__ import annotations

import math

import numpy as np

from minitensor.dtypes import Array
from minitensor.optim.arguments import check_range, refuse_switches
from minitensor.optim.optimizer import Optimizer, Options, Parameters, State, buffer


class Rprop(Optimizer):
    """Resilient backpropagation: each element has its own step, which grows while its gradient's sign stays.

    For full batches: the sign of a gradient that is an estimate changes by chance.

    Parameters
    ----------
    params : iterable of Tensor, or of dict
        The parameters, or groups of them.
    lr : float
        All steps at the beginning.
    etas : tuple of two floats
        What a step is multiplied with where the sign has changed, between 0 and 1, and where it has not, above 1.
    step_sizes : tuple of two floats
        The smallest and the largest step.
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
    >>> optimizer = mt.optim.Rprop([w], lr=0.25)
    >>> for _ in range(2):
    ...     optimizer.zero_grad()
    ...     (w * w).sum().backward()
    ...     optimizer.step()
    >>> w
    tensor([  0.4500, -99.4500], requires_grad=True)

    References
    ----------
    M. Riedmiller, H. Braun, "A Direct Adaptive Method for Faster Backpropagation Learning: The RPROP Algorithm", 1993; as
    PyTorch's `Rprop`.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-2,
        etas: tuple[float, float] = (0.5, 1.2),
        step_sizes: tuple[float, float] = (1e-6, 50),
        *,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        refuse_switches(self._name, foreach=foreach, capturable=capturable, differentiable=differentiable)
        super().__init__(params, {"lr": lr, "etas": etas, "step_sizes": step_sizes, "maximize": maximize})

    def check(self, options: Options) -> None:
        """Refuse options that are out of their range."""
        check_range(self._name, options, 0, math.inf, "lr")
        for name in ("etas", "step_sizes"):
            if not isinstance(options[name], tuple) or len(options[name]) != 2:
                raise ValueError(f"{self._name}: {name} are two numbers, got {options[name]}")
        if not 0 < options["etas"][0] < 1 < options["etas"][1]:
            raise ValueError(f"{self._name}: etas are one between 0 and 1, and one above 1, got {options['etas']}")

    @staticmethod
    def update(
        parameter: Array,
        grad: Array,
        state: State,
        *,
        lr: float,
        etas: tuple[float, float],
        step_sizes: tuple[float, float],
        maximize: bool,
    ) -> None:
        """Take one step of one parameter w with gradient g, in its own memory.

        ::

            g = grad                                     -grad to maximize
            s = s * etas[1]  where g * h > 0             h = 0, s = lr before the first step
            s = s * etas[0]  where g * h < 0             s then brought between the step_sizes
            g = 0            where g * h < 0
            w = w - s * sign(g)
            h = g
        """
        g = -grad if maximize else grad
        state["step"] = state.get("step", 0) + 1
        h = buffer(state, "prev", parameter)
        s = buffer(state, "step_size", parameter, lr)
        agreement = g * h
        np.multiply(s, etas[1], out=s, where=agreement > 0)
        np.multiply(s, etas[0], out=s, where=agreement < 0)
        np.clip(s, *step_sizes, out=s)
        g = np.where(agreement < 0, 0, g)
        parameter -= s * np.sign(g)
        h[...] = g
