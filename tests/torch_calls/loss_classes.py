"""Calls of the losses of classes: of one in a row, of several, or of a probability for each."""

from __future__ import annotations

import numpy as np

from torch_calls.call import Call
from torch_calls.draw import RNG, arguments, chance, distinct, pick
from torch_calls.loss_draw import both, reduction_of


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
