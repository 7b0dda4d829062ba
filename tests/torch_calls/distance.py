"""Calls of normalize, cosine_similarity and pairwise_distance, as functions and as layers.

Left out, because minitensor differs on purpose:
- the second order where a norm is 0.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from torch_calls.call import Call
from torch_calls.draw import RNG, chance, distinct, pick, ties
from torch_calls.layer_draw import in_one_dtype, named, word


def calls(rng: RNG) -> Iterator[Call]:
    """Return an endless stream of calls."""
    while True:
        yield pick(
            rng, normalize, normalize, cosine_similarity, cosine_similarity, pairwise_distance, pairwise_distance, wrong
        )(rng)


def shape_of(rng: RNG) -> tuple[int, ...]:
    """Draw a shape with one to three axes."""
    return tuple(int(one) for one in rng.integers(1, 5, int(rng.integers(1, 4))))


def normalize(rng: RNG) -> Call:
    """Draw a division by a norm along one axis or several; at times of ties, at first order."""
    shape = shape_of(rng)
    axis = int(rng.integers(-len(shape), len(shape)))
    p = word(rng, "|, 2|, 1|, p=3.0|, p=4|, p=1.5|, p=float('inf')|, -1.0|, p=0|, -float('inf')|, 2.0|, p=0.5")
    dim = (
        word(rng, f"|, dim={axis}|, dim={axis}|, dim={axis}|, dim={tuple(range(len(shape)))}|, dim=(-1,)|, dim=7|, dim=None")
        or f", dim={axis}"
    )
    x, order = distinct(rng, *shape), 2
    if chance(rng, 0.08):
        x, order, p = ties(rng, *shape), 1, word(rng, "|, 2|, 1|, p=float('inf')")
    text = f"x{p}{dim}{word(rng, '||, eps=1e-3|, eps=3.0|, eps=0.5')}"
    if chance(rng, 0.05):
        return Call(f"F.normalize({text}, out=mt.empty({shape}, dtype=mt.float64))", {"x": x}, (), 0)
    return Call(f"F.normalize({text})", in_one_dtype(rng, {"x": x}), order=order)


def pair(rng: RNG) -> dict[str, np.ndarray]:
    """Draw two inputs that broadcast together and have no two equal elements, at times one of integers."""
    shape = shape_of(rng)
    other = [1 if chance(rng, 0.15) else one for one in shape][int(chance(rng, 0.2)) * (len(shape) > 1) :]
    arrays = distinct(rng, *shape), distinct(rng, *other) + 0.0078125
    x, y = arrays if chance(rng, 0.5) else arrays[::-1]
    inputs = in_one_dtype(rng, {"x": x, "y": y})
    return inputs | {"y": np.floor(y).astype(np.int64)} if chance(rng, 0.05) else inputs


def cosine_similarity(rng: RNG) -> Call:
    """Draw a cosine along an axis; at times of vectors that are 0, at first order."""
    inputs, order = pair(rng), 2
    count = max(array.ndim for array in inputs.values())
    axis = int(rng.integers(-count, count))
    text = word(rng, f"|, dim={axis}|, {axis}|, dim={axis}|, dim=5") or ("" if count > 1 else ", dim=0")
    text += word(rng, "||, eps=1e-3|, eps=1.0")
    if chance(rng, 0.1):
        inputs["x"], order = inputs["x"] * 0, 1
    layer = f"nn.CosineSimilarity({text[2:]})"
    return Call(pick(rng, f"{layer}(x, y)", f"F.cosine_similarity(x, y{text})"), inputs, ("x", "y"), order)


def pairwise_distance(rng: RNG) -> Call:
    """Draw a distance along the last axis."""
    text = word(rng, "|, p=1|, 1.0|, p=3.0|, p=1.5|, p=float('inf')|, p=-1.0|, p=0.0|, p=-float('inf')|, 2|, 4")
    text += word(rng, "|, eps=1e-3|, eps=0.3|, keepdim=True|, eps=1e-3, keepdim=True")
    layer = f"nn.PairwiseDistance({text[2:]})"
    return Call(
        pick(rng, f"{layer}(x, y)", f"{layer}(x, y)", f"F.pairwise_distance(x, y{text})", layer), pair(rng), ("x", "y")
    )


WRONG = """
F.normalize(x, dim=9)
F.normalize(x, dim=(0, 0))
F.normalize(x, dim=1.0)
F.normalize(x, p='x')
F.normalize(x, eps=None)
F.normalize(x.long())
F.cosine_similarity(x, y, 1)
F.cosine_similarity(x, x, 9)
F.cosine_similarity(x, x, 0, -1.0)
F.cosine_similarity(x, x, None)
F.cosine_similarity(x.long(), x.long())
F.pairwise_distance(x, y)
F.pairwise_distance(x, x, None)
F.pairwise_distance(x, x, 'fro')
nn.CosineSimilarity(9)(x, x)
nn.PairwiseDistance()(x, y)
""".strip().split("\n")


def wrong(rng: RNG) -> Call:
    """Draw a call that PyTorch refuses."""
    expression = pick(rng, *WRONG)
    return Call(expression, named(expression, {"x": distinct(rng, 2, 3), "y": distinct(rng, 5)}))
