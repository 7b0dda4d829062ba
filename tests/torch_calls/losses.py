"""Calls of the losses.

Left out, as they differ on purpose:
- layers that refuse an argument when they are built, where PyTorch refuses it at the first call;
- second derivatives of two dtypes at once, of which PyTorch forms some in float32;
- l1_loss of integers alone, of which PyTorch has sums, and of other losses not;
- the gradient of kl_div with respect to a target of 0: nan in PyTorch, that of t * (log 1 - x) here;
- binary_cross_entropy in float64 at 0 and 1, where PyTorch's least divisor is 1e-12 in float32, and second derivatives there;
- averages of nothing, where PyTorch divides by 0, refuses, or answers with what is in memory;
- indices of uint8 for (N, C, H, W), which PyTorch takes in other shapes alone, and for class weights the shape (1, C);
- cross_entropy of probabilities with a negative label_smoothing, which PyTorch refuses of class indices alone;
- second derivatives of triplet losses of vectors without elements.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from torch_calls.call import Call
from torch_calls.draw import RNG, arguments, chance, distinct, pick, ties

REDUCTIONS = ("mean", "sum", "none", "none", "batchmean")


def calls(rng: RNG) -> Iterator[Call]:
    """Yield calls without end."""
    while True:
        yield pick(
            rng, numbers, numbers, numbers, weighted_numbers, likelihood, gaussian, gaussian, binary, binary, logits, logits,
            signs_of, ranking, cosine, triplet, triplet, own_distance, classes, classes, classes, probabilities, margins,
            several_classes, layer_alone,
        )(rng)  # fmt: skip


def shape_of(rng: RNG, most: int = 4) -> tuple[int, ...]:
    """Return a shape of fewer than `most` axes, sometimes with an empty one."""
    return tuple(int(n) for n in rng.integers(0 if chance(rng, 0.08) else 1, 4, rng.integers(0, most)))


def other_shape(rng: RNG, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the same shape or, rarely, one that broadcasts with it, or does not."""
    if chance(rng, 0.85) or not shape:
        return shape
    kinds = (shape[1:], (*shape[:-1], 1), (*shape[:-1], shape[-1] + 1), (*shape, 1), ())
    return pick(rng, *kinds)


def dtypes(rng: RNG, *, mixed: bool = False) -> tuple[type, type]:
    """Return two dtypes: mostly float64, float32 or, rarely, one of each."""
    if mixed and chance(rng, 0.1):
        return pick(rng, (np.float32, np.float64), (np.float64, np.float32))
    return pick(rng, (np.float64, np.float64), (np.float64, np.float64), (np.float32, np.float32))


def both(rng: RNG, expression: str, module: str, positional: str, options: str) -> str:
    """Return a function's call, or its module's."""
    return f"F.{expression}({positional}{options})" if chance(rng, 0.6) else f"nn.{module}({options[2:]})({positional})"


def reduction_of(rng: RNG) -> dict[str, tuple[str, ...]]:
    """Return the choice of reductions, of which the last is not always known."""
    return {"reduction": REDUCTIONS if chance(rng, 0.3) else REDUCTIONS[:4]}


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


def scores(rng: RNG, most_spatial: int, *, empty: float = 0.05) -> tuple[np.ndarray, tuple[int, ...], int]:
    """Return scores of classes, the shape of class indices, and the number of classes."""
    n, count = int(rng.integers(0 if chance(rng, empty) else 1, 4)), int(rng.integers(1, 5))
    spatial = tuple(int(k) for k in rng.integers(1, 3, rng.integers(0, most_spatial + 1))) if chance(rng, 0.5) else ()
    lead = (n,) if spatial or chance(rng, 0.85) else ()
    dtype = pick(rng, np.float64, np.float64, np.float32)
    return distinct(rng, *lead, count, *spatial, low=-4, high=4, dtype=dtype), (*lead, *spatial), count


def class_weight(rng: RNG, count: int, dtype: type) -> np.ndarray:
    """Return a weight for each class, or of another size; not (1, count), which PyTorch takes for images alone."""
    return distinct(rng, *((count,) if chance(rng, 0.93) else pick(rng, (count + 1,), (2, count))), low=0.25, dtype=dtype)


def classes(rng: RNG) -> Call:
    """nll_loss and cross_entropy against class indices.

    Not against uint8 indices in (N, C, H, W), which PyTorch takes in other shapes only. Not an average of no rows, with weights.
    """
    x, shape, count = scores(rng, 3)
    high = count + 1 if chance(rng, 0.05) else count
    t = np.asarray(rng.integers(-1 if chance(rng, 0.05) else 0, high, shape))
    options = ""
    if chance(rng, 0.4) and t.size:
        ignored = pick(rng, -100, 0, 2, -1)
        options = f", ignore_index={ignored}" if ignored != -100 else ""
        t[tuple(int(rng.integers(n)) for n in t.shape)] = ignored
    dtype = pick(rng, np.int64, np.int64, np.int64, np.float64, np.int32) if chance(rng, 0.2) else np.int64
    t = t.astype(dtype)
    name, module = pick(rng, ("nll_loss", "NLLLoss"), ("cross_entropy", "CrossEntropyLoss"))
    if chance(rng, 0.05) and (t.ndim or name == "nll_loss"):  # of (1,) beside (C,), smoothed cross entropy fails in PyTorch
        t = t.reshape(-1) if chance(rng, 0.6) else t[..., np.newaxis]
    inputs = {"x": x, "t": t}
    if chance(rng, 0.4):
        inputs["w"], options = class_weight(rng, count, x.dtype), f", weight=w{options}"
    options += arguments(
        rng, **reduction_of(rng), **({"label_smoothing": (0.1, 0.5, 1.0, 1.5)} if name == "cross_entropy" else {})
    )
    return Call(both(rng, name, module, "x, t", options), inputs)


def probabilities(rng: RNG) -> Call:
    """cross_entropy against probabilities.

    Not with a negative label_smoothing, which PyTorch refuses of class indices only.
    """
    x, shape, count = scores(rng, 2)
    t = distinct(
        rng, *(x.shape if chance(rng, 0.95) else shape), low=0, high=1, dtype=x.dtype if chance(rng, 0.9) else np.float32
    )
    inputs, options = {"x": x, "t": t}, ""
    if chance(rng, 0.4):
        inputs["w"], options = class_weight(rng, count, x.dtype), ", weight=w"
    options += arguments(
        rng, **reduction_of(rng), label_smoothing=(0.1, 1.0, 1.5), **({"ignore_index": (2,)} if chance(rng, 0.1) else {})
    )
    return Call(both(rng, "cross_entropy", "CrossEntropyLoss", "x, t", options), inputs, ("x", "t"))


def margins(rng: RNG) -> Call:
    """multi_margin_loss; not of no rows, of which PyTorch's average is whatever is in memory."""
    x, shape, count = scores(rng, 0, empty=0)
    t = rng.integers(0, count + chance(rng, 0.05), shape if chance(rng, 0.9) else pick(rng, (3,), (1,)))
    inputs, options = {"x": x, "t": np.asarray(t)}, ""
    if chance(rng, 0.4):
        inputs["w"], options = class_weight(rng, count, x.dtype), ", weight=w"
    options += arguments(rng, p=(1, 2, 3), margin=(0.5, 2), **reduction_of(rng))
    return Call(both(rng, "multi_margin_loss", "MultiMarginLoss", "x, t", options), inputs)


def several_classes(rng: RNG) -> Call:
    """multilabel_margin_loss; not of no rows, as above."""
    x, shape, count = scores(rng, 0, empty=0)
    rows = [
        np.resize([*rng.permutation(count)[: rng.integers(0, count + 1)], -1, -1], count) for _ in range(int(np.prod(shape)))
    ]
    t = np.array(rows, np.int64).reshape(x.shape)
    if chance(rng, 0.1) and t.size:
        t = pick(rng, t + count, t[..., :-1], t.astype(np.float64), t[..., np.newaxis])
    return Call(
        both(rng, "multilabel_margin_loss", "MultiLabelMarginLoss", "x, t", arguments(rng, **reduction_of(rng))),
        {"x": x, "t": t},
    )


def layer_alone(rng: RNG) -> Call:
    """A loss that is built and not called: what it prints and holds."""
    w = distinct(rng, 3)
    line = pick(
        rng, "nn.MSELoss()", "nn.L1Loss(reduction='sum')", "nn.SmoothL1Loss(beta=0.5)", "nn.HuberLoss('none', 2.0)", "nn.BCELoss(w)",
        "nn.BCELoss()", "nn.BCEWithLogitsLoss(w, pos_weight=w)", "nn.BCEWithLogitsLoss(pos_weight=w)", "nn.KLDivLoss(log_target=True)",
        "nn.HingeEmbeddingLoss(0.5)", "nn.MarginRankingLoss(0.5)", "nn.CosineEmbeddingLoss(0.5)", "nn.TripletMarginLoss(0.5, 1)",
        "nn.TripletMarginLoss(margin=0)", "nn.TripletMarginWithDistanceLoss()", "nn.TripletMarginWithDistanceLoss(margin=-1.0)",
        "nn.PoissonNLLLoss(False, True)", "nn.GaussianNLLLoss(full=True)", "nn.GaussianNLLLoss(True)", "nn.NLLLoss(w)", "nn.NLLLoss()",
        "nn.CrossEntropyLoss(w, label_smoothing=0.5)", "nn.CrossEntropyLoss(ignore_index=1)", "nn.MultiMarginLoss(2, 0.5, w)",
        "nn.MultiMarginLoss(3)", "nn.MultiMarginLoss(weight=w.reshape(1, 3))", "nn.MultiLabelMarginLoss()", "nn.SoftMarginLoss()",
        "nn.MultiLabelSoftMarginLoss(w)", "nn.CrossEntropyLoss([1.0, 2.0])",
    )  # fmt: skip
    return Call(line, {"w": w} if "w" in line.split("(")[1] else {}, ())
