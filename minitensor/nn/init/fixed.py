"""Initialisation without chance: constants and identities."""

from __future__ import annotations

import numpy as np

from minitensor.errors import ShapeError
from minitensor.grad_mode import no_grad
from minitensor.nn.init.filling import fill
from minitensor.tensor import Tensor


def constant_(tensor: Tensor, val: float) -> Tensor:
    """Fill with one number. As PyTorch's `nn.init.constant_`.

    Parameters
    ----------
    tensor : Tensor
        Of any shape.
    val : float

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.init.constant_(mt.empty(2), 0.5)
    tensor([0.5000, 0.5000])
    """
    with no_grad():
        return tensor.fill_(val)


def ones_(tensor: Tensor) -> Tensor:
    """Fill with 1. As PyTorch's `nn.init.ones_`.

    Parameters
    ----------
    tensor : Tensor
        Of any shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.init.ones_(mt.empty(2))
    tensor([1., 1.])
    """
    return constant_(tensor, 1)


def zeros_(tensor: Tensor) -> Tensor:
    """Fill with 0. As PyTorch's `nn.init.zeros_`.

    Parameters
    ----------
    tensor : Tensor
        Of any shape.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.init.zeros_(mt.empty(2))
    tensor([0., 0.])
    """
    return constant_(tensor, 0)


def eye_(tensor: Tensor) -> Tensor:
    """Make a matrix the identity: features pass a Linear unchanged. As PyTorch's `nn.init.eye_`.

    Parameters
    ----------
    tensor : Tensor, shape (out, in)

    Raises
    ------
    ShapeError
        The tensor has not two axes.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.init.eye_(mt.empty(2, 3))
    tensor([[1., 0., 0.],
            [0., 1., 0.]])
    """
    if tensor.ndim != 2:
        raise ShapeError(f"eye_: the identity is a matrix, got the shape {tensor.shape}")
    return fill(tensor, np.eye(tensor.shape[0], tensor.shape[1]))


def dirac_(tensor: Tensor, groups: int = 1) -> Tensor:
    """Make a kernel (out, in/groups, *kernel) the identity: as many channels as can pass unchanged, in each group.

    As PyTorch's `nn.init.dirac_`.

    Parameters
    ----------
    tensor : Tensor, shape (out, in/groups, *kernel)
        With one to three spatial axes.
    groups : int
        Into how many parts the outputs fall.

    Raises
    ------
    ShapeError
        It is no kernel of one to three spatial axes.
    ValueError
        Its outputs are not divisible by groups.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.nn.init.dirac_(mt.empty(2, 2, 3)).tolist()
    [[[0.0, 1.0, 0.0], [0.0, 0.0, 0.0]], [[0.0, 0.0, 0.0], [0.0, 1.0, 0.0]]]
    """
    if tensor.ndim not in (3, 4, 5):
        raise ShapeError(f"dirac_: the tensor must be (out, in/groups, *kernel), got the shape {tensor.shape}")
    if groups < 1 or tensor.shape[0] % groups:
        raise ValueError(f"dirac_: the {tensor.shape[0]} outputs are not divisible by groups={groups}")
    array = np.zeros(tensor.shape)
    outputs = tensor.shape[0] // groups
    center = tuple(size // 2 for size in tensor.shape[2:])
    for group in range(groups):
        for channel in range(min(outputs, tensor.shape[1])):
            array[(group * outputs + channel, channel, *center)] = 1
    return fill(tensor, array)
