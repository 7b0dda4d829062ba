"""Max pooling that always tells the places, under the names that PyTorch has for it."""

from __future__ import annotations

from minitensor.geometry import IntOrInts
from minitensor.nn.functional.pool.adaptive_nd import Sizes, adaptive_max_pool_nd
from minitensor.nn.functional.pool.max import max_pool_nd
from minitensor.tensor import Tensor


def max_pool1d_with_indices(
    input: Tensor,
    kernel_size: IntOrInts,
    stride: IntOrInts | None = None,
    padding: IntOrInts = 0,
    dilation: IntOrInts = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,  # noqa: ARG001 (PyTorch's function has it, too)
) -> tuple[Tensor, Tensor]:
    """The largest cells of signals and their places: `max_pool1d` with `return_indices=True`, as PyTorch names it.

    Examples
    --------
    >>> import minitensor as mt
    >>> y, indices = mt.nn.functional.max_pool1d_with_indices(mt.ones(1, 4), 2)
    >>> y.shape, indices.shape
    ((1, 2), (1, 2))
    """
    found: tuple[Tensor, Tensor] = max_pool_nd(1, input, kernel_size, stride, padding, dilation, ceil_mode, True)
    return found


def max_pool2d_with_indices(
    input: Tensor,
    kernel_size: IntOrInts,
    stride: IntOrInts | None = None,
    padding: IntOrInts = 0,
    dilation: IntOrInts = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,  # noqa: ARG001 (PyTorch's function has it, too)
) -> tuple[Tensor, Tensor]:
    """The largest cells of images and their places: `max_pool2d` with `return_indices=True`, as PyTorch names it.

    Examples
    --------
    >>> import minitensor as mt
    >>> y, indices = mt.nn.functional.max_pool2d_with_indices(mt.ones(1, 4, 4), 2)
    >>> y.shape, indices.shape
    ((1, 2, 2), (1, 2, 2))
    """
    found: tuple[Tensor, Tensor] = max_pool_nd(2, input, kernel_size, stride, padding, dilation, ceil_mode, True)
    return found


def max_pool3d_with_indices(
    input: Tensor,
    kernel_size: IntOrInts,
    stride: IntOrInts | None = None,
    padding: IntOrInts = 0,
    dilation: IntOrInts = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,  # noqa: ARG001 (PyTorch's function has it, too)
) -> tuple[Tensor, Tensor]:
    """The largest cells of volumes and their places: `max_pool3d` with `return_indices=True`, as PyTorch names it.

    Examples
    --------
    >>> import minitensor as mt
    >>> y, indices = mt.nn.functional.max_pool3d_with_indices(mt.ones(1, 4, 4, 4), 2)
    >>> y.shape, indices.shape
    ((1, 2, 2, 2), (1, 2, 2, 2))
    """
    found: tuple[Tensor, Tensor] = max_pool_nd(3, input, kernel_size, stride, padding, dilation, ceil_mode, True)
    return found


def adaptive_max_pool1d_with_indices(
    input: Tensor,
    output_size: Sizes,
    return_indices: bool = False,  # noqa: ARG001 (PyTorch's function has it, too)
) -> tuple[Tensor, Tensor]:
    """The largest cells of signals and their places: `adaptive_max_pool1d` with `return_indices=True`, as PyTorch names it.

    Examples
    --------
    >>> import minitensor as mt
    >>> y, indices = mt.nn.functional.adaptive_max_pool1d_with_indices(mt.ones(1, 5), 2)
    >>> y.shape, indices.shape
    ((1, 2), (1, 2))
    """
    found: tuple[Tensor, Tensor] = adaptive_max_pool_nd(1, input, output_size, True)
    return found


def adaptive_max_pool2d_with_indices(
    input: Tensor,
    output_size: Sizes,
    return_indices: bool = False,  # noqa: ARG001 (PyTorch's function has it, too)
) -> tuple[Tensor, Tensor]:
    """The largest cells of images and their places: `adaptive_max_pool2d` with `return_indices=True`, as PyTorch names it.

    Examples
    --------
    >>> import minitensor as mt
    >>> y, indices = mt.nn.functional.adaptive_max_pool2d_with_indices(mt.ones(1, 5, 5), 2)
    >>> y.shape, indices.shape
    ((1, 2, 2), (1, 2, 2))
    """
    found: tuple[Tensor, Tensor] = adaptive_max_pool_nd(2, input, output_size, True)
    return found


def adaptive_max_pool3d_with_indices(
    input: Tensor,
    output_size: Sizes,
    return_indices: bool = False,  # noqa: ARG001 (PyTorch's function has it, too)
) -> tuple[Tensor, Tensor]:
    """The largest cells of volumes and their places: `adaptive_max_pool3d` with `return_indices=True`, as PyTorch names it.

    Examples
    --------
    >>> import minitensor as mt
    >>> y, indices = mt.nn.functional.adaptive_max_pool3d_with_indices(mt.ones(1, 5, 5, 5), 2)
    >>> y.shape, indices.shape
    ((1, 2, 2, 2), (1, 2, 2, 2))
    """
    found: tuple[Tensor, Tensor] = adaptive_max_pool_nd(3, input, output_size, True)
    return found
