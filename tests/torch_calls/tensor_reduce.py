"""Calls of the Tensor's functions that make one number of many, or go along an axis.

Left out, as they differ on purpose:
- argmax and argmin of booleans, topk, kthvalue and median of booleans, which PyTorch does not have;
- the places that topk, kthvalue and median answer with among equal elements, which PyTorch leaves open;
- `prod(dim=None)`, which PyTorch refuses, and `logsumexp(dim=())`, which means all axes here;
- norm of no elements with a negative p, and of zeros with a negative p; its gradient at nan; "fro" over three axes;
- second derivatives of norm where it is 0, and of cdist, which PyTorch does not have; gradients of cdist with p = inf, where
  PyTorch does not share them among equals;
- second derivatives of amax and amin at nan, and gradients of nanmean of no number, nan in PyTorch and 0 here;
- bincount of nothing with weights, which is int64 in PyTorch;
- the gradient of var and std where count - correction is 0 or less.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from torch_calls.call import Call
from torch_calls.draw import RNG, chance, distinct, pick, ties
from torch_calls.tensor_draw import anything, axes, axis, call, floats, integers, options, shape_of, with_nan, written

SUMS = ("sum", "mean", "nansum", "nanmean")
TRUTHS = ("any", "all", "count_nonzero")
SPREADS = ("var", "std", "var_mean", "std_mean")
SCANS = ("cumsum", "cumprod", "cummax", "cummin")
ORDERS = ("sort", "argsort", "topk", "kthvalue", "median", "mode")


def calls(rng: RNG) -> Iterator[Call]:
    """Yield calls without end."""
    while True:
        yield pick(
            rng, sums, sums, prod, truths, spreads, spreads, extremes, extremes, places, over_all, scans, scans, orders, orders,
            orders, quantile, differences, norm, norm, distances, softmax, unique, bins, sorted_places, wrong,
        )(rng)  # fmt: skip


def named(rng: RNG, dim: object, keepdim: object = None) -> str:
    """Return the arguments dim and keepdim, sometimes under NumPy's names."""
    text = "" if dim is None else pick(rng, f"{dim}", f"dim={dim}", f"axis={dim}")
    if keepdim is not None and chance(rng, 0.5):
        text += (", " if text else "") + f"{pick(rng, 'keepdim', 'keepdims')}={keepdim}"
    return text


def sums(rng: RNG) -> Call:
    """Sums and averages."""
    name, shape = pick(rng, *SUMS), shape_of(rng)
    x = anything(rng, shape)
    if name.startswith("nan"):
        x = with_nan(rng, x, 0.6)
        x = np.concatenate([x, np.ones_like(x)], -1) if x.ndim else x
    dim = pick(rng, None, axes(rng, len(shape)), axes(rng, len(shape)), ())
    keep = pick(rng, True, False) if dim is not None else None
    dtype = f"dtype=mt.{pick(rng, 'float32', 'float64', 'int64')}" if chance(rng, 0.15) and x.dtype.kind != "f" else ""
    lonely = name == "nanmean" and (np.isnan(x.sum()) or not x.size)  # of no number
    return call(written(name, "x", named(rng, dim, keep), dtype), 0 if lonely and x.dtype.kind == "f" else 2, x=x)


def prod(rng: RNG) -> Call:
    """Products, zeros among the factors."""
    shape = shape_of(rng)
    x = ties(rng, *shape) if chance(rng, 0.5) else anything(rng, shape)
    return call(written("prod", "x", named(rng, axis(rng, len(shape)), True) if chance(rng, 0.6) else ""), x=x)


def truths(rng: RNG) -> Call:
    """Whether some are true, or all, and how many."""
    name, shape = pick(rng, *TRUTHS), shape_of(rng)
    x = ties(rng, *shape) if chance(rng, 0.5) else integers(rng, shape, 0, 2)
    dim = pick(rng, None, axes(rng, len(shape)), axes(rng, len(shape)), ())
    keep = pick(rng, True, False) if dim is not None and name != "count_nonzero" else None
    return call(written(name, "x", named(rng, dim, keep)), x=x)


def spreads(rng: RNG) -> Call:
    """Variances and standard deviations."""
    name, shape = pick(rng, *SPREADS), shape_of(rng, empty=0.03)
    x = floats(rng, shape) if chance(rng, 0.85) else anything(rng, shape)
    dim = pick(rng, None, axes(rng, len(shape)), axes(rng, len(shape)))
    chosen = [one % max(len(shape), 1) for one in ([dim] if isinstance(dim, int) else dim or range(len(shape)))]
    count = int(np.prod([shape[one] for one in set(chosen) if one < len(shape)]))
    more = pick(rng, "", "", "unbiased=False", "unbiased=True", "correction=0", "correction=2", "correction=0.5")
    if dim is None and chance(rng, 0.1):
        more = pick(rng, "True", "False", "unbiased=True, correction=1")
    keep = pick(rng, True, False) if dim is not None else None
    less = 2 if "2" in more else 1
    flat = name.startswith("std") and np.unique(x).size < x.size  # where it is 0 there is no second derivative
    return call(written(name, "x", named(rng, dim, keep), more), 0 if count <= less else 1 if flat else 2, x=x)


def extremes(rng: RNG) -> Call:
    """The largest and the smallest, with ties and nan."""
    name, shape = pick(rng, "amax", "amin", "aminmax", "max", "min"), shape_of(rng)
    x = with_nan(rng, anything(rng, shape), 0.2)
    if name in ("max", "min"):
        x = with_nan(rng, ties(rng, *shape) if chance(rng, 0.5) else anything(rng, shape), 0.3)
        if chance(rng, 0.3):
            return call(written(name, "x"), x=x)
        return call(written(name, "x", named(rng, axis(rng, len(shape)), True)), x=x)
    dim = pick(rng, None, axes(rng, len(shape)) if name != "aminmax" else axis(rng, len(shape)))
    given = named(rng, dim, True) if name != "aminmax" else "" if dim is None else f"dim={dim}, keepdim={chance(rng, 0.5)}"
    if len(shape) == 0 and dim is not None and name == "aminmax":
        given = ""
    return call(written(name, "x", given), 1 if np.isnan(x).any() else 2, x=x)


def places(rng: RNG) -> Call:
    """Where the extremes stand."""
    name, shape = pick(rng, "argmax", "argmin"), shape_of(rng)
    x = with_nan(rng, ties(rng, *shape) if chance(rng, 0.5) else floats(rng, shape), 0.2)
    given = pick(rng, "", named(rng, axis(rng, len(shape)), True), "keepdim=True")
    return call(written(name, "x", given), x=x)


def over_all(rng: RNG) -> Call:
    """The extreme and the median of all elements, and of two tensors."""
    shape = shape_of(rng)
    x = with_nan(rng, ties(rng, *shape) if chance(rng, 0.5) else floats(rng, shape), 0.4)
    name = pick(rng, "max", "min", "median", "maximum")
    if name == "maximum" or chance(rng, 0.2):
        return call(pick(rng, "mt.max(x, y)", "mt.min(x, y)", "mt.max(x, other=y)"), x=x, y=ties(rng, *shape))
    if name == "median" and not x.size:
        return over_all(rng)
    return call(f"mt.{name}(x)", x=x)


def scans(rng: RNG) -> Call:
    """What is worked out of each element and all before it."""
    name, shape = pick(rng, *SCANS), shape_of(rng)
    x = ties(rng, *shape) if chance(rng, 0.3) else anything(rng, shape)
    if name in ("cummax", "cummin"):
        x = with_nan(rng, x, 0.3)
    dtype = f"dtype=mt.{pick(rng, 'float32', 'float64')}" if name[3:] in ("sum", "prod") and x.dtype.kind == "i" else ""
    dim = axis(rng, len(shape), 0.06 if x.size else 0)  # of nothing PyTorch takes any
    return call(written(name, "x", named(rng, dim), dtype if chance(rng, 0.5) else ""), x=x)


def orders(rng: RNG) -> Call:
    """Elements in order, with nan; the places among equals only where PyTorch says which."""
    name, shape = pick(rng, *ORDERS), shape_of(rng, empty=0.03)
    x = with_nan(rng, floats(rng, shape), 0.15)
    if np.isnan(x).sum() > 1:
        x = floats(rng, shape)
    dim = axis(rng, len(shape))
    length = shape[dim] if -len(shape) <= dim < len(shape) else 1
    if name in ("sort", "argsort"):
        x = ties(rng, *shape) if chance(rng, 0.4) else x
        given = options(rng, descending=pick(rng, True, False))
        return call(written(name, "x", f"dim={dim}", given, "stable=True"), x=x)
    if name == "topk":
        k = int(rng.integers(0, length + 1)) + 2 * chance(rng, 0.1)
        return call(written(name, "x", str(k), f"dim={dim}" if chance(rng, 0.8) else "", options(rng, largest=False)), x=x)
    if name == "kthvalue":
        k = int(rng.integers(1, length + 1)) + pick(rng, -9, 9) * chance(rng, 0.1) if length else 1
        return call(written(name, "x", str(k), f"dim={dim}", options(rng, keepdim=True)), x=x)
    if name == "mode":
        x = ties(rng, *shape)
    return call(written(name, "x", f"dim={dim}", options(rng, keepdim=True)), x=x)


def differences(rng: RNG) -> Call:
    """Each element and the one before it."""
    shape = shape_of(rng)
    x = anything(rng, shape)
    given = [options(rng, n=pick(rng, 1, 2, 5, -1)), f"dim={axis(rng, len(shape))}" if chance(rng, 0.7) else ""]
    if chance(rng, 0.3) and x.dtype != np.bool_:
        return call(
            written("diff", "x", *given, pick(rng, "prepend=y", "append=y")), x=x, y=anything(rng, shape).astype(x.dtype)
        )
    return call(written("diff", "x", *given), x=x)


def quantile(rng: RNG) -> Call:
    """What a fraction of the elements lies below."""
    shape = shape_of(rng, empty=0.0)
    x = with_nan(rng, floats(rng, shape), 0.1) if chance(rng, 0.95) else integers(rng, shape)
    if x.dtype.kind == "f" and np.isnan(x).sum() > 1:
        x = floats(rng, shape)  # which of several has the gradient PyTorch leaves open
    q = pick(rng, 0.3, 0.5, 1, 0.0, 1.2)
    given = pick(rng, "", f"dim={axis(rng, len(shape))}", f"dim={axis(rng, len(shape))}, keepdim=True")
    how = options(rng, 0.4, interpolation=pick(rng, "linear", "lower", "higher", "midpoint", "nearest", "cubic"))
    if chance(rng, 0.4):
        q_tensor = rng.random(pick(rng, (), (1,), (3,), (2, 2))).astype(x.dtype if x.dtype.kind == "f" else np.float64)
        return Call(written("quantile", "x", "q", given, how), {"x": x, "q": q_tensor}, ("x",))
    return call(written("quantile", "x", str(q), given, how), x=x)


def norm(rng: RNG) -> Call:
    """Norms with every p."""
    shape = shape_of(rng, empty=0.03)
    p = pick(rng, None, "'fro'", 2, 1, 0, 3, 0.5, 2.5, "float('inf')", "-float('inf')", "'nuc'")
    x = floats(rng, shape) if chance(rng, 0.9) else anything(rng, shape)
    if x.dtype.kind == "f" and p in (1, "float('inf')", "-float('inf')") and chance(rng, 0.3):
        x = ties(rng, *shape)
    dim = pick(rng, None, axes(rng, len(shape)), axes(rng, len(shape)))
    if p in (None, "'fro'") and isinstance(dim, tuple) and len(dim) > 2:
        dim = None
    if p == "'nuc'" and (dim is None or isinstance(dim, tuple)):
        p = 2  # PyTorch has it of matrices
    if p in (0.5, "-float('inf')") and 0 in shape:
        p = 2
    given = [f"p={p}" if p is not None else "", f"dim={dim}" if dim is not None else "", options(rng, 0.3, keepdim=True)]
    dtype = "dtype=mt.float64" if chance(rng, 0.1) else ""
    return call(written("norm", "x", *given, dtype), 1 if (x == 0).any() or not x.size or dtype else 2, x=x)


def distances(rng: RNG) -> Call:
    """The norms of differences."""
    p = pick(rng, None, 2, 1, 3, 0.5, "float('inf')")
    given = "" if p is None else pick(rng, f"p={p}", str(p))
    if chance(rng, 0.3):
        shape = shape_of(rng, empty=0.0)
        return call(written("dist", "x", "y", given), x=distinct(rng, *shape), y=distinct(rng, *shape, low=3, high=5))
    n, m, k = (int(one) for one in rng.integers(1, 5, 3))
    lead = pick(rng, (), (), (2,), (2, 3))
    x, y = distinct(rng, *lead, n, k), distinct(rng, *lead, m, k + chance(rng, 0.05), low=3, high=5)
    return call(written("cdist", "x", "y", given), 0 if "inf" in given else 1, x=x, y=y)


def softmax(rng: RNG) -> Call:
    """The softmax, its logarithm, and the logarithm of a sum of exponentials."""
    name, shape = pick(rng, "softmax", "log_softmax", "logsumexp"), shape_of(rng)
    x = floats(rng, shape, -3, 3) if chance(rng, 0.9) else integers(rng, shape)
    if name == "logsumexp":
        return call(written(name, "x", named(rng, axes(rng, len(shape)), True)), x=x)
    if x.dtype.kind != "f" and not x.size:
        x = x.astype(np.float64)
    dtype = "dtype=mt.float64" if chance(rng, 0.2) else ""
    return call(written(name, "x", named(rng, axis(rng, len(shape))), dtype), x=x)


def unique(rng: RNG) -> Call:
    """The different elements."""
    shape = shape_of(rng)
    x = with_nan(rng, ties(rng, *shape), 0.2) if chance(rng, 0.6) else integers(rng, shape)
    dim = axis(rng, len(shape)) if chance(rng, 0.4) and 0 not in shape and not np.isnan(x).any() else None
    given = "" if dim is None else f"dim={dim}"
    return Call(written("unique", "x", options(rng, return_inverse=True, return_counts=True), given), {"x": x}, (), 0)


def bins(rng: RNG) -> Call:
    """Counts of numbers, and in bins."""
    if chance(rng, 0.5):
        shape = (int(rng.integers(0, 7)),) if chance(rng, 0.9) else (2, 2)
        x = rng.integers(-1 if chance(rng, 0.1) else 0, 6, shape) if chance(rng, 0.9) else distinct(rng, *shape)
        inputs = {"x": x}
        given = []
        if chance(rng, 0.4) and x.size:
            inputs["w"] = anything(rng, (*shape[:-1], shape[-1] + chance(rng, 0.1)))
            given.append("w" if chance(rng, 0.5) else "weights=w")
        return Call(written("bincount", "x", *given, options(rng, 0.3, minlength=pick(rng, 8, 2, -1))), inputs, (), 0)
    x = floats(rng, shape_of(rng, empty=0.0)) if chance(rng, 0.9) else integers(rng, shape_of(rng, empty=0.0))
    given = pick(rng, "bins=5", "4, min=-1, max=1", "bins=3, min=-2, max=2.5", "bins=0", "5, 2, 1", "4, 1, 1")
    return Call(written("histc", "x", given), {"x": x}, (), 0)


def sorted_places(rng: RNG) -> Call:
    """Where elements belong in an ordered sequence."""
    lead = pick(rng, (), (), (2,), (2, 3))
    s = np.sort(ties(rng, *lead, int(rng.integers(1, 7))), -1)
    x = ties(rng, *lead, int(rng.integers(0, 5))) if lead else ties(rng, *shape_of(rng))
    if chance(rng, 0.1):
        x = ties(rng, 3)
    given = options(rng, 0.4, right=pick(rng, True, False), out_int32=True)
    if chance(rng, 0.4) and s.ndim == 1:
        return Call(written("bucketize", pick(rng, "x", "x", "0.5"), "s", given), {"s": s, "x": x}, (), 0)
    if chance(rng, 0.2):
        given = f"side={pick(rng, 'left', 'right', 'middle')!r}"
    return Call(
        written("searchsorted", "s", "x" if s.ndim > 1 else pick(rng, "x", "x", "1.5"), given), {"s": s, "x": x}, (), 0
    )


def wrong(rng: RNG) -> Call:
    """What is no call of these."""
    name = pick(rng, *SUMS, *SPREADS, *SCANS, "amax", "max", "sort", "norm", "softmax", "unique", "prod")
    text = pick(rng, "[1.0, 2.0]", "3.0", "x, 1.5", "x, 'a'", "x, dim=0, axis=0", "x, [0.5]", "'x'")
    if (name, text) in {("norm", "x, 1.5"), ("unique", "x, 1.5"), ("unique", "x, 'a'"), ("unique", "x, [0.5]")}:
        text = "'x'"
    return call(f"mt.{name}({text})", x=distinct(rng, 2, 3))
