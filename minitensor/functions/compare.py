"""Whether tensors are the same, as one answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.tape import Traced

if TYPE_CHECKING:
    from minitensor.tensor import Tensor

__all__ = ["allclose", "equal", "is_tensor"]


def equal(input: Tensor, other: Tensor) -> bool:
    """Whether two tensors have the same shape and the same elements; nan equals nothing. As PyTorch's `torch.equal`.

    Parameters
    ----------
    input, other : Tensor

    Returns
    -------
    bool

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.equal(mt.ones(2), mt.ones(2)), mt.equal(mt.ones(2), mt.ones(3))
    (True, False)
    """
    return bool(np.array_equal(np.asarray(input), np.asarray(other)))


def allclose(input: Tensor, other: Tensor, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> bool:
    """Whether |input - other| <= atol + rtol * |other| everywhere. As PyTorch's `torch.allclose`.

    Parameters
    ----------
    input, other : Tensor
        Of shapes that broadcast together.
    rtol, atol : float
        How far apart elements may be, relative to other and at all.
    equal_nan : bool
        Whether nan equals nan.

    Returns
    -------
    bool

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.allclose(mt.tensor([1.0]), mt.tensor([1.000001]))
    True
    """
    return bool(np.allclose(np.asarray(input), np.asarray(other), rtol, atol, equal_nan))


def is_tensor(obj: Any) -> bool:
    """Whether an object is a Tensor. As PyTorch's `torch.is_tensor`.

    Parameters
    ----------
    obj : object

    Returns
    -------
    bool

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.is_tensor(mt.ones(2)), mt.is_tensor([1.0, 1.0])
    (True, False)
    """
    return isinstance(obj, Traced)
