"""Resizing: the sample gets other lengths, and all of it stays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from minitensor.creation import from_numpy
from minitensor.data.transforms.arguments import one_of, whole_numbers
from minitensor.data.transforms.base import Transform
from minitensor.dtypes import Array
from minitensor.grad_mode import no_grad
from minitensor.nn.functional.resize import interpolate

LINEAR = {1: "linear", 2: "bilinear", 3: "trilinear"}  # by rank


class Resize(Transform):
    """The sample in another size, by `nn.functional.interpolate`. As torchvision's `Resize`.

    Parameters
    ----------
    size : int or sequence of int
        Of the result along each spatial axis; or, one number, along the shortest, and the others are in proportion, rounded
        down.
    interpolation : {'bilinear', 'nearest'}
        Whether a new cell is between the cells around its place, along all axes that there are, or the nearest of them.
    antialias : bool
        Whether an image that becomes smaller has each new pixel mixed of all that it covers. Of no effect for signals,
        volumes and 'nearest'.

    Raises
    ------
    TypeError, ValueError
        An argument is not of its kind.
    ShapeError
        At a call: the size is for another number of axes, or the input has nothing in it.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor.data.transforms import Resize
    >>> Resize(2)(mt.tensor([[[0.0, 1.0, 2.0, 3.0], [4.0, 5.0, 6.0, 7.0]]])).shape
    (1, 2, 4)
    >>> Resize(4)(mt.tensor([[0.0, 1.0]]))
    tensor([[0.0000, 0.2500, 0.7500, 1.0000]])
    """

    shown = "size interpolation antialias"

    def __init__(self, size: int | Sequence[int], interpolation: str = "bilinear", antialias: bool = True) -> None:
        self.size = whole_numbers("Resize", "size", size, 1)
        self.interpolation = one_of("Resize", "interpolation", interpolation, ("bilinear", "nearest"))
        if not isinstance(antialias, bool):
            raise TypeError(f"Resize: antialias must be True or False, got {antialias!r}")
        self.antialias = antialias

    def apply(self, array: Array) -> Array:
        """See `Transform`."""
        if not array.size:
            self.refuse(array, "there is nothing to be resized")
        sizes = self._sizes_for(array)
        if sizes == array.shape[1:]:
            return array
        nearest = self.interpolation == "nearest"
        values = array if array.dtype.kind == "f" else array.astype(np.float64)  # which has all of int32 exactly
        with no_grad():
            resized = interpolate(
                from_numpy(np.ascontiguousarray(values)[None]),  # (1, c, …)
                size=sizes,
                mode="nearest" if nearest else LINEAR[array.ndim - 1],
                antialias=self.antialias and not nearest and array.ndim == 3,
            )
        found: Array = resized.numpy()[0]
        return found if array.dtype.kind == "f" else np.rint(found).astype(array.dtype)

    def _sizes_for(self, array: Array) -> tuple[int, ...]:
        """The result's length along each spatial axis."""
        lengths, size = array.shape[1:], self.size
        if isinstance(size, tuple) and len(size) > 1:
            if len(size) != len(lengths):
                self.refuse(array, f"size={size} is for {len(size)} spatial axes, the input has {len(lengths)}")
            return size
        shortest, wanted = min(lengths), size if isinstance(size, int) else size[0]
        return tuple(max(1, wanted * length // shortest) for length in lengths)
