"""All parameters as one vector, and back: for methods that see a network as a point."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from minitensor.errors import ShapeError
from minitensor.functions.shape import cat, reshape
from minitensor.grad_mode import no_grad
from minitensor.tensor import Tensor


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """Put the elements of all parameters into one vector, in their order; as PyTorch's.

    Parameters
    ----------
    parameters : iterable of Tensor
        One at least.

    Returns
    -------
    Tensor, shape (the sum of all sizes,)
        Differentiable with respect to the parameters.

    Raises
    ------
    TypeError
        Something is no Tensor.
    ValueError
        There is no parameter.

    Examples
    --------
    >>> import minitensor as mt
    >>> layer = mt.nn.Linear(3, 2)
    >>> mt.nn.utils.parameters_to_vector(layer.parameters()).shape
    (8,)
    """
    found = _tensors(parameters, "parameters_to_vector")
    if not found:
        raise ValueError("parameters_to_vector: there is no parameter: was a generator used before?")
    return cat([reshape(parameter, (-1,)) for parameter in found])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Copy the elements of a vector to the parameters, in their order; as PyTorch's, where they share the vector's memory.

    Parameters
    ----------
    vec : Tensor, shape (the sum of all sizes,)
        What `parameters_to_vector` makes of the parameters.
    parameters : iterable of Tensor
        What is written to; their dtypes stay.

    Raises
    ------
    TypeError
        Something is no Tensor.
    ShapeError
        The vector has not as many elements as the parameters. Nothing has changed then.

    Examples
    --------
    >>> import minitensor as mt
    >>> w, b = mt.zeros(2, requires_grad=True), mt.zeros(1, requires_grad=True)
    >>> mt.nn.utils.vector_to_parameters(mt.tensor([1.0, 2.0, 3.0]), [w, b])
    >>> w, b
    (tensor([1., 2.], requires_grad=True), tensor([3.], requires_grad=True))
    """
    if not isinstance(vec, Tensor):
        raise TypeError(f"vector_to_parameters: vec must be a Tensor, got {type(vec).__name__}")
    found = _tensors(parameters, "vector_to_parameters")
    count = sum(parameter.numel() for parameter in found)
    if vec.shape != (count,):
        raise ShapeError(
            f"vector_to_parameters: the parameters have {count} elements in all, so the vector must be of the shape "
            f"{(count,)}, got {vec.shape}"
        )
    begin = 0
    with no_grad():
        for parameter in found:
            end = begin + parameter.numel()
            parameter.copy_(reshape(vec[begin:end], parameter.shape))
            begin = end


def _tensors(parameters: Iterable[Tensor], operation: str) -> list[Tensor]:
    """The parameters as a list."""
    found: list[Any] = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    for one in found:
        if not isinstance(one, Tensor):
            raise TypeError(f"{operation}: expected tensors, got {type(one).__name__}")
    return found
