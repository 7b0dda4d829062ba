"""A convolution as the matrix that it is: `conv_matrix`.

Output position p and kernel tap k meet at the input cell stride*p + dilation*k - pad_lo, so the weight of k stands in the
row of p and the column of that cell. Nothing else is in the matrix.
"""

from __future__ import annotations

from math import prod
from typing import Any, Literal, overload

import numpy as np

from minitensor.creation import from_numpy
from minitensor.dtypes import Array
from minitensor.errors import ShapeError, shape_table, spatial_axes
from minitensor.extras import extra
from minitensor.geometry import ConvGeometry, IntOrInts, Ints, tuple_of
from minitensor.nn.conv_nd import ConvNd, ConvTransposeNd
from minitensor.nn.functional.padding import pad_with_copies


@overload
def conv_matrix(
    conv: ConvGeometry | ConvNd | ConvTransposeNd,
    in_spatial: IntOrInts | None = None,
    *,
    weight: Any = None,
    sparse: Literal[False] = False,
) -> Array: ...
@overload
def conv_matrix(
    conv: ConvGeometry | ConvNd | ConvTransposeNd,
    in_spatial: IntOrInts | None = None,
    *,
    weight: Any = None,
    sparse: bool,
) -> Any: ...
def conv_matrix(
    conv: ConvGeometry | ConvNd | ConvTransposeNd,
    in_spatial: IntOrInts | None = None,
    *,
    weight: Any = None,
    sparse: bool = False,
) -> Any:
    """A convolution as an explicit matrix, without its bias.

    Its rows are the cells of the output, (C_out, *out), its columns those of the input, (C_in, *in), both in C's order. So
    for one sample x, with M for the matrix,

        Y.ravel() = M @ X.ravel()          dX.ravel() = M.T @ dY.ravel()

    and M.T is the transposed convolution: for a transposed layer, M is the transpose of the matrix of its geometry. Padding
    with copies (reflect, replicate, circular) puts several weights into one entry, where they are added up.

    Parameters
    ----------
    conv : Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d or ConvGeometry
        A geometry stands for the convolution that it describes, and needs a weight.
    in_spatial : int or tuple of int
        For a layer, the sizes of its input's spatial axes; a geometry has its own.
    weight : Tensor or array_like, shape (C_out, C_in/groups, *kernel)
        For a geometry; a layer has its own.
    sparse : bool
        Whether to answer with a `scipy.sparse.csr_array`, of the same entries in a fraction of the memory.

    Returns
    -------
    ndarray or scipy.sparse.csr_array, shape (C_out*prod(out), C_in*prod(in))
        Of the weight's dtype; a sparse one of float16 is in float32, since SciPy has none.

    Raises
    ------
    TypeError
        `conv` is no convolution, or lacks its input's sizes or its weight.
    ValueError
        It has these already, or they are no sizes.
    ShapeError
        The weight does not fit the geometry, or the layer fits no input of these sizes.
    ModuleNotFoundError
        The matrix is to be sparse, and there is no SciPy.

    References
    ----------
    V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning", 2016, section 4.1: convolution as a
    matrix operation.

    Examples
    --------
    >>> import minitensor as mt
    >>> geometry = ConvGeometry.from_conv((5,), 3, stride=2, padding=1)
    >>> matrix = conv_matrix(geometry, weight=[[[1, 2, 3]]])
    >>> matrix
    array([[2, 3, 0, 0, 0],
           [0, 1, 2, 3, 0],
           [0, 0, 0, 1, 2]])
    >>> matrix.T @ [1, 1, 1]
    array([2, 4, 2, 4, 2])
    >>> layer, x = mt.nn.Conv2d(2, 3, 3, bias=False, dtype=mt.float64), mt.rand(1, 2, 6, 5, dtype=mt.float64)
    >>> np.allclose(conv_matrix(layer, (6, 5)) @ x.numpy().ravel(), layer(x).numpy().ravel())
    True
    """
    if isinstance(conv, ConvGeometry):
        if in_spatial is not None:
            raise ValueError(f"conv_matrix: in_spatial is for a layer, this geometry has its own: {conv.in_spatial}")
        if weight is None:
            raise TypeError("conv_matrix: a geometry has no weight: pass weight=, of (C_out, C_in/groups, *kernel)")
        return _matrix(conv, _numbers(conv.in_spatial), _checked(weight, conv), sparse)
    if not isinstance(conv, (ConvNd, ConvTransposeNd)):
        raise TypeError(f"conv_matrix: expected a convolution layer or a ConvGeometry, got {type(conv).__name__}")
    name = type(conv).__name__
    if weight is not None:
        raise ValueError(f"conv_matrix: weight is for a geometry, this {name} has its own")
    if in_spatial is None:
        axes = ", ".join(spatial_axes(conv.rank))
        raise TypeError(f"conv_matrix: pass in_spatial, the sizes of the input of this {name}: ({axes})")
    sizes = tuple_of(in_spatial, conv.rank, "in_spatial", "conv_matrix", 1)
    return _of_transposed(conv, sizes, sparse) if isinstance(conv, ConvTransposeNd) else _of_layer(conv, sizes, sparse)


def _of_layer(conv: ConvNd, sizes: Ints, sparse: bool) -> Any:
    """The matrix of a convolution layer, with what its padding holds."""
    geometry = ConvGeometry.from_conv(
        sizes,
        conv.kernel_size,
        stride=conv.stride,
        padding=conv.padding,
        dilation=conv.dilation,
        groups=conv.groups,
        operation="conv_matrix",
    )
    weight, numbers = np.asarray(conv.weight), _numbers(sizes)
    if conv.conv_mode == "convolution":
        weight = np.flip(weight, axis=tuple(range(2, weight.ndim)))
    if conv.padding_mode != "zeros":
        pairs, none = tuple(zip(geometry.pad_lo, geometry.pad_hi, strict=True)), (0,) * conv.rank
        numbers = np.asarray(pad_with_copies(from_numpy(numbers), pairs, conv.padding_mode, "conv_matrix"))
        geometry = geometry._replace(in_spatial=numbers.shape, pad_lo=none, pad_hi=none)
    return _matrix(geometry, numbers, weight, sparse)


def _of_transposed(conv: ConvTransposeNd, sizes: Ints, sparse: bool) -> Any:
    """The matrix of a transposed layer: that of the convolution whose adjoint it is, transposed."""
    geometry = ConvGeometry.from_transpose(
        sizes,
        conv.kernel_size,
        stride=conv.stride,
        padding=conv.padding,
        output_padding=conv.output_padding,
        dilation=conv.dilation,
        groups=conv.groups,
        operation="conv_matrix",
    )
    adjoint = _matrix(geometry, _numbers(geometry.in_spatial), np.asarray(conv.weight), sparse).T
    return adjoint.tocsr() if sparse else adjoint


def _matrix(geometry: ConvGeometry, numbers: Array, weight: Array, sparse: bool) -> Any:
    """The matrix of a convolution whose input cells stand in these columns: copies of a cell stand in its own."""
    cells = _cells(geometry)  # (positions, taps)
    position, tap = np.nonzero(cells >= 0)
    column = numbers.ravel()[cells[position, tap]]
    height, width = len(cells), int(numbers.max()) + 1  # of the block that leads from one channel to one

    out_channels, per_group = weight.shape[:2]
    o = np.arange(out_channels)[:, None, None]  # (o, 1, 1)
    c = o // (out_channels // geometry.groups) * per_group + np.arange(per_group)[:, None]  # (o, c, 1), o's channels
    values = weight.reshape(out_channels, per_group, -1)[:, :, tap]  # (o, c, meetings)
    rows, columns = np.broadcast_arrays(o * height + position, c * width + column)
    shape = out_channels * height, per_group * geometry.groups * width
    if sparse:
        values = values.astype(np.float32) if values.dtype == np.float16 else values
        triples = values.ravel(), (rows.ravel(), columns.ravel())
        return extra("scipy.sparse", "conv_matrix(sparse=True)", "viz").coo_array(triples, shape=shape).tocsr()
    matrix = np.zeros(shape, weight.dtype)
    np.add.at(matrix, (rows, columns), values)
    return matrix


def _cells(geometry: ConvGeometry) -> Array:
    """The input cell at which each output position meets each tap, counted in line; -1 in the padding: (positions, taps)."""
    rank = geometry.rank
    inside, line = np.array(True), np.array(0)
    for axis in range(rank):
        p, k = np.arange(geometry.out_spatial[axis])[:, None], np.arange(geometry.kernel[axis])
        i = geometry.stride[axis] * p + geometry.dilation[axis] * k - geometry.pad_lo[axis]  # (p, k)
        size = geometry.in_spatial[axis]
        along = [1] * (2 * rank)  # the positions of all axes, then the taps of all axes
        along[axis], along[rank + axis] = i.shape
        i = i.reshape(along)
        inside, line = inside & (i >= 0) & (i < size), line * size + i
    cells: Array = np.where(inside, line, -1).reshape(prod(geometry.out_spatial), prod(geometry.kernel))
    return cells


def _numbers(sizes: Ints) -> Array:
    """Each cell's number in line."""
    return np.arange(prod(sizes)).reshape(sizes)


def _checked(weight: Any, geometry: ConvGeometry) -> Array:
    """A geometry's weight, (C_out, C_in/groups, *kernel)."""
    array: Array = np.asarray(weight)
    axes = ("C_out", "C_in/groups", *(f"k{axis}" for axis in spatial_axes(geometry.rank)))
    if array.ndim != geometry.rank + 2 or array.shape[2:] != geometry.kernel or 0 in array.shape:
        raise ShapeError(
            f"conv_matrix: the weight is ({', '.join(axes)}) with the kernel {geometry.kernel}, got the shape {array.shape}"
        )
    if array.shape[0] % geometry.groups:
        table = shape_table(("weight", axes, array.shape))
        raise ShapeError(f"conv_matrix: groups={geometry.groups} does not divide the {array.shape[0]} outputs\n{table}")
    return array
