"""Running a forward and a backward pass once more, and looking for the first numbers that are not finite."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from minitensor.autograd import grad
from minitensor.dtypes import Array
from minitensor.grad_mode import enable_grad
from minitensor.nn import Module
from minitensor.tape import Edge, Traced
from minitensor.tensor import Tensor
from minitensor.training.buffers import Buffers
from minitensor.training.not_finite.finding import Finding, finding_of
from minitensor.training.not_finite.search import Search, Source
from minitensor.training.not_finite.values import is_finite, values_of
from minitensor.viz.naming import Names, kind_of
from minitensor.walk import reachable


def find_not_finite(
    compute_loss: Callable[[], Any],
    model: Module | None = None,
    batch: Any = (),
    *,
    learning_rate: float | None = None,
) -> Finding | None:
    """Find the first operation that makes NaN or infinity, in a forward pass or in the backward pass that belongs to it.

    The forward pass is run once, and where the loss is finite the backward pass too. Nothing is left behind: no `.grad` is
    touched, and the model's buffers are put back. What is random in it is drawn anew: to see the same again, set the random
    state before. A pass that is searched takes a few times as long.

    Parameters
    ----------
    compute_loss : callable
        Runs the forward pass and returns the loss, or a tuple that begins with it.
    model : Module, optional
        To name its modules, parameters and buffers. One with lazy layers has been called before.
    batch : Tensor, ndarray, or tuple, list or dict of these, optional
        What goes in, to be named as batch[0], and to say which of its samples are at fault.
    learning_rate : float, optional
        To be named where a step may have been too large.

    Returns
    -------
    Finding or None
        Printed, it says what was found in plain words; None where the loss and all gradients are finite.

    Raises
    ------
    TypeError
        What is computed is no Tensor.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor.training import find_not_finite
    >>> x = mt.tensor([[3.0, 4.0], [0.0, 0.0]], requires_grad=True)
    >>> def length():
    ...     return (x * x).sum(1).sqrt().sum()
    >>> finding = find_not_finite(length, batch=x)
    >>> print(finding)  # doctest: +ELLIPSIS
    the gradient of batch is NaN: the first infinity is made in the backward pass, by the gradient of sqrt for 'a'
      operation  sqrt
      line ...
      formula    dA = dY / (2 Y)
      dY         (2,) float32, all 1
      Y          (2,) float32, from 0 to 5, 1 of 2 zero
      gradient   (2,) float32, 1 of 2 infinite, the others 0.1
      where      sample 1 of the batch
      The derivative of the square root at 0 is infinite. Add a small number before the root: ...
    """
    inputs = dict(_parts(batch, "batch"))
    names = Names(model, {}, inputs)
    sizes = [len(one) for one in map(_array, inputs.values()) if one.ndim]
    search = Search(names, sizes[0] if sizes else None, outside="" if model is None else "outside of the model")
    buffers = Buffers(model)
    buffers.keep()
    try:
        with search, enable_grad():
            answer = compute_loss()
            loss = answer[0] if isinstance(answer, tuple) else answer
            if not isinstance(loss, Tensor):
                raise TypeError(f"find_not_finite: compute_loss returns the loss, a Tensor, got {type(loss).__name__}")
            if not is_finite(loss):
                what = f"the loss is {values_of(loss).state}"
                return finding_of(what, search.origin_of(loss), search.steps, learning_rate)
            return _find_in_gradients(loss, names, search, learning_rate)
    finally:
        buffers.put_back()


def _find_in_gradients(loss: Tensor, names: Names, search: Search, learning_rate: float | None) -> Finding | None:
    """The same in the backward pass, of a loss that is finite."""
    leaves: dict[Edge, Traced] = {
        edge: edge for node in reachable([loss._edge()]) for edge in node.inputs if isinstance(edge, Traced)
    }
    if not leaves:
        return None
    search.backward = True
    gradients = grad(loss, list(leaves.values()), allow_unused=True)  # type: ignore[arg-type]  # leaves are Tensors
    for leaf, gradient in zip(leaves.values(), gradients, strict=True):
        if gradient is not None and not is_finite(gradient):
            name = names.of_leaf(leaf)
            called = f"the {kind_of(leaf)}" if name is None else f"the parameter {name.text!r}" if name.owner else name.text
            what = f"the gradient of {called} is {values_of(gradient).state}"
            origin = search.gradients.get(leaf) or Source("sum", "gradient", values_of(gradient), "")
            return finding_of(what, origin, search.steps, learning_rate)
    return None


def _parts(batch: Any, name: str) -> Iterator[tuple[str, Any]]:
    """The tensors and arrays of a batch, with the expression that each is called by."""
    if isinstance(batch, (Tensor, np.ndarray)):
        yield name, batch
    elif isinstance(batch, Mapping):
        for key, part in batch.items():
            yield from _parts(part, f"{name}[{key!r}]")
    elif isinstance(batch, (list, tuple)):
        for place, part in enumerate(batch):
            yield from _parts(part, f"{name}[{place}]")


def _array(part: Any) -> Array:
    return part.numpy() if isinstance(part, Tensor) else np.asarray(part)
