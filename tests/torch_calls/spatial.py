"""Calls of what pads, resizes and rearranges: pad, unfold, fold, interpolate, pixel_shuffle, their layers, Flatten, Unflatten.

Left out, as they differ on purpose:

- circular padding with more cells than negative padding has left on that axis: PyTorch answers with memory that nobody wrote to;
- reflection and replication that take away more cells than there are, on several axes (PyTorch reads beyond the array);
- padding layers with another number of amounts than two for each axis: refused when they are built, where PyTorch pads other axes;
- other layers with arguments that fit no input: refused when they are built, in PyTorch when they are called;
- interpolate of uint8 in the modes bilinear and bicubic (integer arithmetic in PyTorch), and of or to nothing in mode area;
- mode nearest with a scale factor between 1 and 2, or above 2, where the sizes stay or double all the same: PyTorch's
  values (for signals and volumes) and gradients are those of different maps there; ours are of that of the gradients;
- mode bicubic and antialias with a scale factor between 1 and 2 where sizes stay: likewise, ours are of the map of the values;
- antialias to a width of 1, where PyTorch answers with the first row in all rows, and of integers (PyTorch lets them pass where
  all sizes stay);
- pixel_unshuffle of an empty batch, which PyTorch returns as it is;
- layers without channels, which `channel_shuffle` and `pixel_shuffle` let pass.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from torch_calls.call import Call
from torch_calls.draw import RNG, arguments, chance, distinct, pick


def calls(rng: RNG) -> Iterator[Call]:
    """Yield calls without end."""
    kinds = [
        pad_value,
        pad_copies,
        pad_copies,
        pad_layer,
        unfold,
        fold,
        *[interpolate] * 4,
        upsample,
        shuffle,
        flat,
        sample,
        affine,
        alone,
    ]
    while True:
        yield pick(rng, *kinds)(rng)


def ints(rng: RNG, low: int, high: int, count: int) -> tuple[int, ...]:
    """Return `count` ints from `low` to `high`."""
    return tuple(int(n) for n in rng.integers(low, high + 1, count))


def values(rng: RNG, *shape: int, dtypes: tuple[str, ...] = ()) -> np.ndarray:
    """Return an input: of float64 mostly, sometimes of float32 or one of the other dtypes."""
    if dtypes and chance(rng, 0.15):
        return rng.integers(0, 100, shape).astype(pick(rng, *dtypes))
    return distinct(rng, *shape, dtype=pick(rng, np.float64, np.float64, np.float64, np.float32))


def spatial(rng: RNG, rank: int, low: int = 1, high: int = 5) -> tuple[int, ...]:
    """Return a shape (N, C, *spatial) or (C, *spatial); now and then something is 0."""
    lead = ints(rng, 1, 2, 1 if chance(rng, 0.3) else 2)
    if chance(rng, 0.08):
        lead = (0, *lead[1:])
    return (*lead, *ints(rng, low, high, rank))


def amounts(rng: RNG, shape: tuple[int, ...], rank: int, high: int = 3) -> list[int]:
    """Return how much is padded on the last `rank` axes, the last one first; more than half of it is not negative."""
    found = []
    for size in reversed(shape[len(shape) - rank :]):
        found += [int(rng.integers(-min(size, 3) // 2, high + 1)) if chance(rng, 0.7) else 0 for _ in range(2)]
    return found


def pad_value(rng: RNG) -> Call:
    """F.pad with one value, on any number of axes."""
    shape = ints(rng, 0 if chance(rng, 0.1) else 1, 4, int(rng.integers(0, 5)))
    rank = int(rng.integers(0, len(shape) + 1))
    pad = amounts(rng, shape, rank)
    if chance(rng, 0.1):
        pad = pick(rng, [*pad, 1], [*pad, 0, -6], [1] * (2 * len(shape) + 2), [-5, 0], 1, (1.0, 1), (True, 1), None)
    options = arguments(rng, 0.4, value=(1.5, -2, 0, None, True, 1e3), mode=("constant",))
    x = values(rng, *shape, dtypes=("int64", "uint8", "bool", "int32"))
    return Call(f"F.pad(x, {pad}{options})", {"x": x})


def pad_copies(rng: RNG) -> Call:
    """F.pad with copies."""
    rank, mode = int(rng.integers(1, 4)), pick(rng, "reflect", "replicate", "circular")
    shape = spatial(rng, rank)
    if chance(rng, 0.08):
        shape = pick(rng, shape[1:], (1, *shape), shape[-rank:], (*shape[:-1], 0), (*shape[: -rank - 1], 0, *shape[-rank:]))
    pad = copied(rng, shape, rank, mode)
    options = arguments(rng, 0.1, value=(0.0, None, 1.0))
    dtypes = ("int64", "uint8", "bool") if mode == "circular" or shape[-1] > 1 else ()
    return Call(f"F.pad(x, {pad}, {mode!r}{options})", {"x": values(rng, *shape, dtypes=dtypes)})


def copied(rng: RNG, shape: tuple[int, ...], rank: int, mode: str) -> list[int]:
    """Return amounts for padding with copies: as a rule they fit, and they never ask for memory that nobody wrote to."""
    pad = []
    for size in reversed(shape[len(shape) - rank :]):
        if chance(rng, 0.25):  # something is taken away
            taken = int(rng.integers(0, max(min(size, 3), 1) + (mode != "circular" and rank == 1)))
            most = {"reflect": size - 1, "replicate": 4, "circular": size - taken}[mode]
            pair = [-taken, int(rng.integers(0, max(most, 0) + 1))]
            pad += pair if chance(rng, 0.5) else pair[::-1]
        else:
            most = {"reflect": max(size - 1, 0), "replicate": 4, "circular": size}[mode]
            pad += [int(rng.integers(0, most + 1 + chance(rng, 0.05))) for _ in range(2)]
    return pad if chance(rng, 0.97) else pick(rng, [*pad, 1], pad[1:], [], [1, 1])


def pad_layer(rng: RNG) -> Call:
    """nn.ConstantPad1d to nn.CircularPad3d."""
    rank, kind = int(rng.integers(1, 4)), pick(rng, "Constant", "Zero", "Reflection", "Replication", "Circular")
    mode = {"Reflection": "reflect", "Replication": "replicate", "Circular": "circular"}.get(kind)
    shape = spatial(rng, rank, 2 if mode else 1)
    if mode and chance(rng, 0.1):
        shape = pick(rng, (1, *shape, 2), shape[-rank:])
    if chance(rng, 0.4):
        pad = int(rng.integers(0, 3))
    else:
        pad = tuple(copied(rng, shape, rank, mode)) if mode else tuple(amounts(rng, shape, rank))
        pad = pad if len(pad) == 2 * rank else (1,) * (2 * rank)
    value = f", {pick(rng, 0.5, -1.0, 2)}" if kind == "Constant" else ""
    layer = f"nn.{kind}Pad{rank}d({pad}{value})"
    return Call(layer, {}) if chance(rng, 0.1) else Call(f"{layer}(x)", {"x": values(rng, *shape)})


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


MODES = {
    1: ("nearest", "nearest-exact", "linear", "area"),
    2: ("nearest", "nearest-exact", "bilinear", "bicubic", "bilinear", "bicubic", "lanczos", "area"),
    3: ("nearest", "nearest-exact", "trilinear", "area"),
}


def resized(rng: RNG, rank: int, mode: str, antialias: bool = False) -> str:
    """Return the arguments of a resizing after its input."""
    high = {1: 12, 2: 8, 3: 5}[rank]
    several = chance(rng, 0.6)
    if chance(rng, 0.5):
        size = ints(rng, 1 + antialias, high, rank) if several else int(rng.integers(1 + antialias, high + 1))
        if chance(rng, 0.06):
            size = pick(rng, 0 if mode != "area" else -1, -1, 2.5, True, (2,) * (rank + 1), (2.0,) * rank)
        text = f"size={size}"
    else:
        factors = tuple(
            float(np.round(rng.uniform(1.0 if mode == "area" else 0.4, 3), int(rng.integers(3)))) or 1.0 for _ in range(rank)
        )
        if (mode == "nearest" and rank != 2) or mode == "bicubic" or antialias:  # see above
            factors = tuple(f if int(f) != 1 and not 2 < f < 2.5 else 1.0 for f in factors)
        factor = factors if several else factors[0]
        if chance(rng, 0.06):
            factor = pick(rng, -1, 0.0 if mode != "area" else -1, (2.0,) * (rank + 1))
        text = f"scale_factor={factor!r}"
        text += arguments(rng, 0.2, recompute_scale_factor=(True, False))
    if chance(rng, 0.03):
        text = pick(rng, "size=2, scale_factor=2", "size=None", "size=3, recompute_scale_factor=True")
    if mode != "nearest":
        text += f", mode={mode!r}"
    linear = mode.endswith(("linear", "cubic"))
    if (linear and chance(rng, 0.6)) or chance(rng, 0.04):
        text += f", align_corners={pick(rng, True, False, None)}"
    return text


def interpolate(rng: RNG) -> Call:
    """F.interpolate, in all modes."""
    rank = int(pick(rng, 1, 2, 2, 2, 3))
    mode = pick(rng, *MODES[rank])
    if chance(rng, 0.04):
        mode = pick(rng, "linear", "bilinear", "trilinear", "bicubic", "lanczos", "cubic")
    shape = (*ints(rng, 1, 2, 2), *ints(rng, 1, {1: 9, 2: 7, 3: 4}[rank], rank))
    if chance(rng, 0.06):
        empty = ((0, *shape[1:]),) if mode == "area" else ((0, *shape[1:]), (1, 0, *shape[2:]), (*shape[:-1], 0))
        shape = pick(rng, *empty, shape[1:]) if rank > 1 else pick(rng, *empty)
    antialias = chance(rng, 0.93 if mode == "lanczos" else 0.3 if mode in ("bilinear", "bicubic") else 0.02)
    if antialias:
        shape = (*shape[:-1], max(shape[-1], 5))
    floats = 0 in shape or antialias or chance(rng, 0.7)
    dtypes = ("uint8", "uint8", "int64") if mode.startswith("nearest") else () if floats else ("int64",)
    text = resized(rng, rank, mode, antialias) + ", antialias=True" * antialias
    return Call(f"F.interpolate(x, {text})", {"x": values(rng, *shape, dtypes=dtypes)})


def upsample(rng: RNG) -> Call:
    """nn.Upsample and its two relatives."""
    rank = int(pick(rng, 1, 2, 2, 3))
    mode = pick(rng, *(mode for mode in MODES[rank] if mode != "lanczos"))
    shape = (*ints(rng, 1, 2, 2), *ints(rng, 1, 5, rank))
    if chance(rng, 0.3):
        rank, shape = 2, (*shape[:2], *ints(rng, 1, 5, 2))
        name, text = (
            pick(rng, "UpsamplingNearest2d", "UpsamplingBilinear2d"),
            resized(rng, 2, "nearest").split(", re")[0].split(", al")[0],
        )
    else:
        name, text = "Upsample", resized(rng, rank, mode)
    if chance(rng, 0.1) and "size=None" not in text and "2, scale" not in text:
        text = pick(rng, "scale_factor=2", "size=3", "size=(3, 4)", "scale_factor=(2, 1.5)")
        return Call(f"nn.{name}({text})", {})
    return Call(f"nn.{name}({text})(x)", {"x": values(rng, *shape)})


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


def sample(rng: RNG) -> Call:
    """F.grid_sample; PyTorch has its gradients of the first order alone."""
    rank = int(pick(rng, 2, 2, 3))
    size, out = ints(rng, 1, 5, rank), ints(rng, 1, 3, rank)
    samples = 0 if chance(rng, 0.04) else int(rng.integers(1, 3))
    x = values(rng, samples, int(rng.integers(1, 3)), *size)
    grid = distinct(rng, samples, *out, rank, low=-1.6, high=1.6, dtype=x.dtype) + x.dtype.type(2.0**-9)  # no ties, no ends
    if samples and chance(rng, 0.08):
        x, grid = pick(
            rng,
            (x, grid[:-1]),
            (x, grid[..., :-1]),
            (x[:, 0], grid),
            (x[..., :0], grid),
            (x.astype(int), grid),
            (x[:, 0], grid[:, 0]),
        )
    options = arguments(
        rng,
        0.7,
        mode=("bilinear", "nearest", "bicubic") if rank == 2 or chance(rng, 0.2) else ("bilinear", "nearest"),
        padding_mode=("zeros", "border", "reflection", "constant")
        if chance(rng, 0.1)
        else ("zeros", "border", "reflection"),
        align_corners=(True, False, None),
    )
    return Call(f"F.grid_sample(x, grid{options})", {"x": x, "grid": grid}, ("x", "grid"), 1)


def affine(rng: RNG) -> Call:
    """F.affine_grid."""
    rank = int(pick(rng, 2, 2, 3))
    size = [*ints(rng, 1, 3, 2), *ints(rng, 1, 5, rank)]
    theta = values(rng, size[0], rank, rank + 1)
    if chance(rng, 0.1):
        size = pick(rng, size[1:], [*size[:-1], 0], [size[0] + 1, *size[1:]], [*size, 2])
    return Call(
        f"F.affine_grid(theta, {size}{arguments(rng, align_corners=(True, False, None))})", {"theta": theta}, ("theta",)
    )


def alone(rng: RNG) -> Call:
    """Layers that are built and not called."""
    two = ints(rng, 1, 3, 2)
    text = pick(
        rng,
        f"nn.Unfold({two})",
        f"nn.Unfold({two[0]}, dilation={two}, padding=1, stride=2)",
        f"nn.Fold({two}, {two[1]})",
        f"nn.Fold(8, 2, dilation={two}, padding={two}, stride=2)",
        f"nn.Flatten({two[0]})",
        f"nn.Unflatten({two[0]}, {two})",
        f"nn.ZeroPad2d({two[0]})",
        f"nn.ConstantPad3d({two[0]}, 0.5)",
        f"nn.Upsample({two}, mode='bicubic', align_corners=True)",
        f"nn.UpsamplingBilinear2d(scale_factor={two[0]})",
    )
    return Call(text, {})
