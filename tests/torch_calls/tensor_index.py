"""Calls of the Tensor's functions that read and write elements by their place.

Left out, as they differ on purpose:
- scatter with `reduce`, which PyTorch is about to drop;
- several elements written to one place, where PyTorch leaves open which stays;
- int8 as an index, and uint8, which PyTorch takes for a mask;
- index_add and index_copy between a vector of one element and a tensor without axes.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from torch_calls.call import Call
from torch_calls.draw import RNG, chance, distinct, pick, ties
from torch_calls.tensor_draw import anything, axis, beside, call, floats, integers, shape_of, written

INDICES = ("0", "-1", "1:3", "..., 0", ":, 0", "None", "..., None", "::2", "1:", "0, ...", "7", "-5:-1", "[0, 0]", "[]")


def calls(rng: RNG) -> Iterator[Call]:
    """Yield calls without end."""
    while True:
        yield pick(
            rng, indexed, by_tensor, gather, gather, scatter, scatter, scatter, select, slices, slices, slices, masked, masked,
            taken, taken, nonzero, assigned, assigned,
        )(rng)  # fmt: skip


def index_of(rng: RNG, shape: tuple[int, ...], length: int, wrong: float = 0.06) -> np.ndarray:
    """Return places of an axis of that length, some of them outside, or of another dtype."""
    index = rng.integers(0, max(length, 1), shape)
    if index.size and chance(rng, wrong):
        index.reshape(-1)[0] = pick(rng, -1, length, length + 2)
    return index.astype(pick(rng, np.float64, np.bool_) if chance(rng, wrong / 3) else np.int64)


def indexed(rng: RNG) -> Call:
    """Indices of numbers, slices and lists."""
    shape = shape_of(rng, empty=0.0)
    text = pick(rng, *INDICES)
    if text.startswith("[") and not shape:
        text = "..."
    return call(f"x[{text}]", x=anything(rng, shape))


def by_tensor(rng: RNG) -> Call:
    """Indices that are tensors."""
    shape = shape_of(rng, 1, empty=0.0)
    x = floats(rng, shape)
    if chance(rng, 0.4):
        return call("x[m]", x=x, m=rng.random(shape[: int(rng.integers(1, len(shape) + 1))]) < 0.5)
    i = index_of(rng, shape_of(rng, 0, 2), shape[0])
    if i.dtype == np.bool_:
        i = i.astype(np.int64)
    return call(pick(rng, "x[i]", "x[i, ...]", "x[i][0:1]"), x=x, i=i)


def gather(rng: RNG) -> Call:
    """Elements along an axis."""
    shape = shape_of(rng, empty=0.02)
    dim = axis(rng, len(shape))
    inner = dim if -len(shape) <= dim < len(shape) else 0
    sizes = [int(rng.integers(0 if chance(rng, 0.03) else 1, n + 1)) if n else 0 for n in shape]
    if sizes:
        sizes[inner] = int(rng.integers(1, 6))
        if chance(rng, 0.06):
            sizes[int(rng.integers(len(sizes)))] += 5
    if chance(rng, 0.04):
        sizes = [*sizes, 1]
    index = index_of(rng, tuple(sizes), shape[inner] if shape else 1)
    if chance(rng, 0.1) and index.dtype == np.int64:
        index = index.astype(np.int32)
    return call(written("gather", "x", pick(rng, f"{dim}, i", f"dim={dim}, index=i")), x=anything(rng, shape), i=index)


def unrepeated(rng: RNG, sizes: tuple[int, ...], dim: int, length: int) -> np.ndarray:
    """Return places along an axis, no two of them the same."""
    lines = [rng.permutation(length)[: sizes[dim]] for _ in range(int(np.prod(sizes)) // max(sizes[dim], 1))]
    flat = np.array(lines, np.int64).reshape(*(n for one, n in enumerate(sizes) if one != dim), sizes[dim])
    return np.moveaxis(flat, -1, dim)


def scatter(rng: RNG) -> Call:
    """Elements written and added along an axis."""
    name = pick(rng, "scatter", "scatter", "scatter_add", "scatter_add")
    shape = shape_of(rng, 1, empty=0.0) if chance(rng, 0.95) else ()
    dim = int(rng.integers(-len(shape), len(shape))) if shape else 0
    sizes = tuple(int(rng.integers(1, n + 1)) for n in shape)
    index = unrepeated(rng, sizes, dim % len(shape), shape[dim]) if shape else np.zeros((), np.int64)
    if name == "scatter_add" and shape:
        index = index_of(rng, sizes, shape[dim])
    if index.size and chance(rng, 0.05):
        index = np.array(index)
        index.reshape(-1)[0] = pick(rng, -1, 9)
    x = floats(rng, shape) if chance(rng, 0.85) else anything(rng, shape)
    larger = tuple(n + int(rng.integers(0, 2)) - chance(rng, 0.03) for n in sizes)
    s = integers(rng, larger) if chance(rng, 0.05) else (ties(rng, *larger).astype(x.dtype))
    if x.dtype.kind == "f":
        s = distinct(rng, *larger, dtype=x.dtype) if chance(rng, 0.95) else s
    if name == "scatter" and chance(rng, 0.4):
        return call(f"mt.scatter(x, {dim}, i, {pick(rng, '2.5', 'value=3', '1', '')})", x=x, i=index)
    text = pick(rng, f"{dim}, i, s", f"dim={dim}, index=i, src=s")
    return call(f"mt.{name}(x, {text})", x=x, i=index, s=s)


def select(rng: RNG) -> Call:
    """Slices of an axis."""
    shape = shape_of(rng)
    dim = axis(rng, len(shape))
    length = shape[dim] if -len(shape) <= dim < len(shape) else 1
    index = index_of(
        rng, pick(rng, (3,), (3,), (0,), (), (2, 2)) if chance(rng, 0.3) else (int(rng.integers(1, 5)),), length
    )
    if not shape:
        index = np.zeros(pick(rng, (1,), ()), np.int64)
    return call(written("index_select", "x", f"{dim}, i"), x=anything(rng, shape), i=index)


def slices(rng: RNG) -> Call:
    """Slices written and added to places of an axis."""
    name = pick(rng, "index_add", "index_copy", "index_fill")
    shape = shape_of(rng, 1, empty=0.0)
    dim = axis(rng, len(shape))
    inner = dim if -len(shape) <= dim < len(shape) else 0
    x = floats(rng, shape) if chance(rng, 0.85) else anything(rng, shape)
    count = int(rng.integers(1, shape[inner] + 1))
    index = rng.permutation(shape[inner])[:count] if name == "index_copy" else rng.integers(0, shape[inner], count)
    if chance(rng, 0.05):
        index[0] = pick(rng, -1, 9)
    if name == "index_fill":
        value = pick(rng, "2.5", "1", "v", "value=3", "w")
        inputs = {"v": np.array(1.5, x.dtype if x.dtype.kind == "f" else np.float64)} if value == "v" else {}
        if value == "w":
            inputs = {"w": ties(rng, 2)}
        if x.dtype.kind != "f" and value == "2.5":
            value = "2"
        found = call(written(name, "x", f"{dim}, i, {value}"), x=x, i=index, **inputs)
        return found if x.dtype.kind == "f" else found._replace(leaves=())
    sizes = list(shape)
    sizes[inner] = count + chance(rng, 0.04)
    s = distinct(rng, *sizes, dtype=x.dtype if x.dtype.kind == "f" and chance(rng, 0.96) else np.float64)
    s = s.astype(x.dtype) if x.dtype.kind != "f" else s
    alpha = f"alpha={pick(rng, 2, 0.5)}" if name == "index_add" and chance(rng, 0.3) and x.dtype.kind == "f" else ""
    return call(written(name, "x", f"{dim}, i, s", alpha), x=x, i=index, s=s)


def masked(rng: RNG) -> Call:
    """Elements read and replaced where a mask holds."""
    name = pick(rng, "masked_fill", "masked_select", "masked_scatter")
    shape = shape_of(rng)
    x = anything(rng, beside(rng, shape, 0) if chance(rng, 0.2) else shape)
    mask = rng.random(beside(rng, shape)) < 0.5
    if chance(rng, 0.05):
        mask = mask.astype(np.int64)
    if name == "masked_select":
        return call("mt.masked_select(x, m)", x=x, m=mask)
    if name == "masked_fill":
        value = pick(rng, "1", "v", "w") if x.dtype.kind != "f" else pick(rng, "2.5", "1", "v", "w", "-float('inf')")
        inputs = {"v": np.array(1.5)} if value == "v" else {"w": ties(rng, 2)} if value == "w" else {}
        found = call(f"mt.masked_fill(x, m, {value})", 1 if "inf" in value else 2, x=x, m=mask, **inputs)
        return found if x.dtype.kind == "f" else found._replace(leaves=())
    count = int(np.prod(np.broadcast_shapes(*([(1,) * 3] if chance(rng, 0) else []), shape))) if shape else 1
    s = distinct(rng, max(count - 2 * chance(rng, 0.1), 0), dtype=x.dtype if x.dtype.kind == "f" else np.float64)
    s = s if chance(rng, 0.05) else s.astype(x.dtype)
    return call("mt.masked_scatter(x, m, s)", x=x, m=mask, s=s)


def taken(rng: RNG) -> Call:
    """Elements of all, and along an axis with an index that repeats."""
    shape = shape_of(rng, empty=0.0)
    x, size = anything(rng, shape), int(np.prod(shape))
    if chance(rng, 0.5):
        index = rng.integers(-size, size + (chance(rng, 0.1)), shape_of(rng))
        index = index.astype(np.int32) if chance(rng, 0.05) else index
        return call("mt.take(x, i)", x=x, i=index)
    if chance(rng, 0.2):
        return call("mt.take_along_dim(x, i)", x=x, i=rng.integers(0, size + chance(rng, 0.1), shape_of(rng)))
    dim = axis(rng, len(shape))
    inner = dim if -len(shape) <= dim < len(shape) else 0
    sizes = list(beside(rng, shape, 0.03))
    sizes = [1] * (len(shape) - len(sizes)) + sizes
    if sizes:
        sizes[inner] = int(rng.integers(1, 5))
    if chance(rng, 0.04):
        sizes = sizes[1:]
    index = rng.integers(-(shape[inner] if shape else 1) + (not shape), shape[inner] if shape else 1, sizes)
    return call(f"mt.take_along_dim(x, i, {dim})", x=x, i=index)


def nonzero(rng: RNG) -> Call:
    """The places of what is not 0."""
    x = ties(rng, *shape_of(rng)) if chance(rng, 0.5) else integers(rng, shape_of(rng), 0, 2)
    return call(pick(rng, "mt.nonzero(x)", "mt.nonzero(x, as_tuple=True)", "mt.argwhere(x)", "x.nonzero()"), x=x)


def assigned(rng: RNG) -> Call:
    """What is written by an index."""
    shape = shape_of(rng, 1, empty=0.0)
    x = floats(rng, shape)
    text = pick(rng, "0", "-1", "1:3", "..., 0", "::2", "...", "7")
    value = pick(rng, "1.5", "v")
    return call(f"x.__setitem__({slice_of(text)}, {value})", 0, x=x, v=np.array(2.5, x.dtype))._replace(leaves=())


def slice_of(text: str) -> str:
    """Return an index as it is written outside of brackets."""
    if ":" in text:
        return "slice(" + ", ".join(part or "None" for part in text.split(":")) + ")"
    return f"({text})" if "," in text else text
