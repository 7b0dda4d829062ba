"""The checks that the functions share: what is a tensor, which axes are meant, which shape."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np

from minitensor.dtypes import as_dtype, result_type
from minitensor.errors import ShapeError
from minitensor.ops import elementwise
from minitensor.tape import Traced

if TYPE_CHECKING:
    from numpy.typing import DTypeLike

    from minitensor.tensor import Tensor

Dim: TypeAlias = "int | Sequence[int] | None"
FunctionType = TypeVar("FunctionType", bound=Callable[..., Any])
TENSORS = (Traced, np.ndarray)

# NumPy's names of arguments, and PyTorch's, for which its functions take them too.
NUMPY_NAMES = {"axis": "dim", "keepdims": "keepdim"}


def numpy_names(function: FunctionType) -> FunctionType:
    """Decorate a function so that it takes `axis` for `dim` and `keepdims` for `keepdim`."""

    @functools.wraps(function)
    def call(*args: Any, **named: Any) -> Any:
        return function(*args, **(named and _in_our_names(function.__name__, named)))

    return call  # type: ignore[return-value]  # functools.wraps keeps the signature


def on_tensor(function: FunctionType) -> FunctionType:
    """Decorate a function of a tensor so that it refuses anything else in words, and takes NumPy's names of arguments.

    An ndarray is taken in a tensor's place; the answer is then an ndarray.
    """
    first = function.__code__.co_varnames[0]

    @functools.wraps(function)
    def call(*args: Any, **named: Any) -> Any:
        if args:
            if not isinstance(args[0], TENSORS):
                check_tensors(function.__name__, args[0])
        elif first in named:
            check_tensors(function.__name__, named[first])
        if not named:
            return function(*args)
        return function(*args, **_in_our_names(function.__name__, named))

    return call  # type: ignore[return-value]  # functools.wraps keeps the signature


def _in_our_names(operation: str, named: dict[str, Any]) -> dict[str, Any]:
    for theirs, ours in NUMPY_NAMES.items():
        if theirs in named:
            if ours in named:
                raise TypeError(f"{operation}: {theirs!r} is NumPy's name for {ours!r}: give one of them")
            named[ours] = named.pop(theirs)
    return named


def check_tensors(operation: str, *values: Any) -> None:
    """Raise a TypeError where a value is neither a tensor nor an array."""
    for value in values:
        if not isinstance(value, TENSORS):
            raise TypeError(f"{operation}: expected a tensor, got {type(value).__name__}: convert it with mt.tensor(...)")


def check_floating(operation: str, *values: Any) -> None:
    """Raise a TypeError where values, taken together, are not of a floating dtype."""
    dtype = values[0].dtype if len(values) == 1 else result_type(*values)
    if dtype.kind != "f":
        raise TypeError(f"{operation}: expected a floating dtype, got {dtype}: convert with .float()")


def check_same_dtype(operation: str, input: Any, **others: Any) -> None:
    """Raise a TypeError where a tensor has another dtype than input."""
    for name, other in others.items():
        if other.dtype != input.dtype:
            raise TypeError(
                f"{operation}: the input is {input.dtype}, {name} is {other.dtype}: convert one, for example with "
                f".to(mt.{input.dtype})"
            )


def converted(input: Tensor, dtype: DTypeLike | None) -> Tensor:
    """A tensor in another dtype; itself, where it has that already, or none is asked for."""
    if dtype is None or as_dtype(dtype) == input.dtype:
        return input
    return elementwise.cast(input, dtype=as_dtype(dtype))


def boxed(input: Tensor, array: Any) -> Tensor:
    """An array as a tensor without gradient, where input is a tensor."""
    found: Tensor = input._box(np.asarray(array), None, [0]) if isinstance(input, Traced) else array
    return found


def axis_of(dim: Any, ndim: int, operation: str) -> int:
    """`dim` as an axis counted from the front.

    Raises
    ------
    TypeError
        It is not an integer.
    IndexError
        There is no such axis.
    """
    try:
        axis = operator.index(dim)
    except TypeError:
        raise TypeError(f"{operation}: dim is an integer, got {dim!r}") from None
    count = max(ndim, 1)  # an array without axes counts as one of length 1
    if not -count <= axis < count:
        raise IndexError(f"{operation}: dim {axis} is out of range: of {ndim} axes, it is one from {-count} to {count - 1}")
    return axis % count


def axes_of(dim: Dim, ndim: int, operation: str) -> tuple[int, ...]:
    """`dim` as a tuple of axes counted from the front, in order; all of them for None or an empty sequence.

    Raises
    ------
    IndexError
        There is no such axis.
    ValueError
        An axis is named twice.
    """
    if dim is None:
        return tuple(range(ndim))
    if not isinstance(dim, Sequence):
        return (axis_of(dim, ndim, operation),) if ndim or axis_of(dim, ndim, operation) else ()
    axes = sorted(axis_of(one, ndim, operation) for one in dim)
    if len(set(axes)) != len(axes):
        raise ValueError(f"{operation}: an axis is named twice in dim={tuple(dim)}")
    return tuple(axes) if axes and ndim else tuple(range(ndim))


def named_axes_of(dim: Dim, ndim: int, operation: str) -> tuple[int, ...]:
    """`dim` as `axes_of` has it, but an empty sequence names none."""
    return () if isinstance(dim, Sequence) and not dim else axes_of(dim, ndim, operation)


def numbered(ndim: int) -> list[str]:
    """The numbers of axes, to stand for their names in `shape_table`."""
    return [str(axis) for axis in range(ndim)]


def sizes_of(sizes: tuple[Any, ...], operation: str) -> tuple[int, ...]:
    """Sizes written one by one, or as one sequence, as a tuple of ints."""
    given = sizes[0] if len(sizes) == 1 and not hasattr(sizes[0], "__index__") else sizes
    try:
        return tuple(operator.index(size) for size in given)
    except TypeError:
        raise TypeError(f"{operation}: sizes are integers, got {given!r}") from None


def inferred_shape(shape: tuple[int, ...], before: tuple[int, ...], operation: str) -> tuple[int, ...]:
    """`shape` with its -1 worked out, so that it holds as many elements as `before`.

    Raises
    ------
    ShapeError
        It cannot hold them.
    """
    count = _product(before)
    known = _product(size for size in shape if size != -1)
    fits = shape.count(-1) <= 1 and all(size >= -1 for size in shape)
    if fits and -1 in shape and known:
        fits = count % known == 0
        filled = tuple(count // known if size == -1 else size for size in shape)
    else:
        filled = shape
        fits = fits and -1 not in shape and known == count
    if not fits:
        raise ShapeError(f"{operation}: {count} elements of shape {before} do not fit into the shape {shape}")
    return filled


def _product(sizes: Any) -> int:
    product = 1
    for size in sizes:
        product *= size
    return product
