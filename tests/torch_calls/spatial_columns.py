"""Calls of what rearranges: windows as columns and back, channels as pixels, axes as one."""

from __future__ import annotations

import numpy as np

from torch_calls.call import Call
from torch_calls.draw import RNG, arguments, chance, pick
from torch_calls.spatial_draw import ints, spatial, values


def windows(rng: RNG) -> tuple[str, tuple]:
    """Return the arguments of windows as they are written, and kernel, stride, padding and dilation on both axes."""

    def draw(low: int, high: int) -> int | tuple[int, ...]:
        return int(rng.integers(low, high)) if chance(rng, 0.5) else ints(rng, low, high - 1, 2)

    bad = chance(rng, 0.06)
    found = {
        "kernel_size": draw(0 if bad else 1, 4),
        "dilation": draw(0 if bad else 1, 3) if chance(rng, 0.4) else 1,
        "padding": draw(-1 if bad else 0, 3) if chance(rng, 0.5) else 0,
        "stride": draw(0 if bad else 1, 4) if chance(rng, 0.5) else 1,
    }
    both = tuple((one, one) if isinstance(one, int) else one for one in found.values())
    names = [name for name in found if name == "kernel_size" or found[name] != {"padding": 0}.get(name, 1)]
    return ", ".join(f"{name}={found[name]}" for name in names), both


def unfold(rng: RNG) -> Call:
    """F.unfold and nn.Unfold."""
    text, both = windows(rng)
    shape = spatial(rng, 2, 2, 6)
    if chance(rng, 0.06):
        shape = pick(rng, (*shape[:-1], 0), (*shape[:-3], 0, *shape[-2:]), (1, 1, *shape))
    x = values(rng, *shape, dtypes=("int64", "uint8", "bool"))
    layer = chance(rng, 0.3) and min(map(min, (both[0], both[1], both[3]))) > 0 and min(both[2]) >= 0
    return Call(f"nn.Unfold({text})(x)" if layer else f"F.unfold(x, {text})", {"x": x})


def fold(rng: RNG) -> Call:
    """F.fold and nn.Fold."""
    text, both = windows(rng)
    kernel, dilation, padding, stride = both
    size = ints(rng, 2, 6, 2)
    windows_ = [
        (n + 2 * p - d * (k - 1) - 1) // s + 1 if s else 0
        for n, k, d, p, s in zip(size, kernel, dilation, padding, stride, strict=True)
    ]
    columns = max(int(np.prod(windows_)), 0) + chance(rng, 0.05)
    rows = int(rng.integers(1, 3)) * kernel[0] * kernel[1] + chance(rng, 0.05)
    lead = () if chance(rng, 0.2) else (0,) if chance(rng, 0.08) else ints(rng, 1, 2, 1)
    x = values(rng, *lead, rows, columns, dtypes=("int64", "bool"))
    fits = min(map(min, (kernel, dilation, stride))) > 0 and min(padding) >= 0
    layer = chance(rng, 0.3) and fits
    return Call(f"nn.Fold({size}, {text})(x)" if layer else f"F.fold(x, {size}, {text})", {"x": x})


def shuffle(rng: RNG) -> Call:
    """F.pixel_shuffle, F.pixel_unshuffle, F.channel_shuffle and their layers."""
    name, layer = pick(
        rng, ("pixel_shuffle", "PixelShuffle"), ("pixel_unshuffle", "PixelUnshuffle"), ("channel_shuffle", "ChannelShuffle")
    )
    factor, c = ints(rng, 1, 3, 2)
    lead = ints(
        rng,
        0 if chance(rng, 0.1) and name != "pixel_unshuffle" else 1,
        2,
        1 if name == "channel_shuffle" else int(rng.integers(0, 3)),
    )
    if name == "pixel_shuffle":
        shape = (*lead, c * factor**2, *ints(rng, 1, 3, 2))
    elif name == "pixel_unshuffle":
        shape = (*lead, c, *(factor * n for n in ints(rng, 1, 3, 2)))
    else:
        shape = (*lead, c * factor, *ints(rng, 1, 3, int(rng.integers(1, 4))))
    if chance(rng, 0.08):
        shape = pick(rng, shape[-2:], shape[:-1], (*shape[:-1], shape[-1] + 1), (*shape[:-3], shape[-3] + 1, *shape[-2:]))
    x = values(rng, *shape, dtypes=("int64", "bool"))
    if chance(rng, 0.4):
        return Call(f"nn.{layer}({factor})" + ("" if chance(rng, 0.1) else "(x)"), {"x": x})
    if chance(rng, 0.06):
        factor = pick(rng, 0, -1, 2.0)
    return Call(f"F.{name}(x, {factor})", {"x": x})


def flat(rng: RNG) -> Call:
    """nn.Flatten and nn.Unflatten."""
    shape = ints(rng, 1, 6, int(rng.integers(1, 5)))
    x = values(rng, *shape, dtypes=("int64", "bool"))
    if chance(rng, 0.5):
        return Call(f"nn.Flatten({arguments(rng, start_dim=(0, 1, 2, -2), end_dim=(-1, 1, 2, -2))[2:]})(x)", {"x": x})
    dim = int(rng.integers(-len(shape) - chance(rng, 0.1), len(shape) + chance(rng, 0.1)))
    size = shape[dim] if -len(shape) <= dim < len(shape) else 6
    sizes = pick(rng, (size,), (1, size), (-1, 1), (size, -1), *(((2, -1), [-1, 2]) if size % 2 == 0 else ()))
    if chance(rng, 0.1):
        sizes = pick(rng, (size, 2), (-1, -1), (5, -1), (size + 0.5,), 6, (-2, 3))
    return Call(f"nn.Unflatten({dim}, {sizes})(x)", {"x": x})
