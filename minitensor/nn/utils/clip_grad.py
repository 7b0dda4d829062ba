"""Gradients that are too large made smaller, all together or one by one, between backward and the optimiser's step."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable
from types import GeneratorType
from typing import Any

import numpy as np

from minitensor.dtypes import Array, promote_types, widened
from minitensor.grad_mode import no_grad
from minitensor.tensor import Tensor

Tensors = Tensor | Iterable[Tensor]


def clip_grad_norm_(
    parameters: Tensors,
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,  # noqa: ARG001
) -> Tensor:
    """Scale all gradients by one factor, so that their norm, taken together, is at most max_norm; as PyTorch's.

    With |g| the norm of all gradients as one vector, g = g * min(1, max_norm / (|g| + 1e-6)), in the gradients' own memory.

    Parameters
    ----------
    parameters : Tensor or iterable of Tensor
        Of any shapes; those without a gradient are left out.
    max_norm : float
        The largest norm.
    norm_type : float
        p of the p-norm; ``float("inf")`` or ``"inf"`` for the largest magnitude.
    error_if_nonfinite : bool
        Whether to refuse a norm that is nan or infinite; else all gradients become what the factor makes of them.
    foreach : bool, optional
        As PyTorch's, of no effect.

    Returns
    -------
    Tensor, without axes
        The norm as it was before.

    Raises
    ------
    RuntimeError
        The norm is not finite, and `error_if_nonfinite`. Nothing has changed then.
    TypeError
        Something is no Tensor, or a bound or p is no number.

    Warns
    -----
    UserWarning
        `parameters` is a generator that has nothing left.

    Examples
    --------
    >>> import minitensor as mt
    >>> w = mt.tensor([3.0, 4.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> mt.nn.utils.clip_grad_norm_([w], max_norm=1.0)
    tensor(10.)
    >>> w.grad
    tensor([0.6000, 0.8000])

    References
    ----------
    R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty of training Recurrent Neural Networks", 2013, algorithm 1.
    """
    operation = "clip_grad_norm_"
    found = _tensors(parameters, operation)
    if not found and isinstance(parameters, GeneratorType):
        warnings.warn(
            f"{operation}: parameters is a generator with nothing left, so nothing is clipped: call model.parameters() anew",
            UserWarning,
            stacklevel=2,
        )
    bound = _number(max_norm, "max_norm", operation)
    gradients = [parameter.grad for parameter in found if parameter.grad is not None]
    norm = _total_norm(gradients, norm_type, error_if_nonfinite, operation)
    _scale(gradients, bound, norm)
    return norm


def clip_grads_with_norm_(
    parameters: Tensors,
    max_norm: float,
    total_norm: Tensor,
    foreach: bool | None = None,  # noqa: ARG001
) -> None:
    """Scale all gradients by min(1, max_norm / (total_norm + 1e-6)): the second half of `clip_grad_norm_`; as PyTorch's.

    Parameters
    ----------
    parameters : Tensor or iterable of Tensor
        Of any shapes; those without a gradient are left out.
    max_norm : float
        The largest norm.
    total_norm : Tensor, without axes
        The norm, as `get_total_norm` answers.
    foreach : bool, optional
        As PyTorch's, of no effect.

    Raises
    ------
    TypeError
        Something is no Tensor, or the bound is no number.

    Examples
    --------
    >>> import minitensor as mt
    >>> w = mt.tensor([3.0, 4.0], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> mt.nn.utils.clip_grads_with_norm_([w], 5.0, mt.nn.utils.get_total_norm([w.grad]))
    >>> w.grad
    tensor([3.0000, 4.0000])
    """
    operation = "clip_grads_with_norm_"
    found = _tensors(parameters, operation)
    if not isinstance(total_norm, Tensor):
        raise TypeError(f"{operation}: total_norm must be a Tensor, got {type(total_norm).__name__}")
    bound = _number(max_norm, "max_norm", operation)
    _scale([parameter.grad for parameter in found if parameter.grad is not None], bound, total_norm)


def get_total_norm(
    tensors: Tensors,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,  # noqa: ARG001
) -> Tensor:
    """The norm of several tensors as one vector: (sum over all elements of |x|^p)^(1/p); as PyTorch's.

    Parameters
    ----------
    tensors : Tensor or iterable of Tensor
        Floating-point, of any shapes.
    norm_type : float
        p; ``float("inf")`` or ``"inf"`` for the largest magnitude.
    error_if_nonfinite : bool
        Whether to refuse a norm that is nan or infinite.
    foreach : bool, optional
        As PyTorch's, of no effect.

    Returns
    -------
    Tensor, without axes
        Not differentiable; 0 of no tensors.

    Raises
    ------
    RuntimeError
        The norm is not finite, and `error_if_nonfinite`.
    TypeError
        Something is no Tensor, or not floating-point, or p is no number.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.utils.get_total_norm([mt.tensor([3.0, 4.0]), mt.tensor([12.0])])
    tensor(13.)
    """
    return _total_norm(_tensors(tensors, "get_total_norm"), norm_type, error_if_nonfinite, "get_total_norm")


def clip_grad_value_(parameters: Tensors, clip_value: float, foreach: bool | None = None) -> None:  # noqa: ARG001
    """Bring each element of the gradients between -clip_value and clip_value, in their own memory; as PyTorch's.

    Parameters
    ----------
    parameters : Tensor or iterable of Tensor
        Of any shapes; those without a gradient are left out.
    clip_value : float
        The largest magnitude.
    foreach : bool, optional
        As PyTorch's, of no effect.

    Raises
    ------
    TypeError
        Something is no Tensor, or the value is no number.

    Examples
    --------
    >>> import minitensor as mt
    >>> w = mt.tensor([3.0, -0.25], requires_grad=True)
    >>> (w * w).sum().backward()
    >>> mt.nn.utils.clip_grad_value_([w], 1.0)
    >>> w.grad
    tensor([ 1.0000, -0.5000])
    """
    found = _tensors(parameters, "clip_grad_value_")
    bound = _number(clip_value, "clip_value", "clip_grad_value_")
    with no_grad():
        for parameter in found:
            if parameter.grad is not None:
                parameter.grad.clamp_(-bound, bound)


def _tensors(given: Tensors, operation: str) -> list[Tensor]:
    """One tensor, or several, as a list."""
    found: list[Any] = [given] if isinstance(given, Tensor) else list(given) if isinstance(given, Iterable) else [given]
    for one in found:
        if not isinstance(one, Tensor):
            hint = ": pass its parameters, model.parameters()" if callable(getattr(one, "parameters", None)) else ""
            raise TypeError(f"{operation}: expected tensors, got {type(one).__name__}{hint}")
    return found


def _number(value: Any, name: str, operation: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise TypeError(f"{operation}: {name} must be a number, got {value!r}") from None


def _total_norm(tensors: list[Any], norm_type: float, error_if_nonfinite: bool, operation: str) -> Tensor:
    p = _number(norm_type, "norm_type", operation)
    dtype: Any = np.dtype(np.float32)
    for number, tensor in enumerate(tensors):
        if tensor.dtype.kind != "f":
            raise TypeError(f"{operation}: the tensors must be floating-point, got {tensor.dtype}: try x.float()")
        dtype = promote_types(dtype, tensor.dtype) if number else tensor.dtype
    with np.errstate(all="ignore"):  # what is not finite shows in the norm
        norm = _norm(np.array([_norm(widened(tensor._array), p) for tensor in tensors], np.float64), p)
    if error_if_nonfinite and not math.isfinite(norm):
        raise RuntimeError(
            f"{operation}: the norm of order {p} is {norm}, so nothing can be clipped by it: look for the gradient that is "
            "not finite, or leave error_if_nonfinite=False"
        )
    return Tensor._box(np.array(norm).astype(dtype), None, [0])


def _norm(array: Array, p: float) -> Any:
    """The p-norm of all elements; 0 where there are none."""
    if array.size == 0:
        return 0.0
    if p == 2:
        return np.sqrt(np.vdot(array, array))
    size = abs(array)
    if math.isinf(p):
        return size.max() if p > 0 else size.min()
    return np.count_nonzero(array) if p == 0 else (size**p).sum() ** (1 / p)


def _scale(gradients: list[Any], max_norm: float, norm: Tensor) -> None:
    """Multiply by min(1, max_norm / (norm + 1e-6)); a norm that is nan makes them nan."""
    with no_grad(), np.errstate(all="ignore"):
        factor = float(np.minimum(max_norm / (widened(norm._array) + 1e-6), 1.0))
        for gradient in gradients:
            gradient.mul_(factor)
