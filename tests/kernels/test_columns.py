"""Shows that every engine's columns are what the taps see, by their formula, and that adding them back is the exact adjoint."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from minitensor.geometry import ConvGeometry
from minitensor.kernels import reference
from minitensor.kernels.numpy_ import columns as numpy_columns
from minitensor.testing.geometries import conv_cases

engines = pytest.mark.parametrize("engine", [reference, numpy_columns], ids=["reference", "numpy"])
many = settings(max_examples=200, derandomize=True, deadline=None)


def columns_of(x, geometry):
    """The columns (n, c, *kernel, *out_spatial) by indexing the padded image: the formula, on all axes at once."""
    pads = [(0, 0), (0, 0)]
    index = []
    axes = zip(
        geometry.in_spatial,
        geometry.kernel,
        geometry.out_spatial,
        geometry.stride,
        geometry.dilation,
        geometry.pad_lo,
        strict=True,
    )
    for axis, (size, k, out, s, d, lo) in enumerate(axes):
        cells = d * np.arange(k)[:, None] + s * np.arange(out)  # (k, out), in the padded image
        pads.append((lo, max(0, int(cells.max()) + 1 - lo - size)))
        shape = [1] * (2 * geometry.rank)
        shape[axis], shape[geometry.rank + axis] = k, out
        index.append(cells.reshape(shape))
    return np.pad(x, pads)[(slice(None), slice(None), *index)]


@engines
@many
@given(conv_cases())
def test_columns_are_what_the_taps_see(engine, case):
    np.testing.assert_array_equal(
        engine.im2col(case.x, geometry=case.geometry), columns_of(case.x, case.geometry), strict=True
    )


@engines
@many
@given(conv_cases())
def test_adding_back_is_the_adjoint_exactly(engine, case):
    geometry, x = case.geometry, case.x
    shape = (*x.shape[:2], *geometry.kernel, *geometry.out_spatial)
    g = np.random.default_rng(0).integers(-3, 4, shape).astype(np.float64)
    g.flags.writeable = False
    back = engine.col2im(g, geometry=geometry)
    assert (back.shape, back.dtype) == (x.shape, x.dtype)
    assert np.vdot(g, engine.im2col(x, geometry=geometry)) == np.vdot(back, x)


@engines
def test_float16_is_summed_in_float32(engine):
    """2048 + 1 is 2048 in float16: the ones that come after it would be lost."""
    geometry = ConvGeometry.from_conv((5,), 5, padding=4)
    g = np.zeros((1, 1, 5, 9), np.float16)
    for k, value in enumerate([2048, 1, 1, 1, 1]):
        g[0, 0, k, 6 - k] = value  # where tap k meets cell 2
    back = engine.col2im(g, geometry=geometry)
    assert back.dtype == np.float16
    assert back.tolist() == [[[0, 0, 2052, 0, 0]]]
