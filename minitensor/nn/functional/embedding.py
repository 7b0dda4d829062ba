"""Rows of a table in the place of indices: embeddings, and indices as vectors with a single 1."""

from __future__ import annotations

from typing import Any

import numpy as np

from minitensor.creation import from_numpy
from minitensor.dtypes import Array, int32, int64
from minitensor.errors import ShapeError
from minitensor.geometry import int_of
from minitensor.grad_mode import no_grad
from minitensor.nn.functional.checks import number_of
from minitensor.nn.functional.spatial import check_floating, check_tensor
from minitensor.ops.embedding import embedding as look_up
from minitensor.tensor import Tensor

NORM_SLACK = 1e-7  # so that a row that was shortened is not longer than the bound by rounding


def embedding(
    input: Tensor,
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """The rows of a table that indices name, as PyTorch's `F.embedding`: y[..., :] = weight[input[...], :].

    Parameters
    ----------
    input : Tensor of int64 or int32, of any shape
        Indices from 0 to the table's length - 1.
    weight : Tensor, shape (V, D)
        The table.
    padding_idx : int, optional
        A row that gets no gradient; counted from the end where it is negative.
    max_norm : float, optional
        A row that is looked up and is longer is first shortened to it, in the table's own memory.
    norm_type : float
        The norm that is its length.
    scale_grad_by_freq : bool
        Whether each row's gradient is divided by how often the input names it.
    sparse : bool
        Not supported: gradients are dense.

    Returns
    -------
    Tensor, shape (*input.shape, D)

    Raises
    ------
    TypeError
        An operand is no Tensor, or of a dtype that it cannot have.
    ShapeError
        The weight is no table.
    IndexError
        An index is out of range.
    ValueError
        The padding is out of range; the gradient is to be sparse.

    Examples
    --------
    >>> import minitensor as mt
    >>> table = mt.tensor([[0., 0.], [1., 10.], [2., 20.]])
    >>> mt.nn.functional.embedding(mt.tensor([2, 1, 2]), table)
    tensor([[ 2., 20.],
            [ 1., 10.],
            [ 2., 20.]])
    """
    check_dense(sparse, "embedding")
    check_tensor(input, "input", "embedding")
    check_tensor(weight, "weight", "embedding")
    if input.dtype not in (int64, int32):
        raise TypeError(f"embedding: indices are int64 or int32, the input is {input.dtype}: try x.long()")
    if weight.ndim != 2:
        raise ShapeError(f"embedding: the weight is a table (V, D), got the shape {weight.shape}")
    padding = padding_of(padding_idx, weight.shape[0], "embedding")
    index = np.array(input.numpy(), np.int64)  # a copy: backward must find it as it was
    _check_index(index, weight.shape[0])
    if max_norm is not None:
        check_floating(weight, "weight", "embedding")
        longest, order = number_of(max_norm, "max_norm", "embedding"), number_of(norm_type, "norm_type", "embedding")
        _shorten(weight, np.unique(index), longest, order)
    return look_up(weight, index=index, factor=_factor(index, padding, scale_grad_by_freq, weight))


def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """Indices as vectors with a single 1, as PyTorch's `F.one_hot`: y[..., c] = 1 where tensor[...] = c, else 0.

    Parameters
    ----------
    tensor : Tensor of int64, of any shape
        Classes, from 0 on.
    num_classes : int
        The length of the vectors; -1 for the largest class + 1.

    Returns
    -------
    Tensor of int64, shape (*tensor.shape, num_classes)

    Raises
    ------
    TypeError
        It is no Tensor, or not of int64.
    ValueError
        A class is negative or too large, or there are no vectors to learn their length from.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.functional.one_hot(mt.tensor([0, 2]))
    tensor([[1, 0, 0],
            [0, 0, 1]])
    """
    check_tensor(tensor, "tensor", "one_hot")
    if tensor.dtype != int64:
        raise TypeError(f"one_hot: classes are int64, got {tensor.dtype}: try x.long()")
    classes = tensor.numpy()
    count = int_of(num_classes, "num_classes", "one_hot", -1)
    if not classes.size and count < 1:
        raise ValueError(f"one_hot: of no classes num_classes cannot be learned: give 1 or more, got {num_classes}")
    if classes.size and classes.min() < 0:
        raise ValueError(f"one_hot: classes are 0 or more, got {classes.min()}")
    if count == -1:
        count = int(classes.max()) + 1
    elif count == 0:
        raise ValueError("one_hot: num_classes is 1 or more, or -1 to learn it, got 0")
    elif classes.size and classes.max() >= count:
        raise ValueError(f"one_hot: the {count} classes are 0 to {count - 1}, got {classes.max()}")
    return from_numpy((classes[..., np.newaxis] == np.arange(count)).astype(int64))


def check_dense(sparse: bool, operation: str) -> None:
    """Raise a ValueError where sparse gradients are asked for."""
    if sparse:
        raise ValueError(f"{operation}: sparse=True is not supported: gradients are dense, leave it out")


def padding_of(padding_idx: Any, length: int, operation: str) -> int | None:
    """The row that gets no gradient, counted from the front.

    Raises
    ------
    ValueError
        There is no such row.
    """
    if padding_idx is None:
        return None
    if not (isinstance(padding_idx, (int, np.integer)) and -length <= padding_idx < max(length, 1)):
        raise ValueError(
            f"{operation}: padding_idx is one of the {length} rows, {-length} to {length - 1}, got {padding_idx!r}"
        )
    return int(padding_idx) + length if padding_idx < 0 else int(padding_idx)


def _check_index(index: Array, length: int) -> None:
    """Raise an IndexError that names the first index that is no row."""
    wrong = np.argwhere((index < 0) | (index >= length))
    if len(wrong):
        place = tuple(wrong[0].tolist())
        named = f"input[{', '.join(map(str, place))}]" if place else "the input"
        raise IndexError(f"embedding: {named} is {index[place]}, the {length} rows are 0 to {length - 1}")


def _factor(index: Array, padding: int | None, by_frequency: bool, weight: Tensor) -> Array | None:
    """What the gradient of each looked-up row is multiplied by, (*index.shape, 1); None where that is 1 throughout."""
    factor = None
    if by_frequency:
        counts = np.bincount(index.reshape(-1), minlength=weight.shape[0])
        factor = 1 / counts[index]
    if padding is not None:
        factor = np.where(index == padding, 0, 1 if factor is None else factor)
    return None if factor is None else np.asarray(factor, weight.dtype)[..., np.newaxis]


def _shorten(weight: Tensor, rows: Array, longest: float, order: float) -> None:
    """Bring the rows that are longer than `longest` to that length, in place."""
    with no_grad():
        known = weight.detach()
        lengths = known[rows].norm(order, 1).numpy()
        long = lengths > longest
        if long.any():
            scale = np.asarray(longest / (lengths[long] + NORM_SLACK), weight.dtype)[:, np.newaxis]
            known[rows[long]] = known[rows[long]] * from_numpy(scale)
