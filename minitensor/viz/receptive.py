"""Receptive fields: which part of the input a cell of a layer reads, by arithmetic and by its gradient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from minitensor import autograd
from minitensor.creation import from_numpy
from minitensor.dtypes import Array
from minitensor.errors import ShapeError, spatial_axes
from minitensor.geometry import Ints
from minitensor.grad_mode import enable_grad
from minitensor.nn.module import Module
from minitensor.tape import Call, Node
from minitensor.viz.fields.field import Field
from minitensor.viz.fields.picture import draw_field
from minitensor.viz.fields.probe import EverythingPasses, positive_copy
from minitensor.viz.fields.walk import fields_of
from minitensor.viz.layers import answers_of, check_model, find_layer
from minitensor.viz.unchanged import unchanged

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class ReceptiveField:
    """What the cells of a layer's answer read of the input, along each of its spatial axes.

    Cell p reads the input's cells start + stride*p up to start + stride*p + size - 1, as far as there are any.

    Attributes
    ----------
    layer : str
        Its path.
    input_size, output_size : tuple of int
        The shapes of the input and of the layer's answer.
    size, stride, start : tuple of int or None
        By arithmetic, outermost axis first; None along an axis where the fields are not alike. A stride of 0 says that all
        cells read the same.
    position : tuple of int
        The cell in the middle of the answer, whose field was measured: its place along each spatial axis of the input.
    support : ndarray of bool, axes those of the input
        Which cells of the input have a gradient other than 0 from there.
    measured : tuple of (int, int)
        The first and the last of them along each axis.
    notes : tuple of str
        In words, what there is to know of the comparison.
    """

    def __init__(
        self, layer: str, input_size: Ints, output_size: Ints, fields: list[Field], position: Ints, support: Array
    ) -> None:
        self.layer, self.input_size, self.output_size = layer, input_size, output_size
        self.size = tuple(None if field.uneven else field.size for field in fields)
        self.stride = tuple(None if field.uneven else field.stride for field in fields)
        self.start = tuple(None if field.uneven else field.start for field in fields)
        self.position, self.support = position, support
        self.measured = _extent(support)
        self._fields = fields
        self.notes = tuple(self._notes())

    def cells(self, position: Sequence[int]) -> tuple[tuple[int, int] | None, ...]:
        """The first and the last cell that the answer's cell at `position` reads along each axis, by arithmetic.

        None along an axis for which there is no arithmetic.
        """
        pairs = zip(self._fields, position, strict=True)
        return tuple(None if field.uneven else field.at(place) for field, place in pairs)

    @property
    def agrees(self) -> bool | None:
        """Whether the arithmetic and the gradient agree; None where no axis can be compared.

        Where the field reaches beyond the border, the gradient has to end within it on that side.
        """
        found = [self._agrees_along(axis) for axis in range(len(self._fields))]
        return None if all(one is None for one in found) else False not in found

    def _agrees_along(self, axis: int) -> bool | None:
        field, place = self._fields[axis], self.position[axis]
        if field.uneven or (field.copies and field.is_cut(place)):
            return None
        (first, last), (seen_first, seen_last) = field.at(place), self.measured[axis]
        start = field.start + field.stride * place
        low = seen_first == first if start >= field.seen[0] else seen_first >= first
        high = seen_last == last if start + field.size - 1 <= field.seen[1] else seen_last <= last
        return low and high

    def _notes(self) -> list[str]:
        names = spatial_axes(len(self._fields))
        said: dict[str, list[str]] = {}  # what there is to say, and of which axes
        for axis, (name, field) in enumerate(zip(names, self._fields, strict=True)):
            first, last = self.measured[axis]
            if field.uneven:
                words = (
                    f"no arithmetic, since the fields are not alike after {field.uneven}; by its gradient, the cell in the "
                    f"middle reads the cells {first} to {last}"
                )
            elif not self._agrees_along(axis) and self._agrees_along(axis) is not None:
                low, high = field.at(self.position[axis])
                words = f"the gradient reaches the cells {first} to {last}, by arithmetic they are {low} to {high}"
            elif field.copies and field.is_cut(self.position[axis]):
                words = "padding with copies lets cells at the border read from elsewhere: not compared"
            elif field.is_cut(self.position[axis]):
                words = "the field in the middle reaches beyond the border"
            else:
                continue
            said.setdefault(words, []).append(name)
        return [f"{', '.join(axes)}: {words}" for words, axes in said.items()]

    def plot(self, image: Any = None, *, ax: Axes | None = None) -> Axes:
        """Draw the field of the cell in the middle over the input.

        What has a gradient is shaded or, over an image, what has none is faded. The arithmetic's field is framed, beyond
        the border too. A volume is drawn as the slice in the field's middle.

        Parameters
        ----------
        image : Tensor or array_like, shape (C, *spatial) or (1, C, *spatial), optional
            The input to draw it over.
        ax : matplotlib.axes.Axes, optional
            Where to draw it; left out, in a new figure.

        Returns
        -------
        matplotlib.axes.Axes

        Raises
        ------
        ShapeError
            The image has not the input's size.
        ModuleNotFoundError
            There is no matplotlib.
        """
        spatial = self.support.shape
        picture = None if image is None else np.asarray(image)
        if picture is not None:
            picture = picture[0] if picture.ndim == len(spatial) + 2 else picture
            if picture.ndim != len(spatial) + 1 or picture.shape[1:] != spatial:
                sizes = ", ".join(map(str, ("C", *spatial)))
                raise ShapeError(f"plot: the image is ({sizes}), as the input was, got the shape {np.shape(image)}")
        frames = [
            None if field.uneven else (field.start + field.stride * place, field.size)
            for field, place in zip(self._fields, self.position, strict=True)
        ]
        axes: Axes = draw_field(self.support, self.measured, frames, picture, self._title(), ax)
        return axes

    def _title(self) -> str:
        return f"{f'layer {self.layer!r}' if self.layer else 'the output'}: " + self._numbers()

    def _numbers(self) -> str:
        if None in self.size:
            return f"{'x'.join(str(last - first + 1) for first, last in self.measured)} cells in the middle, by the gradient"
        sizes, strides = ("x".join(map(str, numbers)) for numbers in (self.size, self.stride))
        return f"{sizes} cells, stride {strides}, the first from {', '.join(map(str, self.start))}"

    def __repr__(self) -> str:
        return "\n".join([f"ReceptiveField({self._title()})", *(f"  {note}" for note in self.notes)])


def receptive_field(model: Module, layer: str | None = None, *, input_size: Sequence[int]) -> ReceptiveField:
    """Which part of the input the cells of a layer read: its receptive field, worked out in two ways.

    *By arithmetic*, over the path from the layer back to the input: a window of kernel k, stride s, dilation d and padding
    lo takes the start, the stride and the size of the cells' fields to start - lo*stride, s*stride and
    size + d*(k-1)*stride. Where branches meet, it is the hull of their fields. *By its gradient*: the input's cells that
    the cell in the middle of the answer has a gradient for, on a copy of the model whose weights are positive, so that
    nothing cancels, with ReLUs that let everything pass and pooling that spreads to whole windows. The two must agree, but
    for what the border cuts off. After resizing, transposed convolutions with a stride and operations that are not known
    there is no arithmetic: `notes` say so, and the gradient stands alone.

    Parameters
    ----------
    model : Module
        It stays as it was: a copy of it is evaluated.
    layer : str, optional
        The path of a layer, whose last call counts; left out, the model's answer.
    input_size : sequence of int
        The input's shape, (N, C, *spatial), as for `summary`; one sample is looked at.

    Returns
    -------
    ReceptiveField
        Has `size`, `stride`, `start`, the `support` of the gradient and whether it `agrees`; `plot()` draws it.

    Raises
    ------
    TypeError, ValueError
        An argument is not what it should be; there is no such layer, or the model does not call it.
    ShapeError
        The input has no spatial axes.
    RuntimeError
        The layer's answer does not depend on the input.

    References
    ----------
    A. Araujo, W. Norris and J. Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill, 2019; W. Luo, Y.
    Li, R. Urtasun and R. Zemel, "Understanding the Effective Receptive Field", 2016, for the gradient.

    Examples
    --------
    >>> import minitensor as mt
    >>> model = mt.nn.Sequential(mt.nn.Conv2d(1, 4, 5, padding=2), mt.nn.MaxPool2d(2), mt.nn.Conv2d(4, 8, 3))
    >>> field = receptive_field(model, input_size=(1, 1, 28, 28))
    >>> field
    ReceptiveField(the output: 10x10 cells, stride 2x2, the first from -2, -2)
    >>> field.agrees, field.cells((6, 6))
    (True, ((10, 19), (10, 19)))
    """
    check_model(model, "receptive_field")
    sizes = tuple(input_size)
    if not all(isinstance(one, int) and one > 0 for one in sizes):
        raise TypeError(f"receptive_field: input_size is a shape, whole numbers above 0, got {input_size!r}")
    rank = len(sizes) - 2
    if not 1 <= rank <= 3:
        raise ShapeError(f"receptive_field: input_size is (N, C, *spatial) with one to three spatial axes, got {sizes}")
    path = layer or ""
    find_layer(model, path, "receptive_field")
    probe = positive_copy(model)
    paths = {id(module): name for name, module in probe.named_modules()}
    random = np.random.default_rng(0)
    x = from_numpy(random.uniform(0.5, 1.5, (1, *sizes[1:]))).requires_grad_()
    watched = {path: find_layer(probe, path, "receptive_field")}
    with enable_grad(), unchanged(probe), EverythingPasses(), answers_of(watched) as answers:
        probe(x)
    if not answers:
        raise ValueError(f"receptive_field: the model did not call {path!r}, or it answered with no tensor")
    output = answers[-1][1]
    fields = fields_of(output._edge(), x, rank, lambda node: _place(node, paths))
    if fields is None:
        raise RuntimeError(
            f"receptive_field: what {path or 'the model'!r} answers has no gradient with respect to the input"
        )
    middle = [length // 2 for length in output.shape]
    index = tuple(_of_middle(axis, middle[axis], output.ndim, fields) for axis in range(output.ndim))
    seed = np.zeros(output.shape)
    seed[index] = random.uniform(0.5, 1.5, seed[index].shape)
    (gradient,) = autograd.grad(output, x, from_numpy(seed))
    support = (gradient.numpy() != 0).any(axis=(0, 1))
    position = tuple(middle[field.axes[0]] if len(field.axes) == 1 else 0 for field in fields)
    return ReceptiveField(path, sizes, output.shape, fields, position, support)


def _of_middle(axis: int, middle: int, axes: int, fields: list[Field]) -> slice | int:
    """What to take of an axis of the answer: the middle of those that cells lie along, all else."""
    moves = any(axis in field.axes for field in fields if not field.uneven or axes == 2)
    return middle if axis > 0 and (axis > 1 or moves) else slice(None)


def _extent(support: Array) -> tuple[tuple[int, int], ...]:
    """The first and the last cell along each axis that is in the support; (0, -1) for none."""
    pairs = []
    for axis in range(support.ndim):
        there = np.flatnonzero(support.any(axis=tuple(one for one in range(support.ndim) if one != axis)))
        pairs.append((int(there[0]), int(there[-1])) if there.size else (0, -1))
    return tuple(pairs)


def _place(node: Node, paths: dict[int, str]) -> str:
    """What an operation is and where, in words."""
    module = node.scope.module() if isinstance(node.scope, Call) else None
    path = paths.get(id(module), "")
    return node.primitive.label(node.parameters) + (f" in the layer {path!r}" if path else "")
