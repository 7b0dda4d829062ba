"""Gradients as answers (`grad`) and as what is left in the leaves (`backward`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minitensor.tensor import Tensor, gradients

Tensors = Tensor | Sequence[Tensor]


def grad(
    outputs: Tensors,
    inputs: Tensors,
    grad_outputs: Tensor | Sequence[Tensor | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    allow_unused: bool | None = None,
    materialize_grads: bool = False,
) -> tuple[Any, ...]:
    """The gradients of the outputs' sum with respect to the inputs; nobody's `grad` is touched.

    Parameters
    ----------
    outputs : Tensor or sequence of Tensor
    inputs : Tensor or sequence of Tensor
        Each requires grad; they need not be leaves.
    grad_outputs : Tensor or sequence of Tensor or None, optional
        For each output what it is weighed with, of its shape; 1 for a scalar.
    retain_graph : bool, optional
        Keep what was saved, so that the graph can be walked again; as `create_graph`, unless given.
    create_graph : bool
        Record the gradients' own operations, so that they can be differentiated in turn.
    allow_unused : bool, optional
        Return None for an input that the outputs do not depend on, instead of refusing; as `materialize_grads`.
    materialize_grads : bool
        Return zeros instead of None.

    Returns
    -------
    tuple of Tensor
        One for each input, of its shape and dtype.

    Raises
    ------
    RuntimeError
        An output is no scalar and has no gradient given, nothing requires grad, an input is not used, the graph was freed,
        or an array that is needed was written to since.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.tensor(2.0, requires_grad=True)
    >>> first, = mt.autograd.grad(x ** 3, x, create_graph=True)
    >>> second, = mt.autograd.grad(first, x)
    >>> first.item(), second.item()
    (12.0, 12.0)
    """
    results, sources = _as_list(outputs, "grad"), _as_list(inputs, "grad")
    weights = _weights(grad_outputs, len(results), "grad")
    found = gradients.grad(results, sources, weights, retain_graph=retain_graph, create_graph=create_graph)
    if materialize_grads:
        found = [
            source.detach() * 0 if gradient is None else gradient for source, gradient in zip(sources, found, strict=True)
        ]
    if not (materialize_grads if allow_unused is None else allow_unused):
        for number, gradient in enumerate(found):
            if gradient is None:
                raise RuntimeError(
                    f"grad: the outputs do not depend on input {number}, of shape {sources[number].shape}. "
                    "Pass allow_unused=True to get None for it, or materialize_grads=True to get zeros"
                )
    return tuple(found)


def backward(
    tensors: Tensors,
    grad_tensors: Tensor | Sequence[Tensor | None] | None = None,
    retain_graph: bool | None = None,
    create_graph: bool = False,
    inputs: Tensors | None = None,
) -> None:
    """Add the gradients of some tensors' sum to the `grad` of the leaves: `Tensor.backward` for several at once.

    Parameters
    ----------
    tensors : Tensor or sequence of Tensor
    grad_tensors : Tensor or sequence of Tensor or None, optional
        For each tensor what it is weighed with; 1 for a scalar.
    retain_graph, create_graph, inputs
        As in `Tensor.backward`.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.tensor(2.0, requires_grad=True)
    >>> mt.autograd.backward([x * 3, x * x])
    >>> x.grad
    tensor(7.)
    """
    results = _as_list(tensors, "backward")
    weights = _weights(grad_tensors, len(results), "backward")
    only = None if inputs is None else _as_list(inputs, "backward")
    gradients.backward(results, weights, retain_graph=retain_graph, create_graph=create_graph, inputs=only)


def _as_list(tensors: Tensors, operation: str) -> list[Tensor]:
    found: list[Any] = [tensors] if isinstance(tensors, Tensor) or not hasattr(tensors, "__iter__") else list(tensors)
    if not found:
        raise ValueError(f"{operation}: expected one tensor at least, got none")
    for one in found:
        if not isinstance(one, Tensor):
            raise TypeError(f"{operation}: expected a tensor or several, got {type(one).__name__}")
    return found


def _weights(given: Tensor | Sequence[Tensor | None] | None, count: int, operation: str) -> list[Any]:
    if given is None:
        return [None] * count
    weights = [given] if isinstance(given, Tensor) else list(given)
    if len(weights) != count:
        raise ValueError(f"{operation}: {count} outputs were given, and {len(weights)} gradients for them")
    return weights
