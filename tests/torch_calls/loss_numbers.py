"""Calls of the losses of numbers, of densities and of probabilities: distances, likelihoods, binary cross entropies."""

from __future__ import annotations

import numpy as np

from torch_calls.call import Call
from torch_calls.draw import RNG, arguments, chance, distinct, pick, ties
from torch_calls.loss_draw import REDUCTIONS, both, dtypes, other_shape, reduction_of, shape_of


def numbers(rng: RNG) -> Call:
    """mse, l1, smooth_l1 and huber: of floats, of integers, at the kinks, with shapes that broadcast."""
    if chance(rng, 0.1):
        return integers(rng)
    name, module, choices = pick(
        rng, ("mse_loss", "MSELoss", {}), ("l1_loss", "L1Loss", {}), ("smooth_l1_loss", "SmoothL1Loss", {"beta": (0.5, 2, 0, -1.0)}),
        ("huber_loss", "HuberLoss", {"delta": (0.5, 2, 0, -1.0)}),
    )  # fmt: skip
    shape, (first, second) = shape_of(rng), dtypes(rng, mixed=True)
    draw = ties if chance(rng, 0.25) else distinct
    x, t = draw(rng, *shape, dtype=first), draw(rng, *other_shape(rng, shape), dtype=second)
    options = arguments(rng, **reduction_of(rng), **choices)
    order = 2 if x.dtype == t.dtype else 1  # of two dtypes, some of PyTorch's second derivatives are formed in float32
    return Call(both(rng, name, module, "x, t", options), {"x": x, "t": t}, ("x", "t"), order)


def integers(rng: RNG) -> Call:
    """The same of integers: of two of them, PyTorch's l1_loss alone has sums, so it is left out."""
    shape, name = shape_of(rng), pick(rng, "mse_loss", "smooth_l1_loss", "huber_loss")
    dtypes = pick(
        rng,
        (np.int64, np.float64),
        (np.float64, np.int64),
        (np.float32, np.uint8),
        (np.int64, np.int64),
        (np.float64, np.bool_),
    )
    inputs = {k: rng.integers(0, 5, shape).astype(dtype) for k, dtype in zip(("x", "t"), dtypes, strict=True)}
    if inputs["x"].dtype != inputs["t"].dtype and chance(rng, 0.3) and inputs["t"].dtype != bool:
        name = "l1_loss"
    return Call(f"F.{name}(x, t{arguments(rng, **reduction_of(rng))})", inputs, ("x", "t"))


def weighted_numbers(rng: RNG) -> Call:
    """mse, l1 and huber with weights."""
    shape, (first, second) = shape_of(rng), dtypes(rng)
    inputs = {"x": distinct(rng, *shape, dtype=first), "t": distinct(rng, *other_shape(rng, shape), dtype=second)}
    inputs["w"] = distinct(rng, *(shape if chance(rng, 0.9) else (*shape, 2)), low=0.5, dtype=first)
    options = arguments(rng, **reduction_of(rng))
    return Call(f"F.{pick(rng, 'mse', 'l1', 'huber')}_loss(x, t, weight=w{options})", inputs, ("x", "t", "w"))


def likelihood(rng: RNG) -> Call:
    """kl_div and poisson_nll_loss.

    Not with a target of 0 that requires a gradient: PyTorch's is nan, ours that of t * (log 1 - x).
    """
    shape, (first, second) = shape_of(rng), dtypes(rng)
    other = other_shape(rng, shape)
    if chance(rng, 0.5):
        x, t = distinct(rng, *shape, low=-3, high=0, dtype=first), distinct(rng, *other, low=0.1, high=1, dtype=second)
        if chance(rng, 0.1):
            x = x.astype(np.int64)
        leaves = ("x", "t")
        if chance(rng, 0.2) and t.size:
            t.reshape(-1)[0], leaves = 0, ("x",)
        known = {"reduction": ("mean", "sum", "none", "batchmean", "batchmean", "average")}
        if 0 in shape[:1]:  # a division by 0, which is an error in PyTorch only for some scalars
            known = {"reduction": REDUCTIONS[:4]}
        options = arguments(rng, **known, **({} if leaves == ("x",) else {"log_target": (True, False)}))
        return Call(both(rng, "kl_div", "KLDivLoss", "x, t", options), {"x": x, "t": t}, leaves)
    x = distinct(rng, *shape, low=0.25, high=3, dtype=first)
    t = distinct(rng, *other, low=0, high=4, dtype=second) if chance(rng, 0.5) else rng.integers(0, 4, other)
    options = arguments(rng, log_input=(True, False), full=(True, False), eps=(1e-3, 0), **reduction_of(rng))
    return Call(both(rng, "poisson_nll_loss", "PoissonNLLLoss", "x, t", options), {"x": x, "t": t}, ("x", "t"))


def gaussian(rng: RNG) -> Call:
    """gaussian_nll_loss with a variance for each element, each row, or all."""
    shape, (first, second) = shape_of(rng), dtypes(rng)
    target = other_shape(rng, shape)
    kinds = [shape, shape, shape[:-1], (*shape[:-1], 1), (1, *shape[1:]), (), (2, 2)]
    inputs = {"x": distinct(rng, *shape, dtype=first), "t": distinct(rng, *target, dtype=second)}
    low = 1e-9 if chance(rng, 0.2) else -0.5 if chance(rng, 0.1) else 0.25
    inputs["v"] = distinct(rng, *pick(rng, *kinds), low=low, dtype=first)
    v = "v" if chance(rng, 0.85) else pick(rng, "0.75", "2.0", "-1.0")
    options = arguments(rng, full=(True, False), eps=(1e-2, 0.5), **reduction_of(rng))
    return Call(both(rng, "gaussian_nll_loss", "GaussianNLLLoss", f"x, t, {v}", options), inputs, ("x", "t", "v"))


def binary(rng: RNG) -> Call:
    """binary_cross_entropy, also at 0 and 1 and with what is no probability."""
    shape, (first, second) = shape_of(rng), dtypes(rng)
    x = distinct(rng, *shape, low=0.05, high=0.95, dtype=first)
    t = (
        distinct(rng, *other_shape(rng, shape), low=0, high=1, dtype=second)
        if chance(rng, 0.5)
        else rng.integers(0, 2, shape).astype(second)
    )
    order = 2
    if x.size and chance(rng, 0.2):
        x, t = x.astype(np.float32), t.astype(np.float32)  # PyTorch's least divisor is 1e-12 in float32, in float64 too
        x.reshape(-1)[0] = pick(rng, 0.0, 1.0, 1.5, -0.25, np.nan)
        order = 1  # where PyTorch has other second derivatives, of a bound within a bound
    inputs, given = {"x": x, "t": t}, ""
    if chance(rng, 0.4):
        inputs["w"], given = distinct(rng, *other_shape(rng, shape), low=0.5, dtype=second), ", weight=w"
    options = given + arguments(rng, **reduction_of(rng))
    return Call(both(rng, "binary_cross_entropy", "BCELoss", "x, t", options), inputs, ("x", "t"), order)


def logits(rng: RNG) -> Call:
    """binary_cross_entropy_with_logits, with weights of either kind, also of large logits."""
    shape, (first, second) = shape_of(rng), dtypes(rng)
    high = pick(rng, 2.0, 30.0, 500.0)
    inputs = {"x": distinct(rng, *shape, low=-high, high=high, dtype=first)}
    inputs["t"] = (
        distinct(rng, *other_shape(rng, shape), low=0, high=1, dtype=second)
        if chance(rng, 0.5)
        else rng.integers(0, 2, shape).astype(second)
    )
    options = ""
    if chance(rng, 0.4):
        inputs["w"], options = distinct(rng, *other_shape(rng, shape), low=0.5, dtype=first), ", weight=w"
    if chance(rng, 0.4):
        inputs["p"] = distinct(rng, *pick(rng, shape, shape[-1:], shape[-1:], (2, 3)), low=0.5, dtype=first)
        options += ", pos_weight=p"
    options += arguments(rng, **reduction_of(rng))
    return Call(both(rng, "binary_cross_entropy_with_logits", "BCEWithLogitsLoss", "x, t", options), inputs, ("x", "t"))
