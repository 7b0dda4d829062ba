"""Calls of what a tensor tells about itself, of its conversions, and of what the tape knows of it.

Left out, as they differ on purpose:
- what concerns other devices;
- `.numpy()` of a tensor that requires grad, which PyTorch refuses;
- names of dtypes as texts, which are 'torch.DoubleTensor' and the like in PyTorch, and 'float64' here.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from torch_calls.call import Call
from torch_calls.draw import RNG, chance, distinct, pick

DTYPES = ("float16", "float32", "float64", "uint8", "int8", "int16", "int32", "int64", "bool")


def calls(rng: RNG) -> Iterator[Call]:
    """Yield calls without end."""
    while True:
        yield pick(rng, description, conversion, python_value, history, backward, memory)(rng)


def array(rng: RNG, *dtypes: str) -> np.ndarray:
    """Return numbers of any shape and dtype; of floats none is an integer."""
    shape = tuple(int(n) for n in rng.integers(0 if chance(rng, 0.1) else 1, 4, rng.integers(0, 4)))
    return distinct(rng, *shape).astype(pick(rng, *(dtypes or DTYPES)))


def description(rng: RNG) -> Call:
    """Sizes, dtype and the like."""
    x = array(rng)
    answer = pick(
        rng,
        "x.shape",
        "x.size()",
        f"x.size({int(rng.integers(-4, 4))})",
        f"x.size(dim={int(rng.integers(-2, 2))})",
        "x.dim()",
        "x.ndim",
        "x.numel()",
        "x.nelement()",
        "x.ndimension()",
        "x.new_empty(2, 3).shape",
        "x.new_empty((2, 3)).dtype",
        "x.element_size()",
        "x.nbytes",
        "x.dtype",
        "x.is_floating_point()",
        "x.is_cpu",
        "x.is_cuda",
        "x.is_mps",
        "len(x)",
        "reversed(x)",
    )
    return Call(answer, {"x": x})


def conversion(rng: RNG) -> Call:
    """Other dtypes."""
    dtype = pick(rng, *DTYPES)
    other = distinct(rng, 2).astype(pick(rng, *DTYPES))
    positive = np.abs(array(rng))  # what a negative float is as an unsigned integer is nobody's promise
    return Call(
        pick(
            rng,
            f"x.{pick(rng, 'half', 'float', 'double', 'int', 'long', 'bool')}()",
            f"x.type(mt.{dtype})",
            f"x.to(mt.{dtype})",
            f"x.to(dtype=mt.{dtype})",
            f"x.to('cpu', mt.{dtype})",
            f"x.to(mt.{dtype}, copy=True)",
            "x.to('cpu')",
            "x.to(device='cpu')",
            "x.to(other)",
            "x.type_as(other)",
            "x.cpu()",
        ),
        {"x": positive, "other": other},
        order=pick(rng, 1, 2),
    )


def python_value(rng: RNG) -> Call:
    """Numbers and lists of Python's."""
    x = array(rng) if chance(rng, 0.5) else distinct(rng, *pick(rng, (), (1,), (1, 1))).astype(pick(rng, *DTYPES))
    answer = pick(
        rng, "x.item()", "x.tolist()", "x.detach().numpy().tolist()", "x.numpy(force=True).tolist()", "list(x)", "bool(x)"
    )
    answer = pick(rng, answer, "float(x)", "int(x)") if x.size == 1 else answer
    return Call(answer, {"x": x})


def history(rng: RNG) -> Call:
    """What the tape knows: leaves, detached and cloned tensors, what requires grad."""
    x = array(rng, "float64", "float32", "int64")
    subject = pick(rng, "x", "x * 2", "x.detach()", "(x * 2).detach()", "x.clone()", "x.data", "mt.zeros_like(x)")
    answer = pick(
        rng,
        "is_leaf",
        "requires_grad",
        "retains_grad",
        "requires_grad_(False).requires_grad",
        "requires_grad_().is_leaf",
        "grad",
    )
    return Call(f"({subject}).{answer}", {"x": x}, ("x",) if chance(rng, 0.5) else ())


def backward(rng: RNG) -> Call:
    """Gradients by `backward`, with hooks."""
    x = array(rng, "float64")
    way = pick(
        rng,
        "[(x * x).sum().backward(), x.grad]",
        "[(x * x).backward(), x.grad]",
        "[(x * x).backward(mt.ones_like(x)), x.grad]",
        "[(x * x).backward(gradient=mt.ones_like(x), retain_graph=True), x.grad]",
        "[(y := x * x), y.sum().backward(), y.sum().backward(), x.grad]",
        "[(y := (x * x).sum()), y.backward(retain_graph=True), y.backward(), x.grad]",
        "[(y := (x * x).sum()), y.backward(), y.backward(), x.grad]",
        "[(y := x * 3), y.retain_grad(), (y * y).sum().backward(), y.grad, y.retains_grad]",
        "[x.register_hook(lambda g: g * 10) and None, (x * x).sum().backward(), x.grad]",
        "[(y := x * 3), y.register_hook(lambda g: g + 1) and None, (y * y).sum().backward(), x.grad]",
        "[x.detach().retain_grad(), x]",
        "[x.detach().register_hook(lambda g: g), x]",
        "[(x.detach() * 2).sum().backward(), x.grad]",
    )
    return Call(way, {"x": x}, order=0)


def memory(rng: RNG) -> Call:
    """Whether memory is in order, and copies."""
    x = array(rng)
    view = pick(rng, "x", "x.T", "x[::2]", "x[None]", "x.expand(2, *x.shape)", "x.transpose(0, -1)")
    answer = pick(
        rng, "is_contiguous()", "contiguous()", "contiguous().is_contiguous()", "clone()", "reshape_as(mt.zeros_like(x))"
    )
    return Call(f"{view}.{answer}", {"x": x if x.ndim > 1 else distinct(rng, 2, 3)})
