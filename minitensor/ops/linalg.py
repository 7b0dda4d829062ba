"""Products of matrices and of anything, and their rules: a product's gradient is a product with what was beside it."""

from __future__ import annotations

from typing import Any

from minitensor.ops.shape import broadcast_to, permute, reshape
from minitensor.primitive import Primitive, defvjp

matmul = Primitive("matmul", broadcasts=True)
einsum = Primitive("einsum", label=lambda p: f"einsum {p['equation']}")


def _transpose(a: Any) -> Any:
    """Swap the last two axes."""
    return permute(a, axes=(*range(a.ndim - 2), a.ndim - 1, a.ndim - 2))


def _einsum(v: Any, position: int, shapes: tuple[tuple[int, ...], ...], arrays: tuple[Any, ...], equation: str) -> Any:
    """Sum V with the other operands over what this one does not have, and repeat over the axes that only this one has."""
    inputs, output = equation.split("->")
    names = inputs.split(",")
    own, others = names[position], names[:position] + names[position + 1 :]
    rest = arrays[:position] + arrays[position + 1 :]
    known = [name for name in own if name in output or any(name in other for other in others)]
    part = einsum(v, *rest, equation=f"{','.join([output, *others])}->{''.join(known)}")
    shape = shapes[position]
    kept = tuple(length if name in known else 1 for name, length in zip(own, shape, strict=True))
    return broadcast_to(reshape(part, shape=kept), shape=shape)


defvjp(
    matmul,
    {"a": "dA = dY @ B^T", "b": "dB = A^T @ dY"},
    a=lambda v, b: matmul(v, _transpose(b)),
    b=lambda v, a: matmul(_transpose(a), v),
)
defvjp(einsum, {"arrays": "dA = einsum(dY, the others)"}, arrays=_einsum)
