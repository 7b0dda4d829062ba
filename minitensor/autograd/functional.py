"""Products with the Jacobian, and the Jacobian and the Hessian themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minitensor.autograd.gradients import grad
from minitensor.errors import ShapeError
from minitensor.functions import shape
from minitensor.grad_mode import enable_grad
from minitensor.tensor import Tensor

Tensors = Tensor | Sequence[Tensor]


def _tuple(tensors: Tensors, operation: str) -> tuple[Tensor, ...]:
    found = (tensors,) if isinstance(tensors, Tensor) else tuple(tensors)
    if not all(isinstance(one, Tensor) for one in found):
        raise TypeError(f"{operation}: expected a tensor or a sequence of tensors, got {type(tensors).__name__}")
    return found


def _like(found: tuple[Any, ...], pattern: Any) -> Any:
    """One tensor where one was given, else a tuple."""
    return found[0] if isinstance(pattern, Tensor) else found


def _apart(inputs: tuple[Tensor, ...], create_graph: bool) -> tuple[Tensor, ...]:
    """The inputs as tensors of their own, so that a gradient by them is not a gradient by anything else."""
    if create_graph:
        return tuple(one * 1 if one.requires_grad else one.detach().requires_grad_() for one in inputs)
    return tuple(one.detach().requires_grad_() for one in inputs)


def _weights(v: Tensors | None, outputs: tuple[Tensor, ...], operation: str, what: str) -> list[Tensor]:
    if v is None:
        if len(outputs) != 1 or outputs[0].numel() != 1:
            raise RuntimeError(f"{operation}: v may be left out for a single {what} of one element only")
        return [Tensor(np.ones(outputs[0].shape), dtype=outputs[0].dtype)]
    weights = list(_tuple(v, operation))
    if [one.shape for one in weights] != [one.shape for one in outputs]:
        shapes = [one.shape for one in outputs]
        raise ShapeError(f"{operation}: v has the shapes {[one.shape for one in weights]}, the {what}s have {shapes}")
    return weights


def _result(tensors: tuple[Any, ...], create_graph: bool) -> tuple[Any, ...]:
    return tensors if create_graph else tuple(one.detach() for one in tensors)


def _grad(
    outputs: Sequence[Tensor],
    sources: Sequence[Tensor],
    weights: Sequence[Any],
    create_graph: bool,
    strict: bool,
    operation: str,
) -> Any:
    """Gradients with zeros where nothing depends, or, when strict, an error."""
    used = [(one, weight) for one, weight in zip(outputs, weights, strict=True) if one.requires_grad]
    found: Sequence[Any] = [None] * len(sources)
    if used:
        found = grad(
            [one for one, _ in used],
            sources,
            [one for _, one in used],
            create_graph=create_graph,
            allow_unused=True,
            retain_graph=True,
        )
    if strict and any(one is None for one in found):
        raise RuntimeError(f"{operation}: the output does not depend on one of the inputs, and strict=True")
    return tuple(source.detach() * 0 if one is None else one for source, one in zip(sources, found, strict=True))


def vjp(
    func: Callable[..., Any], inputs: Tensors, v: Tensors | None = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """The function's value, and v times its Jacobian: v^T J, one backward pass.

    Parameters
    ----------
    func : callable
        Takes the inputs, returns a Tensor or several.
    inputs : Tensor or sequence of Tensor
    v : Tensor or sequence of Tensor, optional
        Of the outputs' shapes; 1 for a scalar.
    create_graph : bool
        Let the answers be differentiated in turn.
    strict : bool
        Refuse an input that the output does not depend on, instead of returning zeros.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.tensor([1.0, 2.0])
    >>> mt.autograd.functional.vjp(lambda x: x * x, x, mt.tensor([1.0, 10.0]))
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    with enable_grad():
        sources = _apart(_tuple(inputs, "vjp"), create_graph)
        answer = func(*sources)
        outputs = _tuple(answer, "vjp")
        weights = _weights(v, outputs, "vjp", "output")
        found = _grad(outputs, sources, weights, create_graph, strict, "vjp")
    return _like(_result(outputs, create_graph), answer), _like(_result(found, create_graph), inputs)


def jvp(
    func: Callable[..., Any], inputs: Tensors, v: Tensors | None = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """The function's value, and its Jacobian times v: J v, how the outputs move when the inputs move along v.

    It is worked out backward, twice: u^T J is linear in u, and its derivative by u, times v, is J v.

    Parameters
    ----------
    func, inputs, create_graph, strict
        As in `vjp`.
    v : Tensor or sequence of Tensor, optional
        Of the inputs' shapes; 1 for an input of one element.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.tensor([1.0, 2.0])
    >>> mt.autograd.functional.jvp(lambda x: x.sum() * x, x, mt.tensor([1.0, 0.0]))
    (tensor([3., 6.]), tensor([4., 2.]))
    """
    with enable_grad():
        sources = _apart(_tuple(inputs, "jvp"), create_graph)
        directions = _weights(v, sources, "jvp", "input")
        answer = func(*sources)
        outputs = _tuple(answer, "jvp")
        seeds = [Tensor(np.zeros(one.shape), dtype=one.dtype, requires_grad=True) for one in outputs]
        rows = _grad(outputs, sources, seeds, True, strict, "jvp")
        found = _grad(rows, seeds, directions, create_graph, False, "jvp")
    return _like(_result(outputs, create_graph), answer), _like(_result(found, create_graph), answer)


def jacobian(func: Callable[..., Any], inputs: Tensors, create_graph: bool = False, strict: bool = False) -> Any:
    """All derivatives of a function's outputs by its inputs, one backward pass for each element of the outputs.

    Parameters
    ----------
    func, inputs, create_graph, strict
        As in `vjp`.

    Returns
    -------
    Tensor or tuple of Tensor
        Of shape (*output axes, *input axes); for several inputs a tuple of these, for several outputs a tuple of those.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.autograd.functional.jacobian(lambda x: x * x, mt.tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    """
    with enable_grad():
        sources = _apart(_tuple(inputs, "jacobian"), create_graph)
        answer = func(*sources)
        table = []
        for output in _tuple(answer, "jacobian"):
            rows = []
            for place in range(output.numel()):
                seed = np.zeros(output.numel())
                seed[place] = 1
                weight = Tensor(seed.reshape(output.shape), dtype=output.dtype)
                rows.append(_grad([output], sources, [weight], create_graph, strict, "jacobian"))
            columns = [
                shape.reshape(shape.stack([row[one] for row in rows]), (*output.shape, *source.shape))  # (*output, *input)
                if rows
                else Tensor(np.zeros((*output.shape, *source.shape)), dtype=output.dtype)
                for one, source in enumerate(sources)
            ]
            table.append(_like(_result(tuple(columns), create_graph), inputs))
    return _like(tuple(table), answer)


def hessian(func: Callable[..., Any], inputs: Tensors, create_graph: bool = False, strict: bool = False) -> Any:
    """All second derivatives of a scalar function: the Jacobian of its gradient.

    Parameters
    ----------
    func : callable
        Takes the inputs, returns a Tensor of one element.
    inputs, create_graph, strict
        As in `vjp`.

    Returns
    -------
    Tensor or tuple of tuple of Tensor
        Of shape (*input axes, *input axes); for several inputs the block of inputs i and j stands at [i][j].

    Raises
    ------
    RuntimeError
        The function's answer is no scalar.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.autograd.functional.hessian(lambda x: (x ** 3).sum(), mt.tensor([1.0, 2.0]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """

    def gradient(*sources: Tensor) -> Any:
        output = func(*sources)
        if not isinstance(output, Tensor) or output.numel() != 1:
            raise RuntimeError("hessian: the function returns one tensor of one element")
        return _like(
            _grad([output], sources, [Tensor(np.ones(output.shape), dtype=output.dtype)], True, strict, "hessian"), inputs
        )

    return jacobian(gradient, inputs, create_graph, strict)
