"""Calls of the Tensor's functions that move elements and compute nothing, and of products and diagonals of matrices.

Left out, as they differ on purpose:
- what is written one by one where PyTorch takes a sequence alone (`mt.permute(x, 0, 1)`) and `mt.flip(x, 0)`, taken here;
- sizes that are left out: `x.repeat()` is `x.repeat(())` here, an error in PyTorch;
- the warning of meshgrid without indexing;
- products of integers with alpha or beta that are not whole, which PyTorch cuts off, and of booleans;
- parts of a tensor beyond its end in split and chunk of an empty axis.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from torch_calls.call import Call
from torch_calls.draw import RNG, chance, distinct, pick
from torch_calls.tensor_draw import anything, axes, axis, call, floats, shape_of, written


def calls(rng: RNG) -> Iterator[Call]:
    """Yield calls without end."""
    while True:
        yield pick(
            rng, reshaped, reshaped, ordered, ordered, squeezed, repeated, repeated, interleaved, grids, turned, turned, parts,
            parts, parts, ranks, slices, slices, joined, joined, windows, triangles, triangles, diagonals,
        )(rng)  # fmt: skip


def reshaped(rng: RNG) -> Call:
    """The elements in their order with other axes."""
    shape = shape_of(rng)
    x = anything(rng, shape)
    name = pick(rng, "reshape", "view", "flatten", "ravel", "unflatten", "clone")
    if name in ("ravel", "clone"):
        return call(pick(rng, f"mt.{name}(x)", f"x.{name}()"), x=x)
    if name == "flatten":
        first, last = sorted([axis(rng, len(shape)) % max(len(shape), 1) for _ in range(2)])
        if chance(rng, 0.1):
            first, last = last + pick(rng, 0, 1), first
        return call(pick(rng, "mt.flatten(x)", f"mt.flatten(x, {first}, {last})", f"mt.flatten(x, start_dim={first})"), x=x)
    if name == "unflatten":
        sizes = pick(rng, (1, -1), (-1, 1), (2, -1), (-1,), (1, 4), (), (2, 2))
        if x.size == 0:
            sizes = (1, 4)
        return call(f"mt.unflatten(x, {axis(rng, len(shape))}, {sizes})", x=x)
    size = x.size
    sizes = pick(rng, (-1,), (1, -1), (size, 1), (2, -1), (size + 1,), (1, size, 1), (-1, -1))
    if size == 0:
        sizes = pick(rng, (0,), (2, 0))
    if name == "view":
        return call(f"x.view{sizes}" if chance(rng, 0.5) else f"x.view({sizes})", x=x)
    return call(pick(rng, f"mt.reshape(x, {sizes})", f"x.reshape{sizes}", f"x.reshape(shape={sizes})"), x=x)


def ordered(rng: RNG) -> Call:
    """The axes in another order."""
    shape = shape_of(rng)
    x, rank = anything(rng, shape), len(shape)
    name = pick(rng, "permute", "transpose", "swapaxes", "swapdims", "movedim", "moveaxis", "t", "T", "mT")
    if name == "permute":
        dims = tuple(int(one) - (rank if chance(rng, 0.3) else 0) for one in rng.permutation(rank))
        if chance(rng, 0.1):
            dims = (*dims, 0)
        return call(pick(rng, f"mt.permute(x, {dims})", f"x.permute({dims})", f"x.permute(dims={dims})"), x=x)
    if name in ("transpose", "swapaxes", "swapdims"):
        return call(f"mt.{name}(x, {axis(rng, rank)}, {axis(rng, rank)})", x=x)
    if name == "t":
        return call(pick(rng, "mt.t(x)", "x.t()"), x=x)
    if name in ("T", "mT"):
        return call(f"x.{name}", x=np.ones((2, 3)) * 0.5 if name == "T" else distinct(rng, *shape_of(rng, 2)))
    if chance(rng, 0.5) or not rank:
        return call(f"mt.{name}(x, {axis(rng, rank)}, {axis(rng, rank)})", x=x)
    count = int(rng.integers(1, rank + 1))
    source, place = (tuple(int(one) for one in rng.permutation(rank)[:count]) for _ in range(2))
    if chance(rng, 0.1):
        source = (*source, source[0])
    return call(f"mt.{name}(x, {source}, {place})", x=x)


def squeezed(rng: RNG) -> Call:
    """Axes of length 1 that come and go."""
    shape = tuple(pick(rng, 1, 1, n) for n in shape_of(rng))
    x = anything(rng, shape)
    if chance(rng, 0.4):
        return call(f"mt.unsqueeze(x, {axis(rng, len(shape) + 1)})", x=x)
    return call(written("squeeze", "x", pick(rng, "", str(axes(rng, len(shape))), f"dim={axis(rng, len(shape))}")), x=x)


def repeated(rng: RNG) -> Call:
    """Elements repeated, with and without copying."""
    shape = tuple(pick(rng, 1, n) for n in shape_of(rng))
    x = anything(rng, shape)
    name = pick(rng, "expand", "broadcast_to", "repeat", "tile", "expand_as")
    times = tuple(int(n) for n in rng.integers(0, 4, int(rng.integers(1, 4))))
    if name in ("repeat", "tile"):
        if chance(rng, 0.05):
            times = (-1, *times)
        if name == "tile":
            return call(pick(rng, f"mt.tile(x, {times})", f"x.tile{times}", f"x.tile(dims={times})"), x=x)
        return call(pick(rng, f"x.repeat{times}", f"x.repeat({times})"), x=x)
    sizes = tuple(int(rng.integers(1, 4)) if n == 1 else pick(rng, n, n, -1) for n in shape)
    sizes = (*pick(rng, (), (), (2,), (1, 3)), *sizes) or (2,)
    if chance(rng, 0.08):
        sizes = pick(rng, sizes[:-1] or (-1,), (*sizes[:-1], 7), (-1, *sizes))
    if name == "expand_as":
        return call("x.expand_as(y)", x=x, y=np.zeros([abs(n) for n in sizes]))
    if name == "broadcast_to":
        return call(f"mt.broadcast_to(x, {sizes})", x=x)
    return call(pick(rng, f"x.expand{sizes}", f"x.expand({sizes})"), x=x)


def interleaved(rng: RNG) -> Call:
    """Copies of each element one behind the other."""
    shape = shape_of(rng, empty=0.0)
    x = anything(rng, shape)
    if chance(rng, 0.1):
        return Call("mt.repeat_interleave(x)", {"x": rng.integers(0, 4, 4)}, (), 0)
    dim = axis(rng, len(shape)) if chance(rng, 0.6) and shape else None
    given = "" if dim is None else f"dim={dim}"
    if chance(rng, 0.5):
        return call(written("repeat_interleave", "x", pick(rng, "2", "3", "0", "-1"), given), x=x)
    length = int(np.prod(shape)) if dim is None else shape[dim] if -len(shape) <= dim < len(shape) else 1
    counts = rng.integers(-1 if chance(rng, 0.05) else 0, 4, length + chance(rng, 0.05))
    counts = counts if chance(rng, 0.95) else counts.astype(np.float64)
    found = call(written("repeat_interleave", "x", "n", given), x=x, n=counts)
    return found._replace(leaves=("x",))


def grids(rng: RNG) -> Call:
    """Grids and combinations of coordinates."""
    count = int(rng.integers(1, 4))
    names = "xyz"[:count]
    dtype = pick(rng, np.float64, np.float32, np.int64)
    inputs = {name: distinct(rng, *pick(rng, (2,), (3,), (1,), ())).astype(dtype) for name in names}
    if chance(rng, 0.05):
        inputs["x"] = distinct(rng, *pick(rng, (2, 2), (2,)), dtype=np.float16)
    arguments = ", ".join(names)
    if chance(rng, 0.3):
        inputs = {name: array.reshape(-1) for name, array in inputs.items()}
        return call(f"mt.cartesian_prod({arguments})", **inputs)
    how = f"indexing={pick(rng, 'ij', 'ij', 'xy', 'yx')!r}"
    return call(f"mt.meshgrid({arguments}, {how})" if chance(rng, 0.5) else f"mt.meshgrid([{arguments}], {how})", **inputs)


def turned(rng: RNG) -> Call:
    """Elements reversed, rolled and turned."""
    shape = shape_of(rng)
    x, rank = anything(rng, shape), len(shape)
    name = pick(rng, "flip", "fliplr", "flipud", "roll", "roll", "rot90")
    if name in ("fliplr", "flipud"):
        return call(f"mt.{name}(x)", x=x)
    if name == "flip":
        dims = axes(rng, rank)
        dims = dims if isinstance(dims, tuple) else (dims,)
        return call(pick(rng, f"mt.flip(x, {dims})", f"x.flip{dims}", f"x.flip(dims={dims})"), x=x)
    if name == "rot90":
        plane = tuple(axis(rng, rank) for _ in range(2)) if chance(rng, 0.9) else (0,)
        return call(written(name, "x", pick(rng, "", f"{int(rng.integers(-5, 6))}, {plane}", f"k=2, dims={plane}")), x=x)
    if chance(rng, 0.3):
        return call(f"mt.roll(x, {int(rng.integers(-5, 6))})", x=x)
    dims = axes(rng, rank)
    count = len(dims) if isinstance(dims, tuple) else 1
    shifts = tuple(int(n) for n in rng.integers(-5, 6, count + chance(rng, 0.05)))
    return call(f"mt.roll(x, {shifts if len(shifts) != 1 else shifts[0]}, {dims})", x=x)


def parts(rng: RNG) -> Call:
    """Pieces of an axis."""
    shape = shape_of(rng, empty=0.02)
    x, dim = anything(rng, shape), axis(rng, len(shape))
    length = shape[dim] if -len(shape) <= dim < len(shape) else 1
    name = pick(rng, "split", "split", "chunk", "tensor_split", "tensor_split", "unbind")
    place = pick(rng, f"{dim}", f"dim={dim}")
    if name == "unbind":
        return call(written(name, "x", pick(rng, "", place)), x=x)
    if name == "chunk":
        return call(f"mt.chunk(x, {int(rng.integers(0 if chance(rng, 0.2) else 1, 6))}, {place})", x=x)
    if name == "split":
        first = int(rng.integers(0, length + 1))
        sections = [first, length - first] if chance(rng, 0.9) else [first, length + 1]
        sizes = pick(rng, sections, sections, int(rng.integers(-1 if chance(rng, 0.1) else 1, 5)))
        return call(f"mt.split(x, {sizes}, {place})", x=x)
    sections = pick(
        rng, int(rng.integers(0 if chance(rng, 0.2) else 1, 6)), tuple(int(n) for n in rng.integers(-2, 7, 2)), (1,)
    )
    return call(f"mt.tensor_split(x, {sections}, {place})", x=x)


def slices(rng: RNG) -> Call:
    """Runs and slices of an axis."""
    shape = shape_of(rng)
    x, dim = anything(rng, shape), axis(rng, len(shape))
    if chance(rng, 0.5):
        return call(f"mt.select(x, {dim}, {int(rng.integers(-3, 4))})", x=x)
    return call(
        f"mt.narrow(x, {dim}, {int(rng.integers(-3, 3))}, {int(rng.integers(-1 if chance(rng, 0.1) else 0, 4))})", x=x
    )


def joined(rng: RNG) -> Call:
    """Tensors made one."""
    name = pick(
        rng, "cat", "cat", "concat", "concatenate", "stack", "hstack", "vstack", "dstack", "column_stack", "row_stack"
    )
    shape = shape_of(rng)
    inputs = {key: anything(rng, shape) for key in "xyz"[: int(rng.integers(1, 4))]}
    dim = axis(rng, len(shape) + (name == "stack"))
    if name.startswith("c") and name != "column_stack":
        inner = dim if -len(shape) <= dim < len(shape) else 0
        for key in inputs:
            sizes = list(shape)
            if sizes:
                sizes[inner] = int(rng.integers(1, 4))
            if sizes and chance(rng, 0.04):
                sizes[0] += 1
            inputs[key] = np.zeros(0) if key != "x" and chance(rng, 0.08) else anything(rng, tuple(sizes))
    elif "stack" in name and name != "stack" and chance(rng, 0.3):
        inputs["x"] = anything(rng, shape_of(rng))
    given = pick(rng, "", str(dim), f"dim={dim}", f"axis={dim}") if name in ("cat", "concat", "concatenate", "stack") else ""
    listed = ", ".join(inputs)
    listed = pick(rng, f"[{listed}]", f"({listed},)") if chance(rng, 0.97) else pick(rng, "[]", "[x, 1.0]")
    found = call(written(name, listed, given), 2 if len({one.dtype for one in inputs.values()}) == 1 else 1, **inputs)
    return found._replace(leaves=tuple(key for key, one in inputs.items() if one.size))


def ranks(rng: RNG) -> Call:
    """So many axes at least, and one shape."""
    shape = shape_of(rng)
    x, y = anything(rng, shape), anything(rng, shape_of(rng) if chance(rng, 0.1) else shape[1:])
    if chance(rng, 0.3):
        return call("mt.broadcast_tensors(x, y)", x=x, y=y)
    if chance(rng, 0.2):
        return call(pick(rng, "x.byte()", "x.char()", "x.short()", "x.view_as(y)"), x=np.abs(x * 1.5), y=x * 1.5)
    return call(f"mt.atleast_{int(rng.integers(1, 4))}d({pick(rng, 'x', 'x, y', '[x, y]')})", x=x, y=y)


def windows(rng: RNG) -> Call:
    """Windows of an axis."""
    shape = shape_of(rng, empty=0.0)
    shape = tuple(n + 2 for n in shape)
    size, step = int(rng.integers(-1 if chance(rng, 0.1) else 0, 5)), int(rng.integers(0 if chance(rng, 0.2) else 1, 4))
    return call(f"x.unfold({axis(rng, len(shape))}, {size}, {step})", x=anything(rng, shape))


def triangles(rng: RNG) -> Call:
    """Triangles of matrices."""
    name, shape = pick(rng, "tril", "triu"), shape_of(rng, 0 if chance(rng, 0.1) else 2, 4)
    given = pick(rng, "", str(int(rng.integers(-4, 5))), f"diagonal={int(rng.integers(-4, 5))}")
    return call(written(name, "x", given), x=anything(rng, shape))


def diagonals(rng: RNG) -> Call:
    """Diagonals read and written."""
    name = pick(rng, "diag", "diagonal", "diagonal", "diag_embed", "trace")
    if name in ("diag", "trace"):
        x = anything(rng, shape_of(rng, 1 if chance(rng, 0.9) else 0, 2 if chance(rng, 0.9) else 3))
        x = x.astype(np.int64) if x.dtype == np.bool_ else x  # PyTorch has no trace of booleans
        return call(written(name, "x", "" if name == "trace" else pick(rng, "", str(int(rng.integers(-3, 4))))), x=x)
    shape = shape_of(rng, 0 if chance(rng, 0.05) else 2 if name == "diagonal" else 1, 3)
    rank = len(shape) + (name == "diag_embed")
    offset, first, second = int(rng.integers(-2, 3)), axis(rng, rank), axis(rng, rank)
    given = pick(rng, "", str(offset), f"{offset}, {first}, {second}", f"offset={offset}, dim1={first}, dim2={second}")
    return call(written(name, "x", given), x=floats(rng, shape))
