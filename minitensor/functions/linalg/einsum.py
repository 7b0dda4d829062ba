"""Products of tensors whose axes are named by letters, under PyTorch's name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.errors import ShapeError
from minitensor.ops import index, linalg, reduce, shape

if TYPE_CHECKING:
    from minitensor.tensor import Tensor

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"  # the names of axes


def einsum(equation: str, *operands: Any) -> Tensor:
    """Multiply along axes of one name, and sum over those that the result does not name. As PyTorch's `torch.einsum`.

    Parameters
    ----------
    equation : str
        A letter for each axis of each operand, and behind the arrow for each axis of the result: "bij,bjk->bik". Dots stand
        for any axes in front, which broadcast. Without an arrow the result has the letters that occur once, in their order.
    *operands : Tensor
        Of one dtype. An axis of length 1 is repeated.

    Returns
    -------
    Tensor
        In the operands' dtype; float16 is summed in float32.

    Raises
    ------
    ShapeError
        An operand has other axes than the equation names, or axes of one name differ in length.
    TypeError
        The dtypes differ.
    ValueError
        The equation names another number of operands, no letter, or an axis of the result twice or out of nowhere.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.einsum("ij,j->i", mt.tensor([[1.0, 2.0], [3.0, 4.0]]), mt.tensor([1.0, 10.0]))
    tensor([21., 43.])
    >>> mt.einsum("ii", mt.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor(5.)
    """
    tensors = list(operands[0]) if len(operands) == 1 and isinstance(operands[0], (list, tuple)) else list(operands)
    names, output = _explicit(equation, [tensor.ndim for tensor in tensors])
    lengths = _lengths(equation, names, tensors)
    for number, name in enumerate(names):
        for letter in sorted(set(name)):
            if name.count(letter) > 1:
                names[number], tensors[number] = _diagonal(names[number], tensors[number], letter)
    for number in range(len(names)):
        others = "".join(names[:number] + names[number + 1 :]) + output
        names[number], tensors[number] = _reduced(names[number], tensors[number], others, lengths)
    product: Tensor = linalg.einsum(*tensors, equation=f"{','.join(names)}->{output}")
    return product


def _explicit(equation: str, ranks: list[int]) -> tuple[list[str], str]:
    """The operands' axes and the result's, a letter each: the dots and a missing arrow written out."""
    inputs, arrow, output = equation.replace(" ", "").partition("->")
    names = inputs.split(",")
    if len(names) != len(ranks):
        raise ValueError(f"einsum: {equation!r} names {len(names)} operands, got {len(ranks)}")
    letters = [name.replace("...", "", 1) for name in (*names, output)]
    if not set("".join(letters)) <= set(LETTERS):
        raise ValueError(f"einsum: the axes in {equation!r} are named by letters")
    free = [letter for letter in LETTERS if letter not in equation]
    unnamed = [rank - len(own) if "..." in name else 0 for name, own, rank in zip(names, letters, ranks, strict=False)]
    longest = max(0, *unnamed)
    dots = "".join(free[:longest])
    spelled = [name.replace("...", dots[longest - max(0, count) :]) for name, count in zip(names, unnamed, strict=True)]
    if not arrow:
        together = "".join(letters)
        return spelled, dots + "".join(sorted(letter for letter in set(together) if together.count(letter) == 1))
    for letter in letters[-1]:
        if letter not in "".join(letters[:-1]):
            raise ValueError(f"einsum: {equation!r} asks for the axis {letter!r}, which no operand has")
        if letters[-1].count(letter) > 1:
            raise ValueError(f"einsum: {equation!r} names the axis {letter!r} twice behind the arrow")
    return spelled, output.replace("...", dots)


def _lengths(equation: str, names: list[str], tensors: list[Any]) -> dict[str, int]:
    """How long the axis of each letter is, after checking that all operands agree."""
    lengths: dict[str, int] = {}
    for number, (name, tensor) in enumerate(zip(names, tensors, strict=True)):
        if tensor.dtype != tensors[0].dtype:
            raise TypeError(f"einsum: operand 0 is {tensors[0].dtype} and operand {number} is {tensor.dtype}: convert one")
        if len(name) != tensor.ndim:
            raise ShapeError(f"einsum: {equation!r} names {len(name)} axes of operand {number}, of shape {tensor.shape}")
        for letter, length in zip(name, tensor.shape, strict=True):
            known = lengths.setdefault(letter, length)
            if known != length and 1 not in (known, length):
                raise ShapeError(
                    f"einsum: the axis {letter!r} is {known} long in one operand and {length} in operand {number}"
                )
            lengths[letter] = length if known == 1 else known
    return lengths


def _diagonal(name: str, tensor: Any, letter: str) -> tuple[str, Any]:
    """The cells in which all the axes of one letter have the same place, with that axis once, in front."""
    axes = [axis for axis, one in enumerate(name) if one == letter]
    rest = [axis for axis, one in enumerate(name) if one != letter]
    if len({tensor.shape[axis] for axis in axes}) > 1:
        raise ShapeError(f"einsum: the axes {letter!r} of one operand differ in length: its shape is {tensor.shape}")
    front = shape.permute(tensor, axes=(*axes, *rest))
    places = np.arange(tensor.shape[axes[0]])
    return letter + "".join(name[axis] for axis in rest), index.getitem(front, index=(places,) * len(axes))


def _reduced(name: str, tensor: Any, others: str, lengths: dict[str, int]) -> tuple[str, Any]:
    """Sum over the axes that nothing else names, and drop those of length 1 that are longer elsewhere."""
    alone = tuple(axis for axis, letter in enumerate(name) if letter not in others and tensor.dtype.kind == "f")
    repeated = {axis for axis, letter in enumerate(name) if tensor.shape[axis] == 1 != lengths[letter]}
    if not alone and not repeated:
        return name, tensor
    kept = [axis for axis in range(len(name)) if axis not in repeated and axis not in alone]
    total = reduce.sum(tensor, axis=alone, keepdims=True) if alone else tensor
    return "".join(name[axis] for axis in kept), shape.reshape(total, shape=tuple(tensor.shape[axis] for axis in kept))
