"""Calls of what pads: with one value, or with copies."""

from __future__ import annotations

from torch_calls.call import Call
from torch_calls.draw import RNG, arguments, chance, pick
from torch_calls.spatial_draw import ints, spatial, values


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
