"""Calls of the linear layers: linear, convolution, transposed convolution.

Left out, as they differ on purpose:
- what PyTorch lets pass where nothing is computed: an empty batch with a weight of another dtype or with too much output_padding;
- layers without channels, of which PyTorch warns;
- layers that are built with a stride of 0, which PyTorch refuses when they are called;
- transposed convolutions of float32 that pad all of their output away or have a dilation of 0, which PyTorch refuses in float64.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from torch_calls.call import Call
from torch_calls.draw import RNG, arguments, chance, distinct, pick


def calls(rng: RNG) -> Iterator[Call]:
    """Yield calls without end."""
    while True:
        yield pick(rng, linear, conv, conv, conv_transpose, conv_transpose, conv_layer, conv_layer, layer_alone)(rng)


def linear(rng: RNG) -> Call:
    """F.linear and nn.Linear."""
    features, out = (int(n) for n in rng.integers(1, 5, 2))
    dtype = pick(rng, np.float64, np.float64, np.float32)
    shape = (*rng.integers(0 if chance(rng, 0.1) else 1, 4, rng.integers(0, 4)), features + chance(rng, 0.1))
    inputs = {"x": distinct(rng, *shape, dtype=dtype), "w": distinct(rng, out, features, dtype=dtype)}
    bias = chance(rng, 0.6)
    if bias:
        inputs["b"] = distinct(rng, out + chance(rng, 0.1), dtype=dtype)
    if chance(rng, 0.5):
        return Call("F.linear(x, w, b)" if bias else "F.linear(x, w)", inputs, ("x", "w", "b"))
    given = "weight=w, bias=b" if bias else "weight=w"
    return Call(f"using(nn.Linear({features}, {out}, bias={bias}), {given})(x)", inputs, ("x", "w", "b"))


def sizes(rng: RNG, rank: int, low: int, high: int) -> int | tuple[int, ...]:
    """Return a size for all axes or, as often, one for each."""
    return int(rng.integers(low, high)) if chance(rng, 0.5) else tuple(int(n) for n in rng.integers(low, high, rank))


def tensors(rng: RNG, rank: int, *, transposed: bool) -> tuple[dict[str, np.ndarray], int]:
    """Return input, weight, sometimes a bias, and groups; some of them do not fit."""
    groups = int(rng.integers(1, 4)) if chance(rng, 0.4) else 1
    dtype = pick(rng, np.float64, np.float64, np.float64, np.float32)
    channels, out = (int(n) for n in rng.integers(1, 3, 2))
    spatial, kernel = rng.integers(3, {1: 12, 2: 7, 3: 5}[rank], rank), rng.integers(1, 4, rank)
    lead = () if chance(rng, 0.15) else (int(rng.integers(0 if chance(rng, 0.1) else 1, 3)),)
    first, second = (channels * groups, out) if transposed else (out * groups, channels)
    inputs = {
        "x": distinct(rng, *lead, channels * groups + chance(rng, 0.05), *spatial, dtype=dtype),
        "w": distinct(rng, first, second, *kernel, dtype=np.float32 if lead != (0,) and chance(rng, 0.03) else dtype),
    }
    if chance(rng, 0.4):
        inputs["b"] = distinct(rng, out * groups + chance(rng, 0.05), dtype=dtype)
    return inputs, groups


def conv(rng: RNG) -> Call:
    """F.conv1d to conv3d."""
    rank = int(rng.integers(1, 4))
    inputs, groups = tensors(rng, rank, transposed=False)
    wrong = inputs["x"].size and chance(rng, 0.1)
    same = ("same", "valid") if chance(rng, 0.2) else ()
    options = arguments(
        rng,
        stride=(sizes(rng, rank, 0 if wrong else 1, 4),),
        padding=same or (sizes(rng, rank, -1 if wrong else 0, 3),),
        dilation=(sizes(rng, rank, 0 if wrong else 1, 3),),
    )
    bias = ", b" if "b" in inputs else ""
    options += f", groups={groups}" if groups > 1 else ""
    return Call(f"F.conv{rank}d(x, w{bias}{options})", inputs, ("x", "w", "b"))


def conv_transpose(rng: RNG) -> Call:
    """F.conv_transpose1d to conv_transpose3d."""
    rank = int(rng.integers(1, 4))
    inputs, groups = tensors(rng, rank, transposed=True)
    options = arguments(
        rng,
        stride=(sizes(rng, rank, 0 if chance(rng, 0.05) else 1, 4),),
        padding=(sizes(rng, rank, -1 if chance(rng, 0.05) else 0, most_padding(inputs["x"]) + 1),),
        output_padding=(sizes(rng, rank, 0, 2) if inputs["x"].size else 0,),
        dilation=(sizes(rng, rank, 0 if chance(rng, 0.05) and inputs["w"].dtype == np.float64 else 1, 3),),
    )
    bias = ", b" if "b" in inputs else ""
    options += f", groups={groups}" if groups > 1 else ""
    return Call(f"F.conv_transpose{rank}d(x, w{bias}{options})", inputs, ("x", "w", "b"))


def most_padding(x: np.ndarray) -> int:
    """Return how much padding a transposed convolution of x is given: in float32 none, so that there is an output."""
    return 0 if x.dtype == np.float32 else 1


def conv_layer(rng: RNG) -> Call:
    """nn.Conv1d to Conv3d and their transposed ones, with every padding mode."""
    rank, transposed = int(rng.integers(1, 4)), chance(rng, 0.3)
    inputs, groups = tensors(rng, rank, transposed=transposed)
    w = inputs["w"]
    channels, out = w.shape[:2] if transposed else w.shape[1::-1]
    channels, out = (channels, out * groups) if transposed else (channels * groups, out)
    modes = ("zeros",) if transposed and chance(rng, 0.8) else ("reflect", "replicate", "circular", "zeros", "constant")
    options = arguments(
        rng,
        stride=(sizes(rng, rank, 1, 3),),
        padding=(sizes(rng, rank, 0, 1 + most_padding(inputs["x"])),) if transposed else (sizes(rng, rank, 0, 4), "same"),
        dilation=(sizes(rng, rank, 1, 3),),
        padding_mode=modes,
        **({"output_padding": (sizes(rng, rank, 0, 2),)} if transposed and inputs["x"].size else {}),
    )
    options += (f", groups={groups}" if groups > 1 else "") + ("" if "b" in inputs else ", bias=False")
    name = f"nn.Conv{'Transpose' if transposed else ''}{rank}d"
    given = "weight=w, bias=b" if "b" in inputs else "weight=w"
    return Call(f"using({name}({channels}, {out}, {w.shape[2:]}{options}), {given})(x)", inputs, ("x", "w", "b"))


def layer_alone(rng: RNG) -> Call:
    """A layer that is built and not called: what it prints, what it holds, and what it refuses."""
    if chance(rng, 0.2):
        features = pick(rng, (-1, 2), (3, -2), *(tuple(int(n) for n in rng.integers(1, 5, 2)) for _ in range(8)))
        return Call(f"nn.Linear{features}", {})
    rank = int(rng.integers(1, 4))
    channels, out = (int(n) for n in rng.integers(1, 7, 2))
    options = arguments(
        rng,
        0.4,
        stride=(sizes(rng, rank, 1, 3),),
        padding=(sizes(rng, rank, 0, 3), "same", "valid", "full"),
        dilation=(sizes(rng, rank, 1, 3),),
        groups=(1, 2, 3),
        bias=(True, False),
        padding_mode=("zeros", "reflect", "replicate", "circular", "mirror"),
    )
    return Call(f"nn.Conv{rank}d({channels}, {out}, {sizes(rng, rank, 1, 4)}{options})", {})
