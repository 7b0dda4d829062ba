"""MegEngine's layout of the parameters of one convolution.

MegEngine gives the weight of a grouped layer an axis for the groups, and the bias the number of axes of the output:

| parameter                  | here                      | MegEngine, groups = 1 | MegEngine, groups > 1                    |
|----------------------------|---------------------------|-----------------------|------------------------------------------|
| weight of a convolution    | (out, in/groups, *kernel) | (out, in, *kernel)    | (groups, out/groups, in/groups, *kernel) |
| weight of a transposed one | (in, out/groups, *kernel) | (in, out, *kernel)    | (groups, in/groups, out/groups, *kernel) |
| bias                       | (out,)                    | (1, out, 1...)        | (1, out, 1...)                           |

The numbers are the same and in the same order in memory, so every function returns a view where NumPy can give one.
The gradient of a parameter has the parameter's layout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.errors import ShapeError, shape_table, spatial_axes

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def conv_weight_from_megengine(weight: ArrayLike, groups: int = 1, transposed: bool = False) -> NDArray[Any]:
    """Return the weight of a MegEngine convolution, as the layers here keep it.

    Parameters
    ----------
    weight : array_like
        (groups, out/groups, in/groups, *kernel), or (out, in, *kernel) for one group; of a transposed convolution
        (groups, in/groups, out/groups, *kernel), or (in, out, *kernel).
    groups : int
        The layer's groups: a 4-D weight may be a grouped 1-D layer's or a plain 2-D one's, and only this tells.
    transposed : bool
        Whether the layer is a transposed convolution. The axes are joined in the same way; errors name them by it.

    Returns
    -------
    ndarray
        (out, in/groups, *kernel), transposed (in, out/groups, *kernel), in the weight's dtype.

    Raises
    ------
    ShapeError
        The weight has too few axes, or its first axis is not the groups.

    Examples
    --------
    >>> import numpy as np
    >>> conv_weight_from_megengine(np.zeros((2, 4, 3, 5, 5)), groups=2).shape
    (8, 3, 5, 5)
    """
    kept = np.asarray(weight)
    _check_groups("conv_weight_from_megengine", groups)
    first, second = _channel_axes(transposed)
    axes = (first, second) if groups == 1 else ("groups", f"{first}/groups", f"{second}/groups")
    named = _named("conv_weight_from_megengine", kept, axes)
    if groups == 1:
        return kept
    if kept.shape[0] != groups:
        relation = f"the weight's first axis is {kept.shape[0]}, groups is {groups}"
        raise ShapeError(f"conv_weight_from_megengine: {relation}\n{named}")
    return kept.reshape(groups * kept.shape[1], *kept.shape[2:])  # (g, o/g, i/g, *k) -> (o, i/g, *k)


def conv_weight_to_megengine(weight: ArrayLike, groups: int = 1, transposed: bool = False) -> NDArray[Any]:
    """Return the weight of a layer here, as MegEngine keeps it; `conv_weight_from_megengine` undoes it.

    Parameters
    ----------
    weight : array_like
        (out, in/groups, *kernel), of a transposed convolution (in, out/groups, *kernel).
    groups : int
        The layer's groups.
    transposed : bool
        Whether the layer is a transposed convolution.

    Returns
    -------
    ndarray
        (groups, out/groups, in/groups, *kernel), transposed (groups, in/groups, out/groups, *kernel); for one group
        the weight as it is.

    Raises
    ------
    ShapeError
        The weight has too few axes, or groups does not divide its first one.

    Examples
    --------
    >>> import numpy as np
    >>> conv_weight_to_megengine(np.zeros((8, 3, 5)), groups=2).shape
    (2, 4, 3, 5)
    """
    own = np.asarray(weight)
    _check_groups("conv_weight_to_megengine", groups)
    first, second = _channel_axes(transposed)
    named = _named("conv_weight_to_megengine", own, (first, f"{second}/groups"))
    if groups == 1:
        return own
    if own.shape[0] % groups:
        raise ShapeError(f"conv_weight_to_megengine: groups = {groups} does not divide {first} = {own.shape[0]}\n{named}")
    return own.reshape(groups, own.shape[0] // groups, *own.shape[1:])  # (o, i/g, *k) -> (g, o/g, i/g, *k)


def bias_from_megengine(bias: ArrayLike) -> NDArray[Any]:
    """Return the bias of a MegEngine convolution, (1, out, 1...), as the layers here keep it, (out,).

    Parameters
    ----------
    bias : array_like
        (1, out, 1...)

    Raises
    ------
    ShapeError
        An axis other than the second is longer than 1.

    Examples
    --------
    >>> import numpy as np
    >>> bias_from_megengine(np.zeros((1, 8, 1, 1))).shape
    (8,)
    """
    kept = np.asarray(bias)
    if kept.ndim < 2 or kept.size != kept.shape[1]:
        raise ShapeError(f"bias_from_megengine: the bias is (1, out, 1...), one number for each channel, not {kept.shape}")
    return kept.reshape(-1)  # (1, o, 1...) -> (o,)


def bias_to_megengine(bias: ArrayLike, rank: int) -> NDArray[Any]:
    """Return the bias of a layer here, (out,), as MegEngine keeps it, (1, out, 1...).

    Parameters
    ----------
    bias : array_like
        (out,)
    rank : int
        The number of spatial axes: 2 for a Conv2d.

    Raises
    ------
    ShapeError
        The bias has not one axis.

    Examples
    --------
    >>> import numpy as np
    >>> bias_to_megengine(np.zeros(8), rank=2).shape
    (1, 8, 1, 1)
    """
    own = np.asarray(bias)
    if own.ndim != 1:
        raise ShapeError(f"bias_to_megengine: the bias is (out,), not {own.shape}")
    return own.reshape(1, -1, *[1] * rank)  # (o,) -> (1, o, 1...)


def _channel_axes(transposed: bool) -> tuple[str, str]:
    return ("in", "out") if transposed else ("out", "in")


def _check_groups(function: str, groups: int) -> None:
    if groups < 1:
        raise ValueError(f"{function}: groups is 1 or more, not {groups}")


def _named(function: str, weight: NDArray[Any], axes: tuple[str, ...]) -> str:
    """Return the weight's shape with its axes named; refuse one without a kernel behind those axes."""
    rank = weight.ndim - len(axes)
    if rank < 1:
        named = ", ".join(axes)
        raise ShapeError(f"{function}: the weight is ({named}, *kernel), {len(axes) + 1} axes or more, not {weight.shape}")
    return shape_table(("weight", (*axes, *(f"k{axis}" for axis in spatial_axes(rank))), weight.shape))
