"""Gradients against finite differences: the first order, and the order after it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minitensor.autograd.gradients import grad
from minitensor.dtypes import Array, float64
from minitensor.tensor import Tensor


class GradcheckError(RuntimeError):
    """A gradient is not the one that finite differences find."""


def gradcheck(
    func: Callable[..., Any],
    inputs: Tensor | Sequence[Any],
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
) -> bool:
    """Compare a function's gradients with central differences, (f(x + eps) - f(x - eps)) / (2 eps), element by element.

    Parameters
    ----------
    func : callable
        Takes the inputs, returns a Tensor or several.
    inputs : Tensor or sequence
        Those that require grad are checked; they should be float64.
    eps : float
        The step.
    atol, rtol : float
        A gradient a and a difference n agree where |a - n| <= atol + rtol * |n|.
    raise_exception : bool
        Raise on a difference, instead of returning False.
    nondet_tol : float
        How far two backward passes may lie apart.

    Returns
    -------
    bool
        Whether all agree.

    Raises
    ------
    GradcheckError
        They do not; the message says where.
    ValueError
        No input requires grad.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.rand(3, dtype=mt.float64, requires_grad=True)
    >>> mt.autograd.gradcheck(mt.sin, x)
    True

    References
    ----------
    Its arguments and defaults are those of PyTorch's `torch.autograd.gradcheck`.
    """
    arguments = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    checked = [one for one in arguments if isinstance(one, Tensor) and one.requires_grad]
    if not checked:
        raise ValueError("gradcheck: no input requires grad, so there is nothing to check")
    if any(one.dtype != float64 for one in checked):
        warnings.warn(
            "gradcheck: the inputs should be float64: finite differences in less cannot be told from rounding", stacklevel=2
        )
    try:
        _check(func, arguments, checked, eps, atol, rtol, nondet_tol)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def _check(
    func: Callable[..., Any],
    arguments: list[Any],
    checked: list[Tensor],
    eps: float,
    atol: float,
    rtol: float,
    nondet_tol: float,
) -> None:
    outputs = _outputs(func(*arguments))
    differences = [_differences(func, arguments, source, eps) for source in checked]
    for number, output in enumerate(outputs):
        found = _jacobians(output, checked)
        again = _jacobians(output, checked)
        for place, (source, analytic) in enumerate(zip(checked, found, strict=True)):
            if not np.allclose(analytic, again[place], rtol=0, atol=nondet_tol, equal_nan=True):
                raise GradcheckError(f"gradcheck: two backward passes from output {number} to input {place} differ")
            numerical = differences[place][number]
            wrong = ~np.isclose(analytic, numerical, rtol=rtol, atol=atol, equal_nan=True)
            if wrong.any():
                row, column = (int(one[0]) for one in np.nonzero(wrong))
                by = f"input {place}{_cell(column, source.shape)}"
                raise GradcheckError(
                    f"gradcheck: the derivative of output {number}{_cell(row, output.shape)} by {by} "
                    f"is {analytic[row, column]:.10g}, finite differences find {numerical[row, column]:.10g}; "
                    f"{int(wrong.sum())} of {wrong.size} differ"
                )


def _cell(place: int, shape: tuple[int, ...]) -> str:
    return str([int(one) for one in np.unravel_index(place, shape)]) if shape else ""


def _outputs(answer: Any) -> list[Tensor]:
    return [
        one
        for one in ([answer] if isinstance(answer, Tensor) else answer)
        if isinstance(one, Tensor) and one.is_floating_point()
    ]


def _jacobians(output: Tensor, sources: list[Tensor]) -> list[Array]:
    """For each source, an array (output elements, source elements) of derivatives, one backward pass for a row."""
    rows = [np.zeros((output.numel(), source.numel())) for source in sources]
    if not output.requires_grad:
        return rows
    for place in range(output.numel()):
        seed = np.zeros(output.numel())
        seed[place] = 1
        found = grad(
            output, sources, Tensor(seed.reshape(output.shape), dtype=output.dtype), retain_graph=True, allow_unused=True
        )
        for row, gradient in zip(rows, found, strict=True):
            if gradient is not None:
                row[place] = gradient.numpy().reshape(-1)
    return rows


def _differences(func: Callable[..., Any], arguments: list[Any], source: Tensor, eps: float) -> list[Array]:
    """For each output, an array (output elements, source elements) of central differences."""
    columns = []
    array = source.numpy()
    for place in np.ndindex(array.shape):
        before = array[place]
        sides = []
        try:
            for step in (eps, -eps):
                array[place] = before + step
                sides.append([np.array(one.numpy(), np.float64).reshape(-1) for one in _outputs(func(*arguments))])
        finally:
            array[place] = before
        columns.append([(up - down) / (2 * eps) for up, down in zip(*sides, strict=True)])
    sizes = [one.numel() for one in _outputs(func(*arguments))]
    return [
        np.stack([column[one] for column in columns], 1) if columns else np.zeros((size, 0))
        for one, size in enumerate(sizes)
    ]


def gradgradcheck(
    func: Callable[..., Any],
    inputs: Tensor | Sequence[Any],
    grad_outputs: Tensor | Sequence[Tensor] | None = None,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
) -> bool:
    """Compare the gradients of a function's gradients with finite differences: by its inputs, and by the outputs' weights.

    Parameters
    ----------
    func, inputs, eps, atol, rtol, raise_exception, nondet_tol
        As in `gradcheck`.
    grad_outputs : Tensor or sequence of Tensor, optional
        What the outputs are weighed with; drawn at random, unless given.

    Returns
    -------
    bool
        Whether all agree.

    Examples
    --------
    >>> import minitensor as mt
    >>> x = mt.rand(3, dtype=mt.float64, requires_grad=True)
    >>> mt.autograd.gradgradcheck(mt.exp, x)
    True

    References
    ----------
    Its arguments and defaults are those of PyTorch's `torch.autograd.gradgradcheck`.
    """
    arguments = [inputs] if isinstance(inputs, Tensor) else list(inputs)
    outputs = _outputs(func(*arguments))
    if grad_outputs is None:
        draw = np.random.default_rng(0)  # of its own: a check does not change what is drawn after it
        weights = [Tensor(draw.standard_normal(one.shape), dtype=one.dtype, requires_grad=True) for one in outputs]
    else:
        weights = [grad_outputs] if isinstance(grad_outputs, Tensor) else list(grad_outputs)
    count = len(arguments)

    def gradients(*everything: Any) -> tuple[Tensor, ...]:
        sources = [one for one in everything[:count] if isinstance(one, Tensor) and one.requires_grad]
        used = [
            (one, weight)
            for one, weight in zip(_outputs(func(*everything[:count])), everything[count:], strict=True)
            if one.requires_grad
        ]
        if not used:
            return tuple(source * 0 for source in sources)
        found = grad([one for one, _ in used], sources, [weight for _, weight in used], create_graph=True, allow_unused=True)
        return tuple(source * 0 if one is None else one for source, one in zip(sources, found, strict=True))

    return gradcheck(
        gradients,
        [*arguments, *weights],
        eps=eps,
        atol=atol,
        rtol=rtol,
        raise_exception=raise_exception,
        nondet_tol=nondet_tol,
    )
