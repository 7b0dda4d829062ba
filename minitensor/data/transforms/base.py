"""What all transforms have in common: how they are called, what they refuse, how they print, where they draw from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from minitensor.creation import from_numpy
from minitensor.dtypes import Array
from minitensor.errors import ShapeError, shape_table, spatial_axes
from minitensor.random import Generator, numpy_generator
from minitensor.tensor import Tensor

Sample = TypeVar("Sample", Tensor, np.ndarray[Any, Any])


class Transform:
    """One sample in, one sample out: signals (C, L), images (C, H, W) and volumes (C, D, H, W).

    A Tensor becomes a Tensor and an ndarray an ndarray, of the same dtype. The sample itself is never changed: it comes back
    as it is, or there is a new one with memory of its own. No gradient is recorded.

    To write one, say in `apply` what becomes of the array.

    Attributes
    ----------
    shown : str
        The attributes that `repr` prints, with spaces between.
    least_rank : int
        How many spatial axes a sample has at least.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor.data import transforms
    >>> class Invert(transforms.Transform):
    ...     def apply(self, array):
    ...         return 1 - array
    >>> Invert()(mt.tensor([[0.0, 0.25]]))
    tensor([[1.0000, 0.7500]])
    """

    shown = ""
    least_rank = 1

    def __call__(self, input: Sample) -> Sample:
        """See the class."""
        array: Any = input._array if isinstance(input, Tensor) else input
        if not isinstance(array, np.ndarray):
            raise TypeError(f"{self.name}: expected a Tensor or an ndarray, got {type(input).__name__}")
        if array.ndim <= self.least_rank:
            self.refuse(array, f"the input needs {_ranks(self.least_rank)}, got {array.ndim} {_plural('axis', array.ndim)}")
        result = self.apply(array)
        if isinstance(input, np.ndarray):
            return result
        return input if result is array and not input.requires_grad else from_numpy(result)

    def apply(self, array: Array) -> Array:
        """What becomes of one sample: of `array`, (C, *spatial), a new one is made, or it is returned unchanged."""
        raise NotImplementedError(f"{self.name}: a transform defines apply(array), which returns an array")

    @property
    def name(self) -> str:
        """The name of its class, which errors begin with."""
        return type(self).__name__

    def refuse(
        self, array: Array, relation: str, *rows: tuple[str, Sequence[str], Sequence[int]], way_out: str = ""
    ) -> None:
        """Raise a ShapeError that says what does not fit, and the shapes with their axes.

        Parameters
        ----------
        array : ndarray
            The sample, (C, *spatial).
        relation : str
            What does not fit, with its numbers.
        *rows : tuple of (name, axes, shape)
            Further shapes: see `minitensor.errors.shape_table`.
        way_out : str
            What can be done, if that is likely.
        """
        axes = ("C", *spatial_axes(array.ndim - 1)) if array.ndim else ()
        table = shape_table(("input", axes, array.shape), *rows)
        raise ShapeError(f"{self.name}: {relation}\n{table}" + (way_out and f"\n  {way_out}"))

    def refuse_axis(self, array: Array, axis: int) -> None:
        """Raise a ShapeError where a sample, `array`, has no spatial axis of the number `axis`."""
        if not -array.ndim < axis < array.ndim:
            self.refuse(array, f"axis={axis} is not among its spatial axes, 1 to {array.ndim - 1}")

    def extra_repr(self) -> str:
        """What stands between the brackets of its `repr`."""
        return ", ".join(f"{name}={getattr(self, name)!r}" for name in self.shown.split())

    def __repr__(self) -> str:
        return f"{self.name}({self.extra_repr()})"


class RandomTransform(Transform):
    """A transform that draws random numbers: see `Transform`.

    Parameters
    ----------
    generator : Generator or numpy.random.Generator, optional
        Where it draws from; left out, the one that `mt.manual_seed` sets. A `DataLoader` has either stand for one of the
        sample's own, so that a sample is changed alike at any number of workers.

    Raises
    ------
    TypeError
        The generator is none.

    Examples
    --------
    >>> import minitensor as mt
    >>> from minitensor.data import transforms
    >>> class RandomSign(transforms.RandomTransform):
    ...     def apply(self, array):
    ...         return array if self.draws.random() < 0.5 else -array
    >>> RandomSign(generator=mt.Generator().manual_seed(1))(mt.ones(1, 2))
    tensor([[-1., -1.]])
    """

    def __init__(self, *, generator: Generator | np.random.Generator | None = None) -> None:
        if generator is not None:
            numpy_generator(generator)  # refuses what is none
        self.generator = generator

    @property
    def draws(self) -> np.random.Generator:
        """Where this call draws from."""
        return numpy_generator(self.generator)


def checked_callable(owner: str, what: str, value: Any) -> Callable[[Any], Any]:
    """What can be called with a sample: a transform or a function, and no class of transforms.

    Raises
    ------
    TypeError
        It is none.
    """
    if isinstance(value, type) and issubclass(value, Transform):
        raise TypeError(f"{owner}: {what} is the class {value.__name__}: make one of it, {value.__name__}(…)")
    if not callable(value):
        raise TypeError(f"{owner}: {what} must be a transform or a function, got {value!r}")
    function: Callable[[Any], Any] = value
    return function


def per_channel(transform: Transform, what: str, values: Any, array: Array) -> Any:
    """Make a number for all channels, or a tuple of one for each, fit an array (C, *spatial).

    Raises
    ------
    ShapeError
        There are as many as the array has no channels.
    ValueError
        The array is of a dtype that has no such number.
    """
    if array.dtype.kind != "f":
        with np.errstate(invalid="ignore"):  # a number beyond the bounds becomes another one, and is found by that
            fitting = np.asarray(values).astype(array.dtype)
        if not np.array_equal(fitting, values):
            raise ValueError(f"{transform.name}: the input is of {array.dtype}, which has no {what}={values}")
    if not isinstance(values, tuple):
        return values
    if len(values) not in (1, array.shape[0]):
        channels = f"{array.shape[0]} {_plural('channel', array.shape[0])}"
        transform.refuse(array, f"the input has {channels}, {what} has {len(values)} {_plural('value', len(values))}")
    return np.reshape(values, (-1, *[1] * (array.ndim - 1)))  # (c, 1, …)


def _ranks(least: int) -> str:
    return ", ".join(f"(C, {', '.join(spatial_axes(rank))})" for rank in range(least, 4)).replace(", (C, D", " or (C, D")


def _plural(noun: str, count: int) -> str:
    return noun if count == 1 else {"axis": "axes"}.get(noun, f"{noun}s")
