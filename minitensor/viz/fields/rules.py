"""What operations do to fields: a rule for each, from an argument's field to the result's."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any, TypeAlias

import numpy as np

from minitensor.dtypes import Array
from minitensor.geometry import PoolGeometry
from minitensor.ops import activation, elementwise
from minitensor.primitive import Primitive
from minitensor.tape import Node
from minitensor.viz.fields.field import Field

Rule: TypeAlias = "Callable[[Node, Any, Field], Field | None]"  # from a node, the edge to an argument and that one's field


def _window(node: Node, edge: Any, field: Field) -> Field:
    """Convolution and pooling."""
    geometry = node.parameters["geometry"]
    pads = geometry.pad if isinstance(geometry, PoolGeometry) else geometry.pad_lo
    if not isinstance(geometry, PoolGeometry):
        field = field.contracted(edge.shape, [1])  # a convolution sums over channels
    if not field.stride or field.order is not None:
        return field.hull(edge.shape)
    axis = field.axes[0] - 2
    if axis < 0:
        return field
    return field.windows(pads[axis], geometry.stride[axis], geometry.dilation[axis] * (geometry.kernel[axis] - 1))


def _transposed_window(node: Node, edge: Any, field: Field) -> Field:
    """A transposed convolution of stride 1 is a convolution with other padding; of another, no cell is like the next."""
    geometry = node.parameters["geometry"]
    field = field.contracted(edge.shape, [1])
    if not field.stride or field.order is not None:
        return field.hull(edge.shape)
    axis = field.axes[0] - 2
    reach = geometry.dilation[axis] * (geometry.kernel[axis] - 1)
    even = geometry.stride[axis] == 1
    return field.windows(reach - geometry.pad_lo[axis], 1, reach) if even else field.hull(edge.shape)


def _adaptive(node: Node, edge: Any, field: Field) -> Field:
    """Windows that share an axis: alike where their number divides its length."""
    if not field.stride or field.order is not None:
        return field.hull(edge.shape)
    axis = field.axes[0]
    kernel, rest = divmod(edge.shape[axis], node.shape[axis])
    return field.hull(edge.shape) if rest else field.windows(0, kernel, kernel - 1)


def _elementwise(node: Node, edge: Any, field: Field) -> Field:
    """Cell by cell, broadcast."""
    new = len(node.shape) - len(edge.shape)
    repeated = [axis for axis in field.axes if edge.shape[axis] != node.shape[axis + new]]
    field = field.contracted(edge.shape, repeated)
    return field._replace(axes=tuple(axis + new for axis in field.axes))


def _reduction(node: Node, edge: Any, field: Field) -> Field:
    return field.contracted(edge.shape, node.parameters["axis"], node.parameters["keepdims"])


def _along_axis(node: Node, edge: Any, field: Field) -> Field:
    return field.contracted(edge.shape, [node.parameters["axis"]])


def _standardized(_: Node, edge: Any, field: Field) -> Field:
    return field.contracted(edge.shape, [0, *range(2, len(edge.shape))])


def _rows(_: Node, edge: Any, field: Field) -> Field:
    return field.contracted(edge.shape, [-1])


def _product(node: Node, edge: Any, field: Field) -> Field | None:
    """Matrices in the last two axes: the first factor is read in rows, the second in columns."""
    if min(len(one.shape) for one in node.inputs if one is not None) < 2 or node.inputs[0] is node.inputs[1]:
        return None
    contracted = field.contracted(edge.shape, [-1 if edge is node.inputs[0] else -2])
    new = len(node.shape) - len(edge.shape)  # axes of the other factor's batch
    return contracted._replace(axes=tuple(axis + new for axis in contracted.axes))


def _resized(node: Node, edge: Any, field: Field) -> Field:
    return field.hull(edge.shape) if node.parameters["axis"] % len(node.shape) in field.axes else field


def _side_by_side(node: Node, _: Any, field: Field) -> Field | None:
    return None if node.parameters["axis"] % len(node.shape) in field.axes else field


def _rearranged(node: Node, edge: Any, field: Field) -> Field:
    """What only moves cells is run on their numbers: where these go, the fields go."""
    numbers = field.order
    if numbers is None:
        lengths = [length if axis in field.axes else 1 for axis, length in enumerate(edge.shape)]
        numbers = np.broadcast_to(np.arange(prod(lengths), dtype=np.float64).reshape(lengths), edge.shape)
    parameters = {**node.parameters, "value": np.nan} if node.name == "pad" else node.parameters
    moved = np.asarray(node.primitive(np.array(numbers), **parameters))
    axes = tuple(axis for axis in range(moved.ndim) if _varies(moved, axis))
    if not field.stride or not axes or not np.isfinite(moved).any():
        return field.hull(edge.shape)._replace(axes=axes, uneven=field.uneven if axes else "")
    if len(axes) == 1:
        in_line = _in_line(moved, axes[0], int(numbers.max()) + 1, field)
        if in_line is not None:
            return in_line
    if np.isnan(moved).any():
        return field.hull(edge.shape)._replace(axes=axes)
    return field._replace(axes=axes, order=moved)


def _in_line(moved: Array, axis: int, count: int, field: Field) -> Field | None:
    """The field of cells that follow one another evenly along an axis; where padding is copies, but for those."""
    middle = [length // 2 for length in moved.shape]
    line = moved[tuple(slice(None) if one == axis else place for one, place in enumerate(middle))]
    step = line[middle[axis]] - line[middle[axis] - 1]
    expected = line[middle[axis]] + step * (np.arange(len(line)) - middle[axis])
    inside = (expected >= 0) & (expected < count)
    if not (step > 0 and np.array_equal(line[inside], expected[inside])):
        return None
    copies = field.copies or not (inside | np.isnan(line)).all()
    start, stride = field.start + int(expected[0]) * field.stride, field.stride * int(step)
    return field._replace(axes=(axis,), start=start, stride=stride, copies=copies, order=None, uneven="")


def _varies(numbers: Array, axis: int) -> bool:
    """Whether the numbers along an axis are not all the same, those that are NaN left out."""
    return bool((np.fmax.reduce(numbers, axis=axis) > np.fmin.reduce(numbers, axis=axis)).any())


_FAMILIES: list[tuple[Rule, str]] = [
    (_window, "conv conv_bias max_pool pool_sum"),
    (_transposed_window, "conv_transpose"),
    (_adaptive, "adaptive_sum"),
    (_elementwise, "scale_channels alias"),
    (_reduction, "sum mean prod amax amin logsumexp"),
    (_along_axis, "softmax log_softmax"),
    (_standardized, "standardize batch_norm"),
    (_rows, "linear"),
    (_product, "matmul"),
    (_resized, "resample"),
    (_side_by_side, "cat"),
    (_rearranged, "reshape permute broadcast_to diagonal pad getitem take flip"),
]
RULES: dict[str, Rule] = {
    one.name: _elementwise
    for module in (elementwise, activation)
    for one in vars(module).values()
    if isinstance(one, Primitive)
}
RULES.update({name: rule for rule, names in _FAMILIES for name in names.split()})
