"""Shows that every engine's resampling is the product with the map's matrix, and that the transposed map is its exact adjoint."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minitensor.geometry import AxisMap, axis_map
from minitensor.kernels import reference
from minitensor.kernels.numpy_ import resample as numpy_resample

engines = pytest.mark.parametrize("engine", [reference, numpy_resample], ids=["reference", "numpy"])
many = settings(max_examples=200, derandomize=True, deadline=None)


@st.composite
def maps(draw):
    """A map of small integers: some cells are read twice by one position, some by none."""
    length, out, taps = draw(st.integers(1, 6)), draw(st.integers(1, 6)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    weights = rng.integers(-2, 3, (taps, out)).astype(np.float64) if draw(st.booleans()) else None
    return AxisMap(length, rng.integers(0, length, (taps, out)), weights)


@engines
@many
@given(maps(), st.integers(0, 2), st.integers(0, 2**32 - 1))
def test_it_is_the_product_with_the_matrix_and_its_transpose_is_the_adjoint(engine, mapping, axis, seed):
    rng = np.random.default_rng(seed)
    shape, out_shape = [2, 3, 2], [2, 3, 2]
    shape[axis], out_shape[axis] = mapping.length, mapping.cells.shape[1]
    x, g = (rng.integers(-3, 4, one).astype(np.float64) for one in (shape, out_shape))
    x.flags.writeable = g.flags.writeable = False
    y = engine.resample(x, axis=axis, mapping=mapping)
    expected = np.moveaxis(np.tensordot(x, mapping.matrix(), (axis, 1)), -1, axis)
    np.testing.assert_array_equal(y, expected, strict=True)
    back = engine.resample(g, axis=axis, mapping=mapping.transposed)
    np.testing.assert_array_equal(mapping.transposed.matrix(), mapping.matrix().T)
    assert np.vdot(g, y) == np.vdot(back, x)
    assert mapping.transposed.transposed is mapping


@engines
def test_float16_is_summed_in_float32(engine):
    mapping = AxisMap(4, np.arange(4)[:, None])
    x = np.array([2048, 1, 1, 2], np.float16)
    y = engine.resample(x, axis=0, mapping=mapping)
    assert y.dtype == np.float16
    assert y.tolist() == [2052]


def test_weights_of_one_place_are_a_partition_of_one():
    """A constant stays what it is, in every mode: also at the ends, where cells are missing."""
    for mode in ("nearest", "nearest-exact", "linear", "cubic"):
        for size, out in ((1, 4), (5, 3), (3, 5), (7, 2), (2, 7)):
            for corners in {False, mode in ("linear", "cubic")}:
                rows = axis_map(mode, size, out, None, corners, False).matrix().sum(1)
                np.testing.assert_allclose(rows, 1, rtol=0, atol=1e-14)
    for mode in ("linear", "cubic", "lanczos"):
        for size, out in ((1, 4), (5, 3), (3, 5), (40, 3), (2, 7)):
            np.testing.assert_allclose(axis_map(mode, size, out, None, False, True).matrix().sum(1), 1, rtol=0, atol=1e-14)


def test_lines_and_parabolas_between_the_ends_are_kept():
    """Linear weights reproduce polynomials of degree 1, Keys' cubic ones with a = -1/2 of degree 2 (1981, section III)."""
    cells = np.arange(12) + 0.5
    centres = (np.arange(30) + 0.5) * 12 / 30
    inner = (centres > 2.5) & (centres < 9.5)
    linear = axis_map("linear", 12, 30, None, False, False).matrix()
    np.testing.assert_allclose((linear @ (3 * cells - 1))[inner], (3 * centres - 1)[inner], rtol=1e-14)
    keys = axis_map("cubic", 12, 30, None, False, True).matrix()  # larger: nothing is stretched, and a = -1/2
    np.testing.assert_allclose((keys @ cells**2)[inner], (centres**2)[inner], rtol=1e-14)


def test_aligned_corners_stay_and_a_single_cell_is_the_first():
    for mode in ("linear", "cubic"):
        matrix = axis_map(mode, 5, 8, None, True, False).matrix()
        np.testing.assert_array_equal(matrix[[0, -1]], np.eye(5)[[0, -1]])
        np.testing.assert_array_equal(axis_map(mode, 5, 1, None, True, False).matrix(), np.eye(5)[:1])


def test_antialiasing_halves_with_triangles():
    """From 8 cells to 4 the triangle is twice as wide, 1/4 and 3/4 of its half height on both sides of the centre."""
    matrix = axis_map("linear", 8, 4, None, False, True).matrix()
    np.testing.assert_allclose(matrix[1], [0, 0.125, 0.375, 0.375, 0.125, 0, 0, 0], atol=1e-16)
    np.testing.assert_allclose(matrix[0], np.array([3, 3, 1, 0, 0, 0, 0, 0]) / 7, atol=1e-16)
