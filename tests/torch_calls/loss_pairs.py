"""Calls of the losses of signs, pairs and triples."""

from __future__ import annotations

import numpy as np

from torch_calls.call import Call
from torch_calls.draw import RNG, arguments, chance, distinct, pick, ties
from torch_calls.loss_draw import both, dtypes, other_shape, reduction_of, shape_of


def signs_of(rng: RNG) -> Call:
    """hinge_embedding_loss, soft_margin_loss and multilabel_soft_margin_loss."""
    name, module = pick(
        rng, ("hinge_embedding_loss", "HingeEmbeddingLoss"), ("soft_margin_loss", "SoftMarginLoss"),
        ("multilabel_soft_margin_loss", "MultiLabelSoftMarginLoss"),
    )  # fmt: skip
    shape, (first, _) = shape_of(rng), dtypes(rng)
    if name.startswith("multi") and not shape:
        shape = (3,)
    x = (
        ties(rng, *shape, dtype=first)
        if name.startswith("hinge") and chance(rng, 0.2)
        else distinct(rng, *shape, dtype=first)
    )
    low = 0 if name.startswith("multi") else -1
    t = (2 * rng.integers(0, 2, other_shape(rng, shape)) - 1 if low else rng.integers(0, 2, other_shape(rng, shape))).astype(
        pick(rng, first, first, np.int64)
    )
    options = arguments(rng, **({"margin": (0.5, 2, -1.0)} if name.startswith("hinge") else {}), **reduction_of(rng))
    inputs = {"x": x, "t": t}
    if low == 0 and chance(rng, 0.4):
        inputs["w"] = distinct(rng, *pick(rng, shape[-1:], shape, (5,)), low=0.5, dtype=first)
        options = f", weight=w{options}"
    return Call(both(rng, name, module, "x, t", options), inputs)


def ranking(rng: RNG) -> Call:
    """margin_ranking_loss."""
    shape, (first, second) = shape_of(rng), dtypes(rng, mixed=True)
    draw = ties if chance(rng, 0.2) else distinct
    inputs = {"x": draw(rng, *shape, dtype=first), "z": draw(rng, *other_shape(rng, shape), dtype=second)}
    inputs["t"] = (2 * rng.integers(0, 2, other_shape(rng, shape)) - 1).astype(pick(rng, first, first, np.int64))
    options = arguments(rng, margin=(0.5, 1, -0.25), **reduction_of(rng))
    return Call(both(rng, "margin_ranking_loss", "MarginRankingLoss", "x, z, t", options), inputs, ("x", "z", "t"))


def cosine(rng: RNG) -> Call:
    """cosine_embedding_loss, with and without a batch."""
    n, d = int(rng.integers(0 if chance(rng, 0.05) else 1, 4)), int(rng.integers(1, 5))
    lead = (n,) if chance(rng, 0.8) else ()
    first, second = dtypes(rng)
    inputs = {"x": distinct(rng, *lead, d, dtype=first), "z": distinct(rng, *lead, d + chance(rng, 0.05), dtype=second)}
    if chance(rng, 0.1):
        inputs["z"] = distinct(rng, *pick(rng, (1, d), (2, 2, d), (d,)), dtype=second)
    target = pick(rng, lead, lead, lead, lead, (*lead, 1), (n + 1,), ()) if chance(rng, 0.3) else lead
    inputs["t"] = (2 * rng.integers(0, 2, target) - 1).astype(pick(rng, np.int64, first))
    options = arguments(rng, margin=(0.5, -0.25), **reduction_of(rng))
    return Call(both(rng, "cosine_embedding_loss", "CosineEmbeddingLoss", "x, z, t", options), inputs, ("x", "z"))


def triples(rng: RNG) -> dict[str, np.ndarray]:
    """Return an anchor, what is alike, and what is not: numbers so fine that no loss lies on the edge of its margin."""
    shape, (dtype, _) = shape_of(rng, 4), dtypes(rng)
    shape = shape if shape and shape[-1] else (3,)  # of vectors without elements, PyTorch's second derivatives are nan
    names = ("x", "p", "n")
    shapes = (shape, other_shape(rng, shape), other_shape(rng, shape))
    return {
        name: (rng.integers(-(2**21), 2**21, one) / 2**20).astype(dtype) for name, one in zip(names, shapes, strict=True)
    }


def triplet(rng: RNG) -> Call:
    """triplet_margin_loss with any norm."""
    options = arguments(
        rng,
        0.4,
        margin=(0.5, 2, 0, -1.0),
        p=(1, 2, 3.0, float("inf")),
        eps=(1e-3, 1e-2),
        swap=(True, False),
        **reduction_of(rng),
    )
    options = options.replace("inf", "float('inf')")
    inputs = triples(rng)
    order = 2 if inputs["x"].dtype == np.float64 else 1  # large numbers that cancel leave no digit of float32
    return Call(both(rng, "triplet_margin_loss", "TripletMarginLoss", "x, p, n", options), inputs, ("x", "p", "n"), order)


def own_distance(rng: RNG) -> Call:
    """triplet_margin_with_distance_loss."""
    options = arguments(rng, 0.4, margin=(0.5, 2, 0), swap=(True, False), **reduction_of(rng))
    options += pick(
        rng, "", ", distance_function=lambda a, b: ((a - b) ** 2).sum(-1)", ", distance_function=nn.PairwiseDistance(p=1)"
    )
    name, module = "triplet_margin_with_distance_loss", "TripletMarginWithDistanceLoss"
    return Call(both(rng, name, module, "x, p, n", options), triples(rng), ("x", "p", "n"))
