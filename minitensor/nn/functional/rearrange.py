"""Moving cells between channels and places: pixel_shuffle and its kin, as PyTorch's functions of these names."""

from __future__ import annotations

from minitensor.errors import ShapeError
from minitensor.geometry import int_of
from minitensor.nn.functional.spatial import check_tensor
from minitensor.ops.shape import permute, reshape
from minitensor.tensor import Tensor


def pixel_shuffle(input: Tensor, upscale_factor: int) -> Tensor:
    """Make larger images of many channels, as PyTorch's `F.pixel_shuffle`: r*r channels become the cells of r x r squares.

    y[..., c, r*h + i, r*w + j] = x[..., c*r*r + r*i + j, h, w]

    Parameters
    ----------
    input : Tensor, shape (*, C*r*r, H, W)
        Images, with any axes before.
    upscale_factor : int
        r, 1 or more.

    Returns
    -------
    Tensor, shape (*, C, H*r, W*r)

    Raises
    ------
    TypeError
        `input` is no Tensor.
    ValueError
        `upscale_factor` is no int of 1 or more.
    ShapeError
        `input` has fewer than three axes, or channels that are no multiple of r*r.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.pixel_shuffle(mt.arange(8.0).reshape(4, 1, 2), 2)
    tensor([[[0., 2., 1., 3.],
             [4., 6., 5., 7.]]])

    References
    ----------
    W. Shi et al., "Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel Convolutional Neural
    Network", 2016, equation 4.
    """
    r = _checked(input, upscale_factor, "upscale_factor", "pixel_shuffle")
    *batch, channels, height, width = input.shape
    if channels % (r * r):
        raise ShapeError(
            f"pixel_shuffle: the channels must be a multiple of upscale_factor^2 = {r * r}, got {channels} in the shape "
            f"{input.shape}"
        )
    c, n = channels // (r * r), len(batch)
    x = reshape(input, shape=(*batch, c, r, r, height, width))
    x = permute(x, axes=(*range(n + 1), n + 3, n + 1, n + 4, n + 2))  # (*batch, c, height, i, width, j)
    return reshape(x, shape=(*batch, c, height * r, width * r))


def pixel_unshuffle(input: Tensor, downscale_factor: int) -> Tensor:
    """Make many channels of larger images, as PyTorch's `F.pixel_unshuffle`: it undoes `pixel_shuffle`.

    y[..., c*r*r + r*i + j, h, w] = x[..., c, r*h + i, r*w + j]

    Parameters
    ----------
    input : Tensor, shape (*, C, H*r, W*r)
        Images, with any axes before.
    downscale_factor : int
        r, 1 or more.

    Returns
    -------
    Tensor, shape (*, C*r*r, H, W)

    Raises
    ------
    TypeError
        `input` is no Tensor.
    ValueError
        `downscale_factor` is no int of 1 or more.
    ShapeError
        `input` has fewer than three axes, or a height or width that is no multiple of r.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.pixel_unshuffle(mt.arange(4.0).reshape(1, 2, 2), 2).flatten()
    tensor([0., 1., 2., 3.])
    """
    r = _checked(input, downscale_factor, "downscale_factor", "pixel_unshuffle")
    *batch, c, height, width = input.shape
    if height % r or width % r:
        raise ShapeError(
            f"pixel_unshuffle: height and width must be multiples of downscale_factor = {r}, got {(height, width)} in the "
            f"shape {input.shape}"
        )
    n = len(batch)
    x = reshape(input, shape=(*batch, c, height // r, r, width // r, r))
    x = permute(x, axes=(*range(n + 1), n + 2, n + 4, n + 1, n + 3))  # (*batch, c, i, j, h, w)
    return reshape(x, shape=(*batch, c * r * r, height // r, width // r))


def channel_shuffle(input: Tensor, groups: int) -> Tensor:
    """Deal out the channels of all groups in turn, as PyTorch's `F.channel_shuffle`.

    y[n, k*groups + g] = x[n, g*(C / groups) + k]

    Parameters
    ----------
    input : Tensor, shape (N, C, *)
        With one axis or more behind the channels.
    groups : int
        Of which there are C / groups channels each.

    Returns
    -------
    Tensor, shape (N, C, *)

    Raises
    ------
    TypeError
        `input` is no Tensor.
    ValueError
        `groups` is no int of 1 or more.
    ShapeError
        `input` has fewer than three axes, or channels that are no multiple of `groups`.

    Examples
    --------
    >>> import minitensor as mt
    >>> import minitensor.nn.functional as F
    >>> F.channel_shuffle(mt.arange(6).reshape(1, 6, 1), 2).flatten()
    tensor([0, 3, 1, 4, 2, 5])

    References
    ----------
    X. Zhang et al., "ShuffleNet: An Extremely Efficient Convolutional Neural Network for Mobile Devices", 2018, figure 1.
    """
    groups = _checked(input, groups, "groups", "channel_shuffle")
    samples, channels, *rest = input.shape
    if channels % groups:
        raise ShapeError(
            f"channel_shuffle: the channels must be a multiple of groups = {groups}, got {channels} in the shape "
            f"{input.shape}"
        )
    x = reshape(input, shape=(samples, groups, channels // groups, *rest))
    x = permute(x, axes=(0, 2, 1, *range(3, x.ndim)))  # (n, k, group, *rest)
    return reshape(x, shape=input.shape)


def _checked(input: Tensor, factor: int, name: str, operation: str) -> int:
    """The factor, where it is an int of 1 or more and the input has three axes at least."""
    check_tensor(input, "input", operation)
    factor = int_of(factor, name, operation, 1)
    if input.ndim < 3:
        axes = "(N, C, *)" if operation == "channel_shuffle" else "(*, C, H, W)"
        raise ShapeError(f"{operation}: the input must be {axes}, with three axes at least, got the shape {input.shape}")
    return factor
