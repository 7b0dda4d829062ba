"""Calls of the products of matrices and of tensors of any rank.

Left out, as they differ on purpose:
- products of integers with alpha or beta that are not whole, which PyTorch cuts off, and of booleans, which it refuses;
- einsum of operands of different dtypes in which PyTorch refuses only some pairs.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from torch_calls.call import Call
from torch_calls.draw import RNG, chance, distinct, pick
from torch_calls.tensor_draw import call, options, written

EQUATIONS = ("ij,jk->ik", "ij,jk", "bij,bjk->bik", "i,i->", "i,j->ij", "ij->ji", "ii->i", "ii", "...ij,...jk->...ik", "ij->", "ij,ij->i",
             "bi,bj,bk->bijk", "i,i,i", "ijk,jil->kl", "ij,kl", "ij->ijk", "ij,j->iji")  # fmt: skip


def calls(rng: RNG) -> Iterator[Call]:
    """Yield calls without end."""
    while True:
        yield pick(rng, matmul, matmul, products, products, tensordot, tensordot, inner, added, added, added, einsum)(rng)


def sizes(rng: RNG, count: int) -> list[int]:
    """Return lengths of axes, now and then one of 0."""
    return [0 if chance(rng, 0.02) else int(n) for n in rng.integers(1, 5, count)]


def numbers(rng: RNG, *shapes: tuple[int, ...]) -> list[np.ndarray]:
    """Return arrays of one dtype, but for some."""
    dtype = pick(rng, np.float64, np.float64, np.float64, np.float32, np.int64)
    found = [distinct(rng, *shape, low=-4, high=4).astype(dtype) for shape in shapes]
    if chance(rng, 0.04) and all(one.size for one in found):
        found[-1] = found[-1].astype(pick(rng, np.float64, np.float32, np.int64))
    return found


def matmul(rng: RNG) -> Call:
    """Matrices, vectors and batches of both."""
    n, m, p = sizes(rng, 3)
    lead = pick(rng, (), (), (2,), (2, 3), (1, 3))
    first = pick(rng, (m,), (n, m), (*lead, n, m))
    second = pick(rng, (m,), (m, p), (*pick(rng, lead, lead[1:], (1,) * len(lead)), m, p))
    if chance(rng, 0.08):
        second = pick(rng, (), (*second[:-1], second[-1] + 1), (m + 1, p))
    x, y = numbers(rng, first, second)
    return call(pick(rng, "mt.matmul(x, y)", "x @ y", "x.matmul(y)"), x=x, y=y)


def products(rng: RNG) -> Call:
    """Products of operands with so many axes."""
    name = pick(rng, "mm", "bmm", "mv", "dot", "outer")
    b, n, m, p = sizes(rng, 4)
    shapes = {
        "mm": ((n, m), (m, p)),
        "bmm": ((b, n, m), (b, m, p)),
        "mv": ((n, m), (m,)),
        "dot": ((m,), (m,)),
        "outer": ((n,), (m,)),
    }
    first, second = shapes[name]
    if chance(rng, 0.1):
        second = pick(rng, (*second[:-1], second[-1] + 1), (*second, 1), second[1:])
    x, y = numbers(rng, first, second)
    alike = x.dtype == y.dtype
    return call(f"mt.{name}(x, y)", 2 if alike else 1, x=x, y=y)


def tensordot(rng: RNG) -> Call:
    """Sums over pairs of axes."""
    lengths = sizes(rng, 5)
    count = int(rng.integers(0, 3))
    of_x = [int(one) for one in rng.permutation(3)]
    of_y = [int(one) for one in rng.permutation(3)]
    first = [lengths[one] for one in range(3)]
    second = [int(n) for n in rng.integers(1, 4, 3)]
    pairs = list(zip(of_x[:count], of_y[:count], strict=True))
    for one, other in pairs:
        second[other] = first[one] if chance(rng, 0.9) else pick(rng, 1, first[one] + 1)
    x, y = numbers(rng, tuple(first), tuple(second))
    dims = f"({[one for one, _ in pairs]}, {[other for _, other in pairs]})"
    if chance(rng, 0.3):
        second = [*first[3 - count :], *second[: 3 - count]]
        x, y = numbers(rng, tuple(first), tuple(second))
        dims = str(count) if chance(rng, 0.9) else pick(rng, "4", "-1")
    return call(f"mt.tensordot(x, y, {pick(rng, '', 'dims=')}{dims})", x=x, y=y)


def inner(rng: RNG) -> Call:
    """Rows with rows."""
    k = sizes(rng, 1)[0]
    first, second = ((*sizes(rng, int(rng.integers(0, 3))), k) for _ in range(2))
    if chance(rng, 0.15):
        second = pick(rng, (), (*second[:-1], k + 1))
    x, y = numbers(rng, first, second)
    return call("mt.inner(x, y)", x=x, y=y)


def added(rng: RNG) -> Call:
    """A tensor and a product."""
    name = pick(rng, "addmm", "addmv", "addr", "baddbmm", "addbmm")
    b, n, m, p = (int(one) for one in rng.integers(1, 5, 4))
    shapes = {
        "addmm": ((n, m), (m, p), (n, p)),
        "addmv": ((n, m), (m,), (n,)),
        "addr": ((n,), (m,), (n, m)),
        "baddbmm": ((b, n, m), (b, m, p), (b, n, p)),
        "addbmm": ((b, n, m), (b, m, p), (n, p)),
    }
    first, second, whole = shapes[name]
    if chance(rng, 0.05):
        second = pick(rng, (*second[:-1], second[-1] + 1), (*second, 1))
    own = tuple(pick(rng, 1, length, length) for length in whole)[int(rng.integers(2)) :]
    if chance(rng, 0.05):
        own = pick(rng, (*own[:-1], 9), (2, *whole))
    x, y, z = numbers(rng, own, first, second)
    scale = options(rng, 0.3, beta=pick(rng, 2, 0, -1), alpha=pick(rng, 3, -1))
    if x.dtype.kind == "f" and chance(rng, 0.3):
        scale = options(rng, 0.7, beta=0.5, alpha=1.5)
    return call(written(name, "x", "y", "z", scale), x=x, y=y, z=z)


def einsum(rng: RNG) -> Call:
    """Products with named axes."""
    equation = pick(rng, *EQUATIONS)
    lengths = {letter: int(rng.integers(1, 4)) for letter in "bijkl"}
    names = equation.split("->")[0].split(",")
    lead = pick(rng, (), (2,), (2, 3))
    shapes = [(*(lead if "..." in name else ()), *(lengths[letter] for letter in name.replace("...", ""))) for name in names]
    if chance(rng, 0.06):
        shapes[-1] = pick(rng, (*shapes[-1][:-1], shapes[-1][-1] + 3), (*shapes[-1], 2))
    dtype = pick(rng, np.float64, np.float64, np.float32)
    arrays = {key: distinct(rng, *shape, dtype=dtype) for key, shape in zip("xyz", shapes, strict=False)}
    return call(f"mt.einsum({equation!r}, {', '.join(arrays)})", **arrays)
