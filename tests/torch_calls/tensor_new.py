"""Calls that make new tensors, and that write into a tensor.

Random numbers are asked for where there is one answer: with no spread, or a probability of 0 or 1.

Left out, as they differ on purpose:
- integers in floating steps: linspace and logspace with an integer dtype;
- a write through a view of a living tensor, which is refused here where it is recorded;
- a number that is not whole, written into integers by masked_fill_ and its like, which PyTorch cuts off;
- gradients through logical_not_ and its like, which PyTorch lets pass as if nothing had been written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from torch_calls.call import Call
from torch_calls.draw import RNG, chance, distinct, pick, ties
from torch_calls.tensor_draw import anything, beside, call, floats, integers, options, shape_of

DTYPES = ("float32", "float64", "int64", "int32", "uint8", "bool")
UNARY_ = (
    "abs_", "neg_", "sign_", "square_", "reciprocal_", "exp_", "exp2_", "expm1_", "sqrt_", "rsqrt_", "log_", "log1p_", "log2_",
    "log10_", "sin_", "cos_", "tan_", "asin_", "acos_", "atan_", "sinh_", "cosh_", "tanh_", "asinh_", "acosh_", "atanh_",
    "sigmoid_", "relu_", "floor_", "ceil_", "trunc_", "round_", "frac_", "nan_to_num_", "logical_not_", "negative_", "absolute_",
    "fix_", "tril_", "triu_", "arcsin_", "arccos_", "arctan_", "arcsinh_", "arccosh_", "arctanh_", "deg2rad_", "rad2deg_", "logit_",
)  # fmt: skip
BINARY_ = ("add_", "sub_", "mul_", "div_", "pow_", "floor_divide_", "remainder_", "fmod_", "atan2_", "hypot_", "multiply_",
           "divide_", "subtract_", "true_divide_", "eq_", "ne_", "lt_", "le_", "gt_", "ge_", "logical_and_", "logical_or_",
           "logical_xor_", "xlogy_")  # fmt: skip


def calls(rng: RNG) -> Iterator[Call]:
    """Yield calls without end."""
    while True:
        yield pick(
            rng, filled, filled, counted, like, new, drawn, unary, unary, unary, binary, binary, binary, several, several, by_place,
            by_place, taken_over, refused, triangles,
        )(rng)  # fmt: skip


def dtype_of(rng: RNG, probability: float = 0.4, names: tuple[str, ...] = DTYPES) -> str:
    """Return ", dtype=..." or nothing."""
    return f", dtype=mt.{pick(rng, *names)}" if chance(rng, probability) else ""


def filled(rng: RNG) -> Call:
    """Tensors of one number, and of data."""
    name = pick(rng, "zeros", "ones", "full", "tensor", "eye", "as_tensor")
    sizes = tuple(int(n) for n in rng.integers(-1 if chance(rng, 0.1) else 0, 4, int(rng.integers(1, 4))))
    if name == "full":
        return Call(f"mt.full({sizes}, {pick(rng, 1, 2.5, True)}{dtype_of(rng)})", {})
    if name == "eye":
        return Call(f"mt.eye({', '.join(map(str, sizes[:2]))}{dtype_of(rng)})", {})
    if name in ("tensor", "as_tensor"):
        data = pick(rng, "3", "2.5", "[1, 2]", "[1.0, 2]", "[[True], [False]]", "[]", "[[1], [2, 3]]", "'a'", "[1.5, True]")
        return Call(f"mt.{name}({data}{dtype_of(rng, names=DTYPES[:3])})", {})
    return Call(f"mt.{name}({pick(rng, str(sizes), ', '.join(map(str, sizes)))}{dtype_of(rng)})", {})


def counted(rng: RNG) -> Call:
    """Numbers in a row."""
    name = pick(rng, "arange", "linspace", "logspace", "tril_indices", "triu_indices")
    floating = dtype_of(rng, names=DTYPES[:2])
    if name == "arange":
        given = pick(rng, "5", "2, 7", "1, 10, 3", "5, 1, -1", "0, 1, 0.25", "3, 0", "2.5", "0, 5, 0", "0")
        return Call(f"mt.arange({given}{dtype_of(rng, names=DTYPES[: 2 if '.' in given else 4])})", {})
    if name in ("linspace", "logspace"):
        first, last = (pick(rng, 0, 1, -2.5, 3) for _ in range(2))
        base = f", base={pick(rng, 2, 10.0, 3.5)}" if name == "logspace" and chance(rng, 0.5) else ""
        return Call(f"mt.{name}({first}, {last}, {int(rng.integers(-1 if chance(rng, 0.1) else 0, 7))}{base}{floating})", {})
    rows, columns, offset = (
        int(rng.integers(-1 if chance(rng, 0.1) else 0, 5)),
        int(rng.integers(0, 5)),
        int(rng.integers(-4, 5)),
    )
    return Call(f"mt.{name}({rows}, {columns}, {offset})", {})


def like(rng: RNG) -> Call:
    """Tensors in the shape of another."""
    name = pick(rng, "zeros_like", "ones_like", "full_like")
    value = f", {pick(rng, 3, 2.5, True)}" if name == "full_like" else ""
    return Call(f"mt.{name}(x{value}{dtype_of(rng)})", {"x": anything(rng, shape_of(rng))}, ())


def new(rng: RNG) -> Call:
    """Tensors of another's dtype."""
    name = pick(rng, "new_zeros", "new_ones", "new_full", "new_tensor")
    sizes = tuple(int(n) for n in rng.integers(-1 if chance(rng, 0.1) else 0, 4, int(rng.integers(1, 4))))
    text = {
        "new_full": f"{sizes}, {pick(rng, 3, 2.5, 1)}",
        "new_tensor": pick(rng, "3", "[1, 2]", "[1.5, 2]", "[[1], [2, 3]]", "'a'"),
    }.get(name, pick(rng, str(sizes), ", ".join(map(str, sizes))))
    return Call(f"x.{name}({text}{dtype_of(rng, names=DTYPES[:3])})", {"x": anything(rng, shape_of(rng))}, ())


def drawn(rng: RNG) -> Call:
    """Random numbers that are known before."""
    x, shape = floats(rng, shape_of(rng, 1, empty=0)), pick(rng, (2,), (2, 3))
    sure = (rng.random(shape) < 0.5).astype(x.dtype)
    sure[..., 0] = pick(rng, 0, 1)
    one = np.zeros(shape, x.dtype)
    one[..., 1] = 1
    kind = pick(rng, "normal_", "uniform_", "bernoulli_", "bernoulli", "multinomial", "normal", "shape")
    if kind == "normal_":
        return Call(f"x.normal_({pick(rng, '2.5, 0', 'mean=1, std=0', '0, -1')})", {"x": anything(rng, x.shape)}, ())
    if kind == "uniform_":
        return Call(f"x.uniform_({pick(rng, '2, 2', '-1.5, -1.5', '2, 1')})", {"x": anything(rng, x.shape)}, ())
    if kind == "bernoulli_":
        return Call(f"x.bernoulli_({pick(rng, '0.0', '1.0', '1.5', '-0.5')})", {"x": x}, ())
    if kind == "bernoulli":
        if chance(rng, 0.2):
            sure = pick(rng, sure + 1, integers(rng, shape))
        return Call(pick(rng, "mt.bernoulli(x)", "x.bernoulli()", "mt.bernoulli(x, p=1)"), {"x": sure}, ())
    if kind == "multinomial":
        one = pick(rng, one, one, one * 3, -one, one * 0, one.astype(np.int64), one[None, None])
        count = pick(rng, "1", "1", "3, replacement=True", "0", "5")
        return Call(f"mt.multinomial(x, {count})", {"x": one}, ())
    if kind == "normal":
        given = pick(rng, "x, 0.0", "x, s", "0.0, s * 0", "1.5, 0.0, (2, 3)", "x, s - 1")
        return Call(f"mt.normal({given})", {"x": x, "s": np.zeros(x.shape[-1:], x.dtype)}, ())
    name = pick(
        rng, "rand", "randn", "randperm", "rand_like", "randn_like", "randint", "empty", "randint_like", "empty_like"
    )
    given = {"randperm": "5", "randint": "4, (2, 3)"}.get(name, "x" if name.endswith("like") else "2, 3")
    given += ", 4" if name == "randint_like" else ""
    return Call(f"mt.{name}({given}).shape", {"x": x}, ())


def target(rng: RNG, x: np.ndarray) -> tuple[str, tuple[str, ...], int]:
    """Return what is written to: the input itself, without gradient, or what is worked out of it, and then recorded."""
    if x.dtype.kind != "f" or chance(rng, 0.4):
        return "x", (), 0
    return "(x * 1)", ("x",), 2


def unary(rng: RNG) -> Call:
    """A function of one element."""
    name = pick(rng, *UNARY_)
    low, high = (1, 3) if "cosh_" in name else (0, 1) if re.search("sin_|acos_|arccos_|tanh_|logit_", name) else (0, 2)
    shape = shape_of(rng, 2 if name in ("tril_", "triu_") else 0)
    x = floats(rng, shape, low, high) if chance(rng, 0.9) else integers(rng, shape)
    x = x.astype(np.int64) if x.dtype == np.bool_ and name in ("square_",) else x
    text, leaves, order = target(rng, x) if name != "logical_not_" else ("x", (), 0)
    return Call(f"{text}.{name}()", {"x": x}, leaves, order)


def binary(rng: RNG) -> Call:
    """A function of two, which must fit into the first."""
    name, shape = pick(rng, *BINARY_), shape_of(rng)
    x = distinct(rng, *shape, low=0.1, high=2, dtype=pick(rng, np.float64, np.float64, np.float32))
    x = x if chance(rng, 0.85) else integers(rng, shape, 0, 4)
    inputs = {"x": x}
    other = pick(rng, "2", "1.5", "y", "y", "y")
    if name in ("atan2_", "hypot_", "xlogy_", "logical_and_", "logical_or_", "logical_xor_"):
        other = "y"
    if other == "y":
        y = distinct(rng, *(beside(rng, shape) if chance(rng, 0.9) else (2, *shape)), low=0.1, high=2)
        inputs["y"] = y.astype(x.dtype) if x.dtype.kind == "f" else y if chance(rng, 0.2) else (y * 2 + 1).astype(np.int64)
    if "bool" in {str(one.dtype) for one in inputs.values()} and name in ("floor_divide_", "pow_"):
        return binary(rng)
    more = f", alpha={pick(rng, 2, -1)}" if name in ("add_", "sub_") and chance(rng, 0.3) and x.dtype.kind != "b" else ""
    text, leaves, order = target(rng, x) if not name.startswith("logical") else ("x", (), 0)
    return Call(f"{text}.{name}({other}{more})", inputs, (*leaves, "y") if leaves else (), order)


def several(rng: RNG) -> Call:
    """Functions with further arguments."""
    shape = shape_of(rng, 1, empty=0)
    x, y, z = (distinct(rng, *shape, low=0.1, high=2) for _ in range(3))
    expression = pick(
        rng, "lerp_(y, 0.25)", "lerp_(y, z)", "addcmul_(y, z)", "addcdiv_(y, z, value=2)", "clamp_(0.5, 1)", "clip_(max=1)",
        "clamp_min_(0.5)", "clamp_max_(y)", "clamp_(min=y)", "cumsum_(0)", "cumprod_(-1)", "masked_fill_(y > 1, 0.5)",
        "copy_(y)", "fill_(1.5)", "zero_()", "fill_diagonal_(3)", "clamp_()", "cumsum_(5)", "round_(decimals=1)", "copy_(y[:, None])",
        "fill_(y)", "addmm_(y, z)", "addr_(y, z)", "erf_()",
    )  # fmt: skip
    text, leaves, order = target(rng, x)
    inputs = {"x": x} | {key: array for key, array in (("y", y), ("z", z)) if key in expression.split("(", 1)[1]}
    order = 1 if "y > 1" in expression else order
    return Call(f"{text}.{expression}", inputs, (*leaves, "y", "z") if leaves else (), order)


def by_place(rng: RNG) -> Call:
    """What is written by place."""
    n, m = (int(one) for one in rng.integers(2, 5, 2))
    x, s = distinct(rng, n, m), distinct(rng, 2, m)
    i = rng.permutation(n)[:2]
    expression = pick(
        rng, "index_add_(0, i, s)", "index_copy_(0, i, s)", "index_fill_(0, i, 2.5)", "scatter_(0, j, s)", "scatter_(0, j, 1.5)",
        "scatter_add_(0, j, s)", "masked_scatter_(x > 0, s)", "index_add_(1, i, s)",
    )  # fmt: skip
    inputs = {"x": x} | {
        key: array for key, array in (("i", i), ("j", np.stack([i] * m, 1)), ("s", s)) if f"{key}" in expression[8:]
    }
    text, leaves, order = target(rng, x)
    if "x > 0" in expression:
        text, leaves, order = "x", (), 0
    return Call(f"{text}.{expression}", inputs, (*leaves, "s") if leaves else (), order)


def taken_over(rng: RNG) -> Call:
    """Values of another dtype, and augmented assignment."""
    shape = shape_of(rng)
    x, y = anything(rng, shape), anything(rng, beside(rng, shape))
    if x.dtype == np.uint8 and y.dtype != np.uint8:
        y = np.abs(y) if y.dtype != np.bool_ else y
    if chance(rng, 0.5):
        return Call("x.copy_(y)", {"x": x, "y": y}, ())
    value = pick(rng, "1", "1.5", "True", "y")
    if value == "y":
        return Call("x.fill_(y)", {"x": x, "y": ties(rng, *pick(rng, (), (), (1,))) + 2}, ())
    return Call(f"x.fill_({value})", {"x": x}, ())


def refused(rng: RNG) -> Call:
    """Leaves that require grad, and results that do not fit."""
    x = distinct(rng, 2, 3)
    return call(
        pick(rng, "x.add_(1)", "x.zero_()", "x.copy_(y)", "x.mul_(y)", "x.uniform_(1, 1)", "x.clamp_(0, 1)"), x=x, y=x + 1
    )


def triangles(rng: RNG) -> Call:
    """Diagonals, written through the view that they are."""
    shape = shape_of(rng, 1, 3, empty=0) if chance(rng, 0.3) else tuple(int(n) for n in rng.integers(1, 5, 2))
    x = anything(rng, shape)
    wrap = options(rng, 0.5, wrap=pick(rng, True, False))
    if chance(rng, 0.3):
        return Call("x.diagonal().fill_(2)", {"x": x}, ())
    return Call(f"x.fill_diagonal_(3{', ' if wrap else ''}{wrap})", {"x": x}, ())
