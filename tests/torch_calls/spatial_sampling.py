"""Calls of what samples: resizing, and reading at places of a grid."""

from __future__ import annotations

import numpy as np

from torch_calls.call import Call
from torch_calls.draw import RNG, arguments, chance, distinct, pick
from torch_calls.spatial_draw import ints, values

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
        if (mode == "nearest" and rank != 2) or mode == "bicubic" or antialias:  # see `spatial.py`
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
