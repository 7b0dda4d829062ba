"""How a tensor looks when it is printed: PyTorch's layout, with the operation that made it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor.dtypes import Array, bool_, get_default_dtype, int64

if TYPE_CHECKING:
    from minitensor.tensor.core import Tensor


PROFILES: dict[str, dict[str, Any]] = {
    "default": {"precision": 4, "threshold": 1000, "edgeitems": 3, "linewidth": 80},
    "short": {"precision": 2, "threshold": 1000, "edgeitems": 2, "linewidth": 80},
    "full": {"precision": 4, "threshold": sys.maxsize, "edgeitems": 3, "linewidth": 80},
}

_options = {**PROFILES["default"], "sci_mode": None}


def set_printoptions(
    precision: int | None = None,
    threshold: int | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Say how tensors are printed from now on; what is not given stays as it is. As PyTorch's `torch.set_printoptions`.

    Parameters
    ----------
    precision : int, optional
        Decimals; 4 to begin with.
    threshold : int, optional
        With more elements than these, the middle of long axes is left out; 1000 to begin with.
    edgeitems : int, optional
        How many are then shown at each end of an axis; 3 to begin with.
    linewidth : int, optional
        Characters in a line; 80 to begin with.
    profile : str, optional
        "default", "short" (2 decimals, 2 at each end) or "full" (without a threshold), before the other arguments count.
    sci_mode : bool, optional
        Whether numbers have an exponent; where it is not given, their sizes decide.

    Raises
    ------
    ValueError
        An argument is no number or too small, or the profile is none of these. Nothing has changed then.

    Examples
    --------
    >>> import minitensor as mt
    >>> mt.set_printoptions(precision=2)
    >>> mt.tensor([1.23456, 2.5])
    tensor([1.23, 2.50])
    >>> mt.set_printoptions(profile="default")
    """
    global _options
    if profile is not None and profile not in PROFILES:
        raise ValueError(f"set_printoptions: the profile is one of {', '.join(map(repr, PROFILES))}, got {profile!r}")
    given = {"precision": precision, "threshold": threshold, "edgeitems": edgeitems, "linewidth": linewidth}
    numbers: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    for name, value in numbers.items():
        least = int(name in ("edgeitems", "linewidth"))
        if not isinstance(value, (int, float)) or not value >= least:
            raise ValueError(f"set_printoptions: {name} is a number, {least} or more, got {value!r}")
        numbers[name] = int(min(value, sys.maxsize))  # PyTorch takes inf for a threshold
    _options = {**(_options if profile is None else PROFILES[profile]), **numbers, "sci_mode": sci_mode}


def _float_format(array: Array) -> Callable[[Any], str]:
    """Whole numbers as "3.", others with four decimals, a wide range of sizes with an exponent; all of one width."""
    finite = np.abs(array[np.isfinite(array) & (array != 0)].astype(np.float64))
    whole = finite.size == 0 or bool((finite == np.rint(finite)).all())
    scientific = _options["sci_mode"]
    if scientific is None:
        wide = not whole and (finite.min() < 1e-4 or finite.max() / finite.min() > 1000)
        scientific = finite.size > 0 and (finite.max() > 1e8 or wide)
    pattern = f"{{:.{_options['precision']}{'e' if scientific else 'f'}}}" if scientific or not whole else "{:.0f}."

    def plain(value: Any) -> str:
        return pattern.format(float(value)) if np.isfinite(value) else f"{float(value)}"

    width = max((len(plain(value)) for value in array[np.isfinite(array)]), default=0)
    return lambda value: plain(value).rjust(width)


def _format(array: Array) -> Callable[[Any], str]:
    if array.dtype.kind == "f":
        return _float_format(array)
    width = max((len(str(value)) for value in array.ravel()), default=0)
    return lambda value: str(value).rjust(width)


def _shown(array: Array) -> Array:
    """The elements that are printed of a large array: the first and the last few of each axis."""
    edge = _options["edgeitems"]
    if array.size > _options["threshold"]:
        for axis, length in enumerate(array.shape):
            if length > 2 * edge:
                array = np.take(array, [*range(edge), *range(-edge, 0)], axis)
    return array


def values_of(array: Array, prefix: str) -> str:
    """The elements in brackets."""
    if array.size == 0:
        return "[]"
    formatter = _format(_shown(array))
    if array.ndim == 0:
        return formatter(array[()]).strip()
    return np.array2string(
        array,
        separator=", ",
        prefix=prefix,
        max_line_width=_options["linewidth"],
        threshold=_options["threshold"],
        edgeitems=_options["edgeitems"],
        formatter={"all": formatter},
    )


def represent(tensor: Tensor) -> str:
    """The values, the size of an empty tensor, the dtype where it does not show, and what made the tensor."""
    array = tensor._array
    said = [values_of(array, "tensor(")]
    if array.size == 0 and array.shape != (0,):
        said.append(f"size={array.shape}")
    if array.dtype not in (get_default_dtype(), int64, bool_) or (array.size == 0 and array.dtype != get_default_dtype()):
        said.append(f"dtype={array.dtype}")
    if tensor._node is not None:
        said.append(f"grad_fn={tensor._node!r}")
    elif tensor._requires_grad:
        said.append("requires_grad=True")
    return f"tensor({', '.join(said)})"
