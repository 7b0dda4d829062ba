"""Calls of dropout, embeddings, the bilinear and the lazy layers.

What is drawn cannot be compared: dropout is called where the draw shows nowhere, and lazy layers are given their weights once they
have taken a shape. Left out, as they differ on purpose:
- embeddings with sparse=True, which are refused here;
- layers with no embeddings or features, and lazy layers whose first input has none;
- second derivatives of embeddings with scale_grad_by_freq=True, in which PyTorch forgets the scale;
- lazy instance normalisation of inputs without a batch, of which PyTorch takes the second axis for the channels;
- lazy normalisation without parameters and statistics, whose num_features stays 0 in PyTorch;
- dropout2d and dropout3d in training of inputs with other numbers of axes than theirs, one or none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import numpy as np

from torch_calls.call import Call
from torch_calls.draw import RNG, arguments, chance, distinct, pick

DROPOUTS = {
    "dropout": ("Dropout", None),
    "dropout1d": ("Dropout1d", (2, 3)),
    "dropout2d": ("Dropout2d", (3, 4)),
    "dropout3d": ("Dropout3d", (4, 5)),
    "alpha_dropout": ("AlphaDropout", None),
    "feature_alpha_dropout": ("FeatureAlphaDropout", (2, 5)),
}


def names(mt: ModuleType) -> dict[str, Any]:  # noqa: ARG001 (the same in both libraries)
    """Return `called(module, x)`: the module after it has been called with x."""

    def called(module: Callable[..., Any], *inputs: Any) -> Callable[..., Any]:
        module(*inputs)
        return module

    return {"called": called}


def calls(rng: RNG) -> Iterator[Call]:
    """Yield calls without end."""
    while True:
        yield pick(
            rng, dropout, dropout, dropout_anywhere, embedding, embedding, embedding, embedding_layer, pretrained, one_hot,
            bilinear, bilinear, lazy_linear, lazy_conv, lazy_conv, lazy_norm, lazy_norm, layer_alone,
        )(rng)  # fmt: skip


def shape_of(rng: RNG, low: int, high: int) -> tuple[int, ...]:
    """Return a shape of low to high axes, sometimes with an empty one."""
    return tuple(int(n) for n in rng.integers(0 if chance(rng, 0.1) else 1, 4, rng.integers(low, high + 1)))


def dropout(rng: RNG) -> Call:
    """Every dropout with p = 0, with p = 1, and outside of training."""
    name = pick(rng, *DROPOUTS)
    module, axes = DROPOUTS[name]
    x = distinct(rng, *shape_of(rng, *(axes or (0, 4))), dtype=pick(rng, np.float64, np.float32))
    written = "x * 1.5" if chance(rng, 0.3) else "x"
    leaf = written == "x"
    inplace = ", inplace=True" if chance(rng, 0.05 if leaf else 0.6) else ""
    if leaf and name in ("dropout1d", "dropout3d"):  # PyTorch refuses a leaf there where nothing happens to it, too
        inplace = ""
    p, training = pick(rng, (0.0, True), (1.0, True), (1, True), (0.5, False), (0.25, False), (1.5, True), (-0.5, False))
    if chance(rng, 0.5):
        return Call(f"F.{name}({written}, p={p}, training={training}{inplace})", {"x": x})
    return Call(f"nn.{module}({p}{inplace}){'' if training else '.eval()'}({written})", {"x": x})


def dropout_anywhere(rng: RNG) -> Call:
    """Dropout outside of training, of any shape and dtype; and with default arguments where they change nothing."""
    name = pick(rng, *DROPOUTS)
    x = distinct(rng, *shape_of(rng, 0, 6))
    x = x.astype(np.int64) if chance(rng, 0.2) else x
    if "alpha" in name and chance(rng, 0.3):
        return Call(f"F.{name}(x)", {"x": x})  # training is False by default
    return Call(f"F.{name}(x, training=False)" if chance(rng, 0.5) else f"nn.{DROPOUTS[name][0]}().eval()(x)", {"x": x})


def places(rng: RNG, count: int) -> np.ndarray:
    """Return indices of any shape; rarely one that is out of range, or of a wrong dtype."""
    index = np.asarray(rng.integers(0, count, shape_of(rng, 0, 3)))
    if chance(rng, 0.06) and index.size:
        index.reshape(-1)[0] = pick(rng, -1, count)
    return index.astype(
        pick(rng, np.int64, np.int64, np.int64, np.int32) if chance(rng, 0.95) else pick(rng, np.float32, np.uint8)
    )


def embedding(rng: RNG) -> Call:
    """F.embedding."""
    count, length = (int(n) for n in rng.integers(1, 5, 2))
    w = distinct(rng, count, length, dtype=pick(rng, np.float64, np.float64, np.float32))
    options = arguments(
        rng, 0.35, padding_idx=(0, -1, count - 1, count if chance(rng, 0.2) else 0, None), scale_grad_by_freq=(True, False)
    )
    if chance(rng, 0.04):
        w = w.reshape(-1) if chance(rng, 0.5) else w[..., np.newaxis]
    if chance(rng, 0.25):
        options += f", max_norm={pick(rng, 0.5, 1.0, 2)}" + arguments(rng, norm_type=(1.0, 2.0, 3.0))
    order = 1 if "freq=True" in options else 2
    return Call(f"F.embedding(i, w{options})", {"i": places(rng, count), "w": w}, ("w",), order)


def embedding_layer(rng: RNG) -> Call:
    """nn.Embedding with a given table."""
    count, length = (int(n) for n in rng.integers(1, 5, 2))
    w = distinct(rng, count, length, dtype=pick(rng, np.float64, np.float32))
    options = arguments(
        rng, 0.35, padding_idx=(0, -1, count - 1, count if chance(rng, 0.2) else 0), scale_grad_by_freq=(True, False)
    )
    order = 1 if "freq=True" in options else 2
    return Call(
        f"using(nn.Embedding({count}, {length}{options}), weight=w)(i)", {"i": places(rng, count), "w": w}, ("w",), order
    )


def pretrained(rng: RNG) -> Call:
    """Embedding.from_pretrained, called or not."""
    count, length = (int(n) for n in rng.integers(1, 5, 2))
    w = distinct(rng, count, length)
    if chance(rng, 0.1):
        w = w.reshape(-1)
    options = arguments(
        rng, 0.35, freeze=(True, False), padding_idx=(0, -1, -count - 1 if chance(rng, 0.2) else 0), max_norm=(1.0,)
    )
    end = "(i)" if chance(rng, 0.6) else ""
    return Call(f"nn.Embedding.from_pretrained(w{options}){end}", {"i": places(rng, count), "w": w}, ())


def one_hot(rng: RNG) -> Call:
    """F.one_hot, with and without the number of classes."""
    x = np.asarray(rng.integers(-1 if chance(rng, 0.1) else 0, 5, shape_of(rng, 0, 3)))
    x = x.astype(np.int64 if chance(rng, 0.9) else pick(rng, np.int32, np.float32))
    return Call(
        f"F.one_hot(x{pick(rng, '', ', 5', ', num_classes=7', ', 3', ', -1', ', 0' if chance(rng, 0.3) else '')})", {"x": x}
    )


def bilinear(rng: RNG) -> Call:
    """F.bilinear and nn.Bilinear."""
    one, two, out = (int(n) for n in rng.integers(1, 4, 3))
    lead, dtype = shape_of(rng, 0, 2), pick(rng, np.float64, np.float64, np.float32)
    inputs = {
        "x": distinct(rng, *lead, one + chance(rng, 0.05), dtype=dtype),
        "z": distinct(rng, *(lead if chance(rng, 0.95) else (*lead, 2)), two + chance(rng, 0.05), dtype=dtype),
        "w": distinct(rng, out, one, two, dtype=np.float32 if chance(rng, 0.04) else dtype),
    }
    bias = chance(rng, 0.6)
    if bias:
        inputs["b"] = distinct(rng, out + chance(rng, 0.05) if out > 1 else out, dtype=dtype)
    if chance(rng, 0.5):
        return Call("F.bilinear(x, z, w, b)" if bias else "F.bilinear(x, z, w)", inputs, ("x", "z", "w", "b"))
    given = "weight=w, bias=b" if bias else "weight=w"
    return Call(f"using(nn.Bilinear({one}, {two}, {out}, bias={bias}), {given})(x, z)", inputs, ("x", "z", "w", "b"))


def of_lazy(rng: RNG, layer: str, given: str) -> str:
    """Return a call of a lazy layer: what it has become, how it prints before, or what it answers with given weights."""
    how = rng.random()
    if how < 0.15:
        return f"repr({layer})"
    if how < 0.25:
        return (
            f"repr({layer}.weight), {layer}.has_uninitialized_params()"
            if ", affine=False" not in layer
            else f"repr({layer})"
        )
    if how < 0.5:
        return f"called({layer}, x)"
    return f"using(called({layer}, x), {given})(x)" if given else f"called({layer}, x)(x)"


def lazy_linear(rng: RNG) -> Call:
    """nn.LazyLinear."""
    lead, dtype = shape_of(rng, 0, 2), np.float32 if chance(rng, 0.9) else np.float64
    features, out, bias = int(rng.integers(1, 4)), int(rng.integers(1, 4)), chance(rng, 0.7)
    inputs = {"x": distinct(rng, *lead, features, dtype=dtype), "w": distinct(rng, out, features, dtype=np.float32)}
    if bias:
        inputs["b"] = distinct(rng, out, dtype=np.float32)
    layer = f"nn.LazyLinear({out}{'' if bias else ', bias=False'})"
    return Call(of_lazy(rng, layer, "weight=w, bias=b" if bias else "weight=w"), inputs, ("x", "w", "b"))


def lazy_conv(rng: RNG) -> Call:
    """nn.LazyConv1d to LazyConv3d, and transposed ones."""
    rank, transposed = int(rng.integers(1, 4)), chance(rng, 0.4)
    groups = int(rng.integers(1, 3))
    channels, out = groups * int(rng.integers(1, 3)) + chance(rng, 0.05), groups * int(rng.integers(1, 3))
    lead = () if chance(rng, 0.2) else (int(rng.integers(1, 3)),) if chance(rng, 0.95) else (1, 1)
    kernel = tuple(int(n) for n in rng.integers(1, 3, rank))
    first, second = (channels, out) if transposed else (out, channels)
    inputs = {
        "x": distinct(rng, *lead, channels, *rng.integers(3, 5, rank), dtype=np.float32),
        "w": distinct(rng, first, second // groups, *kernel, dtype=np.float32),
    }
    bias = chance(rng, 0.6)
    if bias:
        inputs["b"] = distinct(rng, out, dtype=np.float32)
    options = (
        arguments(rng, stride=(1, 2), padding=(0, 1))
        + (f", groups={groups}" if groups > 1 else "")
        + ("" if bias else ", bias=False")
    )
    layer = f"nn.LazyConv{'Transpose' if transposed else ''}{rank}d({out}, {kernel}{options})"
    return Call(of_lazy(rng, layer, "weight=w, bias=b" if bias else "weight=w"), inputs, ("x", "w", "b"))


def lazy_norm(rng: RNG) -> Call:
    """nn.LazyBatchNorm1d to LazyBatchNorm3d, and LazyInstanceNorm1d to LazyInstanceNorm3d."""
    kind, rank = pick(rng, "Batch", "Instance"), int(rng.integers(1, 4))
    channels = int(rng.integers(1, 4))
    axes = rank if chance(rng, 0.95) else rank + 1
    x = distinct(rng, int(rng.integers(2, 4)), channels, *rng.integers(2, 4, axes), dtype=np.float32)
    options = arguments(
        rng,
        0.3,
        eps=(1e-3,),
        momentum=(0.5, None),
        affine=(True, False),
        track_running_stats=(True, False),
        bias=(True, False),
    )
    if "affine=False" in options:
        options = options.replace(", track_running_stats=False", "")
    layer = f"nn.Lazy{kind}Norm{rank}d({options[2:]})"
    return Call(of_lazy(rng, layer, ""), {"x": x}, order=1)


def layer_alone(rng: RNG) -> Call:
    """A layer that is built and not called: what it prints and holds."""
    line = pick(
        rng, "nn.Dropout()", "nn.Dropout(0.25, True)", "nn.Dropout(1.5)", "nn.Dropout1d(0.5)", "nn.Dropout2d(-1)", "nn.Dropout3d()",
        "nn.AlphaDropout(0.1)", "nn.FeatureAlphaDropout(0.1)", "nn.Embedding(4, 3)", "nn.Embedding(4, 3, 1)", "nn.Embedding(4, 3, -1)",
        "nn.Embedding(4, 3, 4)", "nn.Embedding(4, 3, -5)", "nn.Embedding(4, 3, max_norm=1.0, norm_type=1.0, scale_grad_by_freq=True)",
        "nn.Embedding(-1, 3)", "nn.Bilinear(2, 3, 4)", "nn.Bilinear(2, 3, 4, bias=False)", "nn.Bilinear(0, 3, 4)",
        "nn.Embedding(4, 3, padding_idx=2).weight[2]", "nn.UninitializedParameter().requires_grad", "repr(nn.UninitializedBuffer())",
    )  # fmt: skip
    return Call(line, {})
